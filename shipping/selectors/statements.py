"""Reads of statements, of their lines, and of the money at the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from django.db.models import Count, F, Q, QuerySet, Sum

from oms.kernel.pages import Cursors, Page, keyset_page
from shipping.models import BankLine, CarrierAccount, CarrierStatement, StatementLine, Step, Verdict


def accounts_for(user: Any) -> QuerySet[CarrierAccount]:
    """Accounts whose money this user may see: limited users those of their own warehouses."""
    accounts = CarrierAccount.objects.order_by("carrier", "name", "pk")
    warehouses = user.warehouse_scope()
    if user.shop_scope() is not None:
        return accounts.none()
    if warehouses is not None:
        accounts = accounts.filter(warehouse_id__in=warehouses)
    return accounts


def statements_visible_to(user: Any) -> QuerySet[CarrierStatement]:
    statements = CarrierStatement.objects.select_related("account")
    if user.warehouse_scope() is None and user.shop_scope() is None:
        return statements
    return statements.filter(account__in=accounts_for(user))


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement of the list, and how many of its lines wait for somebody."""

    statement: CarrierStatement
    problems: int
    waiting: int


def statement_page(
    user: Any, **cursor: Unpack[Cursors]
) -> tuple[Page[CarrierStatement], list[Standing]]:
    """Newest first; two queries whatever the number of rows."""
    page = keyset_page(statements_visible_to(user), keys=("-id",), **cursor)
    rows = StatementLine.objects.filter(statement__in=page.rows).exclude(verdict=Verdict.EQUAL)
    counts: Any = rows.values_list("statement_id").annotate(
        problems=Count("pk"), waiting=Count("pk", filter=~Q(step=Step.DONE))
    )
    counted = {pk: (problems, waiting) for pk, problems, waiting in counts}
    return page, [Standing(row, *counted.get(row.pk, (0, 0))) for row in page.rows]


@dataclass(frozen=True, slots=True)
class Class:
    """One class of a statement's lines: how many, how many wait, and their difference."""

    key: str
    label: Any
    count: int
    waiting: int
    difference_vnd: int


def difference() -> Any:
    expected = F("expected_cod_vnd") - F("expected_charge_vnd")
    return F("cod_vnd") - F("charge_vnd") - expected


def classes_of(statement: CarrierStatement) -> list[Class]:
    """All classes in their order, empty ones too; one query."""
    rows: Any = statement.lines.values_list("verdict").annotate(
        count=Count("pk"), waiting=Count("pk", filter=~Q(step=Step.DONE)), vnd=Sum(difference())
    )
    found = {verdict: (count, waiting, vnd) for verdict, count, waiting, vnd in rows}
    return [
        Class(verdict.value, verdict.label, *found.get(verdict.value, (0, 0, 0)))
        for verdict in Verdict
    ]


def lines_page(
    statement: CarrierStatement, verdict: str, **cursor: Unpack[Cursors]
) -> Page[StatementLine]:
    lines = statement.lines.filter(verdict=verdict).select_related("package__fulfilment__order")
    return keyset_page(lines, keys=("id",), **cursor)


def differences_of(statement: CarrierStatement) -> QuerySet[StatementLine]:
    """Every line that is not equal, in the order of the file."""
    lines = statement.lines.exclude(verdict=Verdict.EQUAL)
    return lines.select_related("package__fulfilment__order").order_by("row_number", "id")


def known_lines(statement: CarrierStatement, keys: Sequence[str]) -> dict[str, tuple[int, int]]:
    """(COD, charge) of the lines with these keys."""
    rows = statement.lines.filter(key__in=keys).values_list("key", "cod_vnd", "charge_vnd")
    return {key: (cod_vnd, charge_vnd) for key, cod_vnd, charge_vnd in rows}


def known_bank_lines(keys: Sequence[str]) -> set[str]:
    return set(BankLine.objects.filter(key__in=keys).values_list("key", flat=True))


def bank_candidates(statement: CarrierStatement) -> list[BankLine]:
    """Free bank lines of exactly what is due, newest first; a person says which one it is."""
    free = BankLine.objects.filter(remittance=None, amount_vnd=statement.due_vnd)
    return list(free.order_by("-booked_on", "-id")[:10])
