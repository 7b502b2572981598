"""Traffic that runs inside the sandbox's own process: started, watched and stopped from outside."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from oms.sandbox.core import ControlError
from oms.sandbox.traffic.generator import FAULTS, Plan, Traffic

logger = logging.getLogger(__name__)
JOIN_S = 10


class TrafficDesk:
    """At most one run at a time; the last one's ledger stays readable."""

    def __init__(self, doors: Callable[[], Mapping[str, str]]) -> None:
        self._doors = doors
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._traffic: Traffic | None = None

    def start(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Begin {"orders", "rate", "faults", "seed", "hot"}; refused while another run goes on."""
        with self._lock:
            if self.is_running():
                raise ControlError("traffic is running already")
            plan = Plan(
                orders=int(wanted.get("orders", 100)),
                rate=float(wanted.get("rate", 20)),
                faults=tuple(wanted.get("faults", FAULTS)),
                seed=int(wanted.get("seed", 0)),
                hot=tuple(wanted.get("hot", ())),
            )
            self._traffic = Traffic(self._doors(), plan)
            self._stopped = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._traffic, self._stopped), daemon=True
            )
            self._thread.start()
        return self.told()

    @staticmethod
    def _run(traffic: Traffic, stopped: threading.Event) -> None:
        try:
            traffic.run(stopped)
        except (OSError, ValueError) as failure:
            logger.warning("sandbox traffic ended: %s", failure)
            traffic.ledger.error = str(failure)

    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def told(self) -> dict[str, Any]:
        """Whether it runs, and the ledger so far."""
        ledger = self._traffic.ledger.as_json() if self._traffic else {}
        return {"running": self.is_running(), **ledger}

    def stop(self) -> dict[str, Any]:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(JOIN_S)
        return self.told()
