"""Prices of several carriers at once: one that is silent does not keep the others waiting."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

from django.db import connection
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from shipping.models import CarrierAccount
from shipping.ports import Ability, Carrier, Parcel, PickupSlot, Quote, carrier_for

# How long a person waits for all of them together.
PATIENCE_S = 8.0
MOST_AT_ONCE = 6


@dataclass(frozen=True)
class Answer:
    """What one account's carrier said: prices, or why there are none."""

    account: CarrierAccount
    quotes: tuple[Quote, ...] = ()
    silence: str = ""


Question = tuple[CarrierAccount, Carrier, Parcel]


def ask_all(questions: Sequence[Question], *, patience_s: float = PATIENCE_S) -> list[Answer]:
    """One answer a question, in their order; whoever is not done in time counts as silent.

    The calls go on in their threads until their own time-outs; what they say then is not heard.
    """
    if len(questions) < 2:
        return [_ask(question) for question in questions]
    pool = ThreadPoolExecutor(max_workers=min(len(questions), MOST_AT_ONCE))
    language = get_language() or "vi"
    calls = [pool.submit(_in_thread, partial(_ask, asked), language) for asked in questions]
    wait(calls, timeout=patience_s)
    pool.shutdown(wait=False, cancel_futures=True)
    return [_heard(call, asked[0]) for call, asked in zip(calls, questions, strict=True)]


def slots_of(accounts: Sequence[CarrierAccount]) -> list[tuple[CarrierAccount, list[PickupSlot]]]:
    """When the couriers of these accounts may be asked to come; a silent one is left out."""
    found = []
    for account in accounts:
        carrier = carrier_for(account)
        if Ability.PICKUP not in carrier.abilities:
            continue
        try:
            found.append((account, carrier.pickup_slots()))
        except (ServiceRefused, ServiceUnreachable):
            continue  # without a time the courier comes when he comes anyway
    return found


def _heard(call: Future[Answer], account: CarrierAccount) -> Answer:
    if call.done() and not call.cancelled():
        return call.result()
    return Answer(account, silence=_("Hãng chưa trả lời, hãy hỏi lại sau."))


def _in_thread(ask: Callable[[], Answer], language: str) -> Answer:
    """A thread has its own connection to the database, and gives it back."""
    try:
        with override(language):
            return ask()
    finally:
        connection.close()


def _ask(question: Question) -> Answer:
    account, carrier, parcel = question
    try:
        quotes = tuple(carrier.quote(parcel))
    except ServiceRefused as refused:
        return Answer(account, silence=refused.message)
    except ServiceUnreachable:
        return Answer(account, silence=_("Hãng chưa trả lời, hãy hỏi lại sau."))
    if not quotes:
        return Answer(account, silence=_("Hãng không có dịch vụ tới địa chỉ này."))
    return Answer(account, quotes)
