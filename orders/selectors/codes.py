"""Many codes pasted at once: order numbers, channel ids, tracking numbers, in any mixture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from oms.kernel.pages import Page
from orders.models import Order
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import orders_visible_to, stamped
from orders.selectors.search import with_codes
from orders.selectors.sorting import PASTED

# What still fits into an address, so that the result can be opened again and given away.
MOST_CODES, LONGEST_CODE = 300, 64
# A channel id may stand in several shops; more than that is a mistake in the data.
MOST_ROWS = 2 * MOST_CODES

_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class CodeSearch:
    """The orders in the order pasted or newest first, and the codes that nothing has."""

    page: Page[Order]
    asked: int
    missing: list[str]

    @property
    def found(self) -> int:
        """How many of the codes an order carries."""
        return self.asked - len(self.missing)

    @property
    def missing_lines(self) -> str:
        return "\n".join(self.missing)


def split_codes(text: str) -> list[str]:
    """Each code once, as pasted: by lines, blanks, commas or semicolons."""
    codes = (code.strip("#'\"") for code in _BETWEEN.split(text))
    return list(dict.fromkeys(code for code in codes if code and len(code) <= LONGEST_CODE))


def orders_by_codes(user: Any, filters: OrderFilters) -> CodeSearch:
    """All orders of the pasted codes on one page; two statements for any number of codes.

    A code counts as found when the user may see its order, even if another filter hides it here.
    """
    codes = filters.values["codes"].split(",")[:MOST_CODES]
    visible = with_codes(orders_visible_to(user), codes)
    places = _places(codes, visible)
    found = list(stamped(user, filters).order_by("-placed_at", "-id")[:MOST_ROWS])
    if filters.sort == PASTED:
        found.sort(key=lambda order: places.get(order.pk, len(codes)))
    seen = set(places.values())
    missing = [code for place, code in enumerate(codes) if place not in seen]
    return CodeSearch(Page(found, "", ""), len(codes), missing)


def _places(codes: Sequence[str], rows: QuerySet[Order]) -> dict[int, int]:
    """{order: place of the code that it carries}; one order may carry several, the first counts."""
    at = {code.upper(): place for place, code in reversed(list(enumerate(codes)))}
    found: dict[int, int] = {}
    for pk, number, *others in rows.values_list("pk", "number", "remote_id", "tracking_number"):
        names = [number, number.removeprefix("DH"), *others]
        places = [at[name.upper()] for name in names if name.upper() in at]
        if places:
            found[pk] = min(places)
    return found
