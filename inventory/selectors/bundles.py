"""How many sets a bundle can sell, and which component says so; computed from its components."""

# ruff: noqa: S608 (constants joined with constants)

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from inventory.models import BundleComponent
from inventory.selectors.expired import EXPIRED
from oms.kernel.clock import now
from oms.kernel.sql import run


@dataclass(frozen=True, slots=True)
class SetsThere:
    """Whole sets in one warehouse; `limiting_*` is the component of which there are fewest."""

    warehouse_id: int
    warehouse: str
    units: int
    limiting_id: int
    limiting_sku: str
    limiting_pieces: int


# Sets of one warehouse never borrow a component from another.
_SETS = f"""
SELECT DISTINCT ON (c.bundle_id, w.priority, w.id) c.bundle_id, w.id, w.name,
    f.pieces / c.quantity AS sets, c.component_id, v.sku, f.pieces
FROM inventory_bundlecomponent c
JOIN inventory_variant v ON v.id = c.component_id
CROSS JOIN inventory_warehouse w
LEFT JOIN inventory_stocklevel l ON l.variant_id = c.component_id AND l.warehouse_id = w.id
CROSS JOIN LATERAL (SELECT greatest(coalesce(
    l.on_hand - l.reserved - l.safety_stock - {EXPIRED}, 0), 0) AS pieces) AS f
WHERE c.bundle_id = ANY(%(bundles)s::bigint[]) AND w.is_active AND w.kind <> 'quarantine'
    AND (%(warehouses)s::bigint[] IS NULL OR w.id = ANY(%(warehouses)s::bigint[]))
ORDER BY c.bundle_id, w.priority, w.id, sets, c.component_id
"""


def sets_by_warehouse(
    bundle_ids: Collection[int], warehouse_ids: Collection[int] | None = None
) -> dict[int, list[SetsThere]]:
    """Sets per warehouse that sells, of those ids that are bundles; expired pieces make none.

    One statement.
    """
    rows = run(
        _SETS,
        {
            "bundles": list(bundle_ids),
            "warehouses": None if warehouse_ids is None else list(warehouse_ids),
            "now": now(),
        },
    )
    found: dict[int, list[SetsThere]] = {}
    for bundle_id, *there in rows:
        found.setdefault(bundle_id, []).append(SetsThere(*there))
    return found


def sets_available(
    variant_ids: Collection[int], warehouse_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Sets over all warehouses by bundle; variants that are no bundles are left out."""
    rows = sets_by_warehouse(variant_ids, warehouse_ids)
    return {pk: sum(place.units for place in places) for pk, places in rows.items()}


def with_their_bundles(variant_ids: Iterable[int]) -> list[int]:
    """The variants and every bundle that contains one of them, sorted."""
    ids = set(variant_ids)
    bundles = BundleComponent.objects.filter(component__in=ids).values_list("bundle_id", flat=True)
    return sorted(ids | set(bundles))


def parts_of(bundle_ids: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """(variant, pieces in one set) by bundle; variants that are no bundles are left out."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = BundleComponent.objects.filter(bundle__in=list(bundle_ids)).order_by("id")
    for bundle_id, component_id, quantity in rows.values_list(
        "bundle_id", "component_id", "quantity"
    ):
        found.setdefault(bundle_id, []).append((component_id, quantity))
    return found


def share_goods(variant_ids: Collection[int]) -> list[int]:
    """The variants, what they are made of, and every bundle that needs any of that."""
    parts = parts_of(variant_ids)
    return with_their_bundles([*variant_ids, *(pk for rows in parts.values() for pk, _n in rows)])


def spread_held(held: Mapping[int, int], variant_ids: Collection[int]) -> dict[int, int]:
    """Pieces held of each of `variant_ids` when held bundles count for their components.

    A bundle is held as often as its scarcest held component makes sets unsellable.
    """
    parts = parts_of([*held, *variant_ids])
    if not parts:
        return {pk: held[pk] for pk in variant_ids if pk in held}
    pieces: dict[int, int] = {}
    for pk, units in held.items():
        for component_id, quantity in parts.get(pk, [(pk, 1)]):
            pieces[component_id] = pieces.get(component_id, 0) + units * quantity
    spread = {}
    for pk in variant_ids:
        own = parts.get(pk, [(pk, 1)])
        spread[pk] = max(-(-pieces.get(variant, 0) // quantity) for variant, quantity in own)
    return {pk: units for pk, units in spread.items() if units}
