"""The address of an order list: what it holds, and the same with something changed."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from orders.selectors.filters import OrderFilters
from orders.selectors.lists import PAGE_SIZES


def page_size(params: Mapping[str, Any]) -> int:
    size = str(params.get("size") or "")
    return int(size) if size in {str(n) for n in PAGE_SIZES} else PAGE_SIZES[0]


class ListAddress:
    """Filters, sort, size and view of a list page, without the place within its pages."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        filters, size = OrderFilters.read(params), page_size(params)
        view = str(params.get("view") or "")
        self.parts: dict[str, str] = {
            "tab": filters.tab,
            "q": filters.q,
            **filters.values,
            "sort": filters.sort,
            "size": str(size) if size != PAGE_SIZES[0] else "",
            "view": view if view.isdecimal() else "",
        }

    def __str__(self) -> str:
        return self.changed()

    def changed(self, *dropped: str, **values: str) -> str:
        """The address with these values, without the dropped ones; "?" when nothing is left."""
        parts = self.parts | values | dict.fromkeys(dropped, "")
        return "?" + urlencode({name: value for name, value in parts.items() if value})
