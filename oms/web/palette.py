"""What the command palette finds: a few of each kind, one or two statements a kind."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.selectors.catalogue import search_variants
from oms.kernel.phones import show_phone
from oms.kernel.text import fold
from oms.web.nav import ITEMS
from oms.web.settings_map import settings_for
from orders.selectors.customers import CustomerFilters, customers_matching
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import order_list

# Shorter words stand in too many names.
SHORTEST, MOST = 2, 5


class Item(NamedTuple):
    label: str
    url: str
    icon: str
    detail: str = ""


class Group(NamedTuple):
    label: str
    items: list[Item]


class Action(NamedTuple):
    view: str
    label: str | Promise
    icon: str
    permission: str


ACTIONS = (
    Action("orders:new", gettext_lazy("Tạo đơn"), "plus", "orders.add_order"),
    Action("orders:codes", gettext_lazy("Tìm nhiều mã cùng lúc"), "scan-text", "orders.view_order"),
    Action("orders:filters", gettext_lazy("Bộ lọc đơn hàng"), "list-filter", "orders.view_order"),
    Action("orders:columns", gettext_lazy("Cột hiển thị"), "columns-3", "orders.view_order"),
    Action("orders:view_list", gettext_lazy("Bộ lọc đã lưu"), "bookmark", "orders.view_order"),
    Action(
        "inventory:product_new",
        gettext_lazy("Thêm sản phẩm"),
        "package",
        "inventory.change_product",
    ),
    Action("shipping:picking", gettext_lazy("Nhặt hàng"), "shopping-basket", "shipping.pick_goods"),
    Action("shipping:pack", gettext_lazy("Quét đóng gói"), "package-check", "shipping.pack_goods"),
    Action("shipping:hand_over", gettext_lazy("Bàn giao"), "truck", "shipping.hand_over"),
)


def find(user: Any, q: str) -> list[Group]:
    """Groups that have something, in the order in which people look for them."""
    groups = [
        Group(_("Đơn hàng"), _if(user, "orders.view_order", q, lambda: orders(user, q))),
        Group(_("Khách hàng"), _if(user, "orders.view_customer", q, lambda: customers(user, q))),
        Group(_("SKU"), _if(user, "inventory.view_product", q, lambda: variants(q))),
        Group(_("Việc"), actions(user, q)),
        Group(_("Trang"), pages(user, q)),
    ]
    return [group for group in groups if group.items]


def _if(user: Any, permission: str, q: str, look: Callable[[], list[Item]]) -> list[Item]:
    return look() if len(q) >= SHORTEST and user.has_perm(permission) else []


def pages(user: Any, q: str) -> list[Item]:
    """Pages of the menu, then those of the settings that are not among them."""
    rows = [row for group in settings_for(user) for row in group.settings]
    links = {row.view: (row.label, row.icon) for row in rows}
    menu = {item.view: (item.label, item.icon) for item in ITEMS if user.has_perm(item.permission)}
    return [
        Item(str(label), reverse(view), name)
        for view, (label, name) in (menu | links | menu).items()
        if _matches(q, str(label))
    ]


def actions(user: Any, q: str) -> list[Item]:
    return [
        Item(str(action.label), reverse(action.view), action.icon)
        for action in ACTIONS
        if user.has_perm(action.permission) and _matches(q, str(action.label))
    ]


def _matches(q: str, label: str) -> bool:
    folded = fold(label)
    return all(word in folded for word in fold(q).split())


def orders(user: Any, q: str) -> list[Item]:
    rows = order_list(user, OrderFilters(q=q), size=MOST).rows
    return [
        Item(
            order.number,
            reverse("orders:detail", args=[order.pk]),
            "shopping-bag",
            f"{order.recipient_name} · {order.get_status_display()}",
        )
        for order in rows
    ]


def customers(user: Any, q: str) -> list[Item]:
    rows = customers_matching(user, CustomerFilters(q=q))[:MOST]
    return [
        Item(
            customer.name,
            reverse("orders:customer_detail", args=[customer.pk]),
            "user",
            show_phone(customer.phone) if customer.phone else "",
        )
        for customer in rows
    ]


def variants(q: str) -> list[Item]:
    return [
        Item(
            variant.sku,
            reverse("inventory:product_detail", args=[variant.product_id]),
            "package",
            str(variant.product.name),
        )
        for variant in search_variants(q, limit=MOST)
    ]
