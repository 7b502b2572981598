"""From the two sides to a report: what must be equal, and a reason for each unit sold too much.

Pure: no clock, no database. A line's `ok` is None when it only tells.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from math import inf
from typing import Any

from oms.rehearsal.sides import Channel, Facts, Kept, Sale, Told

ITEMS_KEPT = 500
# A number is computed, then sent: one that arrives so soon after the last unit went may not know.
ON_ITS_WAY_SECONDS = 5.0


@dataclass(frozen=True)
class Line:
    key: str
    ok: bool | None
    shop: str = ""
    shop_id: int | None = None
    there: int | None = None
    here: int | None = None
    items: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0


def line(key: str, ok: bool | None, items: list[dict[str, Any]], **facts: Any) -> Line:
    """A line that keeps its first items and says how many there are beside."""
    kept, more = items[:ITEMS_KEPT], max(len(items) - ITEMS_KEPT, 0)
    return Line(key, ok, items=kept, more=more, **facts)


def judge(facts: Facts) -> list[Line]:
    """The whole report, in the order in which it is read."""
    lines = [made for channel in facts.channels for made in _of_channel(channel)]
    lines.append(oversold(facts))
    lines += [lag(facts), calls(facts), line("renewals", None, [], here=facts.renewals)]
    lines.append(line("spoilt", None, [{"kind": k, "count": n} for k, n in facts.spoilt.items()]))
    lines.append(line("reconciled", None, [], here=facts.reconciled))
    lines.append(line("waiting", facts.waiting == 0, [], here=facts.waiting))
    told = [{"shop": shop, "text": text} for shop, text in facts.problems]
    lines.append(line("problems", not told, told, here=len(told)))
    found = [{"text": text} for text in facts.findings]
    lines.append(line("books", not found, found, here=len(found)))
    return lines


def is_green(lines: list[Line]) -> bool:
    return all(made.ok is not False for made in lines)


def as_rows(lines: list[Line]) -> list[dict[str, Any]]:
    return [asdict(made) for made in lines]


def _of_channel(channel: Channel) -> list[Line]:
    return [orders(channel), units(channel), money(channel), allowed(channel), shown(channel)]


# Orders, units and money of a channel


def _pairs(channel: Channel) -> Iterator[tuple[Sale, Kept]]:
    """Orders that are open there and live here."""
    here = {row.number: row for row in channel.kept}
    for sale in channel.sales:
        kept = here.get(sale.number)
        if sale.state == "open" and kept is not None and not kept.is_cancelled:
            yield sale, kept


def orders(channel: Channel) -> Line:
    """Each order that is open there is live here; no other one is."""
    open_there = {sale.number for sale in channel.sales if sale.state == "open"}
    states = {sale.number: sale.state for sale in channel.sales}
    live = {row.number for row in channel.kept if not row.is_cancelled}
    items = [{"kind": "missing", "number": number} for number in sorted(open_there - live)]
    items += [
        {"kind": "extra", "number": number, "state": states.get(number, "")}
        for number in sorted(live - open_there)
    ]
    return _line(channel, "orders", items, there=len(open_there), here=len(live))


def units(channel: Channel) -> Line:
    there: Counter[str] = Counter()
    here: Counter[str] = Counter()
    for sale in channel.sales:
        if sale.state == "open":
            there.update(sale.lines)
    for kept in channel.kept:
        if not kept.is_cancelled:
            here.update(kept.lines)
    items = [
        {"sku": sku, "there": there[sku], "here": here[sku]}
        for sku in sorted(there.keys() | here.keys())
        if there[sku] != here[sku]
    ]
    return _line(channel, "units", items, there=there.total(), here=here.total())


def money(channel: Channel) -> Line:
    """What buyers owe for the orders of both sides."""
    pairs = list(_pairs(channel))
    items = [
        {"number": sale.number, "there": sale.total_vnd, "here": kept.total_vnd}
        for sale, kept in pairs
        if sale.total_vnd != kept.total_vnd
    ]
    there = sum(sale.total_vnd for sale in channel.sales if sale.state == "open")
    here = sum(kept.total_vnd for kept in channel.kept if not kept.is_cancelled)
    return _line(channel, "money", items, there=there, here=here)


def _line(channel: Channel, key: str, items: list[dict[str, Any]], there: int, here: int) -> Line:
    ok = not items and there == here
    return line(key, ok, items, shop=channel.name, shop_id=channel.shop_id, there=there, here=here)


# Stock that was told


def allowed(channel: Channel) -> Line:
    """No number that the shop was told is above what its rules let it have."""
    told = [row for row in channel.told if row.at >= channel.began]
    items = [
        {"sku": row.sku, "told": row.quantity, "allowed": channel.allowed[row.sku]}
        for row in told
        if row.quantity > channel.allowed.get(row.sku, row.quantity)
    ]
    return line(
        "allowed",
        not items,
        items,
        shop=channel.name,
        shop_id=channel.shop_id,
        here=len(told),
    )


def shown(channel: Channel) -> Line:
    """What the shop shows at the end is what is right; a number it would not take is told."""
    items: list[dict[str, Any]] = [
        {
            "sku": sku,
            "there": channel.shown[sku],
            "here": right,
            "kind": "refused" if sku in channel.refused else "differs",
            "why": channel.refused.get(sku, ""),
        }
        for sku, right in sorted(channel.right.items())
        if channel.shown.get(sku, right) != right
    ]
    ok = all(item["kind"] == "refused" for item in items)
    return line("shown", ok, items, shop=channel.name, shop_id=channel.shop_id)


# Units sold too much


def oversold(facts: Facts) -> Line:
    """Every unit sold beyond those there were, with the reason why its shop still sold it."""
    items = [item for sku in sorted(facts.units) for item in _oversold_of(facts, sku)]
    sold = sum(
        sale.lines.get(sku, 0)
        for channel in facts.channels
        for sale in _living(channel)
        for sku in facts.units
    )
    ok = all(item["reason"] in EXPLAINED for item in items)
    return line("oversold", ok, items, there=sold, here=sum(facts.units.values()))


EXPLAINED = frozenset({"not_known", "on_its_way", "refused"})


def _living(channel: Channel) -> Iterator[Sale]:
    return (sale for sale in channel.sales if sale.state != "cancelled")


def _oversold_of(facts: Facts, sku: str) -> Iterator[dict[str, Any]]:
    """Sales in their order; those that begin when nothing is left, or end below it."""
    here_at = {row.number: row.at for channel in facts.channels for row in channel.kept}
    wanted = [
        (sale, channel)
        for channel in facts.channels
        for sale in _living(channel)
        if sale.lines.get(sku)
    ]
    left = facts.units[sku]
    # When this system had every sale so far; infinite while it lacks one of them.
    known_at = 0.0
    for sale, channel in sorted(wanted, key=lambda pair: pair[0].at):
        quantity = sale.lines[sku]
        if quantity > left:
            told = {"sku": sku, "number": sale.number, "shop": channel.name}
            yield {
                **told,
                "units": quantity - max(left, 0),
                **_reason(sku, sale, channel, known_at),
            }
        left -= quantity
        known_at = max(known_at, here_at.get(sale.number, inf))


def _reason(sku: str, sale: Sale, channel: Channel, known_at: float) -> dict[str, Any]:
    """Why the shop could still sell: what it had been told, and when the news came to it."""
    before = [row for row in channel.told if row.sku == sku and row.at <= sale.at]
    after = [row for row in channel.told if row.sku == sku and row.at > sale.at]
    return {
        "reason": _why(sku, sale, channel, known_at, before, after),
        "sold_at": sale.at,
        "last_told": before[-1].quantity if before else None,
        "news_at": after[0].at if after else None,
    }


def _why(
    sku: str,
    sale: Sale,
    channel: Channel,
    known_at: float,
    before: list[Told],
    after: list[Told],
) -> str:
    if sku in channel.refused:
        return "refused"
    if sale.at < known_at:
        return "not_known"
    last = before[-1] if before else None
    if last is not None and last.at > known_at + ON_ITS_WAY_SECONDS and last.quantity > 0:
        return "wrong_number"
    if after or channel.shown.get(sku) == 0:
        return "on_its_way"
    return "never_told"


# What only tells


def lag(facts: Facts) -> Line:
    """From the sale to the order here; those that waited to be paid are left out."""
    delays = []
    for channel in facts.channels:
        here = {row.number: row for row in channel.kept}
        delays += [
            (here[sale.number].at - sale.at, sale.number, channel.name)
            for sale in channel.sales
            if sale.number in here and not sale.waited
        ]
    delays.sort(reverse=True)
    items = [
        {"number": number, "shop": shop, "ms": max(round(seconds * 1000), 0)}
        for seconds, number, shop in delays[:3]
    ]
    middle = max(round(delays[len(delays) // 2][0] * 1000), 0) if delays else None
    return line("lag", None, items, here=middle)


def calls(facts: Facts) -> Line:
    items = [
        {"partner": row.partner, "requests": row.requests, "retries": row.retries}
        for row in facts.calls
    ]
    return line("calls", None, items, there=sum(row.requests for row in facts.calls))
