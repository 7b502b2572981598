"""Places: the transit warehouse, shelves, and which goods live where."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from inventory.models import Bin, HomeBin, StockLevel, Warehouse
from inventory.services.stock import announce
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event

TRANSIT_CODE = "DANG-CHUYEN"
MOST_BINS = 2000
STEP = 10  # room to put a shelf between two others later


def transit_warehouse() -> Warehouse:
    """The one place where goods between two warehouses stand; made when first needed."""
    place, _created = Warehouse.objects.get_or_create(
        kind=Warehouse.Kind.TRANSIT,
        defaults={
            "code": TRANSIT_CODE,
            "name": _("Hàng đang chuyển"),
            "is_active": False,
            "priority": 32_000,
        },
    )
    return place


@transaction.atomic
def save_warehouse(warehouse: Warehouse, *, actor: Actor) -> Warehouse:
    """Write a new or changed warehouse. When it begins or ceases to sell, the house is told of
    what stands in it: channels are owed other numbers."""
    before = Warehouse.objects.select_for_update().filter(pk=warehouse.pk).first()
    warehouse.save()
    record_event("warehouse.saved", warehouse, actor=actor, data={"code": warehouse.code})
    if before and before.sells != warehouse.sells:
        rows = StockLevel.objects.filter(warehouse=warehouse, on_hand__gt=0)
        announce(rows.values_list("variant_id", flat=True), actor=actor, freed=warehouse.sells)
    return warehouse


@dataclass(frozen=True, slots=True)
class BinGrid:
    """Shelves ZONE-01-01 .. ZONE-racks-levels."""

    zone: str
    first_rack: int
    last_rack: int
    levels: int

    def codes(self) -> list[str]:
        racks = range(self.first_rack, self.last_rack + 1)
        return [
            f"{self.zone}-{rack:02d}-{level:02d}"
            for rack in racks
            for level in range(1, self.levels + 1)
        ]


@transaction.atomic
def create_bins(warehouse_id: int, grid: BinGrid) -> int:
    """Make the shelves of a grid that are not there yet; returns how many were made.

    They are walked after those that exist, rack by rack. A second call makes none.
    """
    codes = grid.codes()
    if not codes or len(codes) > MOST_BINS:
        raise DomainError(
            _("Mỗi lần tạo từ 1 đến %(most)d vị trí.") % {"most": MOST_BINS}, code="bins.count"
        )
    # Two people at once continue each other's walk instead of sharing numbers.
    Warehouse.objects.select_for_update().get(pk=warehouse_id)
    there = set(
        Bin.objects.filter(warehouse_id=warehouse_id, code__in=codes).values_list("code", flat=True)
    )
    last = Bin.objects.filter(warehouse_id=warehouse_id).aggregate(n=Max("walking_order"))["n"] or 0
    new = [code for code in codes if code not in there]
    Bin.objects.bulk_create(
        Bin(
            warehouse_id=warehouse_id,
            code=code,
            zone=grid.zone,
            walking_order=last + STEP * position,
        )
        for position, code in enumerate(new, 1)
    )
    return len(new)


def set_home(variant_id: int, bin_id: int) -> HomeBin:
    """Say on which shelf a variant lives in that shelf's warehouse; the former home is given up."""
    shelf = Bin.objects.get(pk=bin_id)
    home, _created = HomeBin.objects.update_or_create(
        variant_id=variant_id, warehouse_id=shelf.warehouse_id, defaults={"bin": shelf}
    )
    return home


def clear_home(variant_id: int, warehouse_id: int) -> None:
    """The variant has no shelf of its own in this warehouse; a repeat changes nothing."""
    HomeBin.objects.filter(variant_id=variant_id, warehouse_id=warehouse_id).delete()
