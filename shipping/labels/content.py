"""What stands on one label, as plain text ready to be placed. No database, no layout."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.clock import local
from oms.kernel.money import format_vnd
from oms.kernel.symbols import Matrix, qr

INSPECTION_WORDS = {
    "try": gettext_lazy("Cho thử hàng"),
    "look": gettext_lazy("Cho xem hàng không thử"),
    "closed": gettext_lazy("Không cho xem hàng"),
}


def weight_text(weight_g: int) -> str:
    """Grams below a kilogram, then kilograms rounded half up to ten grams."""
    if weight_g < 1000:
        return f"{weight_g} g"
    kg, hundredths = divmod((weight_g + 5) // 10, 100)
    return f"{kg},{hundredths:02d}".rstrip("0").rstrip(",") + " kg"


@dataclass(frozen=True)
class LabelItem:
    sku: str
    quantity: int
    name: str
    is_part: bool = False  # of the bundle above it

    def __str__(self) -> str:
        mark = "+ " if self.is_part else ""
        return f"{mark}{self.sku} × {self.quantity} — {self.name}"


@dataclass(frozen=True)
class Label:
    """The fields of a waybill, in the order of its regions."""

    carrier_name: str
    service_name: str
    sort_code: str
    tracking_number: str
    from_name: str
    from_phone: str
    from_address: str
    to_name: str
    to_phone: str
    to_address: str
    cod_vnd: int
    weight_g: int
    size_cm: tuple[int, int, int]
    inspection_note: str
    note: str
    items: tuple[LabelItem, ...]
    package_code: str
    order_number: str
    printed_at: datetime
    print_number: int  # 1 for the first print

    @property
    def sold_pieces(self) -> int:
        """A bundle counts once, not its parts."""
        return sum(item.quantity for item in self.items if not item.is_part)

    @property
    def matrix(self) -> Matrix:
        return qr(self.package_code)

    @property
    def cod_amount(self) -> str:
        return format_vnd(self.cod_vnd) if self.cod_vnd else _("KHÔNG THU TIỀN")

    @property
    def cod_caption(self) -> str:
        return _("Tiền thu hộ (COD)") if self.cod_vnd else ""

    @property
    def weight(self) -> str:
        return weight_text(self.weight_g)

    @property
    def size(self) -> str:
        return " × ".join(str(side) for side in self.size_cm) + " cm" if all(self.size_cm) else ""

    @property
    def inspection(self) -> str:
        return str(INSPECTION_WORDS.get(self.inspection_note, ""))

    @property
    def printed(self) -> str:
        return local(self.printed_at).strftime("%d/%m/%Y %H:%M")

    @property
    def reprint(self) -> str:
        if self.print_number <= 1:
            return ""
        return _("IN LẠI lần %(n)s") % {"n": self.print_number}
