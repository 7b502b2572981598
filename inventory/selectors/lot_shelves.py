"""Which goods are kept by lot, and which lots stand where."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from inventory.allocation.lots import Shelved
from inventory.models import LotBalance, Product, StockMovement

Place = tuple[int, int]  # variant id, warehouse id


def shelves(places: Iterable[Place]) -> dict[Place, list[Shelved]]:
    """The lots with pieces by place."""
    wanted = set(places)
    rows = LotBalance.objects.filter(
        variant_id__in={variant for variant, _w in wanted},
        warehouse_id__in={warehouse for _v, warehouse in wanted},
        on_hand__gt=0,
    ).select_related("lot")
    found: dict[Place, list[Shelved]] = defaultdict(list)
    for row in rows.order_by("id"):
        found[row.variant_id, row.warehouse_id].append(
            Shelved(row.lot_id, row.on_hand, row.lot.expires_on, bool(row.lot.code))
        )
    return found


def tracked_among(variant_ids: Collection[int]) -> list[int]:
    """Those of the variants whose product is kept by lot or by serial number."""
    rows = Product.objects.exclude(tracking=Product.Tracking.NONE)
    found = rows.filter(variants__in=list(variant_ids))
    return list(found.values_list("variants__id", flat=True))


def tracked_among_movements(movement_ids: Collection[int]) -> list[int]:
    rows = StockMovement.objects.filter(pk__in=list(movement_ids))
    return tracked_among(set(rows.values_list("variant_id", flat=True)))
