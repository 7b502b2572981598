"""What an edit changes, and where it meets somebody else's: pure, reads and writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oms.kernel.revisions import settle

Value = int | str | None
Values = Mapping[str, Value]

RECIPIENT = ("recipient_name", "recipient_phone", "street", "ward", "district", "province")
NOTES = ("buyer_note", "internal_note")
CHARGES = ("discount_vnd", "shipping_fee_buyer_vnd")
FIELDS = (*RECIPIENT, *NOTES, *CHARGES)
LINE_FIELDS = ("quantity", "unit_price_vnd", "discount_vnd")


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line that the order did not have."""

    variant_id: int
    quantity: int
    unit_price_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One revision: `typed` is what shall be, `base` what its author saw when he began.

    Both are flat, by `FIELDS` and `line.<id>.<field>`; a line of no pieces leaves the order.
    """

    typed: Values
    base: Values
    version: int
    added: Sequence[AddedLine] = ()
    reason: str = ""


@dataclass(slots=True)
class Wanted:
    """What is left to write: columns of the order, and columns of its lines by id."""

    order: dict[str, Any] = field(default_factory=dict)
    lines: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def fields(self) -> set[str]:
        """The names of `FIELDS` and `LINE_FIELDS` that change; those of lines with `line.`"""
        return set(self.order) | {f"line.{name}" for row in self.lines.values() for name in row}


def merge(edit: Edit, current: Values) -> Wanted:
    """What the edit changes, on top of what others saved meanwhile. Raises RevisionConflict.

    A field that only the author changed is taken, whatever else has changed; one that both made
    the same is no conflict.
    """
    base = {name: edit.base.get(name) for name in edit.typed}
    wanted = Wanted()
    for name, value in settle(edit.typed, base, current).items():
        kind, _dot, rest = name.partition(".")
        if kind != "line":
            wanted.order[name] = value
            continue
        line_id, _dot, column = rest.partition(".")
        wanted.lines.setdefault(int(line_id), {})[column] = value
    return wanted
