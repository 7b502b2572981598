"""The rows of a file as values, with every fault at its cell. Nothing here reads the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from inventory.imports.profiles import OPTION_NAMES, OPTION_VALUES, Field
from oms.kernel.errors import DomainError
from oms.kernel.tables import Table
from oms.kernel.text import fold

# What belongs to the product and not to one of its variants.
SHARED = ("name", "vat_rate", "brand", "category")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at the column of `key`; an empty key means the row as a whole."""

    key: str
    message: str


@dataclass(slots=True)
class Row:
    """`number` is the row of the sheet as its program counts. `mark` is a question, not a fault."""

    number: int
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    group: str = ""
    mark: str = ""

    @property
    def sku(self) -> str:
        return str(self.values.get("sku", ""))

    def refuse(self, key: str, message: str) -> None:
        self.faults.append(Fault(key, message))


def read_rows(
    fields: Sequence[Field], mapping: Mapping[str, int], table: Table, first: int
) -> list[Row]:
    """Every row with something in it, from `first` on; an empty cell gives no value."""
    places = [(f.key, mapping[f.key], f.parse, f.required) for f in fields if f.key in mapping]
    rows = []
    for number, cells in enumerate(table.rows[first:], start=first + 1):
        if not any(cells):
            continue
        row = Row(number, {})
        for key, place, parse, required in places:
            _take(row, key, cells[place], parse, required)
        rows.append(row)
    return rows


def _take(row: Row, key: str, cell: str, parse: Callable[[str], Any], required: bool) -> None:
    text = cell.strip() if type(cell) is str else cell
    if not text:
        if required:
            row.refuse(key, _("Thiếu giá trị."))
        return
    try:
        row.values[key] = parse(text)
    except DomainError as refusal:
        row.refuse(key, refusal.message)


def refuse_repeats(rows: Sequence[Row], keys: tuple[str, ...]) -> None:
    """The second and every later row with the same values of `keys` is refused at the first key."""
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        if not all(key in row.values for key in keys):
            continue
        value = tuple(row.values.get(key, "") for key in keys)
        first = seen.setdefault(value, row.number)
        if first != row.number:
            row.refuse(
                keys[0],
                _("“%(value)s” đã có ở dòng %(row)d.") % {"value": value[0], "row": first},
            )


def group_rows(rows: Sequence[Row]) -> None:
    """Name the product that rows share: by its code, else by its name when they have options.

    Other programs write the name on the first row only and leave it empty on the next ones.
    """
    before: Row | None = None
    for row in rows:
        values = row.values
        has_options = any(key in values for key in OPTION_VALUES)
        if "name" not in values and "product_key" not in values and has_options and before:
            row.group = before.group
            for key in OPTION_NAMES:
                if key in before.values and key.replace("name", "value") in values:
                    values.setdefault(key, before.values[key])
        elif "product_key" in values:
            row.group = "key:" + fold(values["product_key"])
        elif has_options and "name" in values:
            row.group = "name:" + fold(values["name"])
        before = row if row.group else None
        _check_options(row)


def _check_options(row: Row) -> None:
    """Options are filled from the first on, each value with its name."""
    values = row.values
    gap = False
    for name, value in zip(OPTION_NAMES, OPTION_VALUES, strict=True):
        if value in values and gap:
            row.refuse(value, _("Điền thuộc tính theo thứ tự 1, 2, 3."))
        if value in values and name not in values:
            row.refuse(name, _("Đặt tên cho thuộc tính này."))
        gap = gap or value not in values


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """Names and values of options repeat from row to row."""
    return fold(word)


def options_of(row: Row) -> tuple[list[str], list[str]]:
    """(names, values) of the options that the row fills."""
    filled = [
        (row.values[name], row.values[value])
        for name, value in zip(OPTION_NAMES, OPTION_VALUES, strict=True)
        if value in row.values and name in row.values
    ]
    return [name for name, _value in filled], [value for _name, value in filled]


def share_values(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """What each group says of its product: the first value of each column; others are refused."""
    shared: dict[str, dict[str, Any]] = {}
    for row in rows:
        if not row.group or row.faults:
            continue
        mine = shared.setdefault(row.group, {})
        for key in SHARED:
            if key not in row.values:
                continue
            said = mine.setdefault(key, row.values[key])
            if said != row.values[key]:
                row.refuse(
                    key,
                    _("Khác với “%(value)s” ở dòng trên của cùng sản phẩm.") % {"value": said},
                )
    return shared
