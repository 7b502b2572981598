"""Whatever a carrier's statements say, the ledger ends where the money does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.imports.profiles import PROFILES
from inventory.services import importing
from oms.kernel.actors import Actor
from oms.kernel.books import check_books
from shipping import money_books
from shipping.models import CarrierEntry, CarrierStatement, Package, StatementLine
from shipping.selectors.statements import known_lines
from shipping.services.differences import accept_line
from shipping.services.remittances import Transfer, pay_line, record_transfer
from shipping.services.statements import NewLine, close_file, open_statement, take_lines
from tests.inventory.files import csv_of, upload
from tests.shipping.carriers_money import COD, FEE, UNTIL, balance, line, parcel, statement
from tests.shipping.conftest import ACTOR

BOOKS = (money_books.CASH, money_books.STATEMENTS, money_books.TRANSFERS, money_books.CLAIMS)


@dataclass(frozen=True)
class Said:
    """What the carrier's file does to a parcel: 0 says it right, other numbers are its fault."""

    cod_off: int
    fee_off: int
    times: int


said = st.builds(
    Said,
    st.sampled_from([0, 0, 0, -COD, -30_000, -1, 40_000]),
    st.sampled_from([0, 0, 0, 6_000, -2_000]),
    st.sampled_from([1, 1, 1, 0, 2]),
)


class Undo(Exception):
    """Each example leaves the tables as it found them."""


@pytest.fixture
def parcels(make_order, account) -> list[Package]:
    return [parcel(make_order(), account) for _ in range(3)]


@pytest.mark.django_db
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(said, min_size=3, max_size=3), strangers=st.integers(0, 2))
def test_c45_the_balance_is_exact_to_the_dong_under_any_faults(
    account, parcels, faults, strangers
) -> None:
    with pytest.raises(Undo), transaction.atomic():
        made = statement(account, _lines(parcels, faults, strangers))
        _settle(made)
        missing = sum(1 for fault in faults if not fault.times)
        made.refresh_from_db()
        # what was listed is closed; what was not is still owed, less its fee
        assert balance(account) == missing * (COD - FEE) + made.due_vnd
        assert [found for found in check_books(BOOKS).values() if found] == []
        corrections = CarrierEntry.objects.filter(kind__in=["cod_difference", "fee_difference"])
        assert not corrections.filter(corrects=None).exists()
        raise Undo


def _lines(parcels: list[Package], faults: list[Said], strangers: int) -> list[NewLine]:
    found = [
        line(
            package,
            COD + fault.cod_off,
            FEE + fault.fee_off,
            row_number=number * 10 + turn + 2,
            key=f"{package.tracking_number}#{turn}",
        )
        for number, (package, fault) in enumerate(zip(parcels, faults, strict=True))
        for turn in range(1, fault.times + 1)
    ]
    return found + [line(f"LA{n}", 10_000 * n, 500, row_number=90 + n) for n in range(strangers)]


def _settle(made: CarrierStatement) -> None:
    """Everything accepted, the money in, every order paid."""
    for found in made.lines.exclude(step="done").exclude(verdict="missing").order_by("id"):
        accept_line(found.pk, "Đã đối chiếu", actor=ACTOR)
    made.refresh_from_db()
    if made.due_vnd > 0:
        record_transfer(made.pk, Transfer(made.due_vnd, "FT1", date(2026, 3, 5)), actor=ACTOR)
        for found in StatementLine.objects.filter(statement=made, cod_vnd__gt=0):
            if found.verdict in ("equal", "cod_differs", "fee_differs"):
                pay_line(found.pk, actor=ACTOR)


@pytest.mark.django_db(transaction=True)
def test_c44_two_imports_at_once_add_each_line_once(make_order, account, user_factory) -> None:
    packages = [parcel(make_order(), account) for _ in range(3)]
    lines = [line(package, row_number=n + 2) for n, package in enumerate(packages)]

    def read(number: str) -> None:
        try:
            with transaction.atomic():
                made = open_statement(account.pk, number, UNTIL, actor=ACTOR)
                known = known_lines(made, [row.key for row in lines])
                fresh = [row for row in lines if row.key not in known]
                take_lines(made.pk, fresh, actor=ACTOR)
                close_file(made.pk, actor=ACTOR)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read, ["BK01", "BK01", "BK02", "BK02"]))
    verdicts = StatementLine.objects.order_by("id").values_list("verdict", flat=True)
    assert list(verdicts) == ["equal"] * 3 + ["duplicate"] * 3
    assert balance(account) == 3 * (COD - FEE)
    assert [found for found in check_books(BOOKS).values() if found] == []


@pytest.mark.django_db(transaction=True)
def test_c44_two_workers_on_one_file_write_it_once(make_order, account, user_factory) -> None:
    user = user_factory("accountant")
    rows = [[parcel(make_order(), account).tracking_number, COD, FEE] for _ in range(2)]
    row = importing.start_import(
        PROFILES["cod_ghn"], upload(csv_of(["Tracking ID", "COD", "Phí vận chuyển"], *rows)),
        name="x", user=user, language="vi",
    )  # fmt: skip
    options = {"account": str(account.pk), "number": "BK01", "until": UNTIL.isoformat()}
    importing.choose_columns(row.pk, row.mapping, options, user=user)
    importing.begin_import(row.pk, actor=Actor.user(user))

    def work(_n: int) -> None:
        try:
            importing.run_import(row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    made = CarrierStatement.objects.get()
    assert (made.line_count, made.cod_vnd, made.charge_vnd) == (2, 2 * COD, 2 * FEE)
