"""How well the forecasts do: every week of the last ones is forecast from what came before it.

The choice of a method is repeated at each cut, so the chosen one is judged on weeks that it was not
chosen by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inventory.replenishment.choose import forecast, root_mean_square, week_misses
from inventory.replenishment.methods import NAIVE, WEEK, Series, methods_for

CHOSEN = "chosen"


@dataclass(slots=True)
class Score:
    """Misses of week totals by one method over all series, and those of the naive one beside."""

    misses: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)

    @property
    def mean_absolute(self) -> float:
        return sum(map(abs, self.misses)) / len(self.misses) if self.misses else 0.0

    @property
    def root_mean_square(self) -> float:
        return root_mean_square(self.misses)

    @property
    def scaled(self) -> float:
        """The mean absolute miss as a multiple of the naive one's on the same weeks."""
        other = sum(map(abs, self.naive))
        return sum(map(abs, self.misses)) / other if other else 0.0

    @property
    def bias(self) -> float:
        return sum(self.misses) / len(self.misses) if self.misses else 0.0


@dataclass(frozen=True, slots=True)
class Table:
    series: int
    weeks: int
    scores: dict[str, Score]
    picks: dict[str, int]


def backtest(many: Iterable[Series], *, weeks: int) -> Table:
    """Every method and the chosen one on the last `weeks` weeks of each series."""
    scores: dict[str, Score] = {}
    picks: dict[str, int] = {}
    count = tested = 0
    for series in many:
        count += 1
        cuts = [len(series) - WEEK * back for back in range(weeks, 0, -1)]
        outcomes = {
            name: method(series, cuts, WEEK) for name, method in methods_for(0.5).items()
        } | {CHOSEN: [_chosen(series[:cut], picks) for cut in cuts]}
        found = {name: week_misses(series, cuts, days) for name, days in outcomes.items()}
        tested += len(found[CHOSEN])
        for name, misses in found.items():
            score = scores.setdefault(name, Score())
            score.misses += misses
            score.naive += found[NAIVE]
    return Table(count, tested, scores, picks)


def _chosen(past: Series, picks: dict[str, int]) -> Sequence[float]:
    found = forecast(past, horizon=WEEK)
    picks[found.method] = picks.get(found.method, 0) + 1
    return found.days
