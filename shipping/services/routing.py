"""Choosing where orders leave from and with whom, and doing it (A-53).

Reading is set-based: as many statements for a hundred orders as for one. Prices that are not
known yet are asked for once a zone and weight step, outside transactions.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Warehouse
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.moving import move_order
from orders.services.split_plans import parts_by_warehouse
from orders.services.splitting import split_order
from shipping.models import CarrierAccount, CarrierRate, FeePayer, Package
from shipping.routing.choose import chargeable_g, has_all, route_all
from shipping.routing.facts import Decision, Need, Weights, World, band_of
from shipping.routing.words import kept, sentences
from shipping.routing.zones import zone_of
from shipping.selectors.accounts import accounts_visible_to
from shipping.selectors.parcels import parcel_sizes
from shipping.selectors.routing import current_weights, known_prices, needs_of, world_of
from shipping.services.asking import Question, ask_all
from shipping.services.preflight import (
    ShipmentRequest,
    check_order,
    check_own_carrier,
    check_receiver,
    due_cod_vnd,
)
from shipping.services.quoting import question_of
from shipping.services.rates import remember
from shipping.services.shipments import active_package, create_shipment

# A price that was heard longer ago is asked for again.
PRICE_LASTS = timedelta(days=7)
MOST_ASKED = 12


@dataclass(frozen=True)
class Routed:
    """An order, what was decided for it, and its parcel."""

    order: Order
    decision: Decision
    size: dict[str, Any]

    @property
    def words(self) -> list[str]:
        return sentences(self.decision.reasons)

    @property
    def second(self) -> dict[str, Any] | None:
        """As it is kept."""
        return kept(self.decision)["second"]


def route_orders(
    order_ids: Collection[int],
    user: Any,
    *,
    asks: bool = False,
    weights: Weights | None = None,
) -> dict[int, Routed]:
    """Decisions for these orders, within what the user may use; nothing is changed.

    `asks`: ask carriers for prices that are not known. The orders of one call share the stock.
    """
    orders = list(Order.objects.filter(pk__in=order_ids).order_by("-priority", "placed_at", "pk"))
    sizes = parcel_sizes(orders)
    cash = {order.pk: due_cod_vnd(order, fee_payer=FeePayer.SHOP) for order in orders}
    needs = needs_of(orders, sizes, cash)
    scope = user.warehouse_scope()
    accounts = accounts_visible_to(user)
    world = world_of(needs, accounts=accounts, warehouse_ids=scope, now=now())
    if asks and _ask_missing(needs, orders, accounts.filter(is_active=True), world):
        world.prices = known_prices([way.account_id for way in world.ways])
    decisions = route_all(needs, world, weights or current_weights())
    by_order = {decision.order_id: decision for decision in decisions}
    return {order.pk: Routed(order, by_order[order.pk], sizes[order.pk]) for order in orders}


def _ask_missing(
    needs: Sequence[Need], orders: Sequence[Order], accounts: Any, world: World
) -> int:
    """Ask for the price of each account, zone and weight step that nobody knows yet."""
    fresh = set(
        CarrierRate.objects.filter(
            account__in=[way.account_id for way in world.ways], heard_at__gt=now() - PRICE_LASTS
        ).values_list("account_id", "zone", "band_g")
    )
    wanted = _missing_cells(needs, world, fresh)
    if not wanted:
        return 0
    by_id = {order.pk: order for order in orders}
    rows = accounts.select_related("warehouse").in_bulk([account for account, _z, _b in wanted])
    places = Warehouse.objects.in_bulk([place_id for _need, place_id in wanted.values()])
    questions: list[Question] = []
    for (account_id, _zone, _band), (need, place_id) in wanted.items():
        try:
            request = _bare_request(need, account_id)
            order = by_id[need.order_id]
            questions.append(question_of(order, rows[account_id], request, places[place_id]))
        except DomainError:
            continue  # an order that no carrier could be asked about is refused when it is made
    return remember(questions, ask_all(questions))


def _missing_cells(
    needs: Sequence[Need], world: World, fresh: set[tuple[int, str, int]]
) -> dict[tuple[int, str, int], tuple[Need, int]]:
    """The first order and place that would tell of each missing price."""
    found: dict[tuple[int, str, int], tuple[Need, int]] = {}
    for need in needs:
        for place in world.places:
            if not need.weight_g or not has_all(need, place.id, world):
                continue
            zone = zone_of(place.province, need.province)
            for way in world.ways:
                cell = (way.account_id, str(zone), band_of(chargeable_g(need, way)))
                if way.warehouse_id in (None, place.id) and cell not in fresh | found.keys():
                    found[cell] = need, place.id
                if len(found) == MOST_ASKED:
                    return found
    return found


def _bare_request(need: Need, account_id: int) -> ShipmentRequest:
    return ShipmentRequest(
        account_id=account_id,
        service_code="",
        weight_g=need.weight_g,
        length_cm=need.length_cm,
        width_cm=need.width_cm,
        height_cm=need.height_cm,
    )


def proposal(order: Order, user: Any) -> dict[str, Any]:
    """What the form of a shipment begins with; asks nobody."""
    routed = route_orders([order.pk], user)[order.pk]
    chosen = routed.decision.chosen
    account = CarrierAccount.objects.get(pk=chosen.way.account_id) if chosen else None
    return {
        **routed.size,
        "account": account,
        "inspection_note": "look",
        "fee_payer": FeePayer.SHOP,
        "service_code": chosen.price.service_code if chosen else "",
        "routed": routed,
    }


def ship(routed: Routed, user: Any, *, actor: Actor) -> list[Package]:
    """Make the parcels that were decided on, usual terms for the rest.

    Goods are promised at the chosen warehouse first; an order that no warehouse can send alone is
    divided. A repeat finds what was made. Raises DomainError with the reasons.
    """
    existing = active_package(routed.order.pk)
    if existing is not None:
        return [existing]
    if routed.decision.splits or routed.decision.moves:
        check_order(routed.order)
        check_receiver(routed.order)
        check_own_carrier(routed.order.pk)
    if routed.decision.splits:
        return _ship_parts(routed.order, user, actor=actor)
    chosen = routed.decision.chosen
    if chosen is None:
        raise DomainError(" ".join(routed.words), "routing.nothing")
    if not routed.size["weight_g"]:
        raise DomainError(_("Hàng chưa có khối lượng"), "parcel.weight")
    if routed.decision.moves:
        move_order(routed.order.pk, chosen.place.id, actor=actor, among=user.warehouse_scope())
    size = dict(routed.size)
    box = size.pop("box")
    request = ShipmentRequest(
        account_id=chosen.way.account_id,
        service_code=chosen.price.service_code,
        box_id=box.pk if box else None,
        **size,
    )
    return [create_shipment(routed.order.pk, request, actor=actor, route=kept(routed.decision))]


def _ship_parts(order: Order, user: Any, *, actor: Actor) -> list[Package]:
    """Divide by where the goods are promised, then each part goes its own best way."""
    made = split_order(order.pk, parts_by_warehouse(order), actor=actor)
    parts = route_orders([order.pk, *(row.pk for row in made)], user)
    if any(part.decision.splits for part in parts.values()):
        raise DomainError(_("Hàng giữ cho đơn đã thay đổi; hãy thử lại."), "routing.changed")
    return [package for part in parts.values() for package in ship(part, user, actor=actor)]


def chosen_by_person(order: Order, request: ShipmentRequest, user: Any) -> dict[str, Any] | None:
    """What to keep with a fulfilment whose account a person named: the rules' choice is beside it.

    The rules' own choice is kept as such.
    """
    decision = route_orders([order.pk], user)[order.pk].decision
    chosen = decision.chosen
    told = kept(decision)
    if chosen is None or chosen.place.id != order.warehouse_id:
        return _by_hand(told)
    if (chosen.way.account_id, chosen.price.service_code) == (
        request.account_id,
        request.service_code,
    ):
        return told
    return _by_hand(told)


def _by_hand(told: dict[str, Any]) -> dict[str, Any]:
    return {"chosen": None, "second": told["chosen"], "reasons": [["person", {}]]}
