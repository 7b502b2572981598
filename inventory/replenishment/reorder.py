"""When to buy and how much: the reorder point, the target, and whole packs."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt
from statistics import NormalDist

# Sums of daily forecasts carry dust in the last digits that must not cost a piece.
DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Terms:
    """How this variant is bought. `service_percent` of the cycles shall end without a stock-out."""

    lead_days: int
    review_days: int
    service_percent: int
    pack_size: int = 1
    min_packs: int = 1


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces here, promised, on their way, in purchase orders that are still drafts, and those here
    that have expired."""

    on_hand: int
    reserved: int
    incoming: int
    drafted: int = 0
    expired: int = 0

    @property
    def projected(self) -> int:
        return self.on_hand + self.incoming + self.drafted - self.reserved - self.expired


@dataclass(frozen=True, slots=True)
class Reorder:
    """The arithmetic of one decision, in pieces; `packs` is 0 when nothing is to be bought."""

    lead_demand: int
    safety: int
    reorder_point: int
    target: int
    projected: int
    packs: int
    pack_size: int

    @property
    def pieces(self) -> int:
        return self.packs * self.pack_size

    @property
    def is_due(self) -> bool:
        return self.packs > 0


def decide(
    lead_demand: float,
    cover_demand: float,
    sigma: float,
    stock: Stock,
    terms: Terms,
    *,
    least_safety: int = 0,
) -> Reorder:
    """Buy up to the target once what is projected has fallen to the reorder point.

    `lead_demand` is what is sold until goods ordered now are here, `cover_demand` until those of
    the next review would be; `sigma` is one day's deviation. Each part is rounded up. Pieces that
    are never sold (`least_safety`) are the least that safety may be.
    """
    z = normal_quantile(terms.service_percent)
    in_lead = whole(lead_demand)
    safety = max(whole(z * sigma * sqrt(terms.lead_days)), least_safety)
    point = in_lead + safety
    cover_days = terms.lead_days + terms.review_days
    spare = max(whole(z * sigma * sqrt(cover_days)), least_safety)
    target = max(whole(cover_demand) + spare, point)
    is_due = stock.projected <= point and target > stock.projected
    packs = 0
    if is_due:
        packs = max(-(-(target - stock.projected) // terms.pack_size), terms.min_packs)
    return Reorder(in_lead, safety, point, target, stock.projected, packs, terms.pack_size)


def whole(pieces: float) -> int:
    """The next whole piece, never below none."""
    return max(ceil(pieces - DUST), 0)


@lru_cache(maxsize=128)
def normal_quantile(service_percent: int) -> float:
    return NormalDist().inv_cdf(service_percent / 100)
