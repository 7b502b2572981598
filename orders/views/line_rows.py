"""The lines of an order as rows of its page: an order has many, and a template is slow at each."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oms.kernel.money import amount_html, format_vnd
from orders.models import Order, OrderLine
from orders.selectors.lines import StockRow
from orders.selectors.promises import is_late

ROW = """<tr>
<td class="td-title"><div>{goods} <small class="muted">{name}</small>{parts}{link}</div></td>
<td class="num" data-label="{pieces_word}"><b>{pieces}</b></td>
<td class="num" data-label="{price_word}">{price}{discount}</td>
<td class="num" data-label="{total_word}">{total}</td>
<td data-label="{place_word}"><div>{places}{promise}</div></td>
</tr>"""
KNOWN = '<a class="ref" href="{}">{}</a>'
UNKNOWN = '<b>{}</b> <span class="badge badge-red">{}</span>'
PROMISE = '<small><a class="ref" href="{}">{}</a>{} <span class="muted">{}</span></small>'
LATE = ' <span class="badge badge-red">{}</span>'
PART = '<small>↳ {} × {} <span class="muted">{}</span></small>'


def draw_lines(
    request: HttpRequest, order: Order, lines: Sequence[OrderLine], *, asks: bool
) -> SafeString:
    """Rows of the lines that `lines_with_stock` gave; `asks`: one without goods asks for them."""
    opens_stock = request.user.has_perm("inventory.view_stock")
    asks = asks and request.user.has_perm("orders.fix_problem")
    words = {
        "pieces_word": _("Số lượng"),
        "price_word": _("Đơn giá"),
        "total_word": _("Thành tiền"),
        "place_word": _("Kho"),
    }
    rows = [
        format_html(
            ROW,
            goods=_goods(line),
            name=line.name,
            parts=_parts(line),
            link=_link_form(request, order, line) if asks and not line.variant_id else "",
            pieces=line.quantity,
            price=amount_html(order.currency, line.unit_price_minor, line.unit_price_vnd),
            discount=_discount(line),
            total=amount_html(order.currency, line.total_minor, line.total_vnd),
            places=_places(line, linked=opens_stock),
            promise=_promise(order, line),
            **words,
        )
        for line in lines
    ]
    # Each row is escaped where it was made.
    return mark_safe("".join(rows))  # noqa: S308


def _goods(line: OrderLine) -> SafeString:
    if line.variant_id:
        return format_html(KNOWN, line.url, line.sku)  # type: ignore[attr-defined]
    return format_html(UNKNOWN, line.sku or "–", _("Chưa liên kết"))


def _parts(line: OrderLine) -> SafeString:
    parts = line.parts  # type: ignore[attr-defined]
    told = ((part.pieces, part.variant.sku, part.variant.full_name) for part in parts)
    return format_html_join("", PART, told)


def _link_form(request: HttpRequest, order: Order, line: OrderLine) -> str:
    context = {"order": order, "line": line}
    return render_to_string("orders/link_line.html", context, request)


def _discount(line: OrderLine) -> SafeString | str:
    if not line.discount_vnd:
        return ""
    return format_html('<small class="muted">−{}</small>', format_vnd(line.discount_vnd))


def _places(line: OrderLine, *, linked: bool) -> SafeString:
    """What each warehouse has of the line's goods, or of each part of them."""
    html = _stock(line.stock_rows, linked=linked)  # type: ignore[attr-defined]
    for part in line.parts:  # type: ignore[attr-defined]
        html += _stock(part.stock_rows, linked=linked, of=f"{part.variant.sku} · ")
    return html


def _promise(order: Order, line: OrderLine) -> SafeString | str:
    """The day the buyer was told, where the line has or had to wait for its goods."""
    day, reason = line.promised_on, line.promise_reason  # type: ignore[attr-defined]
    if reason is None:
        return ""
    url = reverse("orders:promises", args=[order.pk])
    said = _("Hẹn giao %(day)s") % {"day": f"{day:%d/%m/%Y}"} if day else _("Chưa có ngày giao")
    late = format_html(LATE, _("Quá ngày hẹn")) if is_late(day) else ""
    return format_html(PROMISE, url, said, late, reason)


def _stock(rows: Iterable[StockRow], *, linked: bool, of: str = "") -> SafeString:
    name = '<a class="ref" href="{url}">{name}</a>' if linked else "{name}"
    left = _("còn")
    told = (
        (of, format_html(name, url=row.url, name=row.warehouse), _held(row), left, row.available)
        for row in rows
    )
    return format_html_join("", "<small>{}{}: {}{} {}</small>", told)


def _held(row: StockRow) -> SafeString | str:
    return format_html("<b>{} {}</b>, ", _("giữ"), row.held) if row.held else ""
