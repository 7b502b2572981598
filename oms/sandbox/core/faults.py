"""Faults that can be switched on, each for a path pattern and a number of times."""

import threading
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from oms.sandbox.core.messages import ControlError

DELAY = "delay"
CALL_FAULTS = (
    "timeout_before_work",  # nothing is done, the connection ends without an answer
    "timeout_after_work",  # the work is done, the connection ends without an answer
    "status_5xx",
    "rate_limit",
    "expired_token",
    "garbled_json",  # the work is done, the answer is cut in the middle
    "unknown_status",  # the work is done, states in the answer carry a value nobody documented
)
WEBHOOK_FAULTS = (
    "duplicate",
    "late",
    "reorder",
    "lost",
    "bad_signature",
    "unknown_webhook_status",
)


@dataclass
class Fault:
    """`path` is a shell pattern: of the called path, or of the event name for webhooks.

    `times` None means until it is removed. `seconds` is how long a delay or a time-out holds the
    line (real seconds). `after_work` makes a status_5xx come after the work was done.
    """

    kind: str
    path: str = "*"
    times: int | None = 1
    seconds: float = 0.0
    status: int = 500
    value: str = "sandbox_unknown_status"
    after_work: bool = False
    used: int = 0

    @property
    def spent(self) -> bool:
        return self.times is not None and self.used >= self.times


class Faults:
    """The faults of one partner. Taking one counts it; a spent one is gone."""

    def __init__(self, extra_kinds: tuple[str, ...] = ()) -> None:
        self.kinds = (DELAY, *CALL_FAULTS, *WEBHOOK_FAULTS, *extra_kinds)
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, wanted: dict[str, Any]) -> Fault:
        known = {name for name in Fault.__dataclass_fields__ if name != "used"}
        strange = set(wanted) - known
        if strange:
            raise ControlError(f"unknown fault field: {', '.join(sorted(strange))}")
        if wanted.get("kind") not in self.kinds:
            raise ControlError(f"kind must be one of: {', '.join(self.kinds)}")
        fault = Fault(**wanted)
        with self._lock:
            self._faults.append(fault)
        return fault

    def take(self, path: str, *kinds: str) -> Fault | None:
        """The first fault of these kinds that fits this path, counted as used."""
        with self._lock:
            for fault in self._faults:
                if fault.kind in kinds and fnmatchcase(path, fault.path):
                    fault.used += 1
                    if fault.spent:
                        self._faults.remove(fault)
                    return fault
        return None

    def rows(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()


def with_value(data: Any, keys: tuple[str, ...], value: str) -> Any:
    """The same JSON with every text or number under one of `keys` replaced."""
    if isinstance(data, list):
        return [with_value(item, keys, value) for item in data]
    if isinstance(data, dict):
        return {
            key: value
            if key in keys and isinstance(item, str | int)
            else with_value(item, keys, value)
            for key, item in data.items()
        }
    return data
