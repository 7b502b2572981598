"""Transfers of carriers, what is done about differences, and a ledger that ends at zero."""

from datetime import date

import pytest

from invoicing.models import Payment
from oms.kernel import jobs
from oms.kernel.books import check_books
from oms.kernel.errors import DomainError
from oms.kernel.models import Alert, Job
from orders.models import Order
from shipping import money_books
from shipping.models import BankLine, CarrierEntry, Package
from shipping.services import booking, remittances
from shipping.services.bank import NewBankLine, add_bank_lines
from shipping.services.cod import close_difference, record_remittance
from shipping.services.differences import accept_line, ask_about_line
from shipping.services.ledger import fee_owed
from shipping.services.remittances import Transfer, record_transfer
from shipping.services.shipments import cancel_shipment
from tests.shipping.carriers_money import (
    COD,
    FEE,
    balance,
    entries,
    line,
    line_of,
    parcel,
    statement,
)
from tests.shipping.conftest import ACTOR

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)


@pytest.fixture
def parcels(make_order, account) -> list[Package]:
    return [parcel(make_order(), account) for _ in range(2)]


def pay(made, amount_vnd: int, reference: str = "FT1", reason: str = "", **said):
    transfer = Transfer(amount_vnd, reference, DAY, **said)
    done = record_transfer(made.pk, transfer, reason=reason, actor=ACTOR)
    for job in Job.objects.filter(kind=remittances.JOB, status="queued"):
        remittances.share(job.pk)
    made.refresh_from_db()
    return done


def books() -> dict[str, list]:
    names = [getattr(money_books, name) for name in ("CASH", "STATEMENTS", "TRANSFERS", "CLAIMS")]
    found = check_books([*names, "COD received = payments"])
    return {name: findings for name, findings in found.items() if findings}


def test_c43_one_transfer_covers_a_statement_less_its_fees(account, parcels) -> None:
    made = statement(account, [line(package) for package in parcels])
    pay(made, 2 * (COD - FEE))
    for package in parcels:
        package.refresh_from_db()
        order = Order.objects.get(pk=package.fulfilment.order_id)
        assert (package.cod_status, order.cod_status, order.paid_vnd) == (
            "remitted",
            "remitted",
            COD,
        )
        assert (order.payment_status, order.status) == ("paid", "completed")
        facts = (package.cod_collected_at, package.cod_stated_at, package.cod_received_at)
        assert all(fact is not None for fact in facts)
    assert (made.due_vnd, balance(account), books()) == (0, 0, {})
    assert set(Payment.objects.values_list("reference", flat=True)) == {"BK01"}


def test_the_same_transfer_twice_changes_nothing(account, parcels) -> None:
    made = statement(account, [line(package) for package in parcels])
    first = pay(made, 2 * (COD - FEE))
    again = pay(made, 2 * (COD - FEE))
    assert again.pk == first.pk
    with pytest.raises(DomainError) as refusal:
        pay(made, 1_000)
    assert refusal.value.field == "reference"
    assert (Payment.objects.count(), balance(account)) == (2, 0)


def test_orders_are_paid_although_the_queue_lost_the_message(
    account, parcels, frozen, monkeypatch
) -> None:
    monkeypatch.setattr(remittances, "hurry", remittances.share)  # the next message arrives
    made = statement(account, [line(package) for package in parcels])
    record_transfer(made.pk, Transfer(2 * (COD - FEE), "FT1", DAY), actor=ACTOR)
    remittances.resume_shares()
    assert not Payment.objects.exists()  # its message may still be on the way
    frozen.shift(jobs.LOST_AFTER)
    frozen.shift(1)
    remittances.resume_shares()
    assert Payment.objects.count() == len(parcels)
    assert Job.objects.get(kind=remittances.JOB).status == "done"


def test_a_difference_of_the_transfer_is_named_or_refused(account, parcels) -> None:
    made = statement(account, [line(package) for package in parcels])
    due_vnd = 2 * (COD - FEE)
    with pytest.raises(DomainError, match="lệch") as refusal:
        pay(made, due_vnd - 11_000)
    assert refusal.value.field == "reason"
    assert (made.remitted_vnd, CarrierEntry.objects.filter(kind="remitted").count()) == (0, 0)
    done = pay(made, due_vnd - 11_000, reason="Phí chuyển tiền")
    assert (done.difference_vnd, made.due_vnd, balance(account)) == (-11_000, 11_000, 11_000)
    pay(made, 11_000, "FT2")
    assert (made.due_vnd, balance(account), books()) == (0, 0, {})


def test_c43_a_bank_line_pays_one_statement(account, parcels) -> None:
    add_bank_lines([NewBankLine("k1", DAY, COD - FEE, "FT9", "GHN TT COD")] * 2)
    bank = BankLine.objects.get()
    first = statement(account, [line(parcels[0])])
    pay(first, bank.amount_vnd, bank.reference, bank_line_id=bank.pk)
    other = statement(account, [line(parcels[1])], number="BK02")
    with pytest.raises(DomainError, match="bảng kê khác"):
        pay(other, bank.amount_vnd, bank.reference, bank_line_id=bank.pk)
    assert other.remitted_vnd == 0


@pytest.mark.parametrize("accepted_first", [True, False])
def test_c45_less_cash_is_accepted_with_a_reason_before_or_after_it_came(
    account, parcels, accepted_first
) -> None:
    short = parcels[0]
    made = statement(account, [line(short, COD - 80_000), line(parcels[1])])
    found = line_of(made, short)
    with pytest.raises(DomainError) as refusal:
        accept_line(found.pk, " ", actor=ACTOR)
    assert refusal.value.field == "reason"
    if accepted_first:
        accept_line(found.pk, "Khách trả một phần", actor=ACTOR)
        accept_line(found.pk, "lần hai", actor=ACTOR)
    pay(made, made.net_vnd)
    if not accepted_first:
        short.refresh_from_db()
        assert (short.cod_status, balance(account)) == ("mismatch", 80_000)
        accept_line(found.pk, "Khách trả một phần", actor=ACTOR)
    short.refresh_from_db()
    assert (short.cod_status, short.cod_loss_reason) == ("written_off", "Khách trả một phần")
    assert ("cod_difference", -80_000) in entries(short)
    assert (balance(account), books()) == (0, {})


def test_c45_an_accepted_fee_names_the_line_that_it_corrects(account, parcels) -> None:
    dear = parcels[0]
    made = statement(account, [line(dear, fee_vnd=FEE + 6_000, weight_g=1_900), line(parcels[1])])
    found = line_of(made, dear)
    ask_about_line(found.pk, "Sao cân 1,9 kg?", actor=ACTOR)
    found.refresh_from_db()
    assert (found.step, found.reason) == ("asked", "Sao cân 1,9 kg?")
    accept_line(found.pk, "Hãng cân lại đúng", actor=ACTOR)
    posted = CarrierEntry.objects.get(source_kind="line", source_id=found.pk, kind="weight")
    assert (posted.amount_vnd, posted.corrects.kind, posted.note) == (
        -6_000,
        "fee",
        "Hãng cân lại đúng",
    )
    pay(made, made.net_vnd)
    assert (balance(account), books()) == (0, {})
    with pytest.raises(DomainError):
        ask_about_line(found.pk, "nữa", actor=ACTOR)


def test_c44_unknown_duplicate_and_return_fee_lines_end_at_zero(
    make_order, account, parcels
) -> None:
    back = parcel(make_order(), account, status="returned")
    made = statement(
        account,
        [
            line(parcels[0], row_number=2),
            line(parcels[0], row_number=3, key=f"{parcels[0].tracking_number}#2"),
            line(parcels[1], row_number=4),
            line(back, 0, FEE, return_fee_vnd=12_000, row_number=5),
            line("LA1", 150_000, 20_000, row_number=6),
        ],
    )
    assert line_of(made, back).verdict == "fee_differs"
    assert Alert.objects.filter(kind="carrier_statement", closed_at=None).count() == 1
    for found in made.lines.exclude(step="done"):
        accept_line(found.pk, "Đã đối chiếu với hãng", actor=ACTOR)
    assert ("return_fee", -12_000) in entries(back)
    assert not Alert.objects.filter(kind="carrier_statement", closed_at=None).exists()
    pay(made, made.net_vnd)
    assert (balance(account), books()) == (0, {})
    order = Order.objects.get(pk=parcels[0].fulfilment.order_id)
    assert order.paid_vnd == COD


def test_c44_a_missing_parcel_is_asked_about_and_never_accepted(account, parcels) -> None:
    made = statement(account, [line(parcels[0])])
    found = line_of(made, parcels[1])
    with pytest.raises(DomainError, match="hỏi hãng"):
        accept_line(found.pk, "bỏ", actor=ACTOR)
    ask_about_line(found.pk, "Kiện này đâu?", actor=ACTOR)
    found.refresh_from_db()
    assert found.step == "asked"


def test_c45_money_booked_by_hand_and_a_loss_stand_in_the_ledger(account, parcels) -> None:
    record_remittance(parcels[0].pk, COD - 50_000, "FT1", actor=ACTOR)
    assert balance(account) == COD + 50_000 - 2 * FEE
    close_difference(parcels[0].pk, "Hãng trừ", actor=ACTOR)
    assert balance(account) == COD - 2 * FEE
    assert entries(parcels[0])[-2:] == [("remitted", 50_000 - COD), ("cod_loss", -50_000)]
    assert books() == {}


def test_c45_a_cancelled_booking_takes_its_fee_back(make_order, account) -> None:
    package = parcel(make_order(), account, status="")
    assert entries(package) == [("fee", -FEE)]
    cancel_shipment(package.pk, actor=ACTOR)
    package = Package.objects.get(pk=package.pk)
    booking._void(package)
    fee, void = CarrierEntry.objects.filter(package=package).order_by("id")
    assert (void.kind, void.amount_vnd, void.corrects_id) == ("fee_void", FEE, fee.pk)
    assert balance(account) == 0


def test_the_buyer_pays_the_fee_and_the_shop_owes_none(make_order, account) -> None:
    package = parcel(make_order(), account, status="")
    package.fee_payer = "receiver"
    assert fee_owed(package) == 0
