"""From the rows of a bank's list to money that came in; what went out is passed over."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from inventory.imports.outcomes import CREATED, FAILED, UNCHANGED, Outcome, Sheet
from inventory.imports.profiles import Profile
from inventory.imports.rows import Row, read_rows
from oms.kernel.actors import Actor
from oms.kernel.tables import Table
from shipping.selectors.statements import known_bank_lines
from shipping.services.bank import NewBankLine, add_bank_lines

BATCH = 2_000


def prepare(
    profile: Profile,
    table: Table,
    *,
    first: int,
    mapping: Mapping[str, int],
    options: Mapping[str, Any],
    user: Any,
) -> Sheet:
    """Values and faults; rows without a reference are told apart by what they say."""
    rows = read_rows(profile.fields_for(user), mapping, table.numbered(first))
    rows = [row for row in rows if row.faults or row.values["amount_vnd"] > 0]
    seen: Counter[str] = Counter()
    for row in rows:
        if not row.faults:
            row.group = _key(row.values, seen)
    return Sheet(profile, rows)


def _key(said: Mapping[str, Any], seen: Counter[str]) -> str:
    whose = said.get("bank_account", "")
    if said.get("reference"):
        return f"{whose}|{said['reference']}|{said['amount_vnd']}"
    base = f"{whose}|{said['booked_on']}|{said['amount_vnd']}|{said.get('content', '')[:80]}"
    seen[base] += 1
    return f"{base}|{seen[base]}"


def batch(sheet: Sheet, start: int) -> Sequence[Row]:
    return sheet.rows[start : start + BATCH]


def preview(sheet: Sheet) -> Iterator[Outcome]:
    yield from _outcomes(sheet.rows)


def _outcomes(rows: Sequence[Row]) -> list[Outcome]:
    known = known_bank_lines([row.group for row in rows if row.group])
    return [_told(row, known) for row in rows]


def _told(row: Row, known: set[str]) -> Outcome:
    if row.faults:
        return Outcome(row, FAILED, " ".join(fault.message for fault in row.faults))
    if row.group in known:
        return Outcome(row, UNCHANGED, _("Đã có khoản này."))
    return Outcome(row, CREATED, _("Thêm khoản tiền vào."))


def write(sheet: Sheet, rows: Sequence[Row], *, actor: Actor) -> list[Outcome]:
    """Add what is not here yet. Two files at once add one row for one transfer."""
    outcomes = _outcomes(rows)
    fresh = [
        NewBankLine(key=outcome.row.group, **outcome.row.values)
        for outcome in outcomes
        if outcome.kind == CREATED
    ]
    add_bank_lines(fresh)
    return outcomes
