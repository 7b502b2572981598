"""Chosen orders put together, and those that wait for some of their goods divided."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.errors import DomainError
from oms.kernel.text import fold
from orders.bulk.own import one_by_one
from orders.bulk.registry import Action, Refused, Wish, register_action
from orders.models import Order
from orders.services.merging import merge_orders, merge_refusal
from orders.services.split_plans import part_that_waits
from orders.services.splitting import refuse_split, split_order

CHANGE = "orders.change_order"
# All that is put together has to be looked at in one step; a page of 200 rows is.
TOGETHER = 1_000


def register() -> None:
    for action in ACTIONS:
        register_action(action)


def of_one_buyer(orders: Iterable[Order]) -> list[list[Order]]:
    """Groups by phone and address, each with its oldest order first."""
    groups: dict[tuple[str, ...], list[Order]] = {}
    for order in sorted(orders, key=lambda row: (row.placed_at, row.pk)):
        place = (fold(part) for part in (order.street, order.ward, order.province))
        # Without a phone nothing says that two buyers are one.
        buyer = order.recipient_phone or f"{order.pk}"
        groups.setdefault((buyer, *place), []).append(order)
    return list(groups.values())


def why_not_merge(orders: Sequence[Order], user: Any) -> dict[int, str]:
    causes: dict[int, str] = {}
    for first, *others in of_one_buyer(orders):
        refused = {other.pk: merge_refusal(first, other) for other in others}
        causes |= {pk: reason for pk, reason in refused.items() if reason}
        if all(refused.values()):
            causes[first.pk] = alone()
    return causes


def alone() -> str:
    return _("Trong số đã chọn không có đơn nào khác của cùng người nhận, cùng địa chỉ.")


def merge(wish: Wish) -> Refused:
    """Into the oldest of each group; the others are cancelled and point to it."""
    refused: dict[int, str] = {}
    for first, *others in of_one_buyer(Order.objects.filter(pk__in=wish.ids)):
        for other in others:
            try:
                with transaction.atomic():
                    merge_orders(first.pk, other.pk, actor=wish.actor)
            except DomainError as refusal:
                refused[other.pk] = refusal.message
        if all(other.pk in refused for other in others):
            refused[first.pk] = alone()
    return refused


def why_not_split(orders: Sequence[Order], user: Any) -> dict[int, str]:
    causes = {}
    for order in orders:
        try:
            refuse_split(order)
        except DomainError as refusal:
            causes[order.pk] = refusal.message
            continue
        if part_that_waits(order) is None:
            causes[order.pk] = nothing_waits()
    return causes


def nothing_waits() -> str:
    return _("Đơn đủ hàng, hoặc chưa có món nào: không có phần để tách.")


def split(wish: Wish) -> Refused:
    """What is there ships; what is missing waits in an order of its own."""
    orders = Order.objects.in_bulk(wish.ids)

    def divide(pk: int) -> None:
        waiting = part_that_waits(orders[pk])
        if waiting is None:
            raise DomainError(nothing_waits(), code="split.nothing")
        split_order(pk, [waiting], actor=wish.actor)

    return one_by_one(divide, wish)


ACTIONS = (
    Action(
        code="merge",
        label=gettext_lazy("Gộp đơn cùng người nhận"),
        done=gettext_lazy("Đã gộp đơn."),
        permission=CHANGE,
        position=76,
        icon="merge",
        causes=why_not_merge,
        run=merge,
        is_next=lambda order: False,
        step=TOGETHER,
    ),
    Action(
        code="split",
        label=gettext_lazy("Tách phần chờ hàng"),
        done=gettext_lazy("Đã tách phần chờ hàng sang đơn mới."),
        permission=CHANGE,
        position=77,
        icon="split",
        causes=why_not_split,
        run=split,
        page=lambda order: reverse("orders:split", args=[order.pk]),
        is_next=lambda order: False,
        step=20,
    ),
)
