"""What marketplaces told about buyers: their orders as they came."""

from collections.abc import Sequence
from typing import Any

from channels_sync.models import RemoteOrder
from oms.kernel.erasing import Scrub
from orders.ports import PersonalData, register_personal_data


def collect(order_ids: Sequence[int]) -> dict[int, Any]:
    """The marketplace's own words by order."""
    rows = RemoteOrder.objects.filter(order__in=order_ids)
    return {row.order_id: row.payload for row in rows if row.order_id}


def erase(order_ids: Sequence[int], scrub: Scrub) -> None:
    """Buyer and address go; goods and amounts stay."""
    rows = list(RemoteOrder.objects.filter(order__in=order_ids))
    for row in rows:
        row.payload = scrub.clean(row.payload)
    RemoteOrder.objects.bulk_update(rows, ["payload"])


def register() -> None:
    """Called once by wiring."""
    register_personal_data(PersonalData("channel", collect, erase))
