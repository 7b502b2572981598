"""Reads of stock: the one table of all of it, and why a number is what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from inventory.models import Allocation, StockLevel, StockMovement
from inventory.selectors.expired import SELLS, Expired, any_expired, with_available
from inventory.selectors.incoming import incoming_by_place
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold

LOW_STOCK = 5
MOVEMENTS_SHOWN = 200


def stock_list(
    user: Any,
    *,
    q: str = "",
    warehouse_id: int | None = None,
    low_only: bool = False,
    after: str = "",
    before: str = "",
    size: int = 50,
) -> Page[StockLevel]:
    """A page of the balances that match, each with what is `incoming` there."""
    rows = stock_matching(user, q=q, warehouse_id=warehouse_id, low_only=low_only)
    keys = ("variant_id", "warehouse_id", "id")
    page = keyset_page(rows, keys=keys, after=after, before=before, size=size)
    coming = incoming_by_place({level.variant_id for level in page.rows})
    for level in page.rows:
        level.incoming = coming.get((level.variant_id, level.warehouse_id), 0)  # type: ignore[attr-defined]
    return page


def stock_matching(
    user: Any, *, q: str = "", warehouse_id: int | None = None, low_only: bool = False
) -> QuerySet[StockLevel]:
    """Balances by variant and warehouse with `available`, within the user's warehouses."""
    levels = StockLevel.objects.select_related("variant__product", "warehouse")
    rows = with_available(levels.filter(warehouse__in=warehouses_visible_to(user)))
    if warehouse_id is not None:
        rows = rows.filter(warehouse_id=warehouse_id)
    for word in fold(q).split():
        rows = rows.filter(variant__search_folded__contains=word)
    return rows.filter(low_stock()) if low_only else rows


def low_stock() -> Q:
    """Balances of goods on sale, in a place that sells, with few left to promise."""
    kept = F("reserved") + F("safety_stock") + LOW_STOCK
    # Hardly a balance holds expired pieces: they are counted only where there are some.
    few = Q(on_hand__lte=kept) | (any_expired() & Q(on_hand__lte=kept + Expired()))
    return Q(variant__is_active=True) & SELLS & few


@dataclass(frozen=True, slots=True)
class Line:
    movement: StockMovement
    balance: int


@dataclass(frozen=True, slots=True)
class Story:
    """A balance told from its rows; `lines` are newest first with the balance after each."""

    level: StockLevel | None
    lines: Sequence[Line]
    allocations: Sequence[Allocation]
    ledger_total: int
    reserved_total: int
    truncated: bool
    expired: int

    @property
    def available(self) -> int:
        """What may still be promised here."""
        return self.level.available if self.level else 0


def explain(variant_id: int, warehouse_id: int) -> Story:
    """Why is it 7? The newest movements with running balance, and who holds what."""
    here = StockLevel.objects.filter(variant_id=variant_id, warehouse_id=warehouse_id)
    level = with_available(here).annotate(expired=Expired()).first()
    newest = list(
        StockMovement.objects.filter(variant_id=variant_id, warehouse_id=warehouse_id).order_by(
            "-id"
        )[: MOVEMENTS_SHOWN + 1]
    )
    truncated, newest = len(newest) > MOVEMENTS_SHOWN, newest[:MOVEMENTS_SHOWN]
    balance = level.on_hand if level else 0
    lines = []
    for movement in newest:
        lines.append(Line(movement, balance))
        balance -= movement.quantity
    allocations = list(
        Allocation.objects.filter(
            variant_id=variant_id, warehouse_id=warehouse_id, status=Allocation.Status.OPEN
        ).order_by("id")
    )
    return Story(
        level=level,
        lines=lines,
        allocations=allocations,
        ledger_total=(level.on_hand if level else 0) - balance if not truncated else 0,
        reserved_total=sum(row.quantity for row in allocations),
        truncated=truncated,
        expired=level.expired if level else 0,
    )
