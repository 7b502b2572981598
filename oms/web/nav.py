"""The main menu: what a user may open in its groups, with its icon and the key after g.

On a phone the first four stand at the bottom of the screen, the others behind "Thêm".
"""

from collections.abc import Iterable
from functools import lru_cache
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
    group: str


class NavLink(NamedTuple):
    url: str
    label: str | Promise
    short: str | Promise
    icon: str
    key: str
    is_current: bool
    starts_group: bool


ITEMS = (
    NavItem(
        "web:home",
        pgettext_lazy("menu", "Tổng quan"),
        pgettext_lazy("menu", "Tổng quan"),
        "layout-dashboard",
        "web.view_dashboard",
        "d",
        "work",
    ),
    NavItem(
        "orders:list",
        pgettext_lazy("menu", "Đơn hàng"),
        pgettext_lazy("menu", "Đơn"),
        "shopping-bag",
        "orders.view_order",
        "o",
        "work",
    ),
    NavItem(
        "orders:attention",
        pgettext_lazy("menu", "Cần xử lý"),
        pgettext_lazy("menu", "Xử lý"),
        "triangle-alert",
        "orders.view_order",
        "x",
        "work",
    ),
    NavItem(
        "shipping:package_list",
        pgettext_lazy("menu", "Vận đơn"),
        pgettext_lazy("menu", "Vận đơn"),
        "truck",
        "shipping.view_package",
        "v",
        "work",
    ),
    NavItem(
        "shipping:floor",
        pgettext_lazy("menu", "Sàn kho"),
        pgettext_lazy("menu", "Sàn kho"),
        "scan-barcode",
        "shipping.pack_goods",
        "w",
        "work",
    ),
    NavItem(
        "orders:return_list",
        pgettext_lazy("menu", "Trả hàng"),
        pgettext_lazy("menu", "Trả hàng"),
        "undo-2",
        "orders.view_return",
        "z",
        "work",
    ),
    NavItem(
        "orders:quotation_list",
        pgettext_lazy("menu", "Báo giá"),
        pgettext_lazy("menu", "Báo giá"),
        "file-text",
        "orders.view_quotation",
        "q",
        "sales",
    ),
    NavItem(
        "orders:recurring_list",
        pgettext_lazy("menu", "Đơn định kỳ"),
        pgettext_lazy("menu", "Định kỳ"),
        "repeat",
        "orders.view_recurring",
        "y",
        "sales",
    ),
    NavItem(
        "orders:customer_list",
        pgettext_lazy("menu", "Khách hàng"),
        pgettext_lazy("menu", "Khách"),
        "users",
        "orders.view_customer",
        "c",
        "sales",
    ),
    NavItem(
        "channels_sync:shop_list",
        pgettext_lazy("menu", "Kênh bán"),
        pgettext_lazy("menu", "Kênh"),
        "store",
        "channels_sync.view_shop",
        "s",
        "sales",
    ),
    NavItem(
        "inventory:product_list",
        pgettext_lazy("menu", "Sản phẩm"),
        pgettext_lazy("menu", "Sản phẩm"),
        "package",
        "inventory.view_product",
        "p",
        "goods",
    ),
    NavItem(
        "inventory:stock_list",
        pgettext_lazy("menu", "Tồn kho"),
        pgettext_lazy("menu", "Kho"),
        "boxes",
        "inventory.view_stock",
        "k",
        "goods",
    ),
    NavItem(
        "inventory:purchase_list",
        pgettext_lazy("menu", "Nhập hàng"),
        pgettext_lazy("menu", "Nhập"),
        "package-plus",
        "inventory.view_purchase",
        "n",
        "goods",
    ),
    NavItem(
        "inventory:replenishment",
        pgettext_lazy("menu", "Cần đặt hàng"),
        pgettext_lazy("menu", "Đặt"),
        "trending-up",
        "inventory.view_replenishment",
        "r",
        "goods",
    ),
    NavItem(
        "shipping:cod_list",
        pgettext_lazy("menu", "Đối soát COD"),
        pgettext_lazy("menu", "COD"),
        "wallet",
        "shipping.reconcile_cod",
        "m",
        "money",
    ),
    NavItem(
        "channels_sync:settlement_list",
        pgettext_lazy("menu", "Quyết toán sàn"),
        pgettext_lazy("menu", "Quyết toán"),
        "hand-coins",
        "channels_sync.view_settlement",
        "f",
        "money",
    ),
    NavItem(
        "invoicing:invoice_list",
        pgettext_lazy("menu", "Hóa đơn"),
        pgettext_lazy("menu", "Hóa đơn"),
        "receipt-text",
        "invoicing.view_invoice",
        "i",
        "money",
    ),
    NavItem(
        "orders:rate_list",
        pgettext_lazy("menu", "Tỷ giá"),
        pgettext_lazy("menu", "Tỷ giá"),
        "banknote",
        "orders.change_rate",
        "e",
        "money",
    ),
    NavItem(
        "web:books",
        pgettext_lazy("menu", "Sổ sách"),
        pgettext_lazy("menu", "Sổ"),
        "book-check",
        "web.view_books",
        "t",
        "money",
    ),
    NavItem(
        "orders:bottlenecks",
        pgettext_lazy("menu", "Thời gian xử lý"),
        pgettext_lazy("menu", "Thời gian"),
        "timer",
        "orders.view_bottlenecks",
        "b",
        "house",
    ),
    NavItem(
        "web:alerts",
        pgettext_lazy("menu", "Cảnh báo"),
        pgettext_lazy("menu", "Cảnh báo"),
        "bell",
        "web.view_alerts",
        "a",
        "house",
    ),
    NavItem(
        "web:users",
        pgettext_lazy("menu", "Người dùng"),
        pgettext_lazy("menu", "Người"),
        "user-cog",
        "accounts.change_user",
        "u",
        "house",
    ),
    NavItem(
        "web:audit",
        pgettext_lazy("menu", "Nhật ký"),
        pgettext_lazy("menu", "Nhật ký"),
        "scroll-text",
        "web.view_audit",
        "l",
        "house",
    ),
    NavItem(
        "web:health",
        pgettext_lazy("menu", "Kết nối"),
        pgettext_lazy("menu", "Kết nối"),
        "activity",
        "web.view_health",
        "h",
        "house",
    ),
    NavItem(
        "web:settings",
        pgettext_lazy("menu", "Cài đặt"),
        pgettext_lazy("menu", "Cài đặt"),
        "settings",
        "web.view_settings",
        "j",
        "house",
    ),
)
# Pages without a place of their own in the menu, and where they belong.
BESIDE = {
    "/suppliers/": "inventory:purchase_list",
    "/receipts/": "inventory:purchase_list",
    "/warehouses/": "inventory:stock_list",
    "/rehearsal/": "channels_sync:shop_list",
    "/shipments/hand-over/": "shipping:floor",
    "/roles/": "web:users",
}


@lru_cache(maxsize=1)
def addresses() -> dict[str, str]:
    """Where each view of the menu is."""
    return {item.view: reverse(item.view) for item in ITEMS}


def section(path: str) -> str:
    """The address of the menu that `path` belongs to: the longest that begins it."""
    return _longest(addresses().values(), _home(path))


def _home(path: str) -> str:
    beside = (view for start, view in BESIDE.items() if path.startswith(start))
    view = next(beside, "")
    return addresses()[view] if view else path


def _longest(urls: Iterable[str], path: str) -> str:
    fitting = (url for url in urls if path == url or (url != "/" and path.startswith(url)))
    return max(fitting, key=len, default="")


def nav_links(user: AbstractBaseUser | AnonymousUser, path: str) -> list[NavLink]:
    """The links this user may open, with the one that `path` belongs to and where groups begin."""
    found = [
        (item, addresses()[item.view])
        for item in ITEMS
        if user.has_perm(item.permission)  # type: ignore[union-attr]
    ]
    current = _longest((url for _item, url in found), _home(path))
    groups = ["", *(item.group for item, _url in found)]
    return [
        NavLink(
            url, item.label, item.short, item.icon, item.key, url == current, item.group != before
        )
        for before, (item, url) in zip(groups, found, strict=False)
    ]
