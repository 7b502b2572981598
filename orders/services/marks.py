"""What staff put on orders: tags, flags, a person in charge, a priority.

Every verb takes one order or many and costs the same few statements a batch; what is already so
records nothing.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line, fold
from orders.models import Order, Tag
from orders.selectors.marks import names_of_everybody
from orders.services.states import Change, lock_orders, save_changes

BATCH = 200
PRIORITIES = (-1, 0, 1, 2)
Apply = Callable[[Change], None]


def set_tags(order_id: int, tag_ids: Collection[int], *, actor: Actor) -> list[int]:
    """Give the order these tags and no others. Tags that were archived may stay, not come."""
    known = _known_tags()
    return _mark([order_id], lambda change: _put_tags(change, set(tag_ids), known), actor)


def tag_orders(
    order_ids: Iterable[int],
    *,
    add: Collection[int] = (),
    remove: Collection[int] = (),
    actor: Actor,
) -> list[int]:
    """Add and remove tags of many orders. Returns the ids of those that changed."""
    known, gone = _known_tags(), set(remove)
    return _mark(
        order_ids,
        lambda change: _put_tags(change, (set(change.order.tag_ids) - gone) | set(add), known),
        actor,
    )


def set_flags(order_id: int, flags: Collection[str], *, actor: Actor) -> list[int]:
    """Give the order these flags and no others."""
    _check_flags(flags)
    return _mark([order_id], lambda change: _put_flags(change, set(flags)), actor)


def flag_orders(
    order_ids: Iterable[int],
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    actor: Actor,
) -> list[int]:
    """Add and remove flags of many orders. Returns the ids of those that changed."""
    _check_flags([*add, *remove])
    return _mark(
        order_ids,
        lambda change: _put_flags(change, (set(change.order.flags) - set(remove)) | set(add)),
        actor,
    )


def assign(order_id: int, user_id: int | None, *, actor: Actor) -> list[int]:
    """Put somebody in charge of the order; None takes it from everybody."""
    return assign_orders([order_id], user_id, actor=actor)


def assign_orders(order_ids: Iterable[int], user_id: int | None, *, actor: Actor) -> list[int]:
    """Put somebody in charge of many orders. Returns the ids of those that changed."""
    names = names_of_everybody()
    if user_id is not None and user_id not in names:
        raise DomainError(_("Không có nhân viên này."), code="order.assignee", field="assignee")

    def apply(change: Change) -> None:
        order = change.order
        if order.assignee_id == user_id:
            return
        before, after = (names.get(pk or 0, "") for pk in (order.assignee_id, user_id))
        order.assignee_id = user_id
        _tell(change, "order.assigned", "assignee", before, after)

    return _mark(order_ids, apply, actor)


def set_priority(order_id: int, priority: int, *, actor: Actor) -> list[int]:
    """Serve the order sooner or later than its age says."""
    return prioritise_orders([order_id], priority, actor=actor)


def prioritise_orders(order_ids: Iterable[int], priority: int, *, actor: Actor) -> list[int]:
    """One priority for many orders: -1 later, 0 usual, 1 soon, 2 first of all."""
    if priority not in PRIORITIES:
        raise DomainError(_("Độ ưu tiên không hợp lệ."), code="order.priority", field="priority")

    def apply(change: Change) -> None:
        before, change.order.priority = change.order.priority, priority
        if before != priority:
            _tell(change, "order.priority_changed", "priority", before, priority)

    return _mark(order_ids, apply, actor)


@transaction.atomic
def save_tag(name: str, colour: str, *, tag_id: int | None = None, is_active: bool = True) -> Tag:
    """Make or change a tag. A new one whose name is there already is that one, in use again."""
    name = clean_line(name, 40, field="name")
    if not name:
        raise DomainError(_("Thẻ cần có tên."), code="tag.name", field="name")
    if colour not in Tag.Colour.values:
        raise DomainError(_("Màu không hợp lệ."), code="tag.colour", field="colour")
    values = {"name": name, "colour": colour, "is_active": is_active}
    if tag_id is None:
        return Tag.objects.update_or_create(name_folded=fold(name), defaults=values)[0]
    if Tag.objects.filter(name_folded=fold(name)).exclude(pk=tag_id).exists():
        raise DomainError(
            _("Đã có thẻ “%(name)s”.") % {"name": name}, code="tag.taken", field="name"
        )
    Tag.objects.filter(pk=tag_id).update(name_folded=fold(name), **values)
    return Tag.objects.get(pk=tag_id)


def _mark(order_ids: Iterable[int], apply: Apply, actor: Actor) -> list[int]:
    ids, changed = sorted(set(order_ids)), list[int]()
    for start in range(0, len(ids), BATCH):
        changed += _mark_batch(ids[start : start + BATCH], apply, actor)
    return changed


@retry_deadlock
@transaction.atomic
def _mark_batch(order_ids: Collection[int], apply: Apply, actor: Actor) -> list[int]:
    changes = [Change(order, "") for order in lock_orders(order_ids)]
    for change in changes:
        apply(change)
    real = [change for change in changes if change.event_name]
    save_changes(real, actor=actor)
    return [change.order.pk for change in real]


def _put_tags(change: Change, wanted: set[int], known: dict[int, Tag]) -> None:
    before, after = list(change.order.tag_ids), sorted(wanted)
    if any(pk not in known or not known[pk].is_active for pk in wanted - set(before)):
        raise DomainError(_("Thẻ không còn dùng."), code="tag.unknown", field="tags")
    change.order.tag_ids = after
    if before != after:
        _tell(change, "order.tagged", "tags", _joined(before, known), _joined(after, known))


def _joined(tag_ids: Iterable[int], known: dict[int, Tag]) -> str:
    return ", ".join(known[pk].name for pk in tag_ids if pk in known)


def _put_flags(change: Change, wanted: set[str]) -> None:
    before = list(change.order.flags)
    after = [flag for flag in Order.Flag.values if flag in wanted]
    change.order.flags = after
    if before != after:
        _tell(change, "order.flagged", "flags", ", ".join(before), ", ".join(after))


def _check_flags(flags: Collection[str]) -> None:
    if set(flags) - set(Order.Flag.values):
        raise DomainError(_("Loại đơn đặc biệt không hợp lệ."), code="order.flag", field="flags")


def _tell(change: Change, event_name: str, field: str, before: Any, after: Any) -> None:
    change.event_name = event_name
    change.data["changes"] = {field: [before, after]}


def _known_tags() -> dict[int, Tag]:
    """All of them: a shop has dozens."""
    return {tag.pk: tag for tag in Tag.objects.all()}
