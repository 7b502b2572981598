"""What the buyers did, by marketplace and by SKU."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Ledger:
    """Counts while the traffic runs. `tally` is keyed by marketplace and kind of event."""

    planned: int
    seed: int
    tally: dict[str, Counter[str]] = field(default_factory=dict)
    units: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    done: int = 0
    error: str = ""

    def count(self, market: str, kind: str, times: int = 1) -> None:
        self.tally.setdefault(market, Counter())[kind] += times

    def as_json(self) -> dict[str, Any]:
        return {
            "planned": self.planned,
            "seed": self.seed,
            "done": self.done,
            "markets": {name: dict(tally) for name, tally in self.tally.items()},
            "units": dict(self.units),
            "faults": dict(self.faults),
            "error": self.error,
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        told = [f"Seed {self.seed}: {self.done} of {self.planned} buyers came."]
        for name, tally in sorted(self.tally.items()):
            parts = ", ".join(f"{kind} {number}" for kind, number in sorted(tally.items()))
            told.append(f"{name}: {parts}")
        told.append("Units: " + ", ".join(f"{sku} {n}" for sku, n in self.units.most_common()))
        if self.faults:
            spoilt = ", ".join(f"{fault} {n}" for fault, n in sorted(self.faults.items()))
            told.append(f"Pushes spoilt: {spoilt}")
        return told
