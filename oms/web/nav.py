"""The main menu: what a user may open, with its icon and the key after g."""

from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
        "web:home", _("Tổng quan"), _("Tổng quan"), "layout-dashboard", "web.view_dashboard", "d"
    ),
    NavItem("orders:list", _("Đơn hàng"), _("Đơn"), "shopping-bag", "orders.view_order", "o"),
    NavItem(
        "shipping:package_list", _("Vận đơn"), _("Vận đơn"), "truck", "shipping.view_package", "v"
    ),
    NavItem("inventory:stock_list", _("Tồn kho"), _("Kho"), "boxes", "inventory.view_stock", "k"),
    NavItem(
        "inventory:product_list",
        _("Sản phẩm"),
        _("Sản phẩm"),
        "package",
        "inventory.view_product",
        "p",
    ),
    NavItem(
        "shipping:cod_list", _("Đối soát COD"), _("COD"), "wallet", "shipping.reconcile_cod", "m"
    ),
    NavItem(
        "invoicing:invoice_list",
        _("Hóa đơn"),
        _("Hóa đơn"),
        "receipt-text",
        "invoicing.view_invoice",
        "i",
    ),
    NavItem(
        "channels_sync:shop_list", _("Kênh bán"), _("Kênh"), "store", "channels_sync.view_shop", "s"
    ),
    NavItem("web:health", _("Kết nối"), _("Kết nối"), "activity", "web.view_health", "h"),
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
