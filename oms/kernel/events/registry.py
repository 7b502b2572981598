"""Who wants to hear of what. Handlers may run twice and out of order; they re-read the row."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oms.kernel.models import Event

Handler = Callable[["Event"], None]
GroupHandler = Callable[[Sequence["Event"]], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


class Together:
    """A handler that takes many events of one name with less work than one by one."""

    def __init__(self, handle: GroupHandler) -> None:
        self.handle = handle
        update_wrapper(self, handle)

    def __call__(self, event: "Event") -> None:
        self.handle([event])


def on_event(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler for the named events; used in an app's handlers.py."""

    def register(handler: Handler) -> Handler:
        for name in names:
            if handler not in _handlers[name]:
                _handlers[name].append(handler)
        return handler

    return register


def on_events(*names: str) -> Callable[[GroupHandler], GroupHandler]:
    """Register a handler that is given all events of one name that are published together."""

    def register(handler: GroupHandler) -> GroupHandler:
        on_event(*names)(Together(handler))
        return handler

    return register


def handlers_of(name: str) -> list[Handler]:
    return list(_handlers.get(name, ()))


def is_heard(name: str) -> bool:
    return bool(_handlers.get(name))
