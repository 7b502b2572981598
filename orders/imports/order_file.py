"""From the rows of a file to orders: rows of one code are one order, placed like any other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from inventory.imports.outcomes import CREATED, FAILED, UNCHANGED, Outcome, Sheet
from inventory.imports.profiles import Profile
from inventory.imports.rows import Row, read_rows
from oms.kernel.actors import Actor
from oms.kernel.phones import with_zero_back
from oms.kernel.tables import Table
from oms.kernel.text import fold
from orders.models import Order
from orders.services.intake import NewLine, NewOrder, Placed, place_orders

BATCH = 500
LOOKUP = 5_000
EXAMPLE = "DH-0001"
MARKETPLACES = {Order.Source.SHOPEE, Order.Source.LAZADA, Order.Source.TIKTOK_SHOP}
CANCELLED = ("huy", "cancel")
CASH = ("cod", "khi nhan hang", "cash on delivery", "tien mat")
# What each order says once: the first of its rows that fills the column.
OF_ORDER = (
    *("placed_at", "status", "recipient_name", "recipient_phone", "street", "ward", "district"),
    *("province", "shipping_fee_vnd", "discount_vnd", "payment", "buyer_note"),
)


def prepare(
    profile: Profile,
    table: Table,
    *,
    first: int,
    mapping: Mapping[str, int],
    options: Mapping[str, Any],
    user: Any,
) -> Sheet:
    """Values and faults of the whole file, the rows of an order one after the other."""
    rows = [
        row
        for row in read_rows(profile.fields_for(user), mapping, table.numbered(first))
        if not _explains(row)
    ]
    turn: dict[str, int] = {}
    for row in rows:
        row.group = str(row.values.get("code", ""))
        turn.setdefault(row.group, len(turn))
        row.values["source"] = str(options.get("source", Order.Source.IMPORT))
        _check(row)
    rows.sort(key=lambda row: turn[row.group])
    for _code, group in groupby(rows, key=lambda row: row.group):
        _refuse_together(list(group))
    return Sheet(profile, rows)


def _explains(row: Row) -> bool:
    """A marketplace writes a sentence about each column below its headings."""
    code = str(row.values.get("code", ""))
    return bool(code) and " " in code and not any(letter.isdigit() for letter in code)


def _check(row: Row) -> None:
    if row.values.get("code") == EXAMPLE:
        row.refuse("code", _("Đây là dòng ví dụ của tệp mẫu."))
    if "sku" not in row.values and "name" not in row.values:
        row.refuse("sku", _("Cần mã SKU hoặc tên sản phẩm."))
    if phone := with_zero_back(str(row.values.get("recipient_phone", ""))):
        row.mended["recipient_phone"] = phone
    if row.values.get("quantity") == 0:
        row.refuse("quantity", _("Số lượng phải từ 1 trở lên."))


def _refuse_together(rows: Sequence[Row]) -> None:
    """An order with a faulty row is not placed without it."""
    bad = next((row for row in rows if row.faults), None)
    if bad is None:
        return
    for row in rows:
        if not row.faults:
            row.refuse("", _("Đơn này có lỗi ở dòng %(row)d.") % {"row": bad.number})


def batch(sheet: Sheet, start: int) -> Sequence[Row]:
    """Some hundred rows, up to the end of an order."""
    end = min(start + BATCH, len(sheet.rows))
    while 0 < end < len(sheet.rows) and sheet.rows[end].group == sheet.rows[end - 1].group:
        end += 1
    return sheet.rows[start:end]


def preview(sheet: Sheet) -> Iterator[Outcome]:
    """What would become of each row now; nothing is written."""
    for start in range(0, len(sheet.rows), LOOKUP):
        rows = sheet.rows[start : start + LOOKUP]
        known = _known(rows)
        for row in rows:
            yield _foreseen(row, known) or Outcome(row, CREATED, _("Tạo đơn."))


def write(sheet: Sheet, rows: Sequence[Row], *, actor: Actor) -> list[Outcome]:
    """Place the orders of these rows; each row has the outcome of its order."""
    known = _known(rows)
    outcomes: list[Outcome] = []
    fresh: list[tuple[list[Row], NewOrder]] = []
    for _code, group in groupby(rows, key=lambda row: row.group):
        mine = list(group)
        told = [_foreseen(row, known) for row in mine]
        if told[0] is None:
            fresh.append((mine, order_of(mine)))
        else:
            outcomes += [outcome for outcome in told if outcome is not None]
    placed = place_orders([new for _rows, new in fresh], actor=actor)
    for (mine, _new), result in zip(fresh, placed, strict=True):
        outcomes += [_told(row, result) for row in mine]
    return outcomes


def _foreseen(row: Row, known: Mapping[str, str]) -> Outcome | None:
    """What is clear before anything is written."""
    if row.faults:
        return Outcome(row, FAILED, " ".join(fault.message for fault in row.faults))
    if row.group in known:
        return Outcome(row, UNCHANGED, _("Đã có đơn %(number)s.") % {"number": known[row.group]})
    if any(word in fold(str(row.values.get("status", ""))) for word in CANCELLED):
        return Outcome(row, UNCHANGED, _("Đơn đã hủy, bỏ qua."))
    return None


def _told(row: Row, placed: Placed) -> Outcome:
    if placed.order_id is None:
        return Outcome(row, FAILED, placed.problem)
    if not placed.created:
        return Outcome(row, UNCHANGED, _("Đã có đơn %(number)s.") % {"number": placed.number})
    text = _("Đã tạo đơn %(number)s.") % {"number": placed.number}
    return Outcome(row, CREATED, f"{text} {placed.problem}".strip())


def _known(rows: Iterable[Row]) -> dict[str, str]:
    """Numbers of orders that are here already, from a file or from the channel, by their code."""
    pairs = {(row.values["source"], row.group) for row in rows if row.group}
    if not pairs:
        return {}
    keys = [request_key(source, code) for source, code in pairs]
    codes = {code for _source, code in pairs}
    sources = {source for source, _code in pairs}
    found = Order.objects.filter(Q(request_key__in=keys) | Q(remote_id__in=codes))
    return dict(found.filter(source__in=sources).values_list("remote_id", "number"))


def request_key(source: str, code: str) -> str:
    return f"file:{source}:{code}"


def order_of(rows: Sequence[Row]) -> NewOrder:
    """The order that its rows describe."""
    said: dict[str, Any] = {}
    for row in rows:
        for key in OF_ORDER:
            if key in row.values:
                said.setdefault(key, row.values[key])
    source, code = rows[0].values["source"], rows[0].group
    return NewOrder(
        source=source,
        remote_id=code,
        request_key=request_key(source, code),
        placed_at=said.get("placed_at"),
        recipient_name=said.get("recipient_name", ""),
        recipient_phone=said.get("recipient_phone", ""),
        street=said.get("street", ""),
        ward=said.get("ward", ""),
        district=said.get("district", ""),
        province=said.get("province", ""),
        buyer_note=said.get("buyer_note", ""),
        shipping_fee_buyer_vnd=said.get("shipping_fee_vnd", 0),
        discount_vnd=said.get("discount_vnd", 0),
        is_cod=_is_cash(source, said.get("payment", "")),
        lines=tuple(
            NewLine(
                sku=row.values.get("sku", ""),
                name=row.values.get("name", ""),
                quantity=row.values.get("quantity", 1),
                unit_price_vnd=row.values.get("unit_price_vnd", 0),
                discount_vnd=row.values.get("line_discount_vnd", 0),
            )
            for row in rows
        ),
    )


def _is_cash(source: str, payment: str) -> bool:
    """Paid at the door; where nothing is said, a marketplace has the money and others have not."""
    if payment:
        return any(word in fold(payment) for word in CASH)
    return source not in MARKETPLACES
