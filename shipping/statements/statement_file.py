"""From the rows of a carrier's file to lines of its statement."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from inventory.imports.outcomes import CREATED, FAILED, UNCHANGED, Outcome, Sheet, Slices
from inventory.imports.profiles import Field, Profile
from inventory.imports.rows import Row, read_rows
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.tables import TableStream
from shipping.selectors.statements import accounts_for, known_lines
from shipping.services.statements import (
    NewLine,
    close_file,
    find_statement,
    open_statement,
    take_lines,
)

BATCH = 2_000
EXAMPLE = "VANDON0001"


class DayField(forms.DateField):
    """A day that is kept as text between the steps of an import."""

    widget = forms.DateInput(attrs={"type": "date"})

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found.isoformat() if found else ""


def prepare(
    profile: Profile,
    table: TableStream,
    *,
    first: int,
    mapping: Mapping[str, int],
    options: Mapping[str, Any],
    user: Any,
) -> Sheet:
    """The statement that the file is of; its lines come in slices, each with its faults and key."""
    account_id = int(options["account"])
    if not accounts_for(user).filter(pk=account_id).exists():
        raise DomainError(_("Bạn không được xem tiền của tài khoản này."), "account.forbidden")
    fields = [column for column in profile.fields_for(user) if column.key != "tracking_number"]
    number = profile.by_key["tracking_number"]
    # A carrier leaves it empty now and then where it names our own code.
    number = replace(number, required="reference" not in mapping)
    slices = _slices([number, *fields], mapping, table.numbered(first))
    sheet = Sheet(profile, [], Slices(slices))
    sheet.shared["statement"] = {
        "account_id": account_id,
        "number": " ".join(str(options["number"]).split()),
        "until": date.fromisoformat(str(options["until"])),
    }
    return sheet


def _slices(
    fields: Sequence[Field],
    mapping: Mapping[str, int],
    lines: Iterator[tuple[int, list[str]]],
) -> Iterator[list[Row]]:
    """A key counts how often its parcel has come so far: of earlier slices only that is kept."""
    seen: Counter[str] = Counter()
    while some := list(islice(lines, BATCH)):
        rows = [row for row in read_rows(fields, mapping, some) if not _is_total(row)]
        for row in rows:
            _check(row)
            code = row.values.get("tracking_number") or row.values.get("reference", "")
            seen[code] += 1
            row.group = f"{code}#{seen[code]}"
        if rows:
            yield rows


def _is_total(row: Row) -> bool:
    """The sums below the lines: money without any parcel."""
    named = "tracking_number" in row.values or "reference" in row.values
    words = str(row.values.get("tracking_number", ""))
    return (not named and "cod_vnd" in row.values) or words in ("TỔNG", "TỔNGCỘNG", "TOTAL")


def _check(row: Row) -> None:
    if row.values.get("tracking_number") == EXAMPLE:
        row.refuse("tracking_number", _("Đây là dòng ví dụ của tệp mẫu."))
    if row.values.get("cod_vnd", 0) < 0:
        row.refuse("cod_vnd", _("Tiền thu hộ không được âm."))
    if not row.faults and "tracking_number" not in row.values and "reference" not in row.values:
        row.refuse("tracking_number", _("Thiếu mã vận đơn."))
    if not {"cod_vnd", "fee_vnd", "return_fee_vnd", "net_vnd"} & row.values.keys():
        row.refuse("cod_vnd", _("Dòng không có số tiền nào."))


def batch(sheet: Sheet, start: int) -> Sequence[Row]:
    assert sheet.slices is not None
    return sheet.slices.at(start)


def preview(sheet: Sheet) -> Iterator[Outcome]:
    """What would become of each row now; nothing is written."""
    about = sheet.shared["statement"]
    statement = find_statement(about["account_id"], about["number"])
    start = 0
    while rows := batch(sheet, start):
        start += len(rows)
        known = known_lines(statement, [row.group for row in rows]) if statement else {}
        for row in rows:
            yield _told(row, known.get(row.group))


def _told(row: Row, known: tuple[int, int] | None) -> Outcome:
    if row.faults:
        return Outcome(row, FAILED, " ".join(fault.message for fault in row.faults))
    if known is None:
        return Outcome(row, CREATED, _("Thêm vào bảng kê."))
    line = line_of(row)
    if known == (line.cod_vnd, line.charge_vnd):
        return Outcome(row, UNCHANGED, _("Đã có trong bảng kê này."))
    text = _("Bảng kê này đã có dòng của kiện với số tiền khác; hãy hỏi hãng hoặc dùng số mới.")
    return Outcome(row, FAILED, text)


def write(sheet: Sheet, rows: Sequence[Row], *, actor: Actor) -> list[Outcome]:
    """Add the lines that the statement does not have."""
    statement = open_statement(**sheet.shared["statement"], actor=actor)
    known = known_lines(statement, [row.group for row in rows])
    outcomes = [_told(row, known.get(row.group)) for row in rows]
    fresh = [line_of(outcome.row) for outcome in outcomes if outcome.kind == CREATED]
    take_lines(statement.pk, fresh, actor=actor)
    return outcomes


def finish(sheet: Sheet, *, actor: Actor) -> None:
    """Name the parcels that the whole file lacks."""
    about = sheet.shared["statement"]
    statement = find_statement(about["account_id"], about["number"])
    if statement is not None:
        close_file(statement.pk, actor=actor)


def line_of(row: Row) -> NewLine:
    """What the row says. Where it names the sum that is paid out, the rest is what is kept."""
    said = row.values
    cod_vnd, fee_vnd = said.get("cod_vnd", 0), said.get("fee_vnd", 0)
    back_vnd = said.get("return_fee_vnd", 0)
    if "net_vnd" in said:
        other_vnd = cod_vnd - fee_vnd - back_vnd - said["net_vnd"]
    else:
        extra = ("insurance_vnd", "cod_fee_vnd", "other_fee_vnd")
        other_vnd = sum(said.get(key, 0) for key in extra) - abs(said.get("discount_vnd", 0))
    return NewLine(
        key=row.group,
        row_number=row.number,
        tracking_number=said.get("tracking_number", ""),
        reference=said.get("reference", ""),
        cod_vnd=cod_vnd,
        fee_vnd=fee_vnd,
        return_fee_vnd=back_vnd,
        other_fee_vnd=other_vnd,
        weight_g=said.get("weight_g"),
        delivered_on=said.get("delivered_on"),
        told_status=said.get("told_status", ""),
    )
