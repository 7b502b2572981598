"""Simple forecasts of daily demand. A day that is None was without stock: nobody knows its demand.

A method reads a series once. At every origin asked for it gives its forecast of the days that
follow, knowing nothing from there on; so the test of a method costs one pass. Parameters are
chosen by the one-day forecasts before the first origin, methods by what they say at the origins.
Statistics may be floats; what is ordered is whole pieces.
"""

from collections.abc import Callable, Sequence

WEEK = 7
Series = Sequence[int | None]


# (series, origins, horizon) -> the forecast of every origin: of the last one as many days as asked,
# of those before it at least a week
Method = Callable[[Series, Sequence[int], int], list[list[float]]]


def naive(series: Series, origins: Sequence[int], horizon: int) -> list[list[float]]:
    """Tomorrow is like the last known day."""
    forecasts = []
    for origin in origins:
        last = next((day for day in reversed(series[:origin]) if day is not None), 0)
        forecasts.append([last + 0.0] * horizon)
    return forecasts


def seasonal_naive(series: Series, origins: Sequence[int], horizon: int) -> list[list[float]]:
    """Each weekday is like the last one known."""
    weeks = horizon // WEEK + 1
    return [(_last_week(series[:origin]) * weeks)[:horizon] for origin in origins]


def _last_week(past: Series) -> list[float]:
    """The last seven days; one that is not known is the same weekday before it, else nothing."""
    week = list(past[-WEEK:])
    for place, value in enumerate(week):
        if value is None:
            earlier = past[len(past) - len(week) + place :: -WEEK]
            week[place] = next((day for day in earlier if day is not None), 0)
    return [(day or 0) + 0.0 for day in week]


def moving_average(days: int) -> Method:
    """Every coming day is the mean of the known ones among the last so many."""

    def forecast(series: Series, origins: Sequence[int], horizon: int) -> list[list[float]]:
        forecasts = []
        for origin in origins:
            known = [day for day in series[max(0, origin - days) : origin] if day is not None]
            forecasts.append([sum(known) / len(known) if known else 0.0] * horizon)
        return forecasts

    return forecast


# (level, trend, season)
State = tuple[float, float, list[float]]
DAMPING = 0.98
# Weights of level, trend and season that are tried.
WEIGHTS = ((0.02, 0.0, 0.05), (0.05, 0.0, 0.05), (0.1, 0.02, 0.1), (0.3, 0.05, 0.1))
# A weekly season is learned from half a year; more would only be slower.
LEARNED_DAYS = 26 * WEEK


def holt_winters(series: Series, origins: Sequence[int], horizon: int) -> list[list[float]]:
    """Level, damped trend and a weekly season that is added; a day without stock teaches nothing.

    Holt 1957, Winters 1960; the damping of 0.98 a day keeps a short rise from running away. The
    weights are those that erred least, a day ahead, before the first origin.
    """
    begin = max(0, origins[0] - LEARNED_DAYS)
    early = series[begin : origins[0]]
    runs = [(*_learn(_first_weeks(early), early, 0, weights), weights) for weights in WEIGHTS]
    _error, state, weights = min(runs, key=lambda run: run[0])
    forecasts, at = [], origins[0]
    for origin in origins:
        _error, state = _learn(state, series[at:origin], (at - begin) % WEEK, weights)
        at = origin
        ahead = horizon if origin == origins[-1] else min(horizon, WEEK)
        forecasts.append(_ahead(state, (origin - begin) % WEEK, ahead))
    return forecasts


def _learn(
    state: State, days: Series, weekday: int, weights: tuple[float, float, float]
) -> tuple[float, State]:
    """The state after these days, and the squares of what it missed a day ahead."""
    level, trend, season = state[0], state[1], list(state[2])
    alpha, of_trend, of_season = weights[0], weights[0] * weights[1], weights[2] * (1 - weights[0])
    error = 0.0
    for value in days:
        trend *= DAMPING
        level += trend
        if value is not None:
            miss = value - level - season[weekday]
            error += miss * miss
            level += alpha * miss
            trend += of_trend * miss
            season[weekday] += of_season * miss
        weekday = weekday + 1 if weekday < 6 else 0
    return error, (level, trend, season)


def _first_weeks(early: Series) -> State:
    """Level and season to begin with, from the first four weeks."""
    first = early[: 4 * WEEK]
    known = [day for day in first if day is not None]
    level = sum(known) / len(known) if known else 0.0
    season = [0.0] * WEEK
    for weekday in range(WEEK):
        values = [day for day in first[weekday::WEEK] if day is not None]
        season[weekday] = sum(values) / len(values) - level if values else 0.0
    return level, 0.0, season


def _ahead(state: State, weekday: int, horizon: int) -> list[float]:
    level, trend, season = state
    days = []
    for step in range(horizon):
        trend *= DAMPING
        level += trend
        days.append(max(level + season[(weekday + step) % WEEK], 0.0))
    return days


def croston(series: Series, origins: Sequence[int], horizon: int) -> list[list[float]]:
    """For slow movers: size of a sale over the days between sales, less the known bias.

    Croston 1972; the factor 1 - alpha/2 is Syntetos and Boylan's (2005). Days without stock do not
    count as days without a sale.
    """
    alpha = 0.1
    size, gap, waited, rate, sold = 0.0, 1.0, 0, 0.0, 0
    forecasts, at = [], 0
    for origin in origins:
        for value in series[at:origin]:
            if value is None:
                continue
            waited += 1
            if value:
                sold += 1
                weight = max(alpha, 1 / sold)
                size += weight * (value - size)
                gap += weight * (waited - gap)
                waited, rate = 0, (1 - alpha / 2) * size / gap
        at = origin
        forecasts.append([rate] * horizon)
    return forecasts


NAIVE, PLAINEST = "naive", "average_91"
# Share of days with a sale: below the first nothing has a season, above the second nothing is slow.
SEASON_FROM, SLOW_UNTIL = 0.1, 0.75


def methods_for(share_of_sale_days: float) -> dict[str, Method]:
    """What is worth trying on a series of which so many days saw a sale."""
    methods: dict[str, Method] = {
        PLAINEST: moving_average(91),
        "average_28": moving_average(28),
        "average_7": moving_average(7),
        "seasonal_naive": seasonal_naive,
        NAIVE: naive,
    }
    if share_of_sale_days >= SEASON_FROM:
        methods["holt_winters"] = holt_winters
    if share_of_sale_days <= SLOW_UNTIL:
        methods["croston"] = croston
    return methods
