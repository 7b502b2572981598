"""What inventory does when it hears of something."""

from collections.abc import Sequence

from inventory.services.alerts import settle_low_stock
from oms.kernel.events import on_events
from oms.kernel.models import Event


@on_events("stock.changed")
def watch_low_stock(events: Sequence[Event]) -> None:
    """A balance may have fallen to its limit, or risen above it."""
    changed = (event.data.get("variant_ids") or [event.subject_id] for event in events)
    settle_low_stock(sorted({pk for several in changed for pk in several}))
