"""Cancelling at the marketplace, and answering a buyer who asks for it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder
from channels_sync.ports import RemoteState
from channels_sync.services.access import ask
from channels_sync.services.importing import import_orders
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from orders.models import OrderLine
from orders.selectors.reasons import remote_cancel_code

# Of the reasons that channels know, the one that names its goods.
OUT_OF_STOCK = "OUT_OF_STOCK"
BEFORE_SHIPPING = {RemoteState.TO_SHIP, RemoteState.ARRANGED, RemoteState.ATTENTION}


def answer_cancellation(order_id: int, *, accept: bool, actor: Actor) -> RemoteOrder:
    """Accept or reject the buyer's wish; our order follows what the marketplace then says.

    Asking again after a lost answer is safe: the marketplace takes one answer only, and the order
    is read again either way.
    """
    remote = _remote(order_id)
    if remote.state != RemoteState.CANCEL_REQUESTED:
        raise DomainError(_("Đơn này không có yêu cầu hủy đang chờ"), code="no_request")
    try:
        ask(
            remote.shop_id,
            lambda adapter, access: adapter.answer_cancellation(
                access, remote.remote_id, accept=accept
            ),
        )
    finally:
        import_orders(remote.shop_id, [remote.remote_id])
    answer = RemoteOrder.CancelAnswer
    RemoteOrder.objects.filter(pk=remote.pk).update(
        cancel_answer=answer.ACCEPTED if accept else answer.REJECTED
    )
    record_event(
        "channel.cancel_accepted" if accept else "channel.cancel_rejected",
        remote,
        actor=actor,
        about=("order", order_id),
    )
    return RemoteOrder.objects.get(pk=remote.pk)


def cancel_at_marketplace(
    order_id: int, *, out_of_stock: Sequence[str] = (), actor: Actor
) -> RemoteOrder:
    """Cancel as the seller, before shipping, with the marketplace's own word for our reason.

    `out_of_stock` names the listings that ran out; without it those of the whole order did, when
    that is the reason.
    """
    remote = _remote(order_id)
    reason = remote_cancel_code(order_id, remote.shop.marketplace)
    if reason == OUT_OF_STOCK and not out_of_stock:
        rows = OrderLine.objects.filter(order=order_id).exclude(listing_ref="")
        out_of_stock = list(rows.values_list("listing_ref", flat=True))
    if remote.state == RemoteState.CANCELLED:
        return remote
    if remote.state not in BEFORE_SHIPPING:
        raise DomainError(
            _("Sàn không cho hủy đơn ở trạng thái %(status)s") % {"status": remote.remote_status},
            code="not_cancellable",
        )
    try:
        ask(
            remote.shop_id,
            lambda adapter, access: adapter.cancel(
                access, remote.remote_id, out_of_stock=out_of_stock, reason=reason
            ),
        )
    finally:
        import_orders(remote.shop_id, [remote.remote_id])
    record_event("channel.cancelled_by_us", remote, actor=actor, about=("order", order_id))
    return RemoteOrder.objects.get(pk=remote.pk)


def _remote(order_id: int) -> RemoteOrder:
    remote = RemoteOrder.objects.filter(order_id=order_id).first()
    if remote is None:
        raise DomainError(_("Đơn này không thuộc gian hàng trên sàn"), code="not_a_channel_order")
    return remote
