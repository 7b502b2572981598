"""Reading the "Online Retail" data set: which of its lines can be orders, and why others cannot.

Source: UCI Machine Learning Repository, "Online Retail" (Chen 2015, CC BY 4.0). Columns: InvoiceNo
(C... = cancellation), StockCode, Description, Quantity, InvoiceDate (local time of the shop),
UnitPrice (GBP, two decimals), CustomerID, Country.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.money import to_minor
from oms.kernel.text import clean_line

CURRENCY = "GBP"
SHOP_ZONE = ZoneInfo("Europe/London")
COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID",
    "Country",
)  # fmt: skip
# What the buyer paid for delivery: part of the order, but no goods.
CARRIAGE = {"POST", "DOT", "C2"}
# Bookkeeping entries of the shop that no buyer ordered.
NO_GOODS = {"M", "D", "S", "B", "AMAZONFEE", "BANK CHARGES", "CRUK", "PADS"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. `pence` is quantity x price, negative on a cancellation."""

    number: int
    invoice: str
    code: str
    name: str
    quantity: int
    at: datetime
    unit_pence: int
    customer: str
    country: str
    raw: dict[str, str]

    @property
    def pence(self) -> int:
        return self.quantity * self.unit_pence

    @property
    def is_cancellation(self) -> bool:
        return self.invoice.upper().startswith("C")

    @property
    def is_carriage(self) -> bool:
        return self.code.upper() in CARRIAGE


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not imported. `pence` is what the file says it was worth."""

    number: int
    pence: int
    reason: str
    raw: dict[str, str]


def read_lines(path: Path) -> Iterator[Line | Refusal]:
    """Every line of the file in its order. Raises DomainError when a column is missing."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise DomainError(
                _("Tệp thiếu cột: %(columns)s.") % {"columns": ", ".join(sorted(missing))},
                code="import.columns",
            )
        for number, raw in enumerate(reader, start=2):
            yield parse_line(number, raw)


def parse_line(number: int, raw: dict[str, str]) -> Line | Refusal:
    pence = 0
    try:
        price = Decimal(raw["UnitPrice"])
        unit_pence = to_minor(price, CURRENCY)
        quantity = int(raw["Quantity"])
        pence = quantity * unit_pence
        at = datetime.strptime(raw["InvoiceDate"], "%Y-%m-%d %H:%M").replace(tzinfo=SHOP_ZONE)
        name = clean_line(raw["Description"] or "", 255)
        code = clean_line(raw["StockCode"] or "", 60)
    except (InvalidOperation, ValueError, TypeError, DomainError) as error:
        return Refusal(number, pence, _("Không đọc được dòng: %(why)s") % {"why": error}, raw)
    line = Line(
        number=number,
        invoice=raw["InvoiceNo"].strip(),
        code=code,
        name=name,
        quantity=quantity,
        at=at,
        unit_pence=unit_pence,
        customer=raw["CustomerID"].strip(),
        country=raw["Country"].strip(),
        raw=raw,
    )
    reason = why_not(line)
    return Refusal(number, pence, reason, raw) if reason else line


def why_not(line: Line) -> str:
    """The first reason why a line cannot be part of an order; empty when it can."""
    if not line.invoice or not line.code:
        return _("Thiếu số chứng từ hoặc mã hàng.")
    if line.code.upper() in NO_GOODS or line.code.lower().startswith("gift_"):
        return _("“%(code)s” là bút toán, không phải hàng hóa.") % {"code": line.code}
    if line.unit_pence <= 0:
        return _("Đơn giá bằng 0 hoặc âm.")
    if line.is_cancellation and line.quantity >= 0:
        return _("Chứng từ hủy nhưng số lượng không âm.")
    if not line.is_cancellation and line.quantity <= 0:
        return _("Số lượng bằng 0 hoặc âm.")
    if not line.name and not line.is_carriage:
        return _("Thiếu tên hàng.")
    return ""
