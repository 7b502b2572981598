"""What the marketplace says about one of our orders, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from channels_sync.models import RemoteOrder, RemotePackage
from channels_sync.ports import RemoteState, canceller_of_pieces, marketplace
from channels_sync.services.arranging import READY, SHIPPABLE
from channels_sync.services.cancelling import BEFORE_SHIPPING
from orders.models import Order, OrderLine, Reason
from orders.selectors.reasons import reason_names

A = RemotePackage.Arrangement
WAITING_HERE = {Order.Status.PENDING_CONFIRMATION, Order.Status.ON_HOLD}
CANCELLABLE = WAITING_HERE | set(READY)


@dataclass(frozen=True)
class PiecesOfLine:
    """A line of which single pieces can be cancelled; `pieces` are the marketplace's names."""

    line: OrderLine
    pieces: tuple[str, ...]

    @property
    def seen(self) -> str:
        return ",".join(self.pieces)


@dataclass(frozen=True)
class ChannelView:
    """The panel of an order page."""

    order: Order
    remote: RemoteOrder
    packages: list[RemotePackage]

    @property
    def is_to_arrange(self) -> bool:
        """The marketplace waits for us to hand some parcel over."""
        return self.remote.state in SHIPPABLE and any(
            package.arrangement in (A.NONE, A.REFUSED) for package in self.packages
        )

    @property
    def can_arrange(self) -> bool:
        return self.is_to_arrange and self.order.status in READY

    @property
    def waits_for_us(self) -> bool:
        """To be arranged, but only after the order is confirmed or released here."""
        return self.is_to_arrange and self.order.status in WAITING_HERE

    @property
    def shows_recipient(self) -> bool:
        """The buyer's data is hidden unless the seller may carry the parcel."""
        order = self.order
        told = f"{order.recipient_name}{order.recipient_phone}{order.street}"
        return bool(order.recipient_name) and "*" not in told

    @property
    def can_ship_ourselves(self) -> bool:
        """The marketplace may take a parcel of our own carrier."""
        allows = marketplace(self.remote.shop.marketplace).capabilities.own_carrier
        return allows and self.shows_recipient

    @property
    def hides_deadline(self) -> bool:
        """Until when the buyer's wish waits is not told: answer soon."""
        return not marketplace(self.remote.shop.marketplace).capabilities.tells_deadline

    @property
    def cancels_whole_only(self) -> bool:
        """Several lines, still to be shipped, and the marketplace cancels all of them or none."""
        if not self._is_cancellable:
            return False
        able = marketplace(self.remote.shop.marketplace).capabilities
        return not able.cancels_parts and self.order.lines.count() > 1

    @property
    def _is_cancellable(self) -> bool:
        return self.remote.state in BEFORE_SHIPPING and self.order.status in CANCELLABLE

    @cached_property
    def cancellable_pieces(self) -> list[PiecesOfLine]:
        """Lines of which some pieces may be cancelled; none where only the whole may be."""
        canceller = canceller_of_pieces(self.remote.shop.marketplace)
        if canceller is None or not self._is_cancellable:
            return []
        alive = canceller.living_pieces(self.remote.payload)
        if sum(map(len, alive.values())) < 2:
            return []
        lines = self.order.lines.order_by("position")
        return [
            PiecesOfLine(line, alive[line.remote_line_id])
            for line in lines
            if alive.get(line.remote_line_id)
        ]

    @property
    def cancel_reasons(self) -> list[str]:
        return reason_names(Reason.Kind.CANCEL)

    @property
    def asks_to_cancel(self) -> bool:
        return self.remote.state == RemoteState.CANCEL_REQUESTED


def channel_view(order: Order) -> ChannelView | None:
    """None for an order that came another way."""
    remote = RemoteOrder.objects.select_related("shop").filter(order_id=order.pk).first()
    if remote is None:
        return None
    return ChannelView(order, remote, list(remote.packages.order_by("pk")))


def arrangeable(order_ids: Sequence[int]) -> set[int]:
    """Those of the orders whose marketplace waits for us to hand some parcel over."""
    waiting = RemoteOrder.objects.filter(
        order__in=order_ids,
        order__status__in=READY,
        state__in=SHIPPABLE,
        packages__arrangement__in=(A.NONE, A.REFUSED),
    )
    return set(waiting.values_list("order_id", flat=True))
