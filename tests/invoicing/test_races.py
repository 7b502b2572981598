"""Two workers, two clicks, two messages at once: real connections, one result."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection

from invoicing.models import Invoice, Payment, Submission
from invoicing.services import submission
from invoicing.services.invoices import draft_invoice, issue_invoice
from invoicing.services.payments import receive_payment
from oms.kernel.errors import DomainError
from orders.models import Order
from tests.invoicing.build import CLERK, make_account, make_order
from tests.invoicing.conftest import CREATE, Issuer

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run in threads with connections of their own; errors come back as values."""
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        close_old_connections()
        gate.wait()
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_workers_with_one_invoice_send_it_once(issuer: Issuer) -> None:
    make_account()
    for _ in range(5):
        invoice = issue_invoice(draft_invoice(make_order().pk, actor=CLERK).pk, actor=CLERK)
        at_once(*[lambda pk=invoice.pk: submission.submit(pk)] * 2)
        assert Invoice.objects.get(pk=invoice.pk).status == "issued"
    assert len(issuer.invoices()) == 5
    assert issuer.count("createInvoice/") == 5


def test_without_redis_locks_the_row_still_lets_one_worker_send(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(submission, "redis_lock", lambda name, seconds: nullcontext())
    make_account()
    invoice = issue_invoice(draft_invoice(make_order().pk, actor=CLERK).pk, actor=CLERK)
    issuer.fault("delay", CREATE, seconds=0.3)
    at_once(*[lambda: submission.submit(invoice.pk)] * 4)
    assert Invoice.objects.get(pk=invoice.pk).status == "issued"
    assert issuer.count("createInvoice/") == 1
    assert Submission.objects.filter(invoice=invoice, kind="send").count() == 1


def test_two_clicks_make_one_draft(issuer: Issuer) -> None:
    make_account()
    order = make_order()
    at_once(*[lambda: draft_invoice(order.pk, actor=CLERK)] * 3)
    assert Invoice.objects.filter(order=order).count() == 1


def test_two_payments_at_once_never_exceed_what_is_owed(issuer: Issuer) -> None:
    order = make_order()
    works = [
        lambda key=key: receive_payment(
            order.pk, 150_000, "bank", source=("manual", key), actor=CLERK
        )
        for key in "ab"
    ]
    results = at_once(*works)
    assert sorted(isinstance(result, DomainError) for result in results) == [False, True]
    order.refresh_from_db()
    assert order.paid_vnd == 150_000


def test_one_statement_line_told_twice_on_two_orders_is_booked_once(issuer: Issuer) -> None:
    orders = [make_order(), make_order()]
    works = [
        lambda pk=order.pk: receive_payment(
            pk, 1_000, "bank", source=("statement", "77"), actor=CLERK
        )
        for order in orders
    ]
    results = at_once(*works)
    assert sorted(isinstance(result, DomainError) for result in results) == [False, True]
    assert Payment.objects.count() == 1
    assert sum(Order.objects.values_list("paid_vnd", flat=True)) == 1_000
