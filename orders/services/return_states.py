"""What a reception means for the order: all of it is back, or a part, or less than came."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import TransitionRefused
from orders.models import Order, OrderProblem, Return, ReturnPiece
from orders.selectors.return_pieces import expected_of
from orders.services.problems import open_problem
from orders.services.states import Change, apply_states, lock_order, save_changes
from orders.states import FULFILLMENT_FLOW

Fulfillment = Order.Fulfillment
ON_THE_WAY_BACK = (Fulfillment.RETURN_PENDING, Fulfillment.RETURNING, Fulfillment.RETURNED)


def all_is_back(order: Order) -> bool:
    return not order.lines.exclude(returned=F("quantity")).exists()


def settle_order(document: Return, *, actor: Actor) -> None:
    """Move the order of a return that was received, in the caller's transaction."""
    order = document.order
    if all_is_back(order) or order.fulfillment_status in ON_THE_WAY_BACK:
        _come_back(order, document, actor)
    else:
        _come_back_in_part(order.pk, document, actor)
    _tell_short(document, actor)


def _come_back(order: Order, document: Return, actor: Actor) -> None:
    if not FULFILLMENT_FLOW.allows(order.fulfillment_status, Fulfillment.RETURNED):
        return
    apply_states(
        order.pk,
        actor=actor,
        event_name="order.returned",
        data={"number": document.number},
        fulfillment=Fulfillment.RETURNED,
    )


def _come_back_in_part(order_id: int, document: Return, actor: Actor) -> None:
    """A part stays with the buyer: that is a state of its own, which only this writes."""
    change = Change(lock_order(order_id), "order.partly_returned", {"number": document.number})
    if change.order.status == Order.Status.PARTIALLY_RETURNED:
        return
    change.order.status = Order.Status.PARTIALLY_RETURNED
    try:
        with transaction.atomic():
            save_changes([change], actor=actor)
    except TransitionRefused:
        return


def _tell_short(document: Return, actor: Actor) -> None:
    """Pieces that were announced and did not come, or were not ours, need somebody's claim."""
    missing = sum(row.left for row in expected_of(document))
    pieces = ReturnPiece.objects.filter(return_line__document=document)
    swapped = sum(pieces.filter(movement=None).values_list("quantity", flat=True))
    if not missing + swapped:
        return
    message = _("%(number)s: thiếu %(missing)d món, bị tráo %(swapped)d món. Khiếu nại nếu cần.")
    words = {"number": document.number, "missing": missing, "swapped": swapped}
    open_problem(
        document.order_id,
        OrderProblem.Kind.RETURN_SHORT,
        message % words,
        {"return_id": document.pk},
        actor=actor,
    )
