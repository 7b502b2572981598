"""Tags, person in charge and priority of many orders; the order page has a form of its own."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.bulk.registry import Action, Ask, Refused, Wish, register_action
from orders.models import Order
from orders.selectors.marks import active_tags, colleagues
from orders.services import marks, undoing
from orders.words import PRIORITIES


def register() -> None:
    for action in ACTIONS:
        register_action(action)


def tags(user: Any) -> list[tuple[str, str]]:
    return [(str(tag.pk), tag.name) for tag in active_tags()]


def people(user: Any) -> list[tuple[str, str]]:
    return [("0", _("Chưa giao ai")), *((str(pk), name) for pk, name in colleagues())]


def priorities(user: Any) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in PRIORITIES.items()]


def why_no_tag(orders: Sequence[Order], user: Any) -> dict[int, str]:
    if active_tags().exists():
        return {}
    return dict.fromkeys((order.pk for order in orders), _("Chưa có thẻ nào đang dùng"))


def tag(wish: Wish) -> Refused:
    marks.tag_orders(wish.ids, add=[int(wish.said["tag"])], actor=wish.actor)
    return {}


def assign(wish: Wish) -> Refused:
    marks.assign_orders(wish.ids, int(wish.said["assignee"]) or None, actor=wish.actor)
    return {}


def prioritise(wish: Wish) -> Refused:
    marks.prioritise_orders(wish.ids, int(wish.said["priority"]), actor=wish.actor)
    return {}


MARK = "orders.mark_order"
ACTIONS = (
    Action(
        code="tag",
        label=gettext_lazy("Gắn thẻ"),
        permission=MARK,
        position=82,
        icon="tags",
        key="t",
        causes=why_no_tag,
        run=tag,
        asks=(Ask("tag", gettext_lazy("Thẻ"), choices=tags),),
        is_next=lambda order: False,
        undo=undoing.undo_marking,
    ),
    Action(
        code="assign",
        label=gettext_lazy("Giao nhân viên"),
        permission=MARK,
        position=83,
        icon="user-check",
        key="m",
        run=assign,
        asks=(Ask("assignee", gettext_lazy("Nhân viên phụ trách"), choices=people),),
        is_next=lambda order: False,
        undo=undoing.undo_marking,
    ),
    Action(
        code="prioritise",
        label=gettext_lazy("Độ ưu tiên"),
        permission=MARK,
        position=84,
        icon="arrow-up-narrow-wide",
        run=prioritise,
        asks=(Ask("priority", gettext_lazy("Độ ưu tiên"), choices=priorities),),
        is_next=lambda order: False,
        undo=undoing.undo_marking,
    ),
)
