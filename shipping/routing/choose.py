"""The choice itself: what can be done, what each costs, what the rules say, and the reasons."""

from collections.abc import Iterable, Sequence
from datetime import time

from shipping.routing.facts import (
    Decision,
    Need,
    Option,
    Place,
    Price,
    Reason,
    Record,
    Rule,
    Way,
    Weights,
    World,
    band_of,
)
from shipping.routing.zones import USUAL_DAYS, zone_of

NO_RECORD = Record()


def route_all(needs: Sequence[Need], world: World, weights: Weights) -> list[Decision]:
    """One decision an order, in their order: what one gets the next cannot have."""
    decisions = []
    for need in needs:
        decision = route(need, world, weights)
        if decision.chosen is not None:
            _take(need, decision.chosen.place.id, world)
        decisions.append(decision)
    return decisions


def route(need: Need, world: World, weights: Weights) -> Decision:
    """The cheapest way out that stock, limits and rules leave."""
    able = [place for place in world.places if has_all(need, place.id, world)]
    if not able:
        return _without_one_place(need, world, weights)
    said: list[Reason] = []
    options = _ruled(need, _options(need, able, world, said), weights, said)
    if not options:
        return Decision(need.order_id, reasons=(*said, Reason("nobody")))
    costed = sorted(
        (_costed(need, option, weights) for option in options),
        key=lambda option: _turn(need, option),
    )
    chosen = costed[0]
    second = next(iter(costed[1:]), None)
    reasons = (*_about_place(need, chosen, able), *_about_way(need, chosen, weights), *said)
    moves = set(need.held) != {chosen.place.id}
    return Decision(need.order_id, chosen, second, moves=moves, reasons=reasons)


def has_all(need: Need, place_id: int, world: World) -> bool:
    """Whether a warehouse has the whole order, what it holds for it already included."""
    held = need.held.get(place_id, {})
    return bool(need.wanted) and all(
        max(world.free.get((variant, place_id), 0), 0) + held.get(variant, 0) >= units
        for variant, units in need.wanted.items()
    )


def _without_one_place(need: Need, world: World, weights: Weights) -> Decision:
    """Each warehouse that holds a part ships it, unless one of them is closed to us."""
    open_ids = {place.id for place in world.places}
    names = {place.id: place.name for place in world.places}
    if not set(need.held) <= open_ids:
        return Decision(need.order_id, reasons=(Reason("closed"),))
    if len(need.held) < 2:
        return Decision(need.order_id, reasons=(Reason("no_stock"),))
    told = Reason("split", {"places": ", ".join(names[pk] for pk in need.held)})
    if not weights.may_split:
        return Decision(need.order_id, reasons=(told, Reason("may_not_split")))
    return Decision(need.order_id, splits=True, reasons=(told,))


def _take(need: Need, place_id: int, world: World) -> None:
    """The order's goods are at that place now, and free where they were held before."""
    for held_at, units in need.held.items():
        for variant, count in units.items():
            key = variant, held_at
            world.free[key] = world.free.get(key, 0) + count
    for variant, count in need.wanted.items():
        world.free[variant, place_id] = world.free.get((variant, place_id), 0) - count


def _options(need: Need, places: Iterable[Place], world: World, said: list[Reason]) -> list[Option]:
    found = []
    refused: dict[str, None] = {}
    for place in places:
        zone = zone_of(place.province, need.province)
        for way in world.ways:
            if way.warehouse_id not in (None, place.id):
                continue
            if not _fits(need, way):
                refused[way.name] = None
                continue
            record = world.records.get((way.carrier, need.ward), NO_RECORD)
            late = way.last_pickup is not None and world.at >= way.last_pickup
            for price in _prices(need, way, zone, world):
                days = USUAL_DAYS[zone] if price.hours is None else -(-price.hours // 24)
                found.append(Option(place, way, price, zone, days + late, record, late, 0))
    said += [Reason("too_big", {"account": name}) for name in refused]
    return found


def _prices(need: Need, way: Way, zone: str, world: World) -> tuple[Price, ...]:
    """What the services were said to cost for such a parcel, else the usual one without a price."""
    band = band_of(chargeable_g(need, way))
    known = world.prices.get((way.account_id, zone, band), ())
    return known or (Price(way.usual_service(need.weight_g), "", None, None),)


def chargeable_g(need: Need, way: Way) -> int:
    return way.limits.chargeable_g(need.weight_g, need.length_cm, need.width_cm, need.height_cm)


def _fits(need: Need, way: Way) -> bool:
    most = way.limits
    return (
        need.weight_g <= most.max_weight_g
        and max(need.length_cm, need.width_cm, need.height_cm) <= most.max_side_cm
        and need.cod_vnd <= most.max_cod_vnd
    )


def _ruled(need: Need, options: list[Option], weights: Weights, said: list[Reason]) -> list[Option]:
    """What `only` and `never` leave, rule after rule; each that took something away is said."""
    for rule in weights.rules:
        if rule.effect not in ("only", "never"):
            continue
        wanted = rule.effect == "only"
        left = [
            option
            for option in options
            if not rule.applies(need, option.zone) or _is_about(rule, option) == wanted
        ]
        if len(left) < len(options):
            said.append(Reason(f"rule_{rule.effect}", {"rule": rule.name}))
        options = left
    return options


def _is_about(rule: Rule, option: Option) -> bool:
    return rule.is_about(option.place, option.way, option.price.service_code)


def _costed(need: Need, option: Option, weights: Weights) -> Option:
    """Fee, days and the risk of a failed delivery in money, with what rules add or take off."""
    cost = (option.price.fee_vnd or 0) + option.days * weights.day_vnd
    cost += weights.failure_vnd * (1000 - option.record.permille) // 1000
    cost += sum(_amount(rule) for rule in _priced_rules(need, option, weights))
    return Option(
        option.place,
        option.way,
        option.price,
        option.zone,
        option.days,
        option.record,
        option.is_late,
        cost,
    )


def _priced_rules(need: Need, option: Option, weights: Weights) -> list[Rule]:
    return [
        rule
        for rule in weights.rules
        if rule.effect in ("cheaper", "dearer")
        and rule.applies(need, option.zone)
        and _is_about(rule, option)
    ]


def _amount(rule: Rule) -> int:
    return -rule.amount_vnd if rule.effect == "cheaper" else rule.amount_vnd


def _turn(need: Need, option: Option) -> tuple[bool, int, bool, int, int, int, str]:
    """Known prices first, then cost; goods stay where they are held when nothing is won."""
    place = option.place
    return (
        option.price.fee_vnd is None,
        option.cost_vnd,
        place.id not in need.held,
        place.priority,
        place.id,
        option.way.account_id,
        option.price.service_code,
    )


def _about_place(need: Need, chosen: Option, able: Sequence[Place]) -> list[Reason]:
    code = "one_place" if len(able) > 1 else "only_place"
    found = [Reason(code, {"place": chosen.place.name, "count": len(able)})]
    if set(need.held) != {chosen.place.id}:
        found.append(Reason("moved", {"place": chosen.place.name}))
    return [*found, Reason(f"zone_{chosen.zone}")]


def _about_way(need: Need, chosen: Option, weights: Weights) -> list[Reason]:
    way, price, record = chosen.way, chosen.price, chosen.record
    service = price.service_name or price.service_code
    values = {"account": way.name, "service": service, "days": chosen.days}
    found = [Reason("no_price", values)]
    if price.fee_vnd is not None:
        found = [Reason("price", {**values, "fee_vnd": price.fee_vnd})]
    if chosen.is_late and way.last_pickup is not None:
        found.append(Reason("late", {"at": _clock(way.last_pickup)}))
    sent = record.delivered + record.failed
    if sent:
        counts = {"ward": need.ward_name, "delivered": record.delivered, "sent": sent}
        found.append(Reason("record", counts))
    found += [
        Reason(f"rule_{rule.effect}", {"rule": rule.name, "amount_vnd": rule.amount_vnd})
        for rule in _priced_rules(need, chosen, weights)
    ]
    return [*found, Reason("cost", {"cost_vnd": chosen.cost_vnd, "rule_set": weights.name})]


def _clock(at: time) -> str:
    return f"{at:%H:%M}"
