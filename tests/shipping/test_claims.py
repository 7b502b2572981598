"""Claims for loss, damage and money: papers, states, the carrier's last day, the outcome."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from oms.kernel.actors import Actor
from oms.kernel.clock import local, today
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.models import Alert, Event
from shipping.models import CarrierAccount, CarrierClaim, CarrierEntry, Package
from shipping.services import claims
from shipping.services.money_alerts import settle_claim_alerts
from shipping.services.remittances import pay_line
from tests.shipping.carriers_money import COD, FEE, balance, line, line_of, parcel, statement
from tests.shipping.conftest import ACTOR
from tests.shipping.test_remittances import books

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 bien ban"


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def lost(make_order, account) -> Package:
    package = parcel(make_order(), account, status="lost")
    assert package.status == "lost"
    return package


def paper(name: str = "bien-ban.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def opened(package: Package, **said) -> CarrierClaim:
    fields = {"kind": "lost", "asked_vnd": 650_000, "text": "Hãng báo mất hàng", **said}
    return claims.open_claim(package.pk, **fields, actor=ACTOR)


def test_a80_a_claim_keeps_papers_amount_status_and_result(lost, account) -> None:
    assert claims.proposal(lost) == ("lost", lost.declared_vnd)
    claim = opened(lost, files=[paper()])
    assert claim.due_on == local(lost.handed_over_at).date() + timedelta(days=30)
    [kept] = claim.files.all()
    assert (kept.name, kept.content_type, kept.file.read()) == (
        "bien-ban.pdf",
        "application/pdf",
        PDF,
    )
    claims.add_papers(claim.pk, [paper("hoa-don.pdf")], actor=ACTOR)
    claims.send_claim(claim.pk, actor=ACTOR)
    for _ in range(2):
        claim = claims.settle_claim(claim.pk, 400_000, "Đền theo khai giá", actor=ACTOR)
    assert (claim.status, claim.paid_vnd, claim.answer) == ("paid", 400_000, "Đền theo khai giá")
    [entry] = CarrierEntry.objects.filter(kind="claim")
    assert (entry.amount_vnd, entry.package_id) == (400_000, lost.pk)
    assert (balance(account), books()) == (400_000 - FEE, {})
    names = Event.objects.filter(subject_kind="carrierclaim").order_by("id")
    assert list(names.values_list("name", flat=True)) == [
        "claim.opened",
        "claim.papers_added",
        "claim.sent",
        "claim.paid",
    ]
    with pytest.raises(DomainError):
        claims.settle_claim(claim.pk, 1, "khác", actor=ACTOR)
    with pytest.raises(DomainError):
        claims.add_papers(claim.pk, [paper()], actor=ACTOR)


def test_a80_a_refusal_has_its_reason_and_moves_no_money(lost, account) -> None:
    claim = opened(lost)
    with pytest.raises(TransitionRefused):
        claims.refuse_claim(claim.pk, "chưa gửi", actor=ACTOR)
    claims.send_claim(claim.pk, actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        claims.refuse_claim(claim.pk, "  ", actor=ACTOR)
    assert refusal.value.field == "answer"
    claim = claims.refuse_claim(claim.pk, "Quá hạn khiếu nại", actor=ACTOR)
    assert (claim.status, claim.answer, claim.paid_vnd) == ("refused", "Quá hạn khiếu nại", None)
    assert balance(account) == -FEE


def test_a80_one_claim_of_a_kind_while_it_is_open(lost) -> None:
    first = opened(lost)
    with pytest.raises(DomainError) as refusal:
        opened(lost)
    assert refusal.value.code == "claim.open"
    opened(lost, kind="damaged")
    claims.withdraw_claim(first.pk, "Hãng tìm thấy", actor=ACTOR)
    opened(lost)
    assert CarrierClaim.objects.count() == 3


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"asked_vnd": 0}, "asked_vnd"),
        ({"text": " "}, "text"),
        ({"files": [SimpleUploadedFile("a.pdf", b"<html>")]}, "files"),
    ],
)
def test_a80_a_claim_without_sum_words_or_real_papers_is_refused(lost, said, field) -> None:
    with pytest.raises(DomainError) as refusal:
        opened(lost, **said)
    assert refusal.value.field == field
    assert not CarrierClaim.objects.exists()


def test_a80_a_claim_from_a_line_settles_the_line_by_its_outcome(make_order, account) -> None:
    short, other = (parcel(make_order(), account) for _ in range(2))
    made = statement(account, [line(short, COD - 200_000), line(other, COD - 150_000)])
    asked = [
        opened(package, kind="money", line_id=line_of(made, package).pk)
        for package in (short, other)
    ]
    assert set(made.lines.values_list("step", flat=True)) == {"claimed"}
    for claim in asked:
        claims.send_claim(claim.pk, actor=ACTOR)
    claims.refuse_claim(asked[1].pk, "Khách chỉ trả chừng đó", actor=ACTOR)
    assert line_of(made, other).step == "open"
    before = balance(account)
    claims.settle_claim(asked[0].pk, 120_000, "Đền một phần", actor=ACTOR)
    # the missing 200.000 is a compensation of 120.000 now
    assert balance(account) == before - 80_000
    assert line_of(made, short).step == "done"
    pay_line(line_of(made, short).pk, actor=ACTOR)
    short.refresh_from_db()
    assert (short.cod_status, short.cod_received_vnd) == ("written_off", COD - 200_000)
    assert books() == {}


def test_a80_a_parcel_that_statements_never_list_is_compensated(make_order, account) -> None:
    listed, gone = (parcel(make_order(), account) for _ in range(2))
    made = statement(account, [line(listed)])
    claim = opened(gone, kind="money", asked_vnd=COD, line_id=line_of(made, gone).pk)
    claims.send_claim(claim.pk, actor=ACTOR)
    claims.settle_claim(claim.pk, COD, "", actor=ACTOR)
    gone.refresh_from_db()
    assert (gone.cod_status, gone.cod_loss_reason) == ("written_off", str(claim))
    assert (balance(account), books()) == (2 * (COD - FEE), {})


def test_a80_the_last_day_follows_the_account_and_is_warned_of_once(lost, account) -> None:
    claim = opened(lost)
    settle_claim_alerts(actor=Actor.system("test"))
    alerts = Alert.objects.filter(kind="carrier_claim")
    assert not alerts.exists()
    CarrierClaim.objects.filter(pk=claim.pk).update(due_on=today() + timedelta(days=3))
    for _ in range(2):
        settle_claim_alerts(actor=Actor.system("test"))
    assert alerts.get().closed_at is None
    claims.send_claim(claim.pk, actor=ACTOR)
    settle_claim_alerts(actor=Actor.system("test"))
    assert alerts.get().closed_at is not None
    CarrierAccount.objects.filter(pk=account.pk).update(claim_days=7)
    short = claims.last_day(Package.objects.get(pk=lost.pk))
    assert short == local(lost.handed_over_at).date() + timedelta(days=7)
