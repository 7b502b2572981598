"""Transfers a user may see, and goods on their way."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from inventory.models import Disposition, StockLevel, Transfer, TransferLine, Warehouse
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold

ON_THE_WAY = (Transfer.Status.SHIPPED, Transfer.Status.PARTLY_RECEIVED)
_LEFT = F("shipped") - F("received") - F("lost") - F("returned")


def transfers_visible_to(user: Any) -> QuerySet[Transfer]:
    """Those that leave from or go to a warehouse of the user's."""
    rows = Transfer.objects.select_related("source", "destination")
    scope = user.warehouse_scope()
    return rows if scope is None else rows.filter(Q(source__in=scope) | Q(destination__in=scope))


def transfer_list(
    user: Any, *, show: str = "", after: str = "", before: str = "", size: int = 50
) -> Page[Transfer]:
    """Newest first; `show` is "open" (draft or on the way) or a status."""
    rows = transfers_visible_to(user).annotate(
        pieces=Sum("lines__quantity"), pieces_left=Sum(_line_left())
    )
    if show == "open":
        rows = rows.filter(status__in=[Transfer.Status.DRAFT, *ON_THE_WAY])
    elif show in Transfer.Status.values:
        rows = rows.filter(status=show)
    return keyset_page(rows, keys=("-id",), after=after, before=before, size=size)


def _line_left() -> Any:
    return F("lines__shipped") - F("lines__received") - F("lines__lost") - F("lines__returned")


def in_transit_to(
    variant_ids: Collection[int] | None = None, warehouse_ids: Collection[int] | None = None
) -> dict[tuple[int, int], int]:
    """Pieces on their way by (variant, destination warehouse)."""
    rows = TransferLine.objects.filter(transfer__status__in=ON_THE_WAY)
    if variant_ids is not None:
        rows = rows.filter(variant_id__in=list(variant_ids))
    if warehouse_ids is not None:
        rows = rows.filter(transfer__destination_id__in=list(warehouse_ids))
    totals = rows.values_list("variant_id", "transfer__destination_id").annotate(units=Sum(_LEFT))
    return {(variant, place): units for variant, place, units in totals.order_by() if units}


def quarantined_goods(
    user: Any, *, q: str = "", after: str = "", before: str = "", size: int = 50
) -> Page[StockLevel]:
    """Goods in quarantine about which somebody has to decide."""
    rows = StockLevel.objects.select_related("variant__product", "warehouse").filter(
        warehouse__in=warehouses_visible_to(user).filter(kind=Warehouse.Kind.QUARANTINE),
        on_hand__gt=0,
    )
    for word in fold(q).split():
        rows = rows.filter(variant__search_folded__contains=word)
    keys = ("warehouse_id", "variant_id", "id")
    return keyset_page(rows, keys=keys, after=after, before=before, size=size)


def decisions_visible_to(user: Any) -> QuerySet[Disposition]:
    """What was decided, newest first."""
    rows = Disposition.objects.select_related("variant", "source", "destination").order_by("-id")
    scope = user.warehouse_scope()
    return rows if scope is None else rows.filter(source__in=scope)
