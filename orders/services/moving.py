"""Shipping an order from another warehouse: its promises move, as long as nobody has picked."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Warehouse
from inventory.services import stock
from inventory.services.promise_moves import held_where
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.sql import retry_deadlock
from orders.models import Order
from orders.selectors.demands import line_demands
from orders.services.states import Change, lock_order, save_changes

Status, Fulfillment = Order.Status, Order.Fulfillment
MOVABLE = frozenset({Status.PENDING_CONFIRMATION, Status.CONFIRMED, Status.ON_HOLD})


@retry_deadlock
@transaction.atomic
def move_order(
    order_id: int, warehouse_id: int, *, actor: Actor, among: Collection[int] | None = None
) -> Order:
    """Promise the order's goods from this warehouse instead of where they are promised now.

    `among`: the warehouses that the person may send to; None: all. An order that is promised there
    already is left alone. Raises InsufficientStock, and then keeps the promise that it had.
    """
    change = Change(lock_order(order_id), "order.moved")
    order = change.order
    refuse_move(order)
    place = _place(warehouse_id, among)
    demands = line_demands([order.pk])
    stock.lock_levels({row.variant_id for row in demands if row.variant_id})
    lines = sorted({row.line_id for row in demands})
    before = {where for places in held_where(lines).values() for where in places}
    if before == {place.pk}:
        return order
    stock.release("order_line", lines, actor=actor)
    stock.reserve(
        [
            stock.Demand(row.line_id, row.variant_id, row.quantity, order.pk, row.per_set)
            for row in demands
            if row.variant_id
        ],
        warehouse_ids=[place.pk],
        actor=actor,
    )
    names = Warehouse.objects.filter(pk__in=before).order_by("priority", "pk")
    told = [", ".join(names.values_list("name", flat=True)), place.name]
    change.data["changes"] = {"warehouse": told}
    order.warehouse_id = place.pk
    save_changes([change], actor=actor, always=True)
    return order


def refuse_move(order: Order) -> None:
    """Say why the order cannot be shipped from elsewhere now."""
    if order.status not in MOVABLE or order.fulfillment_status not in (
        Fulfillment.UNALLOCATED,
        Fulfillment.ALLOCATED,
    ):
        raise TransitionRefused(
            _("Chỉ đổi kho được khi đơn chưa tạo vận đơn, chưa nhặt hàng."), code="move.state"
        )
    if order.fulfillment_status == Fulfillment.UNALLOCATED:
        raise DomainError(_("Đơn chưa giữ hàng ở kho nào."), code="move.bare")


def _place(warehouse_id: int, among: Collection[int] | None) -> Warehouse:
    places = Warehouse.objects.filter(is_active=True).exclude(kind=Warehouse.Kind.QUARANTINE)
    place = places.filter(pk=warehouse_id).first()
    if place is None or (among is not None and place.pk not in among):
        raise DomainError(_("Kho này không dùng được."), code="move.place", field="warehouse")
    return place
