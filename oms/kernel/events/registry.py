"""Who wants to hear of what. Handlers may run twice and out of order; they re-read the row."""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oms.kernel.models import Event

Handler = Callable[["Event"], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def on_event(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler for the named events; used in an app's handlers.py."""

    def register(handler: Handler) -> Handler:
        for name in names:
            if handler not in _handlers[name]:
                _handlers[name].append(handler)
        return handler

    return register


def handlers_of(name: str) -> list[Handler]:
    return list(_handlers.get(name, ()))


def is_heard(name: str) -> bool:
    return bool(_handlers.get(name))
