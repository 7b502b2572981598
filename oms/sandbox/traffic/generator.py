"""Sells at a steady rate until a number of buyers has come, then ends by itself.

Most buyers want one of a few hot SKUs. Some do not pay at once, some take their order back. All of
it goes through the control doors, so it may run in any process that reaches them.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from oms.sandbox.core.market_actions import SOLD_OUT
from oms.sandbox.traffic.doors import Door, Refused
from oms.sandbox.traffic.ledger import Ledger

FAULTS = ("late", "duplicate", "reorder", "lost")
MOST_ORDERS = 100_000
HOT_SHARE, HOT_SKUS = 0.7, 3
UNPAID_SHARE, CANCEL_SHARE, COD_SHARE = 0.1, 0.08, 0.3
# Of so many sales one has its push spoilt; a change follows its order after so many others.
SPOIL_EVERY, FOLLOWS_AFTER = 5, 6
MOST_FAILURES = 20


@dataclass(frozen=True)
class Plan:
    """`orders` buyers come at `rate` a second; the same seed gives the same wishes."""

    orders: int
    rate: float
    faults: tuple[str, ...] = FAULTS
    seed: int = 0
    hot: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.orders <= MOST_ORDERS:
            raise ValueError(f"orders must be 1 to {MOST_ORDERS}")
        if self.rate <= 0:
            raise ValueError("rate must be above 0")
        strange = sorted(set(self.faults) - set(FAULTS))
        if strange:
            raise ValueError(f"faults are {', '.join(FAULTS)}; not {', '.join(strange)}")


@dataclass
class _Counter:
    """One shop at its marketplace, and what it offers."""

    door: Door
    shop: str
    skus: list[str]
    hot: list[str] = field(default_factory=list)


class Traffic:
    """One run. `ledger` may be read while it goes on."""

    def __init__(self, doors: Mapping[str, str], plan: Plan) -> None:
        self.plan, self.ledger = plan, Ledger(plan.orders, plan.seed)
        self._doors = [Door(name, url) for name, url in sorted(doors.items())]
        self._random = random.Random(plan.seed)  # noqa: S311 - wishes of buyers, no secret
        self._later: list[tuple[int, Callable[[], None]]] = []
        self._failures = 0

    def run(self, stopped: threading.Event) -> Ledger:
        """Sell until all buyers came or `stopped` is set. ValueError when no shop is connected."""
        counters = self._counters()
        started = time.monotonic()
        for at in range(self.plan.orders):
            if stopped.wait(max(0.0, started + at / self.plan.rate - time.monotonic())):
                break
            self._tried(self._serve, at, counters[at % len(counters)])
            self.ledger.done += 1
            self._follow(at)
        self._follow(self.plan.orders + FOLLOWS_AFTER)
        return self.ledger

    def _counters(self) -> list[_Counter]:
        found = [
            _Counter(door, shop, door.for_sale(shop))
            for door in self._doors
            for shop in door.shops()
        ]
        offered = sorted({sku for counter in found for sku in counter.skus})
        if not offered:
            raise ValueError("no shop is connected, or nothing is for sale")
        few = min(HOT_SKUS, len(offered))
        hot = set(self.plan.hot) or set(self._random.sample(offered, few))
        for counter in found:
            counter.hot = [sku for sku in counter.skus if sku in hot] or counter.skus
        return [counter for counter in found if counter.skus]

    def _tried(self, work: Callable[..., None], *arguments: object) -> None:
        """A door that is closed for a moment costs one buyer, not the run."""
        try:
            work(*arguments)
        except OSError:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                raise
        else:
            self._failures = 0

    def _serve(self, at: int, counter: _Counter) -> None:
        dice, door = self._random, counter.door
        sku = dice.choice(counter.hot if dice.random() < HOT_SHARE else counter.skus)
        quantity = dice.choice((1, 1, 1, 2, 3))
        paid, cod = dice.random() >= UNPAID_SHARE, dice.random() < COD_SHARE
        changes_mind = dice.random() < CANCEL_SHARE
        if self.plan.faults and at % SPOIL_EVERY == SPOIL_EVERY - 1:
            fault = self.plan.faults[at // SPOIL_EVERY % len(self.plan.faults)]
            door.spoil_next_push(fault)
            self.ledger.faults[fault] += 1
        try:
            line = {"sku": sku, "quantity": quantity}
            number = door.sell(counter.shop, line, paid=paid, cod=cod)
        except Refused as no:
            self.ledger.count(door.name, SOLD_OUT if SOLD_OUT in str(no) else "refused")
            return
        self.ledger.count(door.name, "orders")
        self.ledger.count(door.name, "units", quantity)
        self.ledger.units[sku] += quantity
        if not paid:
            self._plan_move(at, door, number, door.dialect.paid, "paid late")
        if changes_mind:
            self._plan_move(at + 1, door, number, door.dialect.cancelled, "cancelled")

    def _plan_move(self, at: int, door: Door, number: str, status: str, kind: str) -> None:
        def move() -> None:
            try:
                door.move(number, status)
            except Refused:
                self.ledger.count(door.name, f"not {kind}")
            else:
                self.ledger.count(door.name, kind)

        self._later.append((at + FOLLOWS_AFTER, move))

    def _follow(self, at: int) -> None:
        """Payments and changes of mind whose turn has come, oldest first."""
        due = [move for when, move in self._later if when <= at]
        self._later = [row for row in self._later if row[0] > at]
        for move in due:
            self._tried(move)
