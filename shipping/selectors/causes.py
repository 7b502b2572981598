"""Parcels as what stock movements were for."""

from collections import defaultdict
from collections.abc import Sequence

from inventory.ports import Cause
from inventory.selectors.costing import shipment_costs
from orders.selectors.lines import orders_as_causes
from shipping.models import Package


def packages_as_causes(package_ids: Sequence[int]) -> dict[int, Cause]:
    """The orders of parcels: the number, the buyer and his page."""
    orders = dict(
        Package.objects.filter(pk__in=package_ids).values_list("pk", "fulfilment__order_id")
    )
    named = orders_as_causes(list(orders.values()))
    return {pk: named[order_id] for pk, order_id in orders.items()}


def causes_of_order(order_id: int) -> list[tuple[str, int]]:
    """The parcels of an order: what left stock with them left for it."""
    rows = Package.objects.filter(fulfilment__order_id=order_id).order_by("pk")
    return [("package", pk) for pk in rows.values_list("pk", flat=True)]


def orders_of_packages(package_ids: Sequence[int]) -> list[int]:
    rows = Package.objects.filter(pk__in=package_ids)
    return list(rows.values_list("fulfilment__order_id", flat=True))


def costs_of_orders(order_ids: Sequence[int]) -> dict[int, int]:
    """Đồng by order: what left in its parcels was worth, and the boxes that it left in."""
    rows = Package.objects.filter(fulfilment__order__in=order_ids)
    orders: dict[int, int] = {}
    costs: dict[int, int] = defaultdict(int)
    facts = rows.values_list("pk", "fulfilment__order_id", "box_cost_vnd", "handed_over_at")
    for package_id, order_id, box_cost_vnd, handed_over_at in facts:
        orders[package_id] = order_id
        costs[order_id] += box_cost_vnd if handed_over_at else 0
    for package_id, cost in shipment_costs("package", orders).items():
        costs[orders[package_id]] += cost
    return costs
