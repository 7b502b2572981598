"""What a new shop does first, up to its first printed label; later nothing is told."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.models import StockLevel, Variant, Warehouse
from orders.selectors.lists import orders_visible_to
from shipping.models import CarrierAccount

# With so many orders somebody has found his way.
NOT_NEW = 100
SETS_UP = ("inventory.change_warehouse", "shipping.change_account")
# No place to sell from.
NO_SHOP = (Warehouse.Kind.TRANSIT, Warehouse.Kind.QUARANTINE)


@dataclass(frozen=True, slots=True)
class Step:
    """`url` is the page on which it is done; empty while the step before it is not."""

    title: str | Promise
    text: str | Promise
    url: str
    is_done: bool = False


def first_steps(user: Any) -> list[Step]:
    """The steps for who sets the shop up; none once a label was printed. One statement by then."""
    if not user.has_perms(SETS_UP):
        return []
    newest = orders_visible_to(user).order_by("-pk").values_list("pk", "label_printed_count")
    orders = list(newest[:NOT_NEW])
    if len(orders) == NOT_NEW or any(printed for _pk, printed in orders):
        return []
    goods = Variant.objects.order_by("pk").values_list("product_id", flat=True).first()
    last = orders[0][0] if orders else None
    return [
        Step(
            _("Khai kho"),
            _("Nơi hãng vận chuyển tới lấy hàng."),
            reverse("inventory:warehouse_new"),
            Warehouse.objects.filter(is_active=True).exclude(kind__in=NO_SHOP).exists(),
        ),
        Step(
            _("Thêm hàng bán"),
            _("Tên, mã SKU, giá và khối lượng; nhiều hàng thì nhập từ Excel."),
            reverse("inventory:product_new"),
            goods is not None,
        ),
        Step(
            _("Đưa hàng vào kho"),
            _("Nhận hàng đã về, hoặc nhập tồn đầu ở trang sản phẩm."),
            reverse("inventory:product_detail", args=[goods]) if goods else "",
            StockLevel.objects.filter(on_hand__gt=0).exists(),
        ),
        Step(
            _("Nối hãng vận chuyển"),
            _("Mã và khóa hãng cấp cho shop."),
            reverse("shipping:account_new"),
            CarrierAccount.objects.filter(is_active=True).exists(),
        ),
        Step(
            _("Có đơn đầu tiên"),
            _("Nhập tay, hoặc nối gian hàng ở mục Kênh bán để đơn tự về."),
            reverse("orders:new"),
            bool(orders),
        ),
        Step(
            _("In vận đơn đầu tiên"),
            _("Xác nhận đơn, tạo vận đơn, rồi in: trang đơn luôn tô đậm nút của bước tiếp theo."),
            reverse("orders:detail", args=[last]) if last else "",
        ),
    ]
