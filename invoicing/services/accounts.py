"""The company that sells and its account at the issuer: one of each in use."""

from django.db import transaction
from django.utils.translation import gettext as _

from invoicing.models import Company, Invoice, IssuerAccount
from invoicing.ports import Credentials, make_issuer
from invoicing.states import EDITABLE
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.events import record_event


@transaction.atomic
def save_company(company: Company, *, actor: Actor) -> Company:
    """Store the default company.

    Its tax code cannot change once invoices went out under it: they are looked up by that code.
    """
    before = Company.objects.select_for_update().filter(pk=company.pk).first()
    is_moved = before is not None and before.tax_code != company.tax_code
    if is_moved and _sent_invoices(company):
        raise DomainError(
            _("Đã có hóa đơn phát hành với mã số thuế %(code)s, không đổi được nữa.")
            % {"code": before.tax_code if before else ""},
            code="company.in_use",
            field="tax_code",
        )
    Company.objects.filter(is_default=True).exclude(pk=company.pk).update(is_default=False)
    company.is_default = True
    company.save()
    record_event("company.saved", company, actor=actor, data={"tax_code": company.tax_code})
    return company


@transaction.atomic
def save_account(account: IssuerAccount, *, actor: Actor) -> IssuerAccount:
    """Store the account and make it the one in use of its company."""
    others = IssuerAccount.objects.select_for_update().filter(company_id=account.company_id)
    others.exclude(pk=account.pk).update(is_active=False)
    account.is_active = True
    account.save()
    data = {"issuer": account.issuer, "series": account.series, "form": account.template_code}
    record_event("issuer_account.saved", account, actor=actor, data=data)
    return account


def check_account(account_id: int) -> None:
    """Log in at the issuer. Raises DomainError with a sentence when that fails."""
    account = IssuerAccount.objects.select_related("company").get(pk=account_id)
    try:
        make_issuer(account.issuer, credentials_of(account)).check_login()
    except ServiceUnreachable as silence:
        raise DomainError(
            _("Chưa liên hệ được nhà cung cấp: %(reason)s") % {"reason": silence},
            code="issuer.unreachable",
        ) from silence


def credentials_of(account: IssuerAccount) -> Credentials:
    """What the connector needs to know of an account."""
    return Credentials(
        account_id=account.pk,
        version=account.updated_at.isoformat(),
        tax_code=account.company.tax_code,
        username=account.username,
        password=account.password,
    )


def _sent_invoices(company: Company) -> bool:
    rows = Invoice.objects.filter(account__company=company)
    return rows.exclude(status__in=[*EDITABLE, Invoice.Status.DROPPED]).exists()
