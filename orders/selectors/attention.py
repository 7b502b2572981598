"""The queue of what needs a person: cause, age, deadline, and where it is put right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.kernel.clock import now
from oms.kernel.pages import Page, keyset_page
from orders.models import Order, OrderProblem, ProblemRule
from orders.models.order_indexes import OPEN_TABS
from orders.selectors.lists import orders_visible_to

Kind = OrderProblem.Kind
# A hand-over that is due within this long is urgent.
SOON = timedelta(hours=4)
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Fix:
    """The button that leads to where a kind of problem is put right."""

    label: str | Promise
    view: str = "orders:detail"
    permission: str = "orders.view_order"


SEE = Fix(_("Xem đơn"))
FIXES: dict[str, Fix] = {
    Kind.UNKNOWN_SKU: Fix(_("Liên kết hàng")),
    Kind.BAD_PHONE: Fix(_("Sửa số điện thoại"), "orders:edit", "orders.change_order"),
    Kind.BAD_ADDRESS: Fix(_("Sửa địa chỉ"), "orders:edit", "orders.change_order"),
    Kind.DIVIDED_WARD: Fix(_("Chọn phường mới")),
    Kind.OVERSOLD: Fix(_("Tách phần có hàng"), "orders:split", "orders.change_order"),
    Kind.CHANGED_REMOTELY: Fix(_("Xem thay đổi")),
    Kind.CANCEL_REQUESTED: Fix(_("Trả lời khách")),
    Kind.DELIVERY_FAILED: Fix(_("Gọi khách, giao lại")),
    Kind.SYNC: Fix(_("Xem lỗi đồng bộ")),
    Kind.SHIPPING: Fix(_("Xem vận đơn")),
    Kind.INVOICE: Fix(_("Xem hóa đơn")),
    Kind.RECURRING: Fix(_("Tiếp tục nháp"), "orders:draft", "orders.add_order"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One cause with its count and its oldest case."""

    kind: str
    label: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One problem of one order; `due_at` is the earlier of hand-over and rule."""

    problem: OrderProblem
    order: Order
    due_at: datetime | None
    fix_label: str
    fix_url: str


def open_problems(user: Any) -> QuerySet[OrderProblem]:
    """What waits for a person within the user's shops and warehouses."""
    rows = OrderProblem.objects.filter(resolved_at=None)
    if user.shop_scope() is None and user.warehouse_scope() is None:
        return rows
    return rows.filter(order__in=orders_visible_to(user))


def problem_groups(user: Any) -> list[Group]:
    """Open problems by cause, the commonest first; one statement."""
    labels = dict(Kind.choices)
    rows = open_problems(user).order_by().values("kind")
    found = rows.annotate(n=Count("id"), oldest=Min("created_at"))
    groups = [Group(r["kind"], str(labels[r["kind"]]), r["n"], r["oldest"]) for r in found]
    return sorted(groups, key=lambda group: (-group.count, group.kind))


def cases(user: Any, *, kind: str = "", after: str = "", before: str = "") -> Page[OrderProblem]:
    """A page of open problems, the oldest first."""
    rows = open_problems(user).select_related("order")
    if kind:
        rows = rows.filter(kind=kind)
    return keyset_page(rows, keys=("created_at", "id"), after=after, before=before)


def with_deadlines(problems: Sequence[OrderProblem], user: Any) -> list[Case]:
    """The rows of a page as the screen shows them; one statement for the rules."""
    rules = {(rule.kind, rule.channel): rule.hours for rule in ProblemRule.objects.all()}
    return [_case(problem, rules, user.has_perm) for problem in problems]


def urgent_orders(user: Any) -> int:
    """Orders whose hand-over is due within four hours or was missed, at most MOST_COUNTED."""
    rows = orders_visible_to(user).filter(ship_by_at__lt=now() + SOON, tab__in=OPEN_TABS)
    return rows.order_by()[:MOST_COUNTED].count()


def _case(
    problem: OrderProblem, rules: dict[tuple[str, str], int], may: Callable[[str], bool]
) -> Case:
    order = problem.order
    hours = rules.get((problem.kind, order.source)) or rules.get((problem.kind, ""))
    due = [problem.created_at + timedelta(hours=hours)] if hours else []
    if order.ship_by_at and order.tab in OPEN_TABS:
        due.append(order.ship_by_at)
    fix = FIXES.get(problem.kind, SEE)
    fix = fix if may(fix.permission) else SEE
    url = reverse(fix.view, args=[order.pk])
    return Case(problem, order, min(due, default=None), str(fix.label), url)
