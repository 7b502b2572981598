"""Cancelling some pieces of an order at a marketplace that allows it, before they are shipped.

What leaves our order is never decided here: the order is read again, and what it then tells does.
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder
from channels_sync.ports import CancelsPieces, canceller_of_pieces
from channels_sync.services.access import ask
from channels_sync.services.cancelling import BEFORE_SHIPPING
from channels_sync.services.importing import import_orders
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.events import record_event
from oms.kernel.locks import LockBusy, redis_lock
from orders.selectors.reasons import channel_code

LOCK_SECONDS = 120


def cancel_pieces(order_id: int, pieces: Collection[str], *, code: str, actor: Actor) -> int:
    """Cancel the pieces of these names; `code` is our reason. Returns how many are cancelled.

    Pieces are named, never counted: after a lost answer, and at a second click, the same ones are
    asked for, and those that are gone are left alone. Raises DomainError where the marketplace
    does not allow it or somebody else is at it, ServiceRefused or ServiceUnreachable when none of
    them was cancelled.
    """
    try:
        with redis_lock(f"channel-cancel-pieces:{order_id}", LOCK_SECONDS):
            return _cancel(order_id, pieces, code=code, actor=actor)
    except LockBusy as busy:
        message = _("Đơn này đang được hủy một phần; hãy xem kết quả rồi làm tiếp.")
        raise DomainError(message, code="cancelling") from busy


def _cancel(order_id: int, pieces: Collection[str], *, code: str, actor: Actor) -> int:
    remote = _remote(order_id)
    canceller = _canceller(remote)
    import_orders(remote.shop_id, [remote.remote_id])
    wanted = _still_there(remote, canceller, pieces)
    if not wanted:
        return 0
    reason = channel_code(code, remote.shop.marketplace)
    trouble: ServiceRefused | ServiceUnreachable | None = None
    try:
        ask(
            remote.shop_id,
            lambda _adapter, access: canceller.cancel_pieces(
                access, remote.remote_id, wanted, reason=reason
            ),
        )
    except (ServiceRefused, ServiceUnreachable) as caught:
        trouble = caught
    import_orders(remote.shop_id, [remote.remote_id])
    remote.refresh_from_db()
    gone = len(wanted) - len(_alive(remote, canceller) & set(wanted))
    if trouble is not None and not gone:
        raise trouble
    if gone:
        record_event(
            "channel.pieces_cancelled",
            remote,
            actor=actor,
            about=("order", order_id),
            data={"quantity": gone, "reason": code},
        )
    return gone


def _remote(order_id: int) -> RemoteOrder:
    remote = RemoteOrder.objects.select_related("shop").filter(order_id=order_id).first()
    if remote is None:
        raise DomainError(_("Đơn này không thuộc gian hàng trên sàn"), code="not_a_channel_order")
    return remote


def _canceller(remote: RemoteOrder) -> CancelsPieces:
    canceller = canceller_of_pieces(remote.shop.marketplace)
    if canceller is None:
        raise DomainError(_("Sàn này chỉ cho hủy cả đơn"), code="whole_only")
    return canceller


def _still_there(
    remote: RemoteOrder, canceller: CancelsPieces, pieces: Collection[str]
) -> list[str]:
    """Those of the pieces that the marketplace has just told as left."""
    remote.refresh_from_db()
    alive = _alive(remote, canceller)
    wanted = sorted(alive & set(pieces))
    if not wanted:
        return []
    if remote.state not in BEFORE_SHIPPING:
        raise DomainError(
            _("Sàn không cho hủy đơn ở trạng thái %(status)s") % {"status": remote.remote_status},
            code="not_cancellable",
        )
    if len(wanted) == len(alive):
        raise DomainError(_("Muốn hủy hết thì dùng nút Hủy đơn."), code="all_pieces")
    return wanted


def _alive(remote: RemoteOrder, canceller: CancelsPieces) -> set[str]:
    lines = canceller.living_pieces(remote.payload)
    return {piece for pieces in lines.values() for piece in pieces}
