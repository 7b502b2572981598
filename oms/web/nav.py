"""The main menu: what a user may open, with its icon and the key after g.

On a phone the first four stand at the bottom of the screen, the others behind "Thêm".
"""

from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class NavItem(NamedTuple):
    view: str
    label: str | Promise
    short: str | Promise
    icon: str
    permission: str
    key: str


class NavLink(NamedTuple):
    url: str
    label: str | Promise
    short: str | Promise
    icon: str
    key: str
    is_current: bool


ITEMS = (
    NavItem(
        "web:home",
        pgettext_lazy("menu", "Tổng quan"),
        pgettext_lazy("menu", "Tổng quan"),
        "layout-dashboard",
        "web.view_dashboard",
        "d",
    ),
    NavItem(
        "orders:list",
        pgettext_lazy("menu", "Đơn hàng"),
        pgettext_lazy("menu", "Đơn"),
        "shopping-bag",
        "orders.view_order",
        "o",
    ),
    NavItem(
        "orders:attention",
        pgettext_lazy("menu", "Cần xử lý"),
        pgettext_lazy("menu", "Xử lý"),
        "triangle-alert",
        "orders.view_order",
        "x",
    ),
    NavItem(
        "shipping:package_list",
        pgettext_lazy("menu", "Vận đơn"),
        pgettext_lazy("menu", "Vận đơn"),
        "truck",
        "shipping.view_package",
        "v",
    ),
    NavItem(
        "inventory:stock_list",
        pgettext_lazy("menu", "Tồn kho"),
        pgettext_lazy("menu", "Kho"),
        "boxes",
        "inventory.view_stock",
        "k",
    ),
    NavItem(
        "inventory:purchase_list",
        pgettext_lazy("menu", "Nhập hàng"),
        pgettext_lazy("menu", "Nhập"),
        "package-plus",
        "inventory.view_purchase",
        "n",
    ),
    NavItem(
        "inventory:replenishment",
        pgettext_lazy("menu", "Cần đặt hàng"),
        pgettext_lazy("menu", "Đặt"),
        "trending-up",
        "inventory.view_replenishment",
        "r",
    ),
    NavItem(
        "inventory:product_list",
        pgettext_lazy("menu", "Sản phẩm"),
        pgettext_lazy("menu", "Sản phẩm"),
        "package",
        "inventory.view_product",
        "p",
    ),
    NavItem(
        "shipping:cod_list",
        pgettext_lazy("menu", "Đối soát COD"),
        pgettext_lazy("menu", "COD"),
        "wallet",
        "shipping.reconcile_cod",
        "m",
    ),
    NavItem(
        "invoicing:invoice_list",
        pgettext_lazy("menu", "Hóa đơn"),
        pgettext_lazy("menu", "Hóa đơn"),
        "receipt-text",
        "invoicing.view_invoice",
        "i",
    ),
    NavItem(
        "orders:quotation_list",
        pgettext_lazy("menu", "Báo giá"),
        pgettext_lazy("menu", "Báo giá"),
        "file-text",
        "orders.view_quotation",
        "q",
    ),
    NavItem(
        "orders:recurring_list",
        pgettext_lazy("menu", "Đơn định kỳ"),
        pgettext_lazy("menu", "Định kỳ"),
        "repeat",
        "orders.view_recurring",
        "y",
    ),
    NavItem(
        "orders:rate_list",
        pgettext_lazy("menu", "Tỷ giá"),
        pgettext_lazy("menu", "Tỷ giá"),
        "banknote",
        "orders.change_rate",
        "e",
    ),
    NavItem(
        "orders:customer_list",
        pgettext_lazy("menu", "Khách hàng"),
        pgettext_lazy("menu", "Khách"),
        "users",
        "orders.view_customer",
        "c",
    ),
    NavItem(
        "orders:quotation_list",
        pgettext_lazy("menu", "Báo giá"),
        pgettext_lazy("menu", "Báo giá"),
        "file-text",
        "orders.view_quotation",
        "q",
    ),
    NavItem(
        "orders:recurring_list",
        pgettext_lazy("menu", "Đơn định kỳ"),
        pgettext_lazy("menu", "Định kỳ"),
        "repeat",
        "orders.view_recurring",
        "y",
    ),
    NavItem(
        "channels_sync:shop_list",
        pgettext_lazy("menu", "Kênh bán"),
        pgettext_lazy("menu", "Kênh"),
        "store",
        "channels_sync.view_shop",
        "s",
    ),
    NavItem(
        "web:alerts",
        pgettext_lazy("menu", "Cảnh báo"),
        pgettext_lazy("menu", "Cảnh báo"),
        "bell",
        "web.view_alerts",
        "a",
    ),
    NavItem(
        "web:books",
        pgettext_lazy("menu", "Sổ sách"),
        pgettext_lazy("menu", "Sổ"),
        "book-check",
        "web.view_books",
        "t",
    ),
    NavItem(
        "orders:bottlenecks",
        pgettext_lazy("menu", "Thời gian xử lý"),
        pgettext_lazy("menu", "Thời gian"),
        "timer",
        "orders.view_bottlenecks",
        "b",
    ),
    NavItem(
        "web:users",
        pgettext_lazy("menu", "Người dùng"),
        pgettext_lazy("menu", "Người"),
        "user-cog",
        "accounts.change_user",
        "u",
    ),
    NavItem(
        "web:audit",
        pgettext_lazy("menu", "Nhật ký"),
        pgettext_lazy("menu", "Nhật ký"),
        "scroll-text",
        "web.view_audit",
        "l",
    ),
    NavItem(
        "web:health",
        pgettext_lazy("menu", "Kết nối"),
        pgettext_lazy("menu", "Kết nối"),
        "activity",
        "web.view_health",
        "h",
    ),
)


def nav_links(user: AbstractBaseUser | AnonymousUser, path: str) -> list[NavLink]:
    """The links this user may open; the longest address that begins `path` is the current one."""
    found = [
        (item, reverse(item.view))
        for item in ITEMS
        if user.has_perm(item.permission)  # type: ignore[union-attr]
    ]
    current = max(
        (url for _item, url in found if path == url or (url != "/" and path.startswith(url))),
        key=len,
        default="",
    )
    return [
        NavLink(url, item.label, item.short, item.icon, item.key, url == current)
        for item, url in found
    ]
