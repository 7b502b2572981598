"""Which method forecasts a variant: the one that erred least at past origins."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.replenishment.methods import NAIVE, PLAINEST, WEEK, Series, methods_for

MOST_ORIGINS = 12
# A method must see this much before it is asked for the first time.
LEAST_HISTORY = 2 * WEEK
LEAST_ORIGINS = 4
# Few weeks tell little: another method takes the place of the plainest only when it misses by a
# tenth less. Without this, luck chooses.
MARGIN = 0.9


@dataclass(frozen=True, slots=True)
class Forecast:
    """Daily demand ahead. Errors are root mean squares of what a week's total was missed by.

    Squares, because they ask for the mean: of a slow mover the smallest absolute miss would be
    the forecast that nothing is ever sold. `sigma` is the standard deviation of one day's demand
    around the forecast. Without history enough for a test the errors are None.
    """

    method: str
    days: list[float]
    error: float | None
    naive_error: float | None
    sigma: float
    errors: dict[str, float]

    def demand(self, days: int) -> float:
        """Pieces expected in the next so many days; beyond the horizon its mean goes on."""
        if not self.days:
            return 0.0
        tail = max(days - len(self.days), 0)
        return sum(self.days[:days]) + tail * sum(self.days) / len(self.days)


def forecast(series: Series, *, horizon: int) -> Forecast:
    """Test every method at up to 12 weekly origins and let the best one look ahead.

    No method knows a day after the origin it is tested at. `horizon` is a week or more.
    """
    known = [day for day in series if day is not None]
    if not any(known):
        return Forecast("none", [0.0] * horizon, None, None, 0.0, {})
    origins = test_origins(len(series))
    if not origins:
        mean = sum(known) / len(known)
        return Forecast("mean", [mean] * horizon, None, None, deviation(known, mean), {})
    share = sum(1 for day in known if day) / len(known)
    errors: dict[str, float] = {}
    best, days, sigma = "", [], 0.0
    for name, method in methods_for(share).items():
        *tested, ahead = method(series, [*origins, len(series)], horizon)
        misses = week_misses(series, origins, tested)
        errors[name] = root_mean_square(misses)
        if not best or errors[name] < errors[best] * (MARGIN if best == PLAINEST else 1):
            # A day's deviation from that of whole weeks.
            best, days, sigma = name, ahead, errors[name] / WEEK**0.5
    return Forecast(best, days, errors[best], errors[NAIVE], sigma, errors)


def test_origins(length: int) -> list[int]:
    """Days at which the past is cut: a week apart, the last one a week before the end."""
    count = min((length - LEAST_HISTORY) // WEEK, MOST_ORIGINS)
    if count < LEAST_ORIGINS:
        return []
    return [length - WEEK * back for back in range(count, 0, -1)]


def week_misses(
    series: Series, origins: Sequence[int], forecasts: Sequence[Sequence[float]]
) -> list[float]:
    """Forecast less actual of each week after an origin; days without stock count on no side."""
    misses = []
    for origin, days in zip(origins, forecasts, strict=True):
        week = series[origin : origin + WEEK]
        if None not in week:
            misses.append(sum(days[:WEEK]) - sum(day or 0 for day in week))
            continue
        pairs = [
            (expected, actual)
            for expected, actual in zip(days, week, strict=False)
            if actual is not None
        ]
        if pairs:
            misses.append(sum(expected - actual for expected, actual in pairs) * WEEK / len(pairs))
    return misses


def root_mean_square(misses: Sequence[float]) -> float:
    return (sum(miss * miss for miss in misses) / len(misses)) ** 0.5 if misses else 0.0


def deviation(values: Sequence[float], mean: float) -> float:
    return (sum((value - mean) ** 2 for value in values) / max(len(values) - 1, 1)) ** 0.5
