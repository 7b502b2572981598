"""The rows of a file as values, with every fault at its cell. Nothing here reads the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from inventory.imports.profiles import OPTION_NAMES, OPTION_VALUES, Field
from oms.kernel.errors import DomainError
from oms.kernel.text import fold

# What belongs to the product and not to one of its variants.
SHARED = ("name", "vat_rate", "brand", "category", "description", "unit", "units")
OPTIONS = tuple(zip(OPTION_NAMES, OPTION_VALUES, strict=True))
# Texts of a column whose values are kept: a column of codes would only fill the memory.
REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at the column of `key`; an empty key means the row as a whole."""

    key: str
    message: str


@dataclass(slots=True)
class Row:
    """`number` is the row of the sheet as its program counts, `cells` all that stands in it.

    `mark` is a question, not a fault; `mended` holds what was put right without asking, by column.

    `names` and `choices` are the options that it fills, with `folded` to compare them by.
    """

    number: int
    values: dict[str, Any]
    cells: Sequence[str] = ()
    faults: list[Fault] = field(default_factory=list)
    group: str = ""
    mark: str = ""
    mended: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()

    @property
    def sku(self) -> str:
        found: str = self.values.get("sku", "")
        return found

    def refuse(self, key: str, message: str) -> None:
        self.faults.append(Fault(key, message))


def read_rows(
    fields: Sequence[Field],
    mapping: Mapping[str, int],
    lines: Iterable[tuple[int, Sequence[str]]],
) -> list[Row]:
    """Every numbered line with something in it; an empty cell gives no value."""
    rows = [Row(number, {}, cells) for number, cells in lines if any(cells)]
    for column in fields:
        if column.key in mapping:
            place = mapping[column.key]
            _fill(rows, column, [row.cells[place] for row in rows])
    return rows


def _fill(rows: Sequence[Row], column: Field, cells: Sequence[str]) -> None:
    """One column of all rows. A text that came before is not parsed again."""
    key, parse = column.key, column.parse
    known: dict[str, Any] = {}
    for row, cell in zip(rows, cells, strict=True):
        is_plain = type(cell) is str  # the same letters of a number cell may mean something else
        if is_plain and cell in known:
            row.values[key] = known[cell]
            continue
        text = cell.strip() if is_plain else cell
        if not text:
            if column.required:
                row.refuse(key, _("Thiếu giá trị."))
            continue
        try:
            row.values[key] = parse(text)
        except DomainError as refusal:
            row.refuse(key, refusal.message)
        else:
            if is_plain and len(known) < REMEMBERED:
                known[cell] = row.values[key]


def refuse_repeats(rows: Sequence[Row], keys: tuple[str, ...]) -> None:
    """The second and every later row with the same values of `keys` is refused at the first key."""
    said = [
        (row, tuple([row.values[key] for key in keys]))
        for row in rows
        if all(key in row.values for key in keys)
    ]
    if len({value for _row, value in said}) == len(said):
        return
    seen: dict[tuple[Any, ...], int] = {}
    for row, value in said:
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
            for name, value in OPTIONS:
                if name in before.values and value in values:
                    values.setdefault(name, before.values[name])
        elif "product_key" in values:
            row.group = "key:" + fold_word(values["product_key"])
        elif has_options and "name" in values:
            row.group = "name:" + fold_word(values["name"])
        before = row if row.group else None
        if has_options:
            _read_options(row)


def _read_options(row: Row) -> None:
    """Options are filled from the first on, each value with its name."""
    values = row.values
    gap = False
    for name, value in OPTIONS:
        if value not in values:
            gap = True
            continue
        if gap:
            row.refuse(value, _("Điền thuộc tính theo thứ tự 1, 2, 3."))
        if name not in values:
            row.refuse(name, _("Đặt tên cho thuộc tính này."))
            continue
        row.names += (values[name],)
        row.choices += (values[value],)
    row.folded = folded(row.choices)


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """Names, and names and values of options, repeat from row to row."""
    return fold(word)


def folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple([fold_word(word) for word in words])


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
