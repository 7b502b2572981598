"""Events: history and outbox in one row, written in the transaction of the change."""

from oms.kernel.events.record import EventRow, record_event, record_events, timeline_of
from oms.kernel.events.registry import on_event, on_events

__all__ = ["EventRow", "on_event", "on_events", "record_event", "record_events", "timeline_of"]
