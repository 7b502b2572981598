"""Papers of the stock room: receipts of goods, count sheets, transfers with two signatures."""

from django.utils.translation import gettext as _

from inventory.models import CountLine, GoodsReceipt, StockCount, Transfer
from inventory.selectors.purchasing import receipt_lines
from oms.kernel.money import format_vnd
from oms.kernel.records import Column, Record


def goods_receipt(receipt: GoodsReceipt, *, sees_cost: bool) -> Record:
    """What came of a purchase order; prices for those who may see costs."""
    lines = list(receipt_lines(receipt, only_counted=True))
    columns = [
        Column(_("Mã SKU")),
        Column(_("Mặt hàng"), is_wide=True),
        Column(_("Đặt"), is_number=True),
        Column(_("Nhận"), is_number=True),
    ]
    rows = [
        [
            line.variant.sku,
            line.variant.full_name,
            number(line.line.quantity),
            number(line.quantity),
        ]
        for line in lines
    ]
    sums = ["", _("Tổng"), "", number(sum(line.quantity for line in lines))]
    if sees_cost:
        columns.append(Column(_("Tiền hàng"), is_number=True))
        rows = [[*row, format_vnd(line.price_vnd)] for row, line in zip(rows, lines, strict=True)]
        sums.append(format_vnd(sum(line.price_vnd for line in lines)))
    return Record(
        title=_("PHIẾU NHẬP KHO"),
        number=receipt.number,
        at=receipt.posted_at or receipt.created_at,
        facts=(
            (_("Đơn nhập"), receipt.order.number),
            (_("Nhà cung cấp"), receipt.order.supplier.name),
            (_("Nhập vào kho"), receipt.warehouse.name),
            (_("Nhận thừa"), receipt.over_reason),
        ),
        columns=columns,
        rows=rows,
        sums=sums,
        signers=(_("Người giao hàng"), _("Thủ kho"), _("Người lập phiếu")),
        code=receipt.number,
    )


def count_sheet(count: StockCount, *, shows_books: bool) -> Record:
    """Shelves in walking order with a blank for each count; a blind one hides the books."""
    lines = count.lines.select_related("variant__product", "bin").order_by("walk", "id")
    books = [Column(_("Sổ sách"), is_number=True)] if shows_books else []
    columns = [
        Column(_("Vị trí"), is_code=True),
        Column(_("Mã SKU")),
        Column(_("Mặt hàng"), is_wide=True),
        *books,
        Column(_("Đếm được"), is_blank=True),
        Column(_("Ghi chú"), is_blank=True),
    ]
    return Record(
        title=_("PHIẾU KIỂM KÊ"),
        number=count.number,
        at=count.started_at or count.created_at,
        facts=(
            (_("Kho"), count.warehouse.name),
            (_("Phạm vi"), str(count.get_scope_display())),
            (_("Vị trí"), count.bin_prefix),
            (_("Ghi chú"), count.note),
        ),
        columns=columns,
        rows=[_count_row(line, shows_books=shows_books) for line in lines],
        signers=(_("Người đếm"), _("Người giám sát")),
        code=count.number,
    )


def _count_row(line: CountLine, *, shows_books: bool) -> list[str]:
    books = [number(line.expected)] if shows_books else []
    counted = "" if line.counted is None else number(line.counted)
    place = line.bin.code if line.bin else "–"
    return [place, line.variant.sku, line.variant.full_name, *books, counted, ""]


def transfer_record(transfer: Transfer) -> Record:
    """Goods that one warehouse gives to another, for both keepers."""
    lines = list(transfer.lines.select_related("variant__product").order_by("id"))
    return Record(
        title=_("BIÊN BẢN GIAO NHẬN CHUYỂN KHO"),
        number=transfer.number,
        at=transfer.shipped_at or transfer.created_at,
        facts=(
            (_("Kho giao"), transfer.source.name),
            (_("Kho nhận"), transfer.destination.name),
            (_("Ghi chú"), transfer.note),
        ),
        columns=(
            Column(_("Mã SKU")),
            Column(_("Mặt hàng"), is_wide=True),
            Column(_("Giao"), is_number=True),
            Column(_("Thực nhận"), is_blank=True),
        ),
        rows=[
            [
                line.variant.sku,
                line.variant.full_name,
                number(line.shipped or line.quantity),
                number(line.received) if line.received else "",
            ]
            for line in lines
        ],
        sums=["", _("Tổng"), number(sum(line.shipped or line.quantity for line in lines)), ""],
        signers=(_("Người giao"), _("Người vận chuyển"), _("Người nhận")),
        code=transfer.number,
    )


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
