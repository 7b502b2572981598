"""The orders in which the list can stand: each of them is that of an index."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models.order_indexes import OPEN_TABS


@dataclass(frozen=True, slots=True)
class Sort:
    """`only` leaves out the rows that have nothing to sort by."""

    label: str | Promise
    keys: tuple[str, ...]
    only: Q


NEWEST = ""
# Of a search by codes: as they were pasted. Any other list has no such order.
PASTED = "pasted"
SORTS = {
    NEWEST: Sort(_("Mới nhất trước"), ("-placed_at", "-id"), Q()),
    "oldest": Sort(_("Cũ nhất trước"), ("placed_at", "id"), Q()),
    "deadline": Sort(
        _("Hạn giao gần nhất trước"),
        ("ship_by_at", "id"),
        Q(ship_by_at__isnull=False, tab__in=OPEN_TABS),
    ),
    "confirmed": Sort(
        _("Mới xác nhận trước"), ("-confirmed_at", "-id"), Q(confirmed_at__isnull=False)
    ),
    "shipped": Sort(_("Mới bàn giao trước"), ("-shipped_at", "-id"), Q(shipped_at__isnull=False)),
    PASTED: Sort(_("Theo thứ tự mã đã dán"), ("-placed_at", "-id"), Q()),
}
