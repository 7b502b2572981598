"""Series to measure forecasts on: sales read from a file, and seeded ones with known shape."""

import csv
import gzip
import io
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import pi, sin
from pathlib import Path

from inventory.replenishment.methods import WEEK, Series

SEEDED_DAYS = 2 * 365


def read_sales(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV of sales, gzipped or not: StockCode, Quantity, InvoiceDate."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def series_of_sales(path: Path, *, least_days: int) -> list[Series]:
    """Daily pieces of each article that sold on so many days, from its first sale to the last day.

    Returned goods (negative rows) are no demand. Days without any invoice are days of no sale.
    """
    sold: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    last = date.min
    for row in read_sales(path):
        day = date.fromisoformat(row["InvoiceDate"][:10])
        last = max(last, day)
        pieces = int(row["Quantity"])
        if pieces > 0:
            sold[row["StockCode"]][day] += pieces
    return [
        [days.get(day, 0) for day in _days(min(days), last)]
        for _code, days in sorted(sold.items())
        if len(days) >= least_days
    ]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def seeded_series(count: int, *, seed: int = 2026) -> list[Series]:
    """Two years with a weekly and a yearly season, a slow rise, promotions and stock-outs.

    A promotion doubles to quadruples the demand of three days about once a month; after some of
    them the shelf is empty for up to a week.
    """
    rng = random.Random(seed)  # noqa: S311 - the same series on every machine
    return [_seeded(rng) for _number in range(count)]


def _seeded(rng: random.Random) -> Series:
    base = rng.choice([0.15, 0.6, 2.0, 6.0, 20.0])
    weekend = rng.uniform(0.7, 1.9)
    yearly, rise = rng.uniform(0.0, 0.5), rng.uniform(-0.2, 0.5)
    days: list[int | None] = []
    boost_left, boost, out_left = 0, 1.0, 0
    for number in range(SEEDED_DAYS):
        if boost_left == 0 and rng.random() < 1 / 30:
            boost_left, boost = 3, rng.uniform(2.0, 4.0)
        mean = base * (1 + rise * number / SEEDED_DAYS)
        mean *= 1 + yearly * sin(2 * pi * number / 365)
        mean *= weekend if number % WEEK >= 5 else 1.0
        if boost_left:
            mean *= boost
            boost_left -= 1
            if boost_left == 0 and rng.random() < 0.15:
                out_left = rng.randint(1, 7)
        elif out_left:
            out_left -= 1
            days.append(None)
            continue
        days.append(_poisson(rng, mean))
    return days


def _poisson(rng: random.Random, mean: float) -> int:
    """Arrivals counted one exponential gap after another."""
    pieces, clock = 0, rng.expovariate(1.0)
    while clock < mean:
        pieces += 1
        clock += rng.expovariate(1.0)
    return pieces
