"""Problems of one kind in many orders at once: a few statements for any number of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from orders.models import OrderProblem
from orders.services.states import Change, lock_orders, save_changes


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person reads, and what leads to where it is put right."""

    message: str
    data: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def settle_problems(
    kind: str, found: Mapping[int, Finding], *, among: Collection[int], actor: Actor
) -> None:
    """Of the orders `among`, exactly those in `found` have an open problem of this kind.

    One that is open gets the new text. A repeat changes nothing.
    """
    rows = OrderProblem.objects.filter(kind=kind, resolved_at=None)
    # Only these are locked and read whole: most orders have no such problem, before or after.
    had = rows.filter(order__in=list(among)).values_list("order", flat=True)
    orders = {order.pk: order for order in lock_orders(found.keys() | set(had))}
    known = {row.order_id: row for row in rows.filter(order__in=orders)}
    fresh = [pk for pk in sorted(found) if pk in orders and pk not in known]
    gone = [pk for pk in sorted(known) if pk not in found]
    _renew([row for pk, row in known.items() if pk in found], found)
    OrderProblem.objects.bulk_create(
        OrderProblem(
            order_id=pk,
            kind=kind,
            message=found[pk].message,
            data=found[pk].data,
            created_at=now(),
        )
        for pk in fresh
    )
    OrderProblem.objects.filter(pk__in=[known[pk].pk for pk in gone]).update(resolved_at=now())
    opened = [
        Change(orders[pk], "order.problem_opened", {"kind": kind, "message": found[pk].message})
        for pk in fresh
    ]
    closed = [Change(orders[pk], "order.problem_resolved", {"kind": kind}) for pk in gone]
    others = OrderProblem.objects.filter(order__in=gone, resolved_at=None)
    waiting = set(others.values_list("order", flat=True))
    for change in opened:
        change.order.needs_attention = True
    for change in closed:
        change.order.needs_attention = change.order.pk in waiting
    save_changes([*opened, *closed], actor=actor, always=True)


def _renew(rows: Collection[OrderProblem], found: Mapping[int, Finding]) -> None:
    changed = []
    for row in rows:
        wanted = found[row.order_id]
        if (row.message, row.data) != (wanted.message, wanted.data):
            row.message, row.data = wanted.message, wanted.data
            changed.append(row)
    OrderProblem.objects.bulk_update(changed, ["message", "data"])
