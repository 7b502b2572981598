"""What inventory does when it hears of something."""

from inventory.services.alerts import settle_low_stock
from oms.kernel.events import on_event
from oms.kernel.models import Event


@on_event("stock.changed")
def watch_low_stock(event: Event) -> None:
    """A balance may have fallen to its limit, or risen above it."""
    settle_low_stock(event.data.get("variant_ids") or [event.subject_id])
