"""What a warehouse that somebody else runs has to ship, as its own program reads it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from inventory.models import Barcode, Variant, Warehouse
from oms.kernel.pages import Page, keyset_page
from orders.models import Order
from orders.selectors.demands import line_demands
from shipping.models import BookingState, Fulfilment, Package
from shipping.selectors.picking import fulfilments_visible_to
from shipping.states import OURS

STOPPED = {Order.Status.CANCELLED: "cancelled", Order.Status.ON_HOLD: "held"}


def outside_warehouses(user: Any) -> QuerySet[Warehouse]:
    """Those that somebody else runs, among the user's own."""
    places = Warehouse.objects.filter(kind=Warehouse.Kind.THIRD_PARTY)
    scope = user.warehouse_scope()
    return places if scope is None else places.filter(pk__in=scope)


def outside_fulfilments(user: Any) -> QuerySet[Fulfilment]:
    rows = fulfilments_visible_to(user).filter(warehouse__in=outside_warehouses(user))
    return rows.select_related("order", "warehouse")


def outside_page(user: Any, *, show: str, after: str, before: str) -> Page[Fulfilment]:
    """The oldest first; `show` is "all", else those that have not left."""
    rows = outside_fulfilments(user)
    if show != "all":
        rows = rows.filter(status__in=OURS)
    return keyset_page(rows, keys=("id",), after=after, before=before)


def tell_fulfilments(rows: Sequence[Fulfilment]) -> list[dict[str, Any]]:
    """As JSON; four statements for any number. Bundles are taken apart into pieces."""
    parcels = _parcels([row.pk for row in rows])
    pieces: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for demand in line_demands([row.order_id for row in rows]):
        if demand.variant_id is not None:
            pieces[demand.order_id][demand.variant_id] += demand.quantity
    goods = _goods({variant for of_order in pieces.values() for variant in of_order})
    return [
        {
            "id": row.pk,
            "order": row.order.number,
            "warehouse": row.warehouse.code,
            "status": row.status,
            "stop": STOPPED.get(Order.Status(row.order.status), ""),
            "ship_by_at": row.order.ship_by_at.isoformat() if row.order.ship_by_at else None,
            "lines": [
                {**goods[variant], "quantity": units}
                for variant, units in pieces[row.order_id].items()
            ],
            "parcel": parcels.get(row.pk),
        }
        for row in rows
    ]


def _parcels(fulfilment_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The waybill of each; who receives it and the cash stand with the carrier."""
    packages = Package.objects.filter(fulfilment__in=fulfilment_ids).exclude(
        booking_state=BookingState.VOID
    )
    return {
        fulfilment: {"carrier": carrier, "tracking_number": code, "weight_g": weight_g}
        for fulfilment, carrier, code, weight_g in packages.order_by("id").values_list(
            "fulfilment_id", "carrier_code", "tracking_number", "weight_g"
        )
    }


def _goods(variant_ids: set[int]) -> dict[int, dict[str, Any]]:
    codes: dict[int, list[str]] = defaultdict(list)
    rows = Barcode.objects.filter(variant__in=variant_ids).order_by("id")
    for variant, code in rows.values_list("variant_id", "code"):
        codes[variant].append(code)
    variants = Variant.objects.filter(pk__in=variant_ids).select_related("product")
    return {
        row.pk: {"sku": row.sku, "name": row.full_name, "barcodes": codes[row.pk]}
        for row in variants
    }
