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
from orders.selectors.near_wards import near_wards
from orders.selectors.recurring import waiting_runs

Kind = OrderProblem.Kind
# A hand-over that is due within this long is urgent.
SOON = timedelta(hours=4)
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Fix:
    """The button that leads to where a kind of problem is put right.

    `url_of` names a page that is not the order's; empty for a problem that has none.
    """

    label: str | Promise
    view: str = "orders:detail"
    permission: str = "orders.view_order"
    url_of: Callable[[OrderProblem], str] | None = None


# Where it depends on what happened, the problem itself is asked.
FixOf = Callable[[OrderProblem], Fix]
SEE = Fix(_("Xem đơn"))


def fix_of_address(problem: OrderProblem) -> Fix:
    """The order page offers the wards that may be meant; anything else is typed in the form."""
    if problem.data.get("field") == "ward" and near_wards(problem.order):
        return Fix(_("Chọn phường / xã"))
    return Fix(_("Sửa địa chỉ"), "orders:edit", "orders.change_order")


FIXES: dict[str, Fix | FixOf] = {
    Kind.UNKNOWN_SKU: Fix(_("Liên kết hàng")),
    Kind.BAD_PHONE: Fix(_("Sửa số điện thoại"), "orders:edit", "orders.change_order"),
    Kind.BAD_ADDRESS: fix_of_address,
    Kind.DIVIDED_WARD: Fix(_("Chọn phường mới")),
    Kind.OVERSOLD: Fix(_("Đặt nhập hoặc hủy")),
    Kind.CHANGED_REMOTELY: Fix(_("Xem thay đổi")),
    Kind.CANCEL_REQUESTED: Fix(_("Trả lời khách")),
    Kind.DELIVERY_FAILED: Fix(_("Gọi khách, giao lại")),
    Kind.SYNC: Fix(_("Xem lỗi đồng bộ")),
    Kind.INVOICE: Fix(_("Xem hóa đơn")),
    Kind.SHORT_PICK: Fix(_("Tìm hàng, bỏ giữ")),
    Kind.RISK: Fix(_("Gọi khách hoặc xin cọc")),
    Kind.RETURN_SHORT: Fix(_("Khiếu nại hoặc đóng")),
    Kind.HOLD_ENDING: Fix(_("Giữ thêm hoặc bỏ giữ")),
    Kind.RECURRING: Fix(_("Tiếp tục nháp"), "orders:draft", "orders.add_order"),
}


def register_fix(kind: str, fix: Fix | FixOf) -> None:
    """An app above says where a kind is put right; again replaces it."""
    FIXES[kind] = fix


@dataclass(frozen=True, slots=True)
class Group:
    """One cause with its count and its oldest case."""

    kind: str
    label: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """What is wrong with an order, as its own page says it.

    `fix_url` is empty when it is put right on that page.
    """

    problem: OrderProblem
    fix_label: str
    fix_url: str


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


def problems_of(order: Order, user: Any) -> list[OpenProblem]:
    """The open problems of one order, the oldest first; one statement."""
    here = reverse("orders:detail", args=[order.pk])
    told = []
    for problem in order.problems.filter(resolved_at=None).order_by("id"):
        label, url = _way_out(problem, user.has_perm)
        told.append(OpenProblem(problem, label, "" if url == here else url))
    return told


def problem_groups(user: Any) -> list[Group]:
    """Open problems by cause, the commonest first; two statements."""
    labels = dict(Kind.choices)
    rows = open_problems(user).order_by().values("kind")
    found = rows.annotate(n=Count("id"), oldest=Min("created_at"))
    counted = {row["kind"]: (row["n"], row["oldest"]) for row in found}
    runs = waiting_runs(user).order_by().aggregate(n=Count("pk"), oldest=Min("created_at"))
    if runs["n"]:
        count, oldest = counted.get(Kind.RECURRING, (0, runs["oldest"]))
        counted[Kind.RECURRING] = (count + runs["n"], min(oldest, runs["oldest"]))
    groups = [Group(kind, str(labels[kind]), *told) for kind, told in counted.items()]
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


def time_for(kind: str, channel: str) -> timedelta | None:
    """How long a kind of problem may take in an order of this channel; None without a rule."""
    rules = ProblemRule.objects.filter(kind=kind, channel__in=["", channel]).order_by("-channel")
    hours = rules.values_list("hours", flat=True).first()
    return timedelta(hours=hours) if hours else None


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
    return Case(problem, order, min(due, default=None), *_way_out(problem, may))


def _way_out(problem: OrderProblem, may: Callable[[str], bool]) -> tuple[str, str]:
    """Label and address of the button for who may press it; everybody may look at the order."""
    known = FIXES.get(problem.kind, SEE)
    fix = known if isinstance(known, Fix) else known(problem)
    url = fix.url_of(problem) if fix.url_of else reverse(fix.view, args=[problem.order_id])
    if not url or not may(fix.permission):
        return str(SEE.label), reverse(SEE.view, args=[problem.order_id])
    return str(fix.label), url
