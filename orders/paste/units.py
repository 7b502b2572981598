"""Which mentions are the province, the district and the ward of the address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from oms.kernel.units import Level, Unit
from orders.paste.gazetteer import province_today
from orders.paste.mentions import Mention, find_mentions
from orders.paste.message import Message, Span

_LINKED = re.compile(r"[\s.,;:()\-–—/]{0,5}$")


@dataclass(frozen=True, slots=True)
class Place:
    """One reading of the address's units, each with its mention; the higher the score the better.

    `wards` are the units that the ward may mean, `province_code` is today's.
    """

    score: float
    province: Mention | None
    district: Mention | None
    ward: Mention | None
    province_code: str
    district_unit: Unit | None
    wards: tuple[Unit, ...]

    def spans(self) -> list[Span]:
        named = (self.ward, self.district, self.province)
        return [Span(mention.start, mention.end) for mention in named if mention]


def find_place(message: Message, taken: list[Span]) -> Place | None:
    """The best reading of province, district and ward; None when there is no address."""
    mentions = find_mentions(message, taken)
    by_level = {level: [m for m in mentions if m.level == level] for level in Level}
    options = ([*by_level[level], None] for level in (Level.PROVINCE, Level.DISTRICT, Level.WARD))
    places = (_weigh(message, *chosen) for chosen in product(*options))
    return max((place for place in places if place), key=lambda p: p.score, default=None)


def _weigh(
    message: Message, province: Mention | None, district: Mention | None, ward: Mention | None
) -> Place | None:
    """The reading with these mentions, unless they overlap or contradict each other."""
    chosen = [m for m in (ward, district, province) if m]
    if not chosen or any(a.start < b.end and b.start < a.end for a, b in _pairs(chosen)):
        return None
    if not any(m.headed for m in chosen) and len(chosen) < 2 and province is None:
        return None
    best = None
    for parent in _parents(province, district):
        place = _resolve(message, parent, province, district, ward)
        if place and (best is None or place.score > best.score):
            best = place
    return best


def _parents(
    province: Mention | None, district: Mention | None
) -> Iterator[tuple[Unit | None, Unit | None]]:
    """(province, district) units that fit each other."""
    tops = province.units if province else (None,)
    for middle in district.units if district else (None,):
        for top in tops:
            if middle is None or top is None or _lies_in(middle, top):
                yield top, middle


def _lies_in(unit: Unit, province: Unit) -> bool:
    """An old province holds what was its own; today's holds all that came together in it."""
    if province_today(unit) != province_today(province):
        return False
    if province.valid_to is None or unit.level != Level.DISTRICT:
        return True
    return unit.parent == province.code


def _resolve(
    message: Message,
    parent: tuple[Unit | None, Unit | None],
    province: Mention | None,
    district: Mention | None,
    ward: Mention | None,
) -> Place | None:
    top, middle = parent
    nearest = middle or top
    code = province_today(nearest) if nearest else ""
    wards_meant = _wards_meant(ward, code, middle)
    if ward and not wards_meant and not ward.headed and ward.units:
        return None
    if not code and ward:
        codes = {province_today(unit) for unit in wards_meant}
        code = codes.pop() if len(codes) == 1 else ""
    score = sum(3.0 + mention.headed for mention in (province, district) if mention)
    if ward:
        score += _score_of_ward(ward, known=bool(wards_meant))
        score += 0.5 * any(unit.name.casefold() == ward.name.casefold() for unit in wards_meant)
    for mention, unit in ((province, top), (district, middle)):
        if mention and unit and mention.headed:
            score += 0.6 if unit.kind in mention.kinds else -1.0
        if mention and unit and unit.name.casefold() == mention.name.casefold():
            score += 0.3
    chain = [mention for mention in (ward, district, province) if mention]
    score += sum(_link(message, a, b) for a, b in pairwise(chain))
    return Place(score, province, district, ward, code, middle, wards_meant)


def _score_of_ward(ward: Mention, *, known: bool) -> float:
    """A name that lists have elsewhere is less likely to be a ward that no list has."""
    if known and "," in ward.name:  # "Xuân Hương, Đà Lạt" is one ward, not ward and town
        return 11.0
    unlisted = (0.5 if ward.units else 2.5) if ward.headed else 0.0
    return 0.6 + ward.headed + (4.0 if known else unlisted) - 2.5 * ward.cut


def _wards_meant(ward: Mention | None, code: str, middle: Unit | None) -> tuple[Unit, ...]:
    """Old wards of the district; without one, today's of the province, else its old ones."""
    if ward is None:
        return ()
    units = [unit for unit in ward.units if not code or province_today(unit) == code]
    if middle is not None:
        old = tuple(unit for unit in units if unit.parent == middle.code and unit.valid_to)
        return old or tuple(unit for unit in units if unit.valid_to is None and ward.headed)
    return tuple(unit for unit in units if unit.valid_to is None) or tuple(units)


def _link(message: Message, a: Mention, b: Mention) -> float:
    """Units stand beside each other, the smaller one mostly in front."""
    first, second = (a, b) if a.start < b.start else (b, a)
    between = message.flat[first.end : second.start]
    if _LINKED.match(between):
        return 2.0 if first is a else 1.0
    return -1.0 if len(between) < 40 else -3.0


def _pairs(mentions: list[Mention]) -> Iterator[tuple[Mention, Mention]]:
    for i, a in enumerate(mentions):
        for b in mentions[i + 1 :]:
            yield a, b
