"""Why stock was not promised or not posted, in words that show the arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a promise was refused, with the arithmetic behind it."""

    variant_id: int
    sku: str
    wanted: int
    on_hand: int
    reserved: int
    safety_stock: int
    available: int
    expired: int = 0

    def __str__(self) -> str:
        text = _(
            "%(sku)s cần %(wanted)d, còn bán được %(available)d "
            "(tồn %(on_hand)d, đang giữ %(reserved)d, an toàn %(safety)d)"
        )
        if self.expired:
            text = _(
                "%(sku)s cần %(wanted)d, còn bán được %(available)d "
                "(tồn %(on_hand)d, đang giữ %(reserved)d, an toàn %(safety)d, "
                "hết hạn %(expired)d)"
            )
        return text % {
            "sku": self.sku,
            "wanted": self.wanted,
            "available": self.available,
            "on_hand": self.on_hand,
            "reserved": self.reserved,
            "safety": self.safety_stock,
            "expired": self.expired,
        }


class InsufficientStock(DomainError):
    """Nothing was promised; `shortages` says what is missing."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = list(shortages)
        text = "; ".join(str(row) for row in self.shortages)
        super().__init__(_("Không đủ hàng: %(text)s.") % {"text": text}, code="stock.short")


def refused_posting(error: IntegrityError) -> DomainError:
    """The refusal behind a rule of the table; what is no rule of ours rises as it is."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "")
    if name == "level_on_hand_not_negative":
        return DomainError(_("Tồn kho không thể âm."), code="stock.negative", field="quantity")
    if name == "level_reserved_within_on_hand":
        return DomainError(
            _("Không thể giảm dưới số đang giữ cho đơn hàng."),
            code="stock.promised",
            field="quantity",
        )
    if name == "level_not_of_bundle":
        return DomainError(
            _("Combo không có tồn của riêng mình; hãy nhập các thành phần."), code="stock.bundle"
        )
    raise error
