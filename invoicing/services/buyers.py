"""Who an invoice is made out to: cleaning what was typed, and the default."""

from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from invoicing.models import Invoice
from invoicing.selectors.rules import CONSUMER_NAME, legal_text
from invoicing.taxcode import normalise_tax_code
from oms.kernel.errors import DomainError
from oms.kernel.phones import normalise_phone
from oms.kernel.text import clean_line, fold
from orders.models import Order


@dataclass(frozen=True)
class BuyerData:
    """What a person types about the buyer. `kind` is an Invoice.BuyerKind."""

    kind: str
    name: str = ""
    legal_name: str = ""
    tax_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


def default_buyer(order: Order) -> BuyerData:
    """The customer's company when we know its tax code, else a consumer."""
    customer = order.customer
    if customer is None or not customer.tax_code:
        return BuyerData(Invoice.BuyerKind.CONSUMER)
    return BuyerData(
        Invoice.BuyerKind.COMPANY,
        name=customer.name,
        legal_name=customer.company_name,
        tax_code=customer.tax_code,
        address=customer.address,
        phone=customer.phone or "",
        email=customer.email,
    )


def clean_buyer(buyer: BuyerData, day: date) -> BuyerData:
    """The same buyer in stored form. Raises DomainError with the field at fault.

    A consumer gives nothing: the law prescribes the name and the other fields stay empty, but an
    e-mail address may be kept to send the invoice to.
    """
    email = _clean_email(buyer.email)
    if buyer.kind == Invoice.BuyerKind.CONSUMER:
        return BuyerData(buyer.kind, name=legal_text(CONSUMER_NAME, day), email=email)
    cleaned = replace(
        buyer,
        name=clean_line(buyer.name, 200, field="name"),
        legal_name=clean_line(buyer.legal_name, 400, field="legal_name"),
        tax_code=normalise_tax_code(buyer.tax_code) if buyer.tax_code.strip() else "",
        address=clean_line(buyer.address, 400, field="address"),
        phone=normalise_phone(buyer.phone) if buyer.phone.strip() else "",
        email=email,
    )
    if buyer.kind == Invoice.BuyerKind.PERSON:
        return replace(cleaned, legal_name="")
    return cleaned


def missing_buyer_fields(invoice: Invoice) -> list[tuple[str, str]]:
    """(field, sentence) for what the law wants and the draft does not have."""
    if invoice.buyer_kind == Invoice.BuyerKind.PERSON:
        wanted = [("name", invoice.buyer_name, _("Thiếu họ tên người mua."))]
    elif invoice.buyer_kind == Invoice.BuyerKind.COMPANY:
        wanted = [
            ("legal_name", invoice.buyer_legal_name, _("Thiếu tên công ty mua hàng.")),
            ("tax_code", invoice.buyer_tax_code, _("Thiếu mã số thuế người mua.")),
            ("address", invoice.buyer_address, _("Thiếu địa chỉ công ty mua hàng.")),
        ]
    else:
        wanted = [("name", invoice.buyer_name, _("Thiếu tên người mua."))]
    return [(field, sentence) for field, value, sentence in wanted if not value]


def write_buyer(invoice: Invoice, buyer: BuyerData) -> None:
    """Put a cleaned buyer on the row; the caller saves BUYER_COLUMNS."""
    invoice.buyer_kind = buyer.kind
    invoice.buyer_name = buyer.name
    invoice.buyer_legal_name = buyer.legal_name
    invoice.buyer_tax_code = buyer.tax_code
    invoice.buyer_address = buyer.address
    invoice.buyer_phone = buyer.phone
    invoice.buyer_email = buyer.email
    invoice.buyer_folded = fold(f"{buyer.legal_name} {buyer.name}")


def buyer_of(invoice: Invoice) -> BuyerData:
    return BuyerData(
        kind=invoice.buyer_kind,
        name=invoice.buyer_name,
        legal_name=invoice.buyer_legal_name,
        tax_code=invoice.buyer_tax_code,
        address=invoice.buyer_address,
        phone=invoice.buyer_phone,
        email=invoice.buyer_email,
    )


BUYER_COLUMNS = (
    "buyer_kind",
    "buyer_name",
    "buyer_legal_name",
    "buyer_tax_code",
    "buyer_address",
    "buyer_phone",
    "buyer_email",
    "buyer_folded",
)


def _clean_email(text: str) -> str:
    email = clean_line(text, 254, field="email")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise DomainError(_("Địa chỉ e-mail không đúng."), code="email.invalid", field="email")
    return email
