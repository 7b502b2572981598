"""Orders that came out of one another: by a split, or by a merge."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from orders.models import Order

MOST_SHOWN = 20


@dataclass(slots=True)
class Relatives:
    """`origin` is what the order was split from, `parts` what else came out of the same split,
    `merged` what was put into it; its own way into another one is `Order.merged_into`.
    """

    origin: Order | None = None
    parts: list[Order] = field(default_factory=list)
    merged: list[Order] = field(default_factory=list)


def relatives_of(order: Order, *, among: QuerySet[Order]) -> Relatives:
    """Each relative once, a merge before a split; one statement for the first twenty."""
    root = order.split_from_id or order.pk
    family = Q(pk=root) | Q(split_from=root) | Q(merged_into=order.pk)
    rows = among.filter(family).exclude(pk__in=[order.pk, order.merged_into_id or order.pk])
    found = Relatives()
    for row in rows.order_by("pk").only("number", "merged_into")[:MOST_SHOWN]:
        if row.merged_into_id == order.pk:
            found.merged.append(row)
        elif row.pk == order.split_from_id:
            found.origin = row
        else:
            found.parts.append(row)
    return found
