"""Which lots of what left us somebody still has."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Q, Sum

from inventory.models import Lot, LotMovement, StockMovement
from inventory.selectors.lot_shelves import tracked_among

CauseKey = tuple[str, int]


def lots_away(
    left_for: Sequence[CauseKey], back_for: Sequence[CauseKey], variant_ids: Collection[int]
) -> dict[int, dict[int, int]]:
    """Pieces by variant and lot, as the ledger tells: what left for some causes and has not come
    back for others. Goods that are not kept by lot are not in it.
    """
    tracked = tracked_among(variant_ids)
    if not tracked or not left_for:
        return {}
    kinds = StockMovement.Kind
    moved = Q(_caused(left_for), movement__kind=kinds.SHIPMENT)
    if back_for:
        moved |= Q(_caused(back_for), movement__kind=kinds.RETURN)
    rows = LotMovement.objects.filter(moved, lot__variant__in=tracked).order_by()
    sums = rows.values_list("lot__variant_id", "lot_id").annotate(n=Sum("quantity"))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for variant_id, lot_id, units in sums.order_by("lot_id"):
        if units < 0:
            found[variant_id][lot_id] = -units
    return dict(found)


def named_lots(lot_ids: Collection[int]) -> list[Lot]:
    """Those of the lots that carry a code, in the order of their codes."""
    return list(Lot.objects.filter(pk__in=list(lot_ids)).exclude(code="").order_by("code"))


def _caused(causes: Sequence[CauseKey]) -> Q:
    wanted = Q()
    for kind in {kind for kind, _pk in causes}:
        ids = [pk for other, pk in causes if other == kind]
        wanted |= Q(movement__cause_kind=kind, movement__cause_id__in=ids)
    return wanted
