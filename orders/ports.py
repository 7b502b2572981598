"""What the apps on the right add to the pages of an order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from inventory.selectors.costing import shipment_costs
from oms.kernel.actors import Actor
from oms.kernel.erasing import Scrub
from orders.models import Order, Return

Panel = Callable[[HttpRequest, Order], str | None]

_panels: dict[str, tuple[int, Panel]] = {}


def register_panel(key: str, position: int, render: Panel) -> None:
    """Add a panel to the order page; a lower position stands higher. Again replaces it."""
    _panels[key] = position, render


def render_panels(request: HttpRequest, order: Order) -> list[SafeString]:
    """The panels' HTML in order; a panel that has nothing to say is left out."""
    return _in_order(_panels.values(), request, order)


def _in_order(
    panels: Iterable[tuple[int, Callable[..., str | None]]], *of: Any
) -> list[SafeString]:
    html = [render(*of) for _position, render in sorted(panels, key=lambda panel: panel[0])]
    # Panels are rendered templates of ours: escaped where they were made.
    return [mark_safe(text) for text in html if text]  # noqa: S308


ReturnPanel = Callable[[HttpRequest, Return], str | None]
_return_panels: dict[str, tuple[int, ReturnPanel]] = {}


def register_return_panel(key: str, position: int, render: ReturnPanel) -> None:
    """The same on the page of a return."""
    _return_panels[key] = position, render


def render_return_panels(request: HttpRequest, document: Return) -> list[SafeString]:
    return _in_order(_return_panels.values(), request, document)


CausesOf = Callable[[int], list[tuple[str, int]]]
_causes: list[CausesOf] = []


def register_order_causes(causes_of: CausesOf) -> None:
    """Say under which causes the goods of an order leave stock; a repeat is ignored."""
    if causes_of not in _causes:
        _causes.append(causes_of)


def causes_of_order(order_id: int) -> list[tuple[str, int]]:
    """The causes of stock movements that belong to an order, its own first."""
    return [("order", order_id), *(cause for causes in _causes for cause in causes(order_id))]


OrdersOf = Callable[[Sequence[int]], list[int]]
_orders_of: dict[str, OrdersOf] = {}


def register_orders_of(kind: str, orders_of: OrdersOf) -> None:
    """Say which orders stand behind causes of a kind; again replaces it."""
    _orders_of[kind] = orders_of


def orders_of_causes(causes: Sequence[tuple[str, int]]) -> list[int]:
    """The orders for which goods left stock under these causes."""
    found = [pk for kind, pk in causes if kind == "order"]
    for kind, orders_of in _orders_of.items():
        ids = [pk for of, pk in causes if of == kind]
        found += orders_of(ids) if ids else []
    return found


CostsOf = Callable[[Sequence[int]], dict[int, int]]
_costs: list[CostsOf] = []


def register_order_costs(costs_of: CostsOf) -> None:
    """Say what the goods that left for orders were worth, in đồng; a repeat is ignored."""
    if costs_of not in _costs:
        _costs.append(costs_of)


def costs_of_orders(order_ids: Sequence[int]) -> dict[int, int]:
    """Đồng by order: the goods that left for it, under its own name or a parcel's."""
    costs = shipment_costs("order", order_ids) if order_ids else {}
    for costs_of in _costs if order_ids else ():
        for order_id, cost in costs_of(order_ids).items():
            costs[order_id] += cost
    return costs


@dataclass(frozen=True, slots=True)
class Charges:
    """What selling an order costs beside its goods, in đồng; None for what is not known."""

    estimated_vnd: int | None = None
    settled_vnd: int | None = None

    @property
    def best_vnd(self) -> int | None:
        return self.estimated_vnd if self.settled_vnd is None else self.settled_vnd


ChargesOf = Callable[[Sequence[int]], dict[int, Charges]]
_charges: list[ChargesOf] = []


def register_order_charges(charges_of: ChargesOf) -> None:
    """Say what a channel or a carrier takes for orders; a repeat is ignored."""
    if charges_of not in _charges:
        _charges.append(charges_of)


def charges_of_orders(order_ids: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """(đồng, all of it settled) by order, where anything is known."""
    found: dict[int, tuple[int, bool]] = {}
    for charges_of in _charges if order_ids else ():
        for order_id, charges in charges_of(order_ids).items():
            if charges.best_vnd is not None:
                vnd, settled = found.get(order_id, (0, True))
                is_settled = charges.settled_vnd is not None
                found[order_id] = vnd + charges.best_vnd, settled and is_settled
    return found


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What an app on the right keeps about the buyers of orders.

    `collect` gives {order id: what is kept}, plain values for a file; `erase` replaces it with
    `Scrub`, in the caller's transaction, and leaves what the law wants kept.
    """

    key: str
    collect: Callable[[Sequence[int]], dict[int, Any]]
    erase: Callable[[Sequence[int], Scrub], None]


_personal: dict[str, PersonalData] = {}


def register_personal_data(data: PersonalData) -> None:
    """Called once by wiring; the same key again replaces it."""
    _personal[data.key] = data


def personal_data() -> list[PersonalData]:
    return list(_personal.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRequest:
    """A parcel that is no order yet. `warehouse_ids`: whose contracts are asked; None: all."""

    street: str
    ward: str
    district: str
    province: str
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int
    goods_vnd: int
    cod_vnd: int
    warehouse_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class DeliveryQuote:
    """What one service of a carrier would cost, and the day it arrives as the carrier says."""

    carrier: str
    service: str
    fee_vnd: int
    arrives_on: str = ""


# Asks over the network: only workers call it. Raises DomainError when no carrier has a price.
QuotesOf = Callable[[QuoteRequest], list[DeliveryQuote]]
_quoters: list[QuotesOf] = []


def register_delivery_quotes(quotes_of: QuotesOf) -> None:
    """Say what delivery would cost; a repeat is ignored."""
    if quotes_of not in _quoters:
        _quoters.append(quotes_of)


def delivery_quotes(asked: QuoteRequest) -> list[DeliveryQuote]:
    """The cheapest first."""
    found = [quote for quotes_of in _quoters for quote in quotes_of(asked)]
    return sorted(found, key=lambda quote: quote.fee_vnd)


@dataclass(frozen=True, slots=True)
class PrintStep:
    """Where an order that was just saved gets its parcel and label, and who may go there."""

    permission: str
    url_of: Callable[[int], str]


_print_steps: list[PrintStep] = []


def register_print_step(step: PrintStep) -> None:
    """The last one registered is taken."""
    _print_steps[:] = [step]


def print_step_url(user: Any, order_id: int) -> str:
    """Empty when there is none, or the user may not."""
    for step in _print_steps:
        if user.has_perm(step.permission):
            return step.url_of(order_id)
    return ""


# Books cash for an order once per key: (order id, đồng, key, actor).
CashDesk = Callable[[int, int, str, Actor], None]
_cash_desks: list[CashDesk] = []


def register_cash_desk(desk: CashDesk) -> None:
    """Say who books cash; the last one registered is taken."""
    _cash_desks[:] = [desk]


def take_cash(order_id: int, amount_vnd: int, key: str, actor: Actor) -> None:
    """Book cash that lies on the counter, in the caller's transaction."""
    [desk] = _cash_desks
    desk(order_id, amount_vnd, key, actor)


@dataclass(frozen=True, slots=True)
class Journey:
    """From a warehouse (None: not known yet) to a province by name."""

    warehouse_id: int | None
    province: str


# Days from leaving to the buyer's door by the caller's own keys; a fixed number of statements.
JourneyDays = Callable[[Mapping[int, Journey]], dict[int, int]]
_journey_days: list[JourneyDays] = []


def register_journey_days(days_of: JourneyDays) -> None:
    """Say how long carriers take; the last one registered is taken."""
    _journey_days[:] = [days_of]


def journey_days(journeys: Mapping[int, Journey]) -> dict[int, int]:
    """0 days where nobody carries."""
    for days_of in _journey_days if journeys else ():
        return days_of(journeys)
    return {}
