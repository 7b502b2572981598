"""Which warehouse serves what: pure, so that every caller decides alike."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Place = tuple[int, int]  # variant id, warehouse id


@dataclass(frozen=True, slots=True)
class Claim:
    """Units of a variant that a holder wants.

    `per_set` units belong to each of the holder's sets, which no two warehouses share; 0 stands for
    units on their own.
    """

    holder_id: int
    variant_id: int
    quantity: int
    per_set: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """Units of a variant that a holder gets, and where."""

    holder_id: int
    variant_id: int
    warehouse_id: int
    quantity: int


@dataclass(slots=True)
class Plan:
    """What one group of claims (the lines of an order) gets, or what it lacks. Never both."""

    picks: list[Pick] = field(default_factory=list)
    short: dict[int, int] = field(default_factory=dict)  # variant id -> units that could be had


class Shelf:
    """Free units by place; a plan that is kept takes its units off."""

    def __init__(self, free: Mapping[Place, int], order: Sequence[int]) -> None:
        """`order` lists warehouse ids, the one to ask first in front."""
        self.free = dict(free)
        self.order = order
        self.places: dict[int, list[int]] = defaultdict(list)
        for warehouse in order:
            for variant, place in free:
                if place == warehouse:
                    self.places[variant].append(warehouse)

    def plan(self, claims: Sequence[Claim], allowed: Collection[int] | None = None) -> Plan:
        """Promise all claims of a group or none.

        One warehouse that can serve the whole group wins, by priority; otherwise each line
        takes the first warehouse that has enough of it, and is divided only as a last resort.
        Sets are divided between warehouses, never torn.
        """
        wanted: dict[int, int] = defaultdict(int)
        for claim in claims:
            wanted[claim.variant_id] += claim.quantity
        short = {}
        for variant, quantity in wanted.items():
            had = sum(self._free(variant, place) for place in self._asked(variant, allowed))
            if had < quantity:
                short[variant] = had
        if short:
            return Plan(short=short)
        picks = self._from_one(claims, wanted, allowed)
        if not picks:
            left = dict(self.free)
            picks, short = self._whole_sets([c for c in claims if c.per_set], left, allowed)
            if short:
                return Plan(short=short)
            picks += self._from_several([c for c in claims if not c.per_set], left, allowed)
        for pick in picks:
            self.free[pick.variant_id, pick.warehouse_id] -= pick.quantity
        return Plan(picks=picks)

    def _free(self, variant: int, warehouse: int) -> int:
        return max(0, self.free.get((variant, warehouse), 0))

    def _asked(self, variant: int, allowed: Collection[int] | None) -> list[int]:
        places = self.places.get(variant, [])
        return places if allowed is None else [place for place in places if place in allowed]

    def _from_one(
        self, claims: Sequence[Claim], wanted: Mapping[int, int], allowed: Collection[int] | None
    ) -> list[Pick]:
        for place in self._asked(next(iter(wanted)), allowed) if wanted else []:
            if all(self._free(variant, place) >= units for variant, units in wanted.items()):
                return [Pick(c.holder_id, c.variant_id, place, c.quantity) for c in claims]
        return []

    def _whole_sets(
        self, claims: Sequence[Claim], left: dict[Place, int], allowed: Collection[int] | None
    ) -> tuple[list[Pick], dict[int, int]]:
        """Each holder's sets from the first warehouses that have whole ones; or what is short."""
        picks: list[Pick] = []
        holders: dict[int, list[Claim]] = defaultdict(list)
        for claim in claims:
            holders[claim.holder_id].append(claim)
        for parts in holders.values():
            sets = max(-(-part.quantity // part.per_set) for part in parts)
            open_units = {part.variant_id: part.quantity for part in parts}
            for place in self._asked(parts[0].variant_id, allowed):
                here = min(
                    sets, *(max(0, left.get((p.variant_id, place), 0)) // p.per_set for p in parts)
                )
                sets -= here
                for part in parts if here else ():
                    units = min(here * part.per_set, open_units[part.variant_id])
                    open_units[part.variant_id] -= units
                    left[part.variant_id, place] -= units
                    picks.append(Pick(part.holder_id, part.variant_id, place, units))
            if sets:
                return [], {p.variant_id: p.quantity - sets * p.per_set for p in parts}
        return picks, {}

    def _from_several(
        self, claims: Sequence[Claim], left: dict[Place, int], allowed: Collection[int] | None
    ) -> list[Pick]:
        picks = []
        # Whole lines first: a divided one must not eat what would have served another whole.
        divided = []
        for claim in claims:
            for place in self._asked(claim.variant_id, allowed):
                if left[claim.variant_id, place] >= claim.quantity:
                    left[claim.variant_id, place] -= claim.quantity
                    picks.append(Pick(claim.holder_id, claim.variant_id, place, claim.quantity))
                    break
            else:
                divided.append(claim)
        for claim in divided:
            picks += self._divide(claim, left, self._asked(claim.variant_id, allowed))
        return picks

    @staticmethod
    def _divide(claim: Claim, left: dict[Place, int], places: Iterable[int]) -> list[Pick]:
        picks, open_units = [], claim.quantity
        for place in places:
            units = min(open_units, max(0, left[claim.variant_id, place]))
            if units:
                left[claim.variant_id, place] -= units
                open_units -= units
                picks.append(Pick(claim.holder_id, claim.variant_id, place, units))
        return picks
