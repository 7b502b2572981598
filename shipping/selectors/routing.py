"""Everything a choice of warehouse and carrier is made of, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from inventory.models import StockLevel, Warehouse
from inventory.selectors.expired import SELLS, free
from inventory.services.promise_moves import held_where
from oms.kernel.addresses import find_province
from oms.kernel.clock import local
from orders.models import Order
from orders.selectors.demands import LineDemand, line_demands
from shipping.models import CarrierAccount, CarrierRate, RoutingRule, RuleSet, WardRecord
from shipping.ports import carrier_for, carrier_kind
from shipping.routing.facts import Need, Place, Price, Record, Rule, Way, Weights, World

# Days of waiting and failed deliveries count a little, so that two like prices are told apart.
USUAL_WEIGHTS = Weights("", day_vnd=3_000, failure_vnd=40_000, may_split=True)


def province_code(name: str) -> str:
    province = find_province(name)
    return province.code if province else ""


def needs_of(
    orders: Sequence[Order],
    sizes: Mapping[int, Mapping[str, Any]],
    cod_vnd: Mapping[int, int],
) -> list[Need]:
    """What the orders want, and where it is promised to them."""
    demands = line_demands([order.pk for order in orders])
    wanted: dict[int, dict[int, int]] = defaultdict(dict)
    unlinked = {row.order_id for row in demands if row.variant_id is None}
    for row in demands:
        if row.variant_id is not None:
            units = wanted[row.order_id]
            units[row.variant_id] = units.get(row.variant_id, 0) + row.quantity
    held = _held(demands)
    return [
        Need(
            order_id=order.pk,
            province=province_code(order.province),
            ward=order.new_unit_path,
            ward_name=order.ward,
            source=order.source,
            wanted={} if order.pk in unlinked else wanted[order.pk],
            held=held.get(order.pk, {}),
            weight_g=sizes[order.pk]["weight_g"] or 0,
            length_cm=sizes[order.pk]["length_cm"],
            width_cm=sizes[order.pk]["width_cm"],
            height_cm=sizes[order.pk]["height_cm"],
            cod_vnd=cod_vnd[order.pk],
        )
        for order in orders
    ]


def _held(demands: Iterable[LineDemand]) -> dict[int, dict[int, dict[int, int]]]:
    """{order: {warehouse: {variant: units}}} of open promises."""
    order_of = {row.line_id: row.order_id for row in demands}
    found: dict[int, dict[int, dict[int, int]]] = {}
    for line_id, places in held_where(list(order_of)).items():
        there = found.setdefault(order_of[line_id], {})
        for place, units in places.items():
            sums = there.setdefault(place, {})
            for variant, count in units.items():
                sums[variant] = sums.get(variant, 0) + count
    return found


def free_units(
    variant_ids: Collection[int], warehouse_ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """{(variant, warehouse): units} that may still be promised."""
    rows = StockLevel.objects.filter(
        SELLS, variant__in=variant_ids, warehouse__in=warehouse_ids
    ).annotate(units=free())
    return {
        (variant, place): units
        for variant, place, units in rows.values_list("variant_id", "warehouse_id", "units")
    }


def open_places(warehouse_ids: Collection[int] | None) -> tuple[Place, ...]:
    """The warehouses that sell, of those (None: all)."""
    rows = Warehouse.objects.filter(is_active=True).exclude(kind=Warehouse.Kind.QUARANTINE)
    if warehouse_ids is not None:
        rows = rows.filter(pk__in=warehouse_ids)
    return tuple(
        Place(row.pk, row.name, row.kind, province_code(row.province), row.priority) for row in rows
    )


def ways_of(accounts: QuerySet[CarrierAccount]) -> tuple[Way, ...]:
    """The accounts that may be used."""
    found = []
    for account in accounts.filter(is_active=True).order_by("id"):
        kind = carrier_kind(account.carrier)
        if kind is None:
            continue
        found.append(
            Way(
                account.pk,
                account.name,
                account.carrier,
                account.warehouse_id,
                carrier_for(account).limits,
                kind.usual_service,
                account.last_pickup_at,
            )
        )
    return tuple(found)


def known_prices(account_ids: Collection[int]) -> dict[tuple[int, str, int], tuple[Price, ...]]:
    """What was heard last, by account, zone and weight step."""
    found: dict[tuple[int, str, int], list[Price]] = defaultdict(list)
    rates = CarrierRate.objects.filter(account__in=account_ids).order_by("service_code")
    for row in rates:
        price = Price(row.service_code, row.service_name, row.fee_vnd, row.hours)
        found[row.account_id, row.zone, row.band_g].append(price)
    return {cell: tuple(prices) for cell, prices in found.items()}


def ward_records(unit_paths: Collection[str]) -> dict[tuple[str, str], Record]:
    rows = WardRecord.objects.filter(unit_path__in=set(unit_paths) - {""})
    return {(r.carrier_code, r.unit_path): Record(r.delivered, r.failed) for r in rows}


def world_of(
    needs: Sequence[Need],
    *,
    accounts: QuerySet[CarrierAccount],
    warehouse_ids: Collection[int] | None,
    now: datetime,
) -> World:
    """What is known for these needs at this moment."""
    places = open_places(warehouse_ids)
    ways = ways_of(accounts)
    variants = {variant for need in needs for variant in need.wanted}
    return World(
        places=places,
        ways=ways,
        prices=known_prices([way.account_id for way in ways]),
        records=ward_records([need.ward for need in needs]),
        free=free_units(variants, [place.id for place in places]),
        at=local(now).time(),
    )


def current_weights() -> Weights:
    """The rule set in use; without one, cost alone decides."""
    current = RuleSet.objects.filter(is_current=True).prefetch_related("rules").first()
    return USUAL_WEIGHTS if current is None else weights_of(current)


def weights_of(rule_set: RuleSet) -> Weights:
    rules = tuple(_rule(row) for row in rule_set.rules.all() if row.is_active)
    return Weights(rule_set.name, rule_set.day_vnd, rule_set.failure_vnd, rule_set.may_split, rules)


def _rule(row: RoutingRule) -> Rule:
    return Rule(
        name=row.name,
        effect=row.effect,
        amount_vnd=row.amount_vnd,
        provinces=frozenset(row.provinces),
        zone=row.zone,
        source=row.source,
        min_weight_g=row.min_weight_g,
        max_weight_g=row.max_weight_g,
        min_cod_vnd=row.min_cod_vnd,
        max_cod_vnd=row.max_cod_vnd,
        warehouse_id=row.warehouse_id,
        warehouse_kind=row.warehouse_kind,
        account_id=row.account_id,
        service_code=row.service_code,
    )


def rule_sets() -> QuerySet[RuleSet]:
    """All of them, the one in use first, with rules and what those name."""
    return RuleSet.objects.prefetch_related("rules__warehouse", "rules__account")
