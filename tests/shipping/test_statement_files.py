"""The files of carriers and of the bank, from the upload to the lines."""

import pytest

from inventory.imports.profiles import PROFILES
from inventory.models import GoodsImport, ImportMapping
from inventory.services import importing
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from shipping.models import BankLine, CarrierAccount, CarrierStatement
from shipping.statements import cells
from tests.inventory.files import counts, csv_of, reasons, upload, xlsx
from tests.shipping.carriers_money import COD, FEE, UNTIL, balance, parcel, verdicts

pytestmark = pytest.mark.django_db
GHN = ["Mã đơn GHN", "Tiền thu hộ", "Tổng phí dịch vụ", "Phí hoàn", "Thực nhận", "Ngày giao"]


@pytest.fixture
def accountant(user_factory):
    return user_factory("accountant")


def send(profile: str, user, account, *rows, number="BK01", write=csv_of) -> GoodsImport:
    """Uploaded, columns as guessed, checked."""
    row = importing.start_import(
        PROFILES[profile], upload(write(*rows)), name="bk.csv", user=user, language="vi"
    )
    options = {"account": str(account.pk), "number": number, "until": UNTIL.isoformat()}
    return importing.choose_columns(row.pk, row.mapping, options, user=user)


def bring_in(profile: str, user, account, *rows, **said) -> GoodsImport:
    row = send(profile, user, account, *rows, **said)
    importing.begin_import(row.pk, actor=Actor.user(user))
    importing.run_import(row.pk)
    row.refresh_from_db()
    return row


def test_c44_a_file_of_ghn_becomes_a_statement_and_the_same_again_changes_nothing(
    make_order, account, accountant
) -> None:
    packages = [parcel(make_order(), account) for _ in range(2)]
    rows = [
        [p.tracking_number, "680.000", f"{FEE}", "", f"{COD - FEE}", "02/03/2026"] for p in packages
    ]
    rows[1][4] = f"{COD - FEE - 5_000}"  # something is kept that no column names
    total = ["TỔNG CỘNG", "1.360.000", "", "", "", ""]
    first = bring_in("cod_ghn", accountant, account, GHN, *rows, total, write=xlsx)
    assert (first.status, counts(first)) == ("done", (2, 0, 0, 0))
    made = CarrierStatement.objects.get()
    assert (made.number, made.until, made.net_vnd) == ("BK01", UNTIL, 2 * (COD - FEE) - 5_000)
    assert set(verdicts(made).values()) == {"equal", "fee_differs"}
    before = balance(account)

    again = send("cod_ghn", accountant, account, GHN, *rows, total)
    assert again.report["counts"] == {"unchanged": 2}
    again = bring_in("cod_ghn", accountant, account, GHN, *rows, total)
    assert counts(again) == (0, 0, 2, 0)
    made.refresh_from_db()
    assert (made.line_count, balance(account)) == (2, before)


def test_c44_a_known_line_with_other_sums_is_refused_and_new_ones_are_added(
    make_order, account, accountant
) -> None:
    one, two = (parcel(make_order(), account) for _ in range(2))
    heads = ["Tracking ID", "COD", "Phí vận chuyển"]
    bring_in("cod_ghn", accountant, account, heads, [one.tracking_number, COD, FEE])
    row = bring_in(
        "cod_ghn", accountant, account, heads,
        [one.tracking_number, COD - 1, FEE],
        [two.tracking_number, COD, FEE],
    )  # fmt: skip
    assert counts(row) == (1, 0, 0, 1)
    assert "số tiền khác" in reasons(row)[2]
    made = CarrierStatement.objects.get()
    assert (made.line_count, made.cod_vnd) == (2, 2 * COD)
    # what was missing after the first file has come with the second
    assert not made.lines.exclude(step="done").exists()


def test_c44_columns_chosen_once_serve_every_accountant_of_that_carrier(
    make_order, account, accountant, user_factory
) -> None:
    heads = ["Cột lạ", "Số kia", "Số nọ"]
    rows = [[parcel(make_order(), account).tracking_number, COD, FEE]]
    row = importing.start_import(
        PROFILES["cod_ghn"], upload(csv_of(heads, *rows)), name="x", user=accountant, language="vi"
    )
    assert row.mapping == {}
    options = {"account": str(account.pk), "number": "A", "until": UNTIL.isoformat()}
    chosen = {"tracking_number": 0, "cod_vnd": 1, "fee_vnd": 2}
    importing.choose_columns(row.pk, chosen, options, user=accountant)
    other = user_factory("accountant", username="ke-toan-2")
    for profile, mapping in (("cod_ghn", chosen), ("cod_ghtk", {})):
        again = importing.start_import(
            PROFILES[profile], upload(csv_of(heads, *rows)), name="x", user=other, language="vi"
        )
        assert again.mapping == mapping
    assert ImportMapping.objects.count() == 1


@pytest.mark.parametrize(
    ("carrier", "heads"),
    [
        ("ghn", ["Mã đơn GHN", "Tiền CoD", "Tổng phí"]),
        ("viettel_post", ["Mã phiếu gửi", "Tiền thu hộ", "Tổng cước"]),
        ("ghtk", ["Mã đơn GHTK", "Tiền thu hộ", "Phí dịch vụ"]),
    ],
)
def test_c44_each_carrier_has_a_preset_of_its_headings(carrier, heads, accountant) -> None:
    row = importing.start_import(
        PROFILES[f"cod_{carrier}"], upload(csv_of(heads, ["A1", "650.000", "24.250"])),
        name="x", user=accountant, language="vi",
    )  # fmt: skip
    assert row.mapping == {"tracking_number": 0, "cod_vnd": 1, "fee_vnd": 2}


def test_faults_stand_at_their_cells_and_the_rest_comes_in(make_order, account, accountant) -> None:
    package = parcel(make_order(), account)
    heads = ["Mã vận đơn", "Tiền thu hộ", "Cước / tổng phí", "Ngày giao"]
    row = bring_in(
        "cod_ghn", accountant, account, heads,
        [package.tracking_number, COD, FEE, "02/03/2026"],
        ["LX-X", "nhiều", FEE, "02/03/2026"],
        ["LX-Y", "-5000", FEE, "32/03/2026"],
    )  # fmt: skip
    assert counts(row) == (1, 0, 0, 2)
    assert "không được âm" in reasons(row)[4]
    assert [fault[1] for fault in row.report["faults"]] == ["B3", "D4", "B4"]


def test_c44_money_of_another_account_stays_out_of_sight(account, warehouse, user_factory) -> None:
    limited = user_factory("accountant", username="han-che", warehouse_ids=[warehouse.pk])
    with pytest.raises(DomainError):
        row = send("cod_ghn", limited, account, ["Mã vận đơn", "Tiền thu hộ"], ["A", 1])
        raise DomainError(row.error)
    CarrierAccount.objects.filter(pk=account.pk).update(warehouse=warehouse)
    row = send("cod_ghn", limited, account, ["Mã vận đơn", "Tiền thu hộ"], ["A", 1])
    assert row.status == "checked"


def test_only_those_who_reconcile_may_send_a_statement(user_factory) -> None:
    may = {role: user_factory(role) for role in ("owner", "accountant", "warehouse", "sales")}
    opened = {role: PROFILES["cod_ghn"].is_open_to(user) for role, user in may.items()}
    assert opened == {"owner": True, "accountant": True, "warehouse": False, "sales": False}
    [accountant] = [user for role, user in may.items() if role == "accountant"]
    assert {p.code for p in PROFILES.values() if p.is_open_to(accountant)} == {
        "cod_ghn",
        "cod_viettel_post",
        "cod_ghtk",
        "bank",
    }


def test_c43_money_that_came_in_is_kept_once(accountant) -> None:
    heads = ["Ngày giao dịch", "Ghi có", "Số bút toán", "Diễn giải"]
    rows = [
        ["05/03/2026", "1.311.500", "FT1", "GHN TT COD"],
        ["05/03/2026", "20.000", "", "chuyen tien"],
        ["05/03/2026", "20.000", "", "chuyen tien"],
        ["06/03/2026", "-50.000", "FT2", "phi"],
    ]
    for expected in ((3, 0, 0, 0), (0, 0, 3, 0)):
        row = importing.start_import(
            PROFILES["bank"], upload(csv_of(heads, *rows)), name="x", user=accountant,
            language="vi",
        )  # fmt: skip
        importing.choose_columns(row.pk, row.mapping, {}, user=accountant)
        importing.begin_import(row.pk, actor=Actor.user(accountant))
        importing.run_import(row.pk)
        row.refresh_from_db()
        assert counts(row) == expected
    assert sorted(BankLine.objects.values_list("amount_vnd", flat=True)) == [
        20_000,
        20_000,
        1_311_500,
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234.567", 1_234_567), ("1,234,567 đ", 1_234_567), ("-5.000", -5_000),
     ("(5.000)", -5_000), ("-", 0), ("+7000", 7_000)],
)  # fmt: skip
def test_sums_are_read_with_their_signs(text, value) -> None:
    assert cells.signed_money(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("850", 850), ("0,85", 850), ("1.2 kg", 1_200), ("2kg", 2_000)]
)
def test_weights_are_grams_or_kilograms(text, value) -> None:
    assert cells.grams(text) == value
