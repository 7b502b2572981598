"""What an order that waits for stock lacks, and asking suppliers for it."""

from django.utils.translation import gettext as _

from inventory.models import PurchaseOrder, Warehouse
from inventory.selectors.availability import available
from inventory.services.shortages import Need, not_asked_for, propose_purchase
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from orders.models import Order
from orders.selectors.demands import line_demands
from orders.selectors.lines import HOLDER

WAITING = {Order.Status.PENDING_CONFIRMATION, Order.Status.CONFIRMED}


def is_waiting(order: Order) -> bool:
    """Nothing is promised to it although the buyer wants it."""
    return order.fulfillment_status == Order.Fulfillment.UNALLOCATED and order.status in WAITING


def needs_of(order: Order) -> list[Need]:
    """Pieces that are not there for the lines of a waiting order, or for their bundles' parts."""
    return lacking(order) if is_waiting(order) else []


def lacking(order: Order) -> list[Need]:
    """The same for an order in any state to which nothing is promised."""
    rows = [(d.line_id, d.variant_id, d.quantity) for d in line_demands([order.pk])]
    free = available({variant for _line, variant, _units in rows if variant is not None})
    needs = []
    for line, variant, units in rows:
        if variant is None:
            continue
        there = min(free[variant], units)
        free[variant] -= there
        if units > there:
            needs.append(Need(HOLDER, line, variant, units - there))
    return needs


def may_propose(order: Order) -> bool:
    """Whether suppliers have not been asked yet for all that a waiting order lacks."""
    return bool(not_asked_for(needs_of(order)))


def propose_for_order(order_id: int, *, actor: Actor) -> list[PurchaseOrder]:
    """Draft purchase orders with what the order lacks; a repeat adds nothing to them."""
    order = Order.objects.get(pk=order_id)
    needs = needs_of(order)
    if not needs:
        raise DomainError(_("Đơn này không thiếu hàng."), code="order.not_short")
    place = order.warehouse_id or _first_warehouse()
    drafts = propose_purchase(needs, warehouse_id=place, actor=actor)
    data = {"number": ", ".join(draft.number for draft in drafts)}
    record_event("order.purchase_proposed", order, actor=actor, data=data)
    return drafts


def _first_warehouse() -> int:
    """Where goods come in when the order has no place yet: the one that is asked first."""
    places = Warehouse.objects.filter(is_active=True).exclude(kind=Warehouse.Kind.QUARANTINE)
    first = places.order_by("priority", "id").first()
    if first is None:
        raise DomainError(_("Chưa có kho nào đang dùng."), code="order.no_warehouse")
    return first.pk
