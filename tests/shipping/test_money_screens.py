"""The screens of carriers' money: who may open them, and what they offer to do."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.kernel.clock import now
from oms.kernel.tables import read_table
from shipping.models import BankLine, CarrierClaim, Package
from tests.shipping.carriers_money import COD, FEE, line, parcel, statement

pytestmark = pytest.mark.django_db
LISTS = ("carrier_money", "statement_list", "bank_list", "claim_list")


@pytest.fixture
def accountant(client, user_factory):
    client.force_login(user_factory("accountant"))
    return client


@pytest.fixture
def made(make_order, account):
    packages = [parcel(make_order(), account) for _ in range(3)]
    lines = [line(packages[0]), line(packages[1], COD - 200_000), line("LA1", 5_000, 0)]
    return statement(account, lines)


def test_a80_c44_an_accountant_may_and_a_warehouse_may_not(
    client, user_factory, made, account
) -> None:
    places = [reverse(f"shipping:{name}") for name in LISTS]
    places += [
        reverse("shipping:carrier_ledger", args=[account.pk]),
        reverse("shipping:statement_detail", args=[made.pk]),
        reverse("shipping:differences", args=[made.pk]),
    ]
    for role, status in (("accountant", 200), ("warehouse", 403)):
        client.force_login(user_factory(role))
        assert [client.get(place).status_code for place in places] == [status] * len(places)


def test_c44_a_statement_shows_first_what_waits_and_offers_the_next_step(accountant, made) -> None:
    page = accountant.get(reverse("shipping:statement_detail", args=[made.pk])).content.decode()
    assert 'aria-current="page">Lệch COD' in re.sub(r"\s+", " ", page)
    for step in ("Chấp nhận số của hãng", "Đã hỏi hãng", "Khiếu nại", "Xuất dòng lệch"):
        assert step in page
    short = made.lines.get(verdict="cod_differs")
    accept = reverse("shipping:line_accept", args=[made.pk, short.pk])
    answer = accountant.post(accept, {"reason": ""}, follow=True)
    assert "Hãy ghi lý do" in answer.content.decode()
    accountant.post(accept, {"reason": "Khách trả bớt"})
    short.refresh_from_db()
    assert (short.step, short.reason) == ("done", "Khách trả bớt")
    ask = reverse("shipping:line_ask", args=[made.pk, made.lines.get(verdict="unknown").pk])
    accountant.post(ask, {"reason": "Kiện của ai?"})
    assert made.lines.get(verdict="unknown").step == "asked"
    many = reverse("shipping:lines_accept", args=[made.pk])
    chosen = {"ids": made.lines.get(verdict="unknown").pk, "show": "unknown", "reason": "của ta"}
    accountant.post(many, chosen)
    assert made.lines.get(verdict="unknown").step == "done"


def test_c44_the_differences_go_out_as_a_file(accountant, made) -> None:
    answer = accountant.get(reverse("shipping:differences", args=[made.pk]))
    table = read_table(BytesIO(b"".join(answer.streaming_content)))
    assert [row[3] for row in table.rows[1:]] == ["Thiếu trong bảng kê", "Lệch COD", "Kiện lạ"]
    assert [row[8] for row in table.rows[1:]] == [str(-COD), "-200000", "5000"]


def test_c43_the_transfer_is_taken_from_the_bank_or_typed(accountant, made) -> None:
    place = reverse("shipping:statement_remit", args=[made.pk])
    assert accountant.post(place, {}).status_code == 422
    typed = {"amount": "1.000.000", "reference": "FT1"}
    answer = accountant.post(place, typed)
    assert answer.status_code == 422
    assert "Hãy ghi lý do lệch" in answer.content.decode()
    assert accountant.post(place, {**typed, "reason": "Trả trước"}).status_code == 302
    made.refresh_from_db()
    bank = BankLine.objects.create(
        key="k", booked_on=made.until, amount_vnd=made.due_vnd, reference="FT2", content="GHN",
        created_at=now(),
    )  # fmt: skip
    page = accountant.get(reverse("shipping:statement_detail", args=[made.pk])).content.decode()
    assert "FT2" in page
    accountant.post(place, {"bank_line": bank.pk})
    made.refresh_from_db()
    assert made.due_vnd == 0
    assert "BK01" in accountant.get(reverse("shipping:bank_list")).content.decode()


def test_c43_money_at_the_carrier_by_age_leads_to_its_parcels(
    accountant, make_order, account
) -> None:
    for days in (0, 5, 20, 20):
        package = parcel(make_order(), account)
        Package.objects.filter(pk=package.pk).update(cod_collected_at=now() - timedelta(days=days))
    page = accountant.get(reverse("shipping:carrier_money"))
    [row] = page.context["rows"]
    assert [(held.count, held.vnd) for held in row.held] == [
        (1, COD),
        (1, COD),
        (0, 0),
        (2, 2 * COD),
    ]
    assert row.balance_vnd == 4 * (COD - FEE)
    for held in row.held:
        place = f"{reverse('shipping:cod_list')}?account={account.pk}&age={held.age.key}"
        assert len(accountant.get(place).context["page"].rows) == held.count
    ledger = accountant.get(reverse("shipping:carrier_ledger", args=[account.pk]))
    assert ledger.context["lines"][0].balance_vnd == row.balance_vnd
    assert ledger.context["lines"][-1].balance_vnd == ledger.context["lines"][-1].entry.amount_vnd


def test_a80_a_claim_is_opened_from_a_line_and_followed_to_its_end(
    accountant, made, settings, tmp_path
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    short = made.lines.get(verdict="cod_differs")
    place = reverse("shipping:claim_new", args=[short.package_id]) + f"?line={short.pk}"
    assert accountant.get(place).context["form"]["asked_vnd"].initial == 200_000
    bad = {"kind": "money", "asked_vnd": "200.000", "text": "Thiếu", "papers": _paper(b"x")}
    assert accountant.post(place, bad).status_code == 422
    accountant.post(place, {**bad, "papers": _paper(b"%PDF-1.4")})
    claim = CarrierClaim.objects.get()
    page = reverse("shipping:claim_detail", args=[claim.pk])
    [paper] = claim.files.all()
    kept = accountant.get(reverse("shipping:claim_file", args=[claim.pk, paper.pk]))
    assert kept["Content-Type"] == "application/pdf"
    assert "Đã gửi cho hãng" in accountant.get(page).content.decode()
    accountant.post(reverse("shipping:claim_act", args=[claim.pk, "sent"]))
    refused = reverse("shipping:claim_act", args=[claim.pk, "refused"])
    assert accountant.post(refused, {"answer": ""}).status_code == 422
    accountant.post(refused, {"answer": "Không đủ giấy tờ"})
    claim.refresh_from_db()
    assert claim.status == "refused"
    assert "Không đủ giấy tờ" in accountant.get(page).content.decode()
    for query, count in (("?tab=refused", 1), ("?tab=refused&kind=lost", 0), ("", 0)):
        listed = accountant.get(reverse("shipping:claim_list") + query)
        assert len(listed.context["page"].rows) == count


def _paper(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("bien-ban.pdf", data)


def test_a80_limited_people_see_the_money_of_their_own_warehouses(
    client, user_factory, made, account, warehouse
) -> None:
    client.force_login(user_factory("accountant", warehouse_ids=[warehouse.pk]))
    detail = reverse("shipping:statement_detail", args=[made.pk])
    assert client.get(detail).status_code == 404
    account.warehouse = warehouse
    account.save()
    assert client.get(detail).status_code == 200


def test_lists_keep_their_number_of_queries(accountant, account, make_order) -> None:
    places = [reverse(f"shipping:{name}") for name in LISTS[1:]]
    places.append(reverse("shipping:carrier_ledger", args=[account.pk]))
    counts = []
    for rows in (1, 20):
        while CarrierClaim.objects.count() < rows:
            number = CarrierClaim.objects.count()
            _one_of_each(account, make_order, number)
        found = []
        for place in places:
            with CaptureQueriesContext(connection) as seen:
                accountant.get(place)
            found.append(len(seen))
        counts.append(found)
    assert counts[0] == counts[1]


def _one_of_each(account, make_order, number: int) -> None:
    package = Package.objects.first() or parcel(make_order(), account)
    made = statement(account, [line(f"LA{number}", 10_000, 0)], number=f"BK{number}")
    BankLine.objects.create(
        key=str(number), booked_on=made.until, amount_vnd=1, created_at=now(), content="x"
    )
    CarrierClaim.objects.create(
        account=account, package=package, kind="lost", status="withdrawn", asked_vnd=1,
        due_on=made.until, text="x", actor_label="x", created_at=now(),
    )  # fmt: skip
