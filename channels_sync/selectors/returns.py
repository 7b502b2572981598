"""Returns that buyers asked for, and what is to be done about each next."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from channels_sync.models import ANSWERS_ON_THEIR_WAY, ReturnRequest
from channels_sync.selectors.shops import shops_visible_to
from channels_sync.selectors.sight import in_sight
from oms.kernel.clock import now
from orders.models import ReturnSource

State = ReturnRequest.State
OURS = (State.REQUESTED, State.UNKNOWN)
GOING = (State.OFFERED, State.GOING, State.ACCEPTED, State.DISPUTED, State.JUDGING)
OVER = (State.CLOSED, State.REJECTED, State.CANCELLED)
# A wish that nobody answered, and proof that the marketplace asks for: both have a deadline.
WAITS_FOR_US = Q(state__in=OURS) | Q(state__in=GOING, may_prove=True)
SHOWN = {
    "": WAITS_FOR_US,
    "going": Q(state__in=GOING, may_prove=False),
    "over": Q(state__in=OVER),
}
# Goods that travel longer than this are asked about.
LONG_ON_THE_WAY = timedelta(days=10)


def returns_visible_to(user: Any) -> QuerySet[ReturnRequest]:
    rows = ReturnRequest.objects.filter(in_sight(user), shop__in=shops_visible_to(user))
    return rows.select_related("shop", "order")


def returns_shown(user: Any, show: str) -> QuerySet[ReturnRequest]:
    """Those of one tab, with their lines; an unknown tab is that of what waits for us."""
    chosen = SHOWN.get(show, WAITS_FOR_US)
    return returns_visible_to(user).filter(chosen).prefetch_related("lines")


def returns_of_order(order_id: int) -> list[ReturnRequest]:
    return list(ReturnRequest.objects.filter(order=order_id).order_by("-asked_at"))


def pieces_of(row: ReturnRequest) -> list[tuple[str, int]]:
    """What comes back and how many of each: some marketplaces write a line for each piece."""
    pieces: dict[str, int] = {}
    for line in row.lines.all():
        name = line.sku or line.name
        pieces[name] = pieces.get(name, 0) + line.quantity
    return list(pieces.items())


def requests_of_return(document_id: int) -> list[ReturnRequest]:
    """The requests that met in a return of ours."""
    told = ReturnSource.objects.filter(document=document_id, kind="returnrequest")
    rows = ReturnRequest.objects.filter(pk__in=told.values("source_id"))
    return list(rows.select_related("shop").order_by("-asked_at"))


def waiting_count(user: Any) -> int:
    return returns_visible_to(user).filter(WAITS_FOR_US).count()


def next_step(row: ReturnRequest) -> str:
    """What somebody does now, in words."""
    if row.answer in ANSWERS_ON_THEIR_WAY:
        return _("Đã gửi câu trả lời, đang chờ sàn xác nhận.")
    if row.state == State.UNKNOWN:
        return _("Sàn dùng trạng thái mới: mở trang của sàn để xem.")
    if row.may_prove:
        return _("Sàn hỏi bằng chứng: gửi ảnh trước hạn, không thì mất khiếu nại.")
    if row.state == State.REQUESTED and row.may_take_offer:
        return _("Khách đề nghị số tiền khác: đồng ý, đề nghị lại hoặc khiếu nại trước hạn.")
    if row.state == State.REQUESTED:
        if row.wants_goods_back:
            return _("Xem ảnh của khách, rồi đồng ý nhận hàng về hoặc khiếu nại trước hạn.")
        return _("Khách chỉ đòi tiền: xem bằng chứng, rồi đồng ý hoặc khiếu nại trước hạn.")
    if row.state == State.GOING:
        return _on_the_way(row)
    told = {
        State.OFFERED: _("Chờ khách trả lời đề nghị của ta."),
        State.ACCEPTED: _("Sàn đang xử lý hoàn tiền; hàng về thì nhận vào kho chờ kiểm."),
        State.DISPUTED: _("Chờ sàn xem khiếu nại; sàn hỏi thêm bằng chứng thì trả lời."),
        State.JUDGING: _("Chờ sàn quyết định."),
        State.CLOSED: _("Đã hoàn tiền. Kiểm tiền bị trừ ở quyết toán của đơn."),
    }
    return told.get(State(row.state), _("Không phải làm gì thêm."))


def _on_the_way(row: ReturnRequest) -> str:
    if row.goes_to_marketplace:
        return _("Hàng đang về kho của sàn; chờ sàn kiểm.")
    if now() - row.asked_at > LONG_ON_THE_WAY:
        return _("Hàng trả đi đã quá 10 ngày: hỏi hãng vận chuyển hoặc khiếu nại.")
    return _("Hàng đang về: nhận được thì kiểm, rồi đồng ý hoàn tiền hoặc khiếu nại.")
