"""From what was read in a message to the entry form's fields, each with how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Variant
from inventory.selectors.catalogue import find_variants, search_variants
from oms.kernel.phones import show_phone
from oms.kernel.text import fold
from orders.paste.reading import Found, FoundLine, Reading

MOST_LINES = 20
RAW_LENGTH = 500
# Words that buyers use and names of goods mostly do not.
_FILLERS = frozenset({"size", "sz", "mau", "loai", "ma", "set", "hang"})
_REQUIRED = ("name", "phone", "street", "ward", "province")


@dataclass(frozen=True, slots=True)
class Mark:
    """How a field was filled: `sure`, `doubt` or `missing`, and the words it was read from."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """Initial values and marks by field; lines in their order."""

    values: dict[str, str]
    lines: list[dict[str, Any]]
    marks: dict[str, Mark]
    line_marks: list[Mark]
    unread: list[str] = field(default_factory=list)

    @property
    def doubts(self) -> int:
        marks = [*self.marks.values(), *self.line_marks]
        return sum(mark.kind != "sure" for mark in marks)


def fill_in(reading: Reading) -> Pasted:
    """What the form shows for a reading; goods are looked up by SKU, barcode or name."""
    found: dict[str, Found | None] = {
        name: getattr(reading, name) for name in ("name", "street", "ward", "district", "province")
    }
    found["phone"] = reading.phones[0] if reading.phones else None
    values = {name: one.value for name, one in found.items() if one}
    if "phone" in values:
        values["phone"] = show_phone(values["phone"])
    marks = {name: _mark(reading, one) for name, one in found.items() if one}
    marks |= {name: missing() for name in _REQUIRED if name not in marks}
    if others := [show_phone(phone.value) for phone in reading.phones[1:]]:
        values["internal_note"] = _("Số khác: %(phones)s") % {"phones": ", ".join(others)}
    values["address_raw"] = _raw_address(reading)
    lines, line_marks = _lines(reading)
    unread = [rest.value for rest in reading.unread]
    return Pasted(values, lines, marks, line_marks, unread)


def missing() -> Mark:
    return Mark("missing", _("Không thấy trong tin nhắn"))


def _mark(reading: Reading, found: Found) -> Mark:
    words = " ".join(reading.text[found.start : found.end].split())
    kind = "sure" if found.sure else "doubt"
    text = _("Đọc từ “%(words)s”") if found.sure else _("Xem lại: đọc từ “%(words)s”")
    return Mark(kind, text % {"words": words})


def _raw_address(reading: Reading) -> str:
    """The address as the buyer wrote it."""
    parts = [p for p in (reading.street, reading.ward, reading.district, reading.province) if p]
    if not parts:
        return ""
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    return " ".join(reading.text[start:end].split())[:RAW_LENGTH]


def _lines(reading: Reading) -> tuple[list[dict[str, Any]], list[Mark]]:
    lines, marks = [], []
    for line in reading.lines[:MOST_LINES]:
        matches = matches_of(line.item)
        item = matches[0].sku if len(matches) == 1 else line.item[:200]
        lines.append({"item": item, "quantity": line.quantity})
        marks.append(_line_mark(reading, line, matches))
    return lines, marks


def _line_mark(reading: Reading, line: FoundLine, matches: Sequence[Variant]) -> Mark:
    words = {"words": " ".join(reading.text[line.start : line.end].split())}
    if len(matches) == 1:
        text = _("“%(words)s” là %(name)s") % (words | {"name": matches[0].full_name})
        return Mark("sure" if line.sure else "doubt", text)
    if not matches:
        return Mark("doubt", _("Chưa có hàng nào tên như “%(words)s”") % words)
    skus = ", ".join(variant.sku for variant in matches)
    return Mark("doubt", _("“%(words)s” có thể là %(skus)s") % (words | {"skus": skus}))


def matches_of(item: str) -> list[Variant]:
    """What the buyer may mean: the code itself, else names that hold all his words."""
    codes = find_variants([item, item.upper()])
    if found := codes.get(item) or codes.get(item.upper()):
        return list(found)
    if found := search_variants(item, limit=4):
        return found
    words = [word for word in fold(item).split() if word not in _FILLERS]
    return search_variants(" ".join(words), limit=4) if words else []
