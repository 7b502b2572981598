"""One measured figure beside its floor: the same work with nothing of ours in it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """`goal` is the ratio to the floor that we want; time: at most, rate: at least."""

    name: str
    value: float
    unit: str
    floor: float
    goal: float
    higher_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.value / self.floor if self.floor else 0.0

    @property
    def is_reached(self) -> bool:
        return self.ratio >= self.goal if self.higher_is_better else self.ratio <= self.goal

    def line(self) -> str:
        verdict = "ok" if self.is_reached else "short"
        return (
            f"{self.name} {self.value:.4g} {self.unit} {self.floor:.4g} "
            f"{self.ratio:.2f} {self.goal:g} {verdict}"
        )


def peak_mb() -> float:
    """The most memory that this process held; ru_maxrss may tell that of the one that began it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")
