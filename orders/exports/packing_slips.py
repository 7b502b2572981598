"""Packing slips: the paper in the box that says what is in it, one A5 page or more an order."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy

from inventory.exports.lists import ListExport, register_export
from oms.kernel.clock import now
from oms.kernel.pdf import render_pdf
from oms.kernel.tables import Column
from orders.models import BulkItem, Order, OrderLine
from orders.selectors.lists import orders_visible_to

SLIPS, NEEDS = "packing_slips", "orders.print_slip"
# As many as are drawn while somebody waits; more are a job.
AT_ONCE = 60


def register() -> None:
    """Called once by wiring."""
    export = ListExport(
        gettext_lazy("Phiếu đóng gói"),
        "orders.view_order",
        no_columns,
        count_slips,
        lambda user, params: iter(()),
        gettext_lazy("phieu-dong-goi"),
        needs=NEEDS,
        detail_url="orders:slips_detail",
        file_url="orders:slips_file",
        paper=draw_slips,
        at_once=AT_ONCE,
    )
    register_export(SLIPS, export)


def no_columns(user: Any) -> list[Column]:
    return []


def meant(user: Any, params: Mapping[str, str]) -> QuerySet[Order]:
    """The orders of a frozen choice of this user, or those named by `ids`."""
    run = params.get("run", "")
    if run.isdecimal():
        items = BulkItem.objects.filter(run=int(run), run__user_id=user.pk)
        return orders_visible_to(user).filter(pk__in=items.values("order_id"))
    ids = [int(text) for text in params.get("ids", "").split(",") if text.isdecimal()]
    return orders_visible_to(user).filter(pk__in=ids)


def count_slips(user: Any, params: Mapping[str, str]) -> int:
    return meant(user, params).count()


def draw_slips(user: Any, params: Mapping[str, str]) -> bytes:
    """One PDF, in the order in which orders are served; three statements for any number."""
    lines = OrderLine.objects.order_by("position").prefetch_related("components__variant__product")
    orders = (
        meant(user, params)
        .select_related("warehouse")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("-priority", "placed_at", "id")
    )
    context = {"orders": list(orders), "printed_at": now(), "gift": Order.Flag.GIFT.value}
    return render_pdf("print/packing_slip.html", context)
