"""Papers of an order beside the packing slip: the delivery note and the receipt of a till."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inventory.papers import number
from inventory.ports import Company, company
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.money import format_vnd
from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_roll
from oms.kernel.phones import show_phone
from oms.kernel.records import Column, Record, records_pdf
from oms.kernel.symbols import Bars, code128
from orders.models import Order

ROLL_MM = 80
ROLL_CODE_DOTS = 576  # 72 mm


def delivery_note(order: Order, *, shows_prices: bool = True) -> Record:
    """What the buyer gets and signs for; a gift goes without prices."""
    lines = list(order.lines.all())
    columns = [
        Column(_("Mã SKU")),
        Column(_("Sản phẩm"), is_wide=True),
        Column(_("Số lượng"), is_number=True),
    ]
    rows = [[line.sku, line.name, number(line.quantity)] for line in lines]
    if shows_prices:
        columns += [
            Column(_("Đơn giá"), is_number=True),
            Column(_("Thành tiền"), is_number=True),
        ]
        rows = [
            [*row, format_vnd(line.unit_price_vnd), format_vnd(line.total_vnd)]
            for row, line in zip(rows, lines, strict=True)
        ]
    seller = company()
    return Record(
        title=_("PHIẾU GIAO HÀNG"),
        number=order.number,
        at=now(),
        facts=(
            (_("Bên giao"), order.shop_name or seller.name),
            (_("Kho"), order.warehouse.name if order.warehouse else ""),
            (_("Bên nhận"), f"{order.recipient_name} · {phone(order.recipient_phone)}"),
            (_("Địa chỉ"), address(order)),
            (_("Mã vận đơn"), order.tracking_number),
        ),
        columns=columns,
        rows=rows,
        totals=sums_of(order) if shows_prices else (),
        note=order.buyer_note and f"{_('Khách dặn')}: {order.buyer_note}",
        signers=(_("Người giao hàng"), _("Người nhận hàng")),
        code=order.number,
    )


def sums_of(order: Order) -> list[tuple[str, str]]:
    """The sums of an order as people check them, those of nothing left out."""
    rows = [
        (_("Tiền hàng"), order.goods_vnd),
        (_("Giảm giá"), -order.discount_vnd),
        (_("Phí vận chuyển"), order.shipping_fee_buyer_vnd),
        (_("Hàng trả lại"), -order.returned_vnd),
        (_("Đã thanh toán"), -order.paid_vnd),
    ]
    shown = [(label, format_vnd(value)) for label, value in rows if value]
    left = order.balance_vnd
    return [*shown, (_("Còn phải thu") if left else _("Đã thanh toán đủ"), format_vnd(left))]


def delivery_notes_pdf(orders: Sequence[Order]) -> bytes:
    gift = Order.Flag.GIFT.value
    return records_pdf(
        [delivery_note(order, shows_prices=gift not in order.flags) for order in orders],
        paper="A5",
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on a till's roll; `is_cod` when somebody collects the money at the door."""

    order: Order
    seller: Company
    is_cod: bool
    sums: list[tuple[str, str]]
    bars: Bars | None

    @property
    def title(self) -> str:
        return _("BIÊN NHẬN THU TIỀN") if self.is_cod else _("HÓA ĐƠN BÁN LẺ")


def receipt_of(order: Order) -> Receipt:
    """The receipt of a counter sale, or of the money that is collected at the door."""
    try:
        bars = code128(order.number, space_dots=ROLL_CODE_DOTS)
    except DomainError:
        bars = None
    owed = order.is_cod and order.balance_vnd > 0
    return Receipt(order, company(), owed, sums_of(order), bars)


def receipt_pdf(order: Order) -> bytes:
    """One page of 80 mm whose length is that of what stands on it."""
    context = {"receipt": receipt_of(order), "printed_at": now(), "font_face": font_face()}
    return render_roll("print/receipt_k80.html", context, width_mm=ROLL_MM)


def receipts_pdf(orders: Sequence[Order]) -> bytes:
    """A page of its own length an order."""
    from io import BytesIO

    from pypdf import PdfWriter

    if len(orders) == 1:
        return receipt_pdf(orders[0])
    writer, out = PdfWriter(), BytesIO()
    for order in orders:
        writer.append(BytesIO(receipt_pdf(order)))
    writer.write(out)
    return out.getvalue()


def address(order: Order) -> str:
    parts = (order.street, order.ward, order.district, order.province)
    return ", ".join(part for part in parts if part)


def phone(text: str) -> str:
    """A number as people read it; one that a channel has masked as it came."""
    return show_phone(text) if text.startswith("+") and text[1:].isdigit() else text
