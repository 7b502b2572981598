"""Accounts of the demo shop at the sandbox's carrier and invoice issuer."""

import tempfile

from django.conf import settings

from inventory.models import Warehouse
from invoicing.models import Company, IssuerAccount
from invoicing.services.accounts import save_account as save_issuer_account
from invoicing.services.accounts import save_company
from oms.demo.goods import DEMO
from oms.sandbox.run import credentials_of
from shipping.models import CarrierAccount
from shipping.services.accounts import save_account as save_carrier_account


def connect_partners() -> None:
    """GHN and S-Invoice are ready to use; connecting the Shopee shop is the owner's first step."""
    with tempfile.TemporaryDirectory() as folder:
        given = credentials_of(folder, settings.OMS_SANDBOX_PORT)
    connect_carrier(given["ghn"])
    connect_issuer(given["sinvoice"])


def connect_carrier(given: dict) -> None:
    if CarrierAccount.objects.filter(carrier="ghn").exists():
        return
    account = save_carrier_account(
        None,
        actor=DEMO,
        carrier="ghn",
        name="GHN Thủ Đức",
        token=given["token"],
        shop_id=str(given["shop_id"]),
        warehouse=Warehouse.objects.get(code="TD"),
        is_active=True,
    )
    # The sandbox was told this secret when it started: its webhooks find their way.
    CarrierAccount.objects.filter(pk=account.pk).update(
        webhook_secret=settings.SANDBOX_WEBHOOK_SECRET
    )


def connect_issuer(given: dict) -> None:
    if Company.objects.exists():
        return
    seller = given["accounts"][0]
    company = Company(
        legal_name=seller["name"], tax_code=seller["tax_code"], address=seller["address"]
    )
    save_company(company, actor=DEMO)
    account = IssuerAccount(
        company=company,
        username=given["username"],
        password=given["password"],
        template_code=given["template_code"],
        series=given["series"],
    )
    save_issuer_account(account, actor=DEMO)
