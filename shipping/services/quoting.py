"""Fee and day for a parcel that is not made yet, of every carrier that may have it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from inventory.models import Warehouse
from oms.kernel.errors import DomainError
from orders.models import Order
from shipping.models import CarrierAccount
from shipping.ports import Parcel, Quote, carrier_for
from shipping.services.asking import Answer, Question, ask_all
from shipping.services.booking import item_of
from shipping.services.preflight import (
    ShipmentRequest,
    check_own_carrier,
    check_parcel,
    check_receiver,
    due_cod_vnd,
)
from shipping.services.rates import remember
from shipping.services.receivers import address_form_of, receiver_of, sender_of

# Sorts behind every day that a carrier names.
NO_DAY = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Offer:
    """One service of one account, beside the others."""

    account: CarrierAccount
    quote: Quote
    chargeable_g: int
    is_cheapest: bool = False
    is_fastest: bool = False


@dataclass(frozen=True)
class Comparison:
    """Offers by price, and the accounts that made none, with the reason."""

    offers: tuple[Offer, ...]
    silent: tuple[Answer, ...]


def compare_carriers(
    order_id: int, request: ShipmentRequest, accounts: Iterable[CarrierAccount]
) -> Comparison:
    """What each service of each account would cost, cheapest first. Stores nothing anywhere.

    Carriers are asked at the same time. Raises DomainError for an order that none may have.
    """
    order = Order.objects.get(pk=order_id)
    check_receiver(order)
    check_own_carrier(order_id)
    questions: list[Question] = []
    answers: list[Answer] = []
    for account in accounts:
        try:
            questions.append(question_of(order, account, request, order.warehouse))
        except DomainError as refusal:
            answers.append(Answer(account, silence=refusal.message))
    heard = ask_all(questions)
    remember(questions, heard)
    answers += heard
    offers = [
        Offer(answer.account, quote, chargeable_g(answer.account, request))
        for answer in answers
        for quote in answer.quotes
    ]
    return Comparison(mark_best(offers), tuple(answer for answer in answers if answer.silence))


def mark_best(offers: list[Offer]) -> tuple[Offer, ...]:
    """By price, then by day; the cheapest and the fastest are said to be so, if there is a choice.

    An offer without a day is never the fastest.
    """
    ordered = sorted(offers, key=_by_price)
    if len(ordered) < 2:
        return tuple(ordered)
    lowest = ordered[0].quote.fee_vnd
    days = [offer.quote.expected_at for offer in ordered if offer.quote.expected_at]
    soonest = min(days, default=None)
    return tuple(
        replace(
            offer,
            is_cheapest=offer.quote.fee_vnd == lowest,
            is_fastest=soonest is not None and offer.quote.expected_at == soonest,
        )
        for offer in ordered
    )


def _by_price(offer: Offer) -> tuple[int, datetime, int]:
    return offer.quote.fee_vnd, offer.quote.expected_at or NO_DAY, offer.account.pk


def chargeable_g(account: CarrierAccount, request: ShipmentRequest) -> int:
    """The weight that the account's carrier counts."""
    return carrier_for(account).limits.chargeable_g(
        request.weight_g, request.length_cm, request.width_cm, request.height_cm
    )


def question_of(
    order: Order, account: CarrierAccount, request: ShipmentRequest, place: Warehouse | None
) -> Question:
    """The order's parcel out of this warehouse, as the account's carrier needs it.

    Raises DomainError where it has no chance.
    """
    if account.warehouse_id not in (None, place.pk if place else None):
        raise DomainError(
            _("Tài khoản này không lấy hàng ở kho của đơn."), "account.other_warehouse"
        )
    carrier, form = carrier_for(account), address_form_of(account.carrier)
    due_vnd = due_cod_vnd(order, fee_payer=request.fee_payer)
    cod_vnd = due_vnd if request.cod_vnd is None else request.cod_vnd
    check_parcel(request, cod_vnd, carrier.limits)
    lines = order.lines.select_related("variant").order_by("position")
    parcel = Parcel(
        reference="",
        service_code=request.service_code,
        receiver=receiver_of(order, form),
        sender=sender_of(place or account.warehouse, form),
        weight_g=request.weight_g,
        length_cm=request.length_cm,
        width_cm=request.width_cm,
        height_cm=request.height_cm,
        cod_vnd=cod_vnd,
        declared_vnd=min(order.goods_vnd, carrier.limits.max_declared_vnd),
        fee_payer=request.fee_payer,
        inspection_note=request.inspection_note,
        items=tuple(item_of(line, line.quantity) for line in lines),
    )
    return account, carrier, parcel
