"""Telling people that a note names them: one alert each, closed when they open the order."""

import re
from collections.abc import Collection, Mapping

from django.contrib.auth import get_user_model
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, open_keys, settle_alerts
from orders.models import Order

MENTION = "order.mention"
# The place of an alert that is for one person.
PERSON = "user"
SHOWN = 80
_NAME = re.compile(r"(?<![\w.@])@([\w.+-]{2,150})")


def people_named_in(text: str) -> dict[int, str]:
    """Active users behind the @names of a text, by id; an unknown name is just a word."""
    names = {name.rstrip(".").lower() for name in _NAME.findall(text)}
    if not names:
        return {}
    users = get_user_model()._default_manager.filter(is_active=True)
    rows = users.annotate(lower=Lower("username")).filter(lower__in=names)
    return dict(rows.values_list("pk", "username"))


def tell_mentioned(
    notes: Mapping[int, int], user_ids: Collection[int], text: str, *, actor: Actor
) -> None:
    """Open an alert for each person and order; `notes` is {order: note}. Not for the author."""
    people = [pk for pk in user_ids if (actor.kind, actor.id) != ("user", pk)]
    numbers = dict(Order.objects.filter(pk__in=notes).values_list("pk", "number"))
    message = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    crossings = [
        Crossing(
            key=f"{order_id}:{person}",
            message=_("%(who)s nhắc bạn ở đơn %(number)s: %(text)s")
            % {"who": actor.label, "number": number, "text": message},
            permission="orders.view_order",
            url=reverse("orders:detail", args=[order_id]),
            place=(PERSON, person),
            data={"order_id": order_id, "note_id": notes[order_id]},
        )
        for order_id, number in numbers.items()
        for person in people
    ]
    if crossings:
        settle_alerts(MENTION, crossings, actor=actor, among=[])


def mark_read(order_id: int, user_id: int, *, actor: Actor) -> None:
    """The person has opened the order; one statement when nothing waits for him."""
    key = f"{order_id}:{user_id}"
    if open_keys(MENTION, [key]):
        settle_alerts(MENTION, [], actor=actor, among=[key])
