"""The sandbox's time: real time plus what a test has added, so that nobody sleeps for a token."""

import threading
import time


class Clock:
    """Seconds since the epoch; `advance` moves every partner of one sandbox forward."""

    def __init__(self) -> None:
        self._offset = 0.0
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
