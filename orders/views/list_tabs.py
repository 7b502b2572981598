"""The tabs of the order list (PRODUCT D1) and what each can be cut into."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.forms.address import ListAddress
from orders.models import Order
from orders.selectors.filters import OrderFilters
from orders.selectors.tabs import is_capped

TABS: list[tuple[str, str | Promise]] = [
    ("", _("Tất cả")),
    ("attention", _("Cần xử lý")),
    *((code, Order.Tab(code).label) for code in (
        "to_confirm", "waiting_stock", "to_arrange", "to_print", "packing", "to_hand_over",
        "shipping", "delivered", "returning", "completed", "cancelled", "on_hold", "draft",
    )),
]  # fmt: skip


# What is usually done with the orders of a tab: the one filled button under its rows.
MAIN_ACTIONS = {
    "to_confirm": "confirm",
    "waiting_stock": "propose_purchase",
    "to_arrange": "ship",
    "to_print": "print_label",
    "to_hand_over": "hand_over",
    "on_hold": "release",
}


class Part(NamedTuple):
    """A piece of a tab: the parameters that show it alone."""

    label: str | Promise
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    label: str | Promise
    url: str
    count: int
    is_capped: bool
    is_red: bool
    is_current: bool


class Link(NamedTuple):
    label: str | Promise
    url: str
    is_current: bool


def _states(*states: Order.Fulfillment) -> list[Part]:
    return [Part(state.label, {"fulfillment": state.value}) for state in states]


_S = Order.Fulfillment
PARTS: dict[str, list[Part]] = {
    "to_arrange": [Part(_("Chưa phân kho"), {"warehouse": "none"})],
    "packing": _states(_S.RELEASED, _S.PICKING, _S.PICKED),
    "shipping": _states(_S.IN_TRANSIT, _S.OUT_FOR_DELIVERY, _S.DELIVERY_FAILED),
    "delivered": [
        Part(_("Chưa đối soát"), {"cod": "open"}),
        Part(_("Đã đối soát"), {"cod": "done"}),
    ],
    "returning": _states(_S.RETURN_PENDING, _S.RETURNING, _S.RETURNED),
    "draft": [Part(_("Xóa gần đây"), {"tab": "deleted"})],
    # Asked for by the channel, not cancelled yet: those orders still stand under other tabs.
    "cancelled": [
        Part(_("Yêu cầu hủy"), {"tab": "attention", "problem": "cancel_requested"}),
    ],
}


def tab_links(
    user: Any,
    filters: OrderFilters,
    address: ListAddress,
    counts: Mapping[str, int],
    late: Collection[str],
) -> list[Tab]:
    """Every tab with its counter; a part of the present tab does not follow to another."""
    dropped = {name for part in PARTS.get(filters.tab, []) for name in part.values} - {"tab"}
    return [
        Tab(
            code,
            label,
            address.changed(*dropped, "view", tab=code),
            count,
            is_capped(user, count),
            code in late or (code == "attention" and count > 0),
            code == filters.tab and not address.parts["view"],
        )
        for code, label in TABS
        for count in [counts.get(code or "all", 0)]
    ]


def part_links(filters: OrderFilters, address: ListAddress) -> list[Link]:
    """The whole tab, then its parts; nothing for a tab that has none."""
    parts = PARTS.get(filters.tab, [])
    names = {name for part in parts for name in part.values} - {"tab"}
    if not parts:
        return []
    chosen = [part for part in parts if part.values.items() <= address.parts.items()]
    return [
        Link(_("Tất cả"), address.changed(*names), not chosen),
        *(
            Link(
                part.label,
                address.changed(*(names - set(part.values)), **part.values),
                part in chosen,
            )
            for part in parts
        ),
    ]
