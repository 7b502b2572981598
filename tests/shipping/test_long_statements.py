"""Statements of any length: read in slices, by workers that may die, twice without harm."""

import pytest
from django.urls import reverse

from inventory.imports.profiles import PROFILES
from inventory.models import GoodsImport
from inventory.services import importing
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.files import MEGABYTE
from oms.kernel.models import Event
from shipping.models import CarrierStatement
from shipping.statements import statement_file
from tests.inventory.files import counts, csv_of, reasons, upload, xlsx
from tests.shipping.carriers_money import COD, FEE, balance, parcel, verdicts
from tests.shipping.test_statement_files import bring_in, send

pytestmark = pytest.mark.django_db
HEADS = ["Mã vận đơn", "Tiền thu hộ", "Phí vận chuyển"]
OLD_LIMIT = 100_000


@pytest.fixture
def accountant(user_factory):
    return user_factory("accountant")


@pytest.fixture
def small_slices(monkeypatch) -> None:
    monkeypatch.setattr(statement_file, "BATCH", 2)


@pytest.mark.parametrize("write", [csv_of, xlsx])
def test_c44_a_statement_longer_than_any_other_file_is_taken(write, account, accountant) -> None:
    rows = [[f"LA{n}", 1] for n in range(OLD_LIMIT + 50)]
    profile = PROFILES["cod_ghn"]
    data = write(HEADS[:2], *rows)
    row = importing.start_import(profile, upload(data), name="bk", user=accountant, language="vi")
    assert (row.row_count, row.mapping) == (OLD_LIMIT + 50, {"tracking_number": 0, "cod_vnd": 1})
    assert row.samples[0] == ["LA0", "LA1", "LA2"]
    with pytest.raises(DomainError, match=r"tối đa 100\.000"):
        importing.start_import(
            PROFILES["bank"], upload(data), name="bk", user=accountant, language="vi"
        )


def test_c44_every_row_of_a_long_statement_is_checked(account, accountant, monkeypatch) -> None:
    told = []
    monkeypatch.setattr(importing, "TOLD_EVERY", 1_000)
    monkeypatch.setattr(importing, "_hurry", lambda *call: told.append(call))
    rows = [[f"LA{n}", "x" if n == 4_321 else 1, FEE] for n in range(6_000)]
    row = send("cod_ghn", accountant, account, HEADS, *rows)
    assert told == [("check_import", row.pk)]
    seen = []
    whole = statement_file.batch

    def watched(sheet, start):
        found = whole(sheet, start)
        seen.append(len(found))
        now = GoodsImport.objects.get(pk=row.pk)
        assert now.report.get("checked", 0) <= start
        return found

    monkeypatch.setattr(statement_file, "batch", watched)
    row = importing.check_import(row.pk)
    assert row.report["counts"] == {"created": 5_999, "failed": 1}
    assert [fault[1] for fault in row.report["faults"]] == ["B4323"]
    assert seen == [2_000, 2_000, 2_000, 0]


def test_c44_a_worker_that_dies_in_a_statement_is_followed_by_one_that_goes_on(
    make_order, account, accountant, monkeypatch, small_slices
) -> None:
    packages = [parcel(make_order(), account) for _ in range(4)]
    late = parcel(make_order(), account)
    rows = [[p.tracking_number, COD, FEE] for p in packages]
    rows.insert(2, ["LX-HONG", "nhiều", FEE])  # a broken row in the middle
    rows.insert(3, ["", "", ""])
    rows += [[packages[0].tracking_number, COD, FEE], ["", 5 * COD, ""]]
    row = send("cod_ghn", accountant, account, HEADS, *rows)
    importing.begin_import(row.pk, actor=Actor.user(accountant))
    whole, calls = statement_file.write, []

    def dies(*args, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(*args, **options)

    monkeypatch.setattr(statement_file, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        importing.run_import(row.pk)
    row.refresh_from_db()
    assert (row.status, row.position) == ("running", 3)
    assert not Event.objects.filter(name="statement.read").exists()
    importing.run_import(row.pk)
    importing.run_import(row.pk)
    row.refresh_from_db()
    assert (row.status, counts(row), row.job.done, row.job.failed) == ("done", (5, 0, 0, 1), 5, 1)
    assert list(reasons(row)) == [4]
    made = CarrierStatement.objects.get()
    keys = dict(made.lines.values_list("key", "verdict"))
    first = packages[0].tracking_number
    assert (keys[f"{first}#1"], keys[f"{first}#2"]) == ("equal", "duplicate")
    assert verdicts(made)[late.tracking_number] == "missing"
    assert made.cod_vnd == 5 * COD
    assert Event.objects.filter(name="statement.read").count() == 1


def test_c44_the_same_long_statement_again_changes_nothing(
    make_order, account, accountant, small_slices
) -> None:
    rows = [[parcel(make_order(), account).tracking_number, COD, FEE] for _ in range(5)]
    bring_in("cod_ghn", accountant, account, HEADS, *rows)
    before = balance(account)
    again = bring_in("cod_ghn", accountant, account, HEADS, *rows)
    assert counts(again) == (0, 0, 5, 0)
    made = CarrierStatement.objects.get()
    assert (made.line_count, balance(account)) == (5, before)


def test_c44_rows_that_failed_come_back_as_a_file(account, accountant, client, small_slices):
    rows = [["LA1", 1, 1], ["LA2", "hai", 1], ["LA3", 1, 1], ["LA4", "bốn", 1]]
    row = bring_in("cod_ghn", accountant, account, HEADS, *rows)
    assert counts(row) == (2, 0, 0, 2)
    client.force_login(accountant)
    answer = client.get(reverse("inventory:import_failed", args=[row.pk]))
    from io import BytesIO

    from oms.kernel.tables import read_table

    labels, *failed = read_table(BytesIO(b"".join(answer.streaming_content))).rows
    assert labels == [*HEADS, "Lý do chưa nhập"]
    assert [line[:2] for line in failed] == [["LA2", "hai"], ["LA4", "bốn"]]


def test_only_the_size_of_a_statement_has_a_limit_and_it_is_said(
    account, accountant, client, settings
) -> None:
    settings.UPLOAD_MAX_BYTES, settings.IMPORT_MAX_BYTES = MEGABYTE // 2, MEGABYTE
    client.force_login(accountant)
    url = reverse("inventory:import_new", args=["cod_ghn"])
    assert "Tối đa 1 MB, bao nhiêu dòng cũng được." in client.get(url).content.decode()
    fits = csv_of(HEADS, *([f"LA{n}", 1, "0" * 400] for n in range(2_000)))
    assert MEGABYTE // 2 < len(fits) < MEGABYTE
    answer = client.post(url, {"file": upload(fits, "bk.csv")})
    assert answer.status_code == 302
    over = client.post(url, {"file": upload(b"a,b\n" * (MEGABYTE // 4 + 1), "bk.csv")})
    assert over.status_code == 422
    assert "Tệp nặng hơn 1 MB; hãy tách thành nhiều tệp." in over.content.decode()
    far = client.post(url, {"file": upload(b"a,b\n" * MEGABYTE, "bk.csv")})
    assert far.status_code == 413
    assert "tối đa 2 MB" in far.content.decode()
    assert GoodsImport.objects.count() == 1
