"""Papers of orders, one or many in one PDF: packing slips, delivery notes, receipts of a till."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from inventory.exports.lists import ListExport, register_export
from oms.kernel.clock import now
from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_pdf
from oms.kernel.tables import Column
from orders.models import BulkItem, Order, OrderLine
from orders.papers import delivery_notes_pdf, receipts_pdf
from orders.selectors.lists import orders_visible_to

SLIPS, NOTES, RECEIPTS = "packing_slips", "delivery_notes", "receipts"
NEEDS = "orders.print_slip"
# As many as are drawn while somebody waits; more are a job.
AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class OrderPaper:
    title: Promise | str
    file_name: Promise | str
    draw: Callable[[Sequence[Order]], bytes]


def draw_slips(orders: Sequence[Order]) -> bytes:
    context = {"orders": orders, "printed_at": now(), "gift": Order.Flag.GIFT.value}
    return render_pdf("print/packing_slip.html", context | {"font_face": font_face()})


PAPERS = {
    SLIPS: OrderPaper(gettext_lazy("Phiếu đóng gói"), gettext_lazy("phieu-dong-goi"), draw_slips),
    NOTES: OrderPaper(
        gettext_lazy("Phiếu giao hàng"), gettext_lazy("phieu-giao-hang"), delivery_notes_pdf
    ),
    RECEIPTS: OrderPaper(
        gettext_lazy("Hóa đơn bán lẻ, biên nhận"), gettext_lazy("hoa-don-ban-le"), receipts_pdf
    ),
}


def register() -> None:
    """Called once by wiring."""
    for kind, paper in PAPERS.items():
        export = ListExport(
            paper.title,
            "orders.view_order",
            no_columns,
            count_orders,
            lambda user, params: iter(()),
            paper.file_name,
            needs=NEEDS,
            detail_url="orders:slips_detail",
            file_url="orders:slips_file",
            paper=partial(draw_paper, kind),
            at_once=AT_ONCE,
        )
        register_export(kind, export)


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


def count_orders(user: Any, params: Mapping[str, str]) -> int:
    return meant(user, params).count()


def draw_paper(kind: str, user: Any, params: Mapping[str, str]) -> bytes:
    """One PDF, in the order in which orders are served; three statements for any number."""
    lines = OrderLine.objects.order_by("position").prefetch_related("components__variant__product")
    orders = (
        meant(user, params)
        .select_related("warehouse")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("-priority", "placed_at", "id")
    )
    return PAPERS[kind].draw(list(orders))
