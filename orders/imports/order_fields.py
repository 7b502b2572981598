"""The file of orders: its columns, and what they are called by other tools and marketplaces.

Headings of Shopee and TikTok Shop are those that public programs read from the files of their
seller centres; those of Lazada are the field names of its order interface. See docs/imports.md.
"""

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.imports import parsers
from inventory.imports.profiles import Field, Profile
from oms.kernel.clock import COMPANY_ZONE
from oms.kernel.errors import DomainError
from oms.kernel.tables import fold_label
from orders.imports import order_file
from orders.models import Order

# A heading that only one marketplace's file has.
TELLS = {
    "sku phan loai hang": Order.Source.SHOPEE,
    "sku unit original price": Order.Source.TIKTOK_SHOP,
    "lazadasku": Order.Source.LAZADA,
    "lazada sku": Order.Source.LAZADA,
}
_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d %b %Y %H:%M",
)  # fmt: skip


def moment(text: str) -> datetime:
    """A time on the company's clock; the day stands before the month."""
    for form in _FORMATS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=COMPANY_ZONE)
        except ValueError:
            continue
    raise DomainError(
        _("“%(text)s” không phải ngày; ví dụ đúng: 22/11/2026 08:30.") % {"text": text},
        code="date.invalid",
    )


def sources(labels: Sequence[str]) -> dict[str, forms.Field]:
    """Where the orders come from: guessed by the headings, said by the person."""
    folded = {fold_label(label) for label in labels}
    guess = next((source for tell, source in TELLS.items() if tell in folded), None)
    return {
        "source": forms.ChoiceField(
            label=_("Nguồn đơn"),
            choices=Order.Source.choices,
            initial=guess or Order.Source.IMPORT,
        )
    }


FIELDS = [
    Field("code", _("Mã đơn hàng"), parsers.line(64),
           ("ma don", "so don hang", "id don hang", "order id", "order number", "ordernumber",
            "order no", "ma don hang san"),
           required=True, width=20, example="DH-0001",
           help=_("Các dòng cùng mã là một đơn. Nhập lại mã đã có thì không tạo thêm.")),
    Field("placed_at", _("Ngày đặt hàng"), moment,
           ("ngay dat", "ngay tao", "thoi gian tao don hang", "created time", "create time",
            "createtime", "created at", "order date"), width=18, example="22/11/2026 08:30"),
    Field("status", _("Trạng thái đơn hàng"), parsers.line(80),
           ("trang thai", "order status", "status"), example="Chờ giao hàng",
           help=_("Đơn đã hủy bị bỏ qua.")),
    Field("recipient_name", _("Tên người nhận"), parsers.line(150),
           ("nguoi nhan", "ten khach hang", "khach hang", "recipient", "shipping name",
            "shippingname", "customer name"), width=24, example="Nguyễn Thị Ánh"),
    Field("recipient_phone", _("Số điện thoại"), parsers.line(20),
           ("dien thoai", "sdt", "phone", "phone number", "shippingphone",
            "so dien thoai nguoi nhan"),
           width=16, example="0912345678"),
    Field("street", _("Địa chỉ"), parsers.line(255),
           ("dia chi nhan hang", "dia chi giao hang", "detail address", "address",
            "shippingaddress"), width=32, example="12 Nguyễn Trãi"),
    Field("ward", _("Phường/Xã"), parsers.line(120),
           ("phuong", "xa", "ward", "commune", "subdistrict"), example="Phường Bến Thành"),
    Field("district", _("Quận/Huyện"), parsers.line(120),
           ("tp quan huyen", "quan", "huyen", "district")),
    Field("province", _("Tỉnh/Thành phố"), parsers.line(120),
           ("tinh thanh", "tinh", "thanh pho", "province", "city", "shippingcity"),
           example="Hồ Chí Minh"),
    Field("sku", _("Mã SKU"), parsers.line(100),
           ("sku phan loai hang", "sku", "seller sku", "sellersku", "ma hang", "ma san pham"),
           width=20, example="AT-DEN-M"),
    Field("name", _("Tên sản phẩm"), parsers.line(500),
           ("ten hang", "product name", "item name", "itemname", "san pham"), width=36,
           example="Áo thun cotton cổ tròn"),
    Field("quantity", _("Số lượng"), parsers.quantity, ("sl", "quantity", "qty"),
           kind="number", width=10, example=2, help=_("Để trống là 1.")),
    Field("unit_price_vnd", _("Đơn giá"), parsers.money,
           ("gia uu dai", "gia ban", "gia", "sku unit original price", "unit price", "unitprice"),
           kind="money", example=149_000, help=_("Số đồng, đã gồm VAT.")),
    Field("line_discount_vnd", _("Giảm giá dòng"), parsers.money,
           ("chiet khau dong", "giam gia san pham", "sku seller discount"), kind="money",
           help=_("Người bán giảm cho cả dòng; phần sàn trợ giá không tính vào đây.")),
    Field("shipping_fee_vnd", _("Phí ship khách trả"), parsers.money,
           ("phi van chuyen ma nguoi mua tra", "phi van chuyen", "shipping fee after discount",
            "shippingfee"), kind="money", example=30_000),
    Field("discount_vnd", _("Giảm giá đơn"), parsers.money,
           ("ma giam gia cua shop", "chiet khau", "order discount"), kind="money"),
    Field("payment", _("Phương thức thanh toán"), parsers.line(80),
           ("payment method", "paymethod", "pay method", "thanh toan"), example="COD"),
    Field("buyer_note", _("Ghi chú của khách"), parsers.line(1000),
           ("nhan xet tu nguoi mua", "ghi chu", "buyer message", "note"), width=24),
]  # fmt: skip
ORDERS = Profile(
    "orders", _("Đơn hàng"),
    _("Đơn từ phần mềm khác, Shopee, Lazada, TikTok Shop; mỗi dòng hàng một dòng."),
    "shopping-bag", ("orders.import_order",), FIELDS, engine=order_file, asks=sources,
)  # fmt: skip
