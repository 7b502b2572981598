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

# carrier, name, warehouse, what the sandbox calls the account's number and its secret
CARRIERS = (
    ("ghn", "GHN Thủ Đức", "TD", "shop_id", "token"),
    ("viettel_post", "Viettel Post", "TD", "username", "password"),
    ("ghtk", "GHTK", "TD", "partner_code", "token"),
)


def connect_partners() -> None:
    """Carriers and S-Invoice are ready to use; connecting a shop is the owner's first step.

    Its orders of last week arrive, are paid and come back once it is connected.
    """
    with tempfile.TemporaryDirectory() as folder:
        given = credentials_of(folder, settings.OMS_SANDBOX_PORT)
    for carrier in CARRIERS:
        connect_carrier(given[carrier[0]], *carrier)
    connect_issuer(given["sinvoice"])


def connect_carrier(
    given: dict, code: str, name: str, warehouse: str, number: str, secret: str
) -> None:
    if CarrierAccount.objects.filter(carrier=code).exists():
        return
    account = save_carrier_account(
        None,
        actor=DEMO,
        carrier=code,
        name=name,
        secrets={secret: given[secret]},
        shop_id=str(given[number]),
        warehouse=Warehouse.objects.get(code=warehouse),
        is_active=True,
    )
    # The sandbox was told these secrets when it started: its webhooks find their way.
    CarrierAccount.objects.filter(pk=account.pk).update(webhook_secret=hook_secret(code))


def hook_secret(code: str) -> str:
    """One secret cannot serve two accounts: each carrier's begins with its name, GHN's does not."""
    common = settings.SANDBOX_WEBHOOK_SECRET
    return common if code == "ghn" else f"{code}-{common}"


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
