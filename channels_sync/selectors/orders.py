"""What the marketplace says about one of our orders, for its page."""

from dataclasses import dataclass

from channels_sync.models import RemoteOrder, RemotePackage
from channels_sync.ports import RemoteState
from channels_sync.services.arranging import SHIPPABLE

A, W = RemotePackage.Arrangement, RemotePackage.Waybill


@dataclass(frozen=True)
class ChannelView:
    """The panel of an order page."""

    remote: RemoteOrder
    packages: list[RemotePackage]

    @property
    def can_arrange(self) -> bool:
        return self.remote.state in SHIPPABLE and any(
            package.arrangement in (A.NONE, A.REFUSED) for package in self.packages
        )

    @property
    def shows_recipient(self) -> bool:
        """The buyer's data is hidden unless the seller is to carry the parcel."""
        address = self.remote.payload.get("recipient_address") or {}
        return bool(address) and "*" not in str(address)

    @property
    def asks_to_cancel(self) -> bool:
        return self.remote.state == RemoteState.CANCEL_REQUESTED


def channel_view(order_id: int) -> ChannelView | None:
    """None for an order that came another way."""
    remote = RemoteOrder.objects.select_related("shop").filter(order_id=order_id).first()
    return None if remote is None else ChannelView(remote, list(remote.packages.order_by("pk")))
