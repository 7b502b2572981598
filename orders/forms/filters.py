"""The list's filters as an address holds them, and as the page draws them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from orders.selectors.filters import BY_NAME, FILTERS, Filter, Kind, OrderFilters
from orders.selectors.periods import CUSTOM, days_of


class FilterForm:
    """`filters()` of an address: each filter is a URL parameter, an unknown value is none."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params = params

    def filters(self) -> OrderFilters:
        return OrderFilters.read(self.params)


class Chip(NamedTuple):
    """An active filter: what it is, what was chosen, and the parameter that its × drops."""

    name: str
    label: str
    text: str


class Field(NamedTuple):
    """A filter in the form, with what is chosen now."""

    filter: Filter
    value: str
    choices: list[tuple[str, Any]]
    first_day: str = ""
    last_day: str = ""


def chips(filters: OrderFilters, user: Any) -> list[Chip]:
    return [
        Chip(name, str(BY_NAME[name].label), BY_NAME[name].show(value, user))
        for name, value in filters.values.items()
        if BY_NAME[name].is_for(user)
    ]


def fields(filters: OrderFilters, user: Any) -> list[Field]:
    """Every filter that has a field, in the order of the table."""
    return [
        _field(one, filters.values.get(one.name, ""), user)
        for one in FILTERS
        if not one.is_hidden and one.is_for(user)
    ]


def _field(one: Filter, value: str, user: Any) -> Field:
    choices = one.choices(user)
    if one.kind is not Kind.PERIOD:
        return Field(one, value, choices)
    first, last = days_of(value)
    is_custom = ".." in value
    return Field(
        one,
        CUSTOM if is_custom else value,
        choices,
        first.isoformat() if is_custom and first else "",
        last.isoformat() if is_custom and last else "",
    )
