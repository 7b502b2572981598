"""What marketplaces told about buyers: their orders as they came, and what they sent back."""

from collections.abc import Sequence
from typing import Any

from channels_sync.models import RemoteOrder, ReturnRequest
from oms.kernel.erasing import Scrub
from orders.ports import PersonalData, register_personal_data


def collect(order_ids: Sequence[int]) -> dict[int, Any]:
    """The marketplace's own words by order, with what the buyer wrote about a return."""
    rows = RemoteOrder.objects.filter(order__in=order_ids)
    found: dict[int, Any] = {row.order_id: row.payload for row in rows if row.order_id}
    for wish in ReturnRequest.objects.filter(order__in=order_ids):
        kept = found.setdefault(wish.order_id or 0, {})
        told = {"reason": wish.reason, "text": wish.buyer_text, "images": wish.images}
        found[wish.order_id or 0] = {**kept, f"return {wish.remote_id}": told}
    return found


def erase(order_ids: Sequence[int], scrub: Scrub) -> None:
    """Buyer and address go; goods and amounts stay."""
    rows = list(RemoteOrder.objects.filter(order__in=order_ids))
    for row in rows:
        row.payload = scrub.clean(row.payload)
    RemoteOrder.objects.bulk_update(rows, ["payload"])
    ReturnRequest.objects.filter(order__in=order_ids).update(buyer_text="", images=[])


def register() -> None:
    """Called once by wiring."""
    register_personal_data(PersonalData("channel", collect, erase))
