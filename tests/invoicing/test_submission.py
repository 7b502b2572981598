"""Issuing: whatever the network does, one order gets one legal invoice."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from invoicing import ports
from invoicing.models import Invoice, Submission
from invoicing.services import submission
from invoicing.services.buyers import BuyerData
from invoicing.services.invoices import draft_invoice, issue_invoice, update_buyer
from invoicing.services.papers import follow_invoice, sweep_invoices
from oms.kernel.clock import now, today
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.locks import redis_lock
from orders.models import Order
from tests.invoicing.build import CLERK, make_account, make_order, symbol
from tests.invoicing.conftest import CREATE, FILE, SEARCH, Issuer, register_for_a_while

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account")]
LATER = timedelta(minutes=4)


def queued(**fields: Any) -> Invoice:
    invoice = draft_invoice(make_order(**fields).pk, actor=CLERK)
    return issue_invoice(invoice.pk, actor=CLERK)


def outcomes(invoice: Invoice) -> list[tuple[str, str]]:
    rows = Submission.objects.filter(invoice=invoice).order_by("id")
    return list(rows.values_list("kind", "outcome"))


def status_of(invoice: Invoice) -> tuple[str, str]:
    fresh = Invoice.objects.get(pk=invoice.pk)
    return fresh.status, Order.objects.get(pk=fresh.order_id).invoice_status


def test_an_issued_invoice_keeps_its_number(issuer: Issuer) -> None:
    invoice = submission.submit(queued().pk)
    assert (invoice.status, invoice.number) == ("issued", 1)
    assert invoice.invoice_no == f"{invoice.series}1"
    assert invoice.reservation_code
    assert status_of(invoice) == ("issued", "issued")
    assert outcomes(invoice) == [("send", "issued")]


def test_a14_an_invoice_falls_due_by_the_terms_of_its_order(issuer: Issuer) -> None:
    day = today() - timedelta(days=9)
    invoice = submission.submit(queued(payment_days=30, due_on=day).pk)
    assert invoice.issued_at is not None
    due_on = today(invoice.issued_at) + timedelta(days=30)
    assert (invoice.due_on, Order.objects.get().due_on) == (due_on, due_on)


def test_submitting_again_sends_nothing(issuer: Issuer) -> None:
    invoice = queued()
    submission.submit(invoice.pk)
    submission.submit(invoice.pk)
    assert issuer.count("createInvoice/") == 1
    assert len(issuer.invoices()) == 1


def test_asking_twice_queues_once(issuer: Issuer) -> None:
    invoice = queued()
    again = issue_invoice(invoice.pk, actor=CLERK)
    assert again.status == "queued"
    submission.submit(invoice.pk)
    assert issue_invoice(invoice.pk, actor=CLERK).status == "issued"
    assert len(issuer.invoices()) == 1


LOST = [
    ("timeout_after_work", {}),
    ("status_5xx", {"status": 502, "after_work": True}),
    ("status_5xx", {"status": 500, "after_work": True}),
    ("garbled_json", {}),
    ("delay", {"seconds": 2.5}),
]


@pytest.mark.parametrize(("kind", "options"), LOST)
def test_a_lost_answer_ends_in_exactly_one_invoice(
    issuer: Issuer, kind: str, options: dict[str, Any]
) -> None:
    invoice = queued()
    issuer.fault(kind, CREATE, **options)
    submission.submit(invoice.pk)
    issuer.wait_for_invoices(1)
    submission.submit(invoice.pk, moment=now() + LATER)
    fresh = submission.submit(invoice.pk, moment=now() + 2 * LATER)
    assert fresh.status == "issued"
    assert len(issuer.invoices()) == 1
    assert issuer.invoices()[0]["invoiceNo"] == fresh.invoice_no
    assert issuer.count("createInvoice/") == 1


def test_a_lost_answer_is_unknown_until_looked_up(issuer: Issuer) -> None:
    invoice = queued()
    issuer.fault("timeout_after_work", CREATE)
    submission.submit(invoice.pk)
    assert status_of(invoice) == ("unknown", "unknown")
    fresh = submission.look_up(invoice.pk)
    assert fresh.status == "issued"
    assert outcomes(invoice) == [("send", "unknown"), ("look_up", "issued")]


def test_a_failed_look_up_is_not_a_no(issuer: Issuer) -> None:
    invoice = queued()
    issuer.fault("timeout_after_work", CREATE)
    issuer.fault("status_5xx", SEARCH, status=503, times=6)
    submission.submit(invoice.pk)
    submission.submit(invoice.pk, moment=now() + LATER)
    submission.submit(invoice.pk, moment=now() + 2 * LATER)
    assert status_of(invoice) == ("unknown", "unknown")
    assert issuer.count("createInvoice/") == 1
    assert submission.submit(invoice.pk, moment=now() + 3 * LATER).status == "issued"
    assert len(issuer.invoices()) == 1


def test_an_early_no_is_not_believed_after_a_time_out(issuer: Issuer) -> None:
    invoice = queued()
    issuer.fault("timeout_after_work", CREATE)
    issuer.fault("not_found_yet", SEARCH)
    submission.submit(invoice.pk)
    fresh = submission.submit(invoice.pk)
    assert fresh.status == "unknown"
    assert issuer.count("createInvoice/") == 1
    assert submission.submit(invoice.pk, moment=now() + LATER).status == "issued"
    assert issuer.count("createInvoice/") == 1


def test_a_firm_no_leads_to_one_more_send(issuer: Issuer) -> None:
    invoice = queued()
    issuer.fault("timeout_before_work", CREATE)
    submission.submit(invoice.pk)
    assert status_of(invoice) == ("unknown", "unknown")
    fresh = submission.submit(invoice.pk, moment=now() + LATER)
    assert fresh.status == "issued"
    assert len(issuer.invoices()) == 1
    assert outcomes(invoice) == [
        ("send", "unknown"),
        ("look_up", "not_found"),
        ("send", "issued"),
    ]


def test_look_up_never_sends(issuer: Issuer) -> None:
    invoice = queued()
    assert submission.look_up(invoice.pk).status == "queued"
    issuer.fault("timeout_before_work", CREATE)
    submission.submit(invoice.pk)
    submission.look_up(invoice.pk, moment=now() + LATER)
    assert issuer.count("createInvoice/") == 1
    assert issuer.invoices() == []


@pytest.mark.parametrize(("kind", "path"), [("rate_limit", CREATE), ("status_5xx", "/auth/login")])
def test_what_was_not_sent_stays_queued(issuer: Issuer, kind: str, path: str) -> None:
    invoice = queued()
    issuer.fault(kind, path, times=3)
    submission.submit(invoice.pk)
    assert status_of(invoice) == ("queued", "queued")
    assert Invoice.objects.get(pk=invoice.pk).next_attempt_at > now()
    issuer.heal()
    assert submission.submit(invoice.pk).status == "issued"
    assert len(issuer.invoices()) == 1


def test_a_wrong_password_is_about_the_account_not_the_invoice(issuer: Issuer) -> None:
    invoice = queued()
    account = invoice.account
    account.password = "sai"
    account.save()
    submission.submit(invoice.pk)
    fresh = Invoice.objects.get(pk=invoice.pk)
    assert fresh.status == "queued"
    assert "mật khẩu" in fresh.error


def test_an_expired_login_is_no_trouble(issuer: Issuer) -> None:
    submission.submit(queued().pk)
    issuer.fault("expired_token", CREATE)
    assert submission.submit(queued().pk).status == "issued"
    assert len(issuer.invoices()) == 2


def test_a_refusal_is_shown_and_can_be_corrected(issuer: Issuer) -> None:
    invoice = queued()
    Invoice.objects.filter(pk=invoice.pk).update(buyer_email="khong-phai-email")
    submission.submit(invoice.pk)
    fresh = Invoice.objects.get(pk=invoice.pk)
    assert status_of(invoice) == ("rejected", "rejected")
    assert "Email" in fresh.error
    assert fresh.order.problems.get(kind="invoice").resolved_at is None

    update_buyer(invoice.pk, BuyerData("consumer", email="ban@example.test"), actor=CLERK)
    issue_invoice(invoice.pk, actor=CLERK)
    assert submission.submit(invoice.pk).status == "issued"
    assert fresh.order.problems.get(kind="invoice").resolved_at is not None
    assert len(issuer.invoices()) == 1


def test_a_worker_that_died_while_sending_leads_to_a_look_up(issuer: Issuer) -> None:
    invoice = queued()
    started = now() - timedelta(minutes=1)
    Submission.objects.create(invoice=invoice, kind="send", started_at=started)
    submission.submit(invoice.pk)
    assert issuer.count("createInvoice/") == 0
    late = submission.submit(invoice.pk, moment=now() + timedelta(minutes=10))
    assert late.status == "issued"
    assert outcomes(invoice) == [
        ("send", "unknown"),
        ("look_up", "not_found"),
        ("send", "issued"),
    ]


def dead_send(invoice: Invoice) -> None:
    """The rows as a worker leaves them that is killed in the middle of its send."""
    Submission.objects.filter(invoice=invoice).update(outcome="running", finished_at=None)
    Invoice.objects.filter(pk=invoice.pk).update(status="queued")


@pytest.mark.parametrize("is_there", [True, False])
def test_what_a_dead_worker_held_is_settled_within_two_minutes(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    invoice, died_at = queued(), now()
    issuer.fault("timeout_after_work" if is_there else "timeout_before_work", CREATE)
    submission.submit(invoice.pk, moment=died_at)
    dead_send(invoice)
    for second in range(0, 121, 10):  # the beat of the sweeps
        moment = died_at + timedelta(seconds=second)
        retry = partial(submission.submit, moment=moment)
        monkeypatch.setattr(
            "invoicing.services.papers.hurry",
            lambda task, pk, retry=retry: retry(pk) if task == "submit_invoice" else None,
        )
        sweep_invoices(moment=moment)
    assert status_of(invoice) == ("issued", "issued")
    assert len(issuer.invoices()) == 1
    found = [("look_up", "issued")]
    resent = [("look_up", "not_found"), ("look_up", "not_found"), ("send", "issued")]
    assert outcomes(invoice) == [("send", "unknown"), *(found if is_there else resent)]


def test_a_busy_lock_gives_the_claim_back_at_once(issuer: Issuer) -> None:
    invoice, moment = queued(), now()
    sweep_invoices(moment=moment)  # handed out: not again for a minute
    with redis_lock(f"invoice:{invoice.pk}", 10):
        submission.submit(invoice.pk, moment=moment)
    fresh = Invoice.objects.get(pk=invoice.pk)
    assert fresh.next_attempt_at == moment + submission.SOON
    assert outcomes(invoice) == []


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_claim_in_other_hands_is_looked_at_when_it_ends(issuer: Issuer, is_locked: bool) -> None:
    invoice, moment = queued(), now()
    begun = moment - timedelta(seconds=30)
    Submission.objects.create(invoice=invoice, kind="send", started_at=begun)
    Invoice.objects.filter(pk=invoice.pk).update(next_attempt_at=moment + timedelta(hours=1))
    with redis_lock(f"invoice:{invoice.pk if is_locked else 0}", 10):
        submission.submit(invoice.pk, moment=moment)
    assert Invoice.objects.get(pk=invoice.pk).next_attempt_at == begun + submission.LEASE
    assert issuer.count("createInvoice/") == 0


def test_a_finished_invoice_is_not_looked_at_again_for_a_busy_lock(issuer: Issuer) -> None:
    invoice = submission.submit(queued().pk)
    Invoice.objects.filter(pk=invoice.pk).update(next_attempt_at=None)
    with redis_lock(f"invoice:{invoice.pk}", 10):
        submission.submit(invoice.pk)
    assert Invoice.objects.get(pk=invoice.pk).next_attempt_at is None


def test_the_claim_outlasts_every_call_of_an_issuer(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ports.LONGEST_CALL < submission.LEASE < submission.SETTLE < timedelta(minutes=2)
    monkeypatch.setattr("invoicing.issuers.sinvoice.connector.LONGEST_CALL", timedelta(seconds=2))
    invoice = queued()
    with pytest.raises(ServiceUnreachable) as late:
        submission.issuer_of(invoice).issue(submission.document_of(invoice))
    assert late.value.maybe_done is False
    assert issuer.count("createInvoice/") == 0


def test_the_sandbox_is_registered_for_a_test_alone() -> None:
    before = dict(ports._issuers)
    with pytest.MonkeyPatch.context() as patch:
        register_for_a_while(patch, "http://127.0.0.1:9")
        assert ports._issuers != before
    assert ports._issuers == before


def test_one_stuck_invoice_does_not_hold_the_next(issuer: Issuer) -> None:
    stuck, following = queued(), queued()
    issuer.fault("timeout_before_work", CREATE, times=1)
    submission.submit(stuck.pk)
    assert submission.submit(following.pk).status == "issued"
    assert status_of(stuck) == ("unknown", "unknown")


def test_the_code_comes_later_and_then_the_paper(issuer: Issuer) -> None:
    issuer.control("POST", "code_delay", {"seconds": 600})
    invoice = submission.submit(queued().pk)
    fresh = follow_invoice(invoice.pk)
    assert (fresh.status, bool(fresh.pdf)) == ("issued", False)
    assert fresh.next_attempt_at is not None
    issuer.control("POST", "give_code", {"invoiceNo": invoice.invoice_no})
    fresh = follow_invoice(invoice.pk)
    assert status_of(invoice) == ("coded", "coded")
    assert fresh.tax_authority_code
    assert fresh.pdf.read().startswith(b"%PDF")
    assert Invoice.objects.get(pk=invoice.pk).next_attempt_at is None


def test_an_empty_file_is_asked_for_again(issuer: Issuer) -> None:
    make_account(series=symbol("K"))
    invoice = submission.submit(queued().pk)
    issuer.fault("empty_file", FILE)
    assert not follow_invoice(invoice.pk).pdf
    assert follow_invoice(invoice.pk).pdf
    assert status_of(invoice) == ("issued", "issued")


def test_symbols_without_code_are_finished_when_issued(issuer: Issuer) -> None:
    make_account(series=symbol("K"))
    invoice = submission.submit(queued().pk)
    fresh = follow_invoice(invoice.pk)
    assert fresh.status == "issued"
    assert fresh.is_date_confirmed
    assert fresh.next_attempt_at is None


def test_trouble_while_following_changes_nothing_and_comes_back(issuer: Issuer) -> None:
    invoice = submission.submit(queued().pk)
    issuer.fault("status_5xx", SEARCH, status=503, times=3)
    fresh = follow_invoice(invoice.pk)
    assert fresh.status == "issued"
    assert fresh.next_attempt_at is not None


def test_the_sweep_hands_out_what_is_due_once(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "invoicing.services.papers.hurry", lambda task, pk: handed.append((task, pk))
    )
    waiting, issued, _draft = queued(), submission.submit(queued().pk), make_order()
    assert sweep_invoices(moment=now()) == 2
    assert sweep_invoices(moment=now()) == 0
    assert sorted(handed) == [("follow_invoice", issued.pk), ("submit_invoice", waiting.pk)]
