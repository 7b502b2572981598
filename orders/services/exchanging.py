"""Other goods for those that came back: an order of its own, paid with what is due."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.money import format_vnd
from oms.kernel.sql import retry_deadlock
from orders import edit_ports
from orders.models import Order, Return
from orders.services.intake import place_and_confirm
from orders.services.marks import flag_orders
from orders.services.new_order import NewLine, NewOrder
from orders.services.return_credit import close_settled, payment_after_refund
from orders.services.returning import lock_return
from orders.services.states import apply_states, lock_order

CREDITED = (Return.Status.CREDITED, Return.Status.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the buyer takes instead, and whether a carrier collects what it costs beyond."""

    lines: Sequence[NewLine]
    shipping_fee_vnd: int = 0
    is_cod: bool = True


@retry_deadlock
@transaction.atomic
def exchange_return(return_id: int, wanted: Exchange, *, actor: Actor) -> Order:
    """Make the order that replaces the returned goods. A repeat finds the first one.

    What is due to the buyer pays it; the rest is to be paid, or stays due to him. Raises
    DomainError before the return is credited.
    """
    document = lock_return(return_id)
    if document.exchange_order_id is not None:
        return Order.objects.get(pk=document.exchange_order_id)
    old = document.order
    if document.status not in CREDITED:
        raise DomainError(_("Hãy chốt số tiền của phiếu trả trước."), "exchange.not_credited")
    if old.is_foreign:
        raise DomainError(_("Đơn ngoại tệ: hãy hoàn tiền và lập đơn mới."), "exchange.foreign")
    if not wanted.lines:
        raise DomainError(_("Chọn ít nhất một món để đổi."), "exchange.empty")
    total = wanted.shipping_fee_vnd + sum(
        line.quantity * line.unit_price_vnd - line.discount_vnd for line in wanted.lines
    )
    moved = min(old.refund_due_vnd, total)
    placed = place_and_confirm(_new_order(document, wanted, total - moved), actor=actor)
    assert placed.order_id is not None
    flag_orders([placed.order_id], add=[Order.Flag.EXCHANGE], actor=actor)
    document.exchange_order_id = placed.order_id
    document.save(update_fields=["exchange_order"])
    if moved:
        _pay(old.pk, placed.order_id, moved, actor)
    close_settled(old.pk, actor=actor)
    return Order.objects.get(pk=placed.order_id)


def _new_order(document: Return, wanted: Exchange, rest_vnd: int) -> NewOrder:
    """To the same buyer, outside any shop of a marketplace."""
    old = document.order
    return NewOrder(
        source=Order.Source.PHONE if old.shop_ref else old.source,
        request_key=f"exchange:{document.pk}",
        lines=wanted.lines,
        recipient_name=old.recipient_name,
        recipient_phone=old.recipient_phone,
        street=old.street,
        ward=old.ward,
        district=old.district,
        province=old.province,
        internal_note=_("Đổi hàng cho đơn %(order)s, phiếu trả %(number)s")
        % {"order": old.number, "number": document.number},
        shipping_fee_buyer_vnd=wanted.shipping_fee_vnd,
        is_cod=wanted.is_cod and rest_vnd > 0,
        cod_vnd=rest_vnd if wanted.is_cod else 0,
    )


def _pay(old_id: int, new_id: int, amount_vnd: int, actor: Actor) -> None:
    """Payments of the first order pay the second: no money moves, so no refund is written."""
    old, new = lock_order(old_id), lock_order(new_id)
    edit_ports.move_paid(old_id, {new_id: amount_vnd})
    paid = old.paid_vnd - amount_vnd
    apply_states(
        old_id,
        actor=actor,
        event_name="payment.moved_out",
        data={"number": new.number, "text": format_vnd(amount_vnd)},
        payment=payment_after_refund(old, paid),
        paid_vnd=paid,
    )
    whole = amount_vnd == new.total_vnd
    apply_states(
        new_id,
        actor=actor,
        event_name="payment.moved_in",
        data={"number": old.number, "text": format_vnd(amount_vnd)},
        payment=Order.Payment.PAID if whole else Order.Payment.PARTIALLY_PAID,
        paid_vnd=amount_vnd,
    )
