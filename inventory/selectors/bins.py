"""Shelves: what stands where, and in which order to walk."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from inventory.models import Bin, HomeBin
from oms.kernel.pages import Page, keyset_page


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where goods live. Sorts in walking order."""

    walking_order: int
    bin_id: int
    code: str
    zone: str


def home_bins(warehouse_id: int, variant_ids: Collection[int]) -> dict[int, Shelf]:
    """The shelf of each variant that has one in this warehouse; closed shelves are left out.

    Pick lists and count sheets sort by it: `sorted(rows, key=lambda r: walk_key(homes, r))`.
    """
    rows = HomeBin.objects.filter(
        warehouse_id=warehouse_id, variant_id__in=list(variant_ids), bin__is_active=True
    ).select_related("bin")
    return {
        row.variant_id: Shelf(row.bin.walking_order, row.bin_id, row.bin.code, row.bin.zone)
        for row in rows
    }


def walk_key(homes: dict[int, Shelf], variant_id: int) -> tuple[int, int, int]:
    """Sorts variants by the walk; what has no shelf comes last."""
    shelf = homes.get(variant_id)
    return (0, shelf.walking_order, shelf.bin_id) if shelf else (1, 0, variant_id)


@dataclass(frozen=True, slots=True)
class BinFilter:
    """Shelves whose code begins with `q`, in a zone; empty is any."""

    q: str = ""
    zone: str = ""

    def rows(self, warehouse_id: int) -> QuerySet[Bin]:
        rows = Bin.objects.filter(warehouse_id=warehouse_id)
        if self.q:
            rows = rows.filter(code__istartswith=self.q)
        return rows.filter(zone=self.zone) if self.zone else rows


def bin_zones(warehouse_id: int) -> list[str]:
    """The zones of a warehouse that have a name."""
    named = Bin.objects.filter(warehouse_id=warehouse_id).exclude(zone="")
    return list(named.order_by("zone").values_list("zone", flat=True).distinct())


def bin_list(
    warehouse_id: int,
    *,
    wanted: BinFilter = BinFilter(),
    after: str = "",
    before: str = "",
    size: int = 50,
) -> Page[Bin]:
    """The shelves of a warehouse in walking order, each with its goods; a fixed number of reads."""
    homes = HomeBin.objects.select_related("variant__product").order_by("variant__sku")
    rows = wanted.rows(warehouse_id).prefetch_related(Prefetch("homes", queryset=homes))
    keys = ("walking_order", "id")
    return keyset_page(rows, keys=keys, after=after, before=before, size=size)
