"""The sandbox's time: real time plus what a test has added, so that nobody sleeps for a token."""

import threading
import time


class Clock:
    """Seconds since the epoch; `advance` moves every partner of one sandbox forward.

    One that starts `behind` can be moved without running ahead of its callers.
    """

    def __init__(self, behind: float = 0.0) -> None:
        self._offset = -behind
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            return time.time() + self._offset

    def advance(self, seconds: float) -> float:
        """Move forward (never back) and return the new time."""
        if seconds < 0:
            raise ValueError("a clock does not run backwards")
        with self._lock:
            self._offset += seconds
        return self.now()
