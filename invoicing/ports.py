"""What invoicing needs from outside: a company that issues legal invoices for us.

`oms/wiring.py` registers the adapters; services ask `issuer_for(credentials)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

LOGIN_REFUSED = "issuer.login"  # code of the ServiceRefused that is about our account

# No operation of an issuer waits longer than this, its logins and retries included.
LONGEST_CALL = timedelta(seconds=80)


@dataclass(frozen=True)
class Credentials:
    """An account at the issuer. `version` changes whenever the account is edited."""

    account_id: int
    version: str
    tax_code: str
    username: str
    password: str


@dataclass(frozen=True)
class Buyer:
    """`name` is the person, `legal_name` the organisation; one of them is filled."""

    name: str
    legal_name: str
    tax_code: str
    address: str
    phone: str
    email: str
    takes_invoice: bool


@dataclass(frozen=True)
class DocumentLine:
    """Positive amounts; `kind` is goods, fee or discount. listed - discount = net before tax."""

    kind: str
    sku: str
    name: str
    unit: str
    quantity: int
    unit_price: Decimal
    listed_vnd: int
    discount_vnd: int
    net_vnd: int
    vat_rate: int
    tax_vnd: int
    gross_vnd: int


@dataclass(frozen=True)
class RateTotal:
    vat_rate: int
    net_vnd: int
    tax_vnd: int


@dataclass(frozen=True)
class Correction:
    """The issued invoice that a document adjusts, and the paper on which both sides agreed."""

    invoice_no: str
    template_code: str
    issued_at: datetime
    agreement: str
    agreed_at: datetime


@dataclass(frozen=True)
class Document:
    """An invoice to issue. `reference` is our key, stored before the first send.

    With `corrects` it takes its amounts away from that invoice; its lines of kind discount give
    back. Amounts are positive all the same.
    """

    reference: str
    template_code: str
    series: str
    buyer: Buyer
    lines: tuple[DocumentLine, ...]
    rates: tuple[RateTotal, ...]
    net_vnd: int
    tax_vnd: int
    total_vnd: int
    discount_vnd: int
    words: str
    payment_method: str
    is_paid: bool
    corrects: Correction | None = None


@dataclass(frozen=True)
class DocumentRef:
    """How to find an issued invoice again."""

    reference: str
    template_code: str
    series: str
    invoice_no: str = ""


@dataclass(frozen=True)
class Issued:
    """What the issuer says about an invoice that exists. Empty text: not known yet."""

    invoice_no: str
    series: str
    number: int
    reservation_code: str
    tax_authority_code: str
    transaction_id: str = ""
    issued_at: datetime | None = None


class Issuer(Protocol):
    """One operation at a time, each over within LONGEST_CALL of `make_issuer`.

    Every call raises ServiceRefused (a no that a person can read) or ServiceUnreachable.
    """

    def issue(self, document: Document) -> Issued:
        """Issue for ever. ServiceUnreachable.maybe_done says that the outcome is unknown."""

    def find(self, ref: DocumentRef) -> Issued | None:
        """The invoice with our reference; None only when the issuer says that there is none."""

    def preview(self, document: Document) -> bytes:
        """The paper as a PDF, with no number; issues nothing."""

    def pdf(self, ref: DocumentRef) -> bytes | None:
        """The issued paper; None while the issuer is still drawing it."""

    def check_login(self) -> None:
        """Log in afresh: ServiceRefused when the name or the password is wrong."""


Factory = Callable[[Credentials], Issuer]
_issuers: dict[str, tuple[str, Factory]] = {}


def register_issuer(code: str, label: str, factory: Factory) -> None:
    """Called by wiring; a second call with the same code replaces the first."""
    _issuers[code] = (label, factory)


def issuer_choices() -> list[tuple[str, str]]:
    return [(code, label) for code, (label, _) in _issuers.items()]


def make_issuer(code: str, credentials: Credentials) -> Issuer:
    if code not in _issuers:
        raise DomainError(
            _("Chưa có kết nối hóa đơn %(code)s.") % {"code": code}, code="issuer.missing"
        )
    return _issuers[code][1](credentials)
