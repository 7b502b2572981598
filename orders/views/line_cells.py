"""What the cells of an order's lines say: an order has many, and a template is slow at each."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.kernel.money import amount_html
from orders.models import Order, OrderLine
from orders.selectors.lines import StockRow


def add_cells(order: Order, lines: Sequence[OrderLine], *, linked: bool) -> None:
    """Give each line `price`, `total` and `places`; `linked`: the reader may open the stock."""
    for line in lines:
        price = amount_html(order.currency, line.unit_price_minor, line.unit_price_vnd)
        line.price = price  # type: ignore[attr-defined]
        total = amount_html(order.currency, line.total_minor, line.total_vnd)
        line.total = total  # type: ignore[attr-defined]
        places = _places(line.stock_rows, linked=linked)  # type: ignore[attr-defined]
        for part in line.parts:  # type: ignore[attr-defined]
            places += _places(part.stock_rows, linked=linked, of=f"{part.variant.sku} · ")
        line.places = places  # type: ignore[attr-defined]


def _places(rows: Iterable[StockRow], *, linked: bool, of: str = "") -> SafeString:
    name = '<a class="ref" href="{url}">{name}</a>' if linked else "{name}"
    return format_html_join(
        "",
        "<small>{}{}: {}{} {}</small>",
        (
            (
                of,
                format_html(name, url=row.url, name=row.warehouse),
                _held(row),
                _("còn"),
                row.available,
            )
            for row in rows
        ),
    )


def _held(row: StockRow) -> SafeString | str:
    return format_html("<b>{} {}</b>, ", _("giữ"), row.held) if row.held else ""
