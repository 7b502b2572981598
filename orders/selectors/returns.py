"""Returns as pages show them: who may see which, how old they are, and what comes next."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from oms.kernel.clock import local, now
from orders.models import Order, Return, ReturnPolicy
from orders.selectors.lists import orders_of_shops, orders_visible_to
from orders.states import OPEN_RETURNS

Status = Return.Status
TABS: dict[str, tuple[str, ...]] = {
    "": (Status.REQUESTED,),
    "coming": (Status.COMING,),
    "money": (Status.RECEIVED, Status.CREDITED),
    "done": (Status.DONE,),
    "over": (Status.REJECTED, Status.CANCELLED),
}
COUNTED = {"asked": "", "coming": "coming", "money": "money"}
NOT_HERE = (Status.REQUESTED, Status.COMING)


def policy() -> ReturnPolicy:
    """The shop's own, or what it begins with."""
    return ReturnPolicy.objects.filter(pk=1).first() or ReturnPolicy(pk=1)


def returns_visible_to(user: Any) -> QuerySet[Return]:
    """Those of orders within the user's shops and warehouses, with their order."""
    rows = Return.objects.select_related("order", "reason")
    if user.shop_scope() is None and user.warehouse_scope() is None:
        return rows
    mine = Q(order__in=orders_visible_to(user).values("pk"))
    places = user.warehouse_scope()
    if places is None:
        return rows.filter(mine)
    # Whoever scanned pieces in sees the document, wherever its order left from.
    here = Q(warehouse__in=places, order__in=orders_of_shops(user).values("pk"))
    return rows.filter(mine | here)


def returns_shown(user: Any, tab: str) -> QuerySet[Return]:
    """Those of one tab, with their lines; an unknown tab is that of what waits for an answer."""
    rows = returns_visible_to(user).filter(status__in=TABS.get(tab, TABS[""]))
    return rows.prefetch_related("lines__line")


def tab_counts(user: Any) -> dict[str, int]:
    """Only what is open is counted; the index holds little of it."""
    statuses = [status for tab in COUNTED.values() for status in TABS[tab]]
    rows = returns_visible_to(user).filter(status__in=statuses).order_by()
    counts = dict(rows.values_list("status").annotate(n=Count("pk")))
    return {
        name: sum(counts.get(status, 0) for status in TABS[tab]) for name, tab in COUNTED.items()
    }


def days_since(document: Return) -> int:
    """Days of the calendar since it began, until it was received or today."""
    end = document.received_at or document.closed_at or now()
    return max(0, (local(end).date() - local(document.started_at).date()).days)


def is_late(document: Return, alarm_days: int) -> bool:
    return document.status in NOT_HERE and days_since(document) > alarm_days


@dataclass(frozen=True, slots=True)
class Row:
    """A return of a list page."""

    document: Return
    days: int
    is_late: bool
    next_step: str


def rows_of(documents: list[Return]) -> list[Row]:
    alarm = policy().alarm_days
    return [
        Row(row, days_since(row), is_late(row, alarm), next_step(row, alarm)) for row in documents
    ]


def next_step(document: Return, alarm_days: int) -> str:
    """What somebody does now, in words."""
    if is_late(document, alarm_days) and document.status == Status.COMING:
        return _("Quá %(days)d ngày chưa thấy hàng: hỏi hãng vận chuyển hoặc khiếu nại.") % {
            "days": alarm_days
        }
    if document.status == Status.REQUESTED and document.origin == Return.Origin.MARKETPLACE:
        return _("Trả lời yêu cầu trên sàn trước hạn.")
    exchanges = document.wish == Return.Wish.EXCHANGE
    if document.status == Status.CREDITED and exchanges:
        return _("Lập đơn đổi, hoặc hoàn tiền cho khách.")
    if document.status == Status.DONE and exchanges and document.exchange_order_id is None:
        return _("Đã xong. Khách xin đổi hàng: nếu còn muốn thì lập đơn đổi.")
    told = {
        Status.REQUESTED: _("Xem lý do và ảnh, rồi đồng ý hoặc từ chối."),
        Status.COMING: _("Hàng về thì quét ở trạm nhận hàng trả."),
        Status.RECEIVED: _("Chốt số tiền giảm cho đơn."),
        Status.CREDITED: _("Hoàn tiền cho khách."),
        Status.REJECTED: _("Đã từ chối; mở lại được nếu khách bổ sung bằng chứng."),
    }
    return told.get(Status(document.status), _("Không phải làm gì thêm."))


def returns_of_order(order: Order) -> list[Return]:
    return list(order.returns.order_by("-id"))


def may_open(order: Order) -> bool:
    """Goods have left, some of them are still out, and no return is open."""
    if order.shipped_at is None or order.status == Order.Status.CANCELLED:
        return False
    if order.returns.filter(status__in=OPEN_RETURNS).exists():
        return False
    return any(line.returned < line.quantity for line in order.lines.all())


def days_since_delivery(order: Order) -> int | None:
    """None while nobody reported it."""
    if order.delivered_at is None:
        return None
    return (local(now()).date() - local(order.delivered_at).date()).days
