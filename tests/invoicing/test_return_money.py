"""Returns of orders that were paid and invoiced: refunds, exchanges, what the invoice loses."""

from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inventory.models import Variant
from invoicing.adjusting import IssuedLine, parts_back
from invoicing.models import AdjustmentProposal, Invoice, Payment, Refund, Submission
from invoicing.ports import Issued
from invoicing.services.invoices import draft_invoice, issue_invoice
from invoicing.services.outcomes import record_issued
from invoicing.services.payments import receive_payment
from invoicing.services.preflight import PreflightRefused
from invoicing.services.proposals import decide_proposal, propose_adjustment
from invoicing.services.refunds import refund_payment
from oms.kernel.books import check_books
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events.relay import publish_event
from oms.kernel.models import Event
from orders.models import Order, Return, ReturnPiece
from orders.services.exchanging import Exchange, exchange_return
from orders.services.new_order import NewLine
from orders.services.return_credit import credit_return, most_credit, proposed_credit
from orders.services.returning import cancel_return
from tests.invoicing.build import CLERK, make_account
from tests.orders.returns import ACTOR, make_goods, on_hand, opened, scanned, sold

pytestmark = pytest.mark.django_db


def paid(order: Order, amount: int) -> None:
    receive_payment(order.pk, amount, "bank", source=("test", str(uuid4())), actor=ACTOR)


def invoiced(order: Order) -> Invoice:
    make_account()
    invoice = draft_invoice(order.pk, actor=CLERK)
    facts = {"status": "coded", "number": invoice.pk, "invoice_no": f"C26TAA{invoice.pk}"}
    Invoice.objects.filter(pk=invoice.pk).update(**facts)
    Order.objects.filter(pk=order.pk).update(invoice_status="coded")
    return Invoice.objects.get(pk=invoice.pk)


def credited(order: Order, place, *pieces, amount: int | None = None) -> Return:
    document = scanned(opened(order, {}, status="coming"), place, *pieces)
    if document.status == "coming":
        document.refresh_from_db()
    wanted = proposed_credit(document) if amount is None else amount
    return credit_return(document.pk, wanted, actor=ACTOR)


def test_c42_the_invoice_is_adjusted_by_its_own_prices_to_the_last_dong() -> None:
    shop = make_goods(33_333, 70_001)
    first, second = shop.goods
    order = sold((first, 3), (second, 1), discount_vnd=9_999, shipping_fee_buyer_vnd=20_000)
    paid(order, order.total_vnd)
    invoice = invoiced(order)
    totals = []
    for pieces in ([(first, 1, "restock")], [(first, 2, "restock"), (second, 1, "damaged")]):
        document = credited(order, shop.shop, *pieces)
        proposal = propose_adjustment(document.pk, actor=CLERK)
        again = propose_adjustment(document.pk, actor=CLERK)
        assert (proposal, proposal.total_vnd) == (again, document.credit_vnd)
        totals.append((proposal.net_vnd, proposal.tax_vnd))
        order.refresh_from_db()
        source = ("t", str(document.pk))
        refund_payment(order.pk, order.refund_due_vnd, "bank", source=source, actor=ACTOR)
    fee = invoice.lines.get(kind="fee")
    kept = (fee.net_vnd, fee.tax_vnd)  # the delivery was done
    assert [sum(column) for column in zip(*totals, kept, strict=True)] == [
        invoice.net_vnd,
        invoice.tax_vnd,
    ]
    assert not any(check_books().values())


def test_parts_of_an_invoice_sum_to_any_credit() -> None:
    lines = [
        IssuedLine(1, "goods", 3, 92_593, 7_407, 8),
        IssuedLine(2, "goods", 1, 50_000, 5_000, 10),
        IssuedLine(3, "discount", 1, 9_259, 741, 8),
        IssuedLine(4, "fee", 1, 20_000, 2_000, 10),
    ]
    assert [
        sum(part.gross_vnd for part in parts_back(lines, before={}, after={1: 2}, credit_vnd=c))
        for c in (60_000, 61_000, 1, 150_000)
    ] == [60_000, 61_000, 1, 150_000]
    whole = parts_back(lines, before={}, after={1: 3, 2: 1}, credit_vnd=167_000)
    assert sum(part.net_vnd for part in whole) == 92_593 + 50_000 - 9_259 + 20_000


def test_a95_the_accountant_sees_the_proposal_and_answers_it_once(login, user_factory) -> None:
    shop = make_goods(100_000)
    order = sold((shop.goods[0], 2))
    paid(order, 200_000)
    invoice = invoiced(order)
    document = credited(order, shop.shop, (shop.goods[0], 1, "restock"))
    propose_adjustment(document.pk, actor=CLERK)
    client = login(user_factory("accountant"))
    assert invoice.invoice_no in client.get(reverse("invoicing:proposal_list")).content.decode()
    page = client.get(reverse("orders:return_detail", args=[document.pk])).content.decode()
    assert f"Điều chỉnh giảm hóa đơn {invoice.invoice_no}" in page
    money = {"amount": "100.000", "method": "bank", "key": uuid4(), "return": document.pk}
    back = client.post(reverse("invoicing:refund_payment", args=[order.pk]), money)
    assert back.url == reverse("orders:return_detail", args=[document.pk])
    assert Return.objects.get().status == "done"
    proposal = AdjustmentProposal.objects.get()
    decide = reverse("invoicing:proposal_decide", args=[proposal.pk])
    client.post(decide, {"answer": "C26TAA9"})
    order.refresh_from_db()
    assert (order.invoice_status, AdjustmentProposal.objects.get().status) == ("adjusted", "done")
    with pytest.raises(DomainError, match="đã được xử lý"):
        decide_proposal(proposal.pk, adjusted=False, answer="Nhầm", actor=CLERK)


def test_an_order_without_an_issued_invoice_proposes_nothing() -> None:
    shop = make_goods(100_000)
    document = credited(sold((shop.goods[0], 1)), shop.shop, (shop.goods[0], 1, "restock"))
    assert propose_adjustment(document.pk, actor=CLERK) is None


def publish_all() -> None:
    for pk in Event.objects.filter(published_at=None).order_by("pk").values_list("pk", flat=True):
        publish_event(pk)


def test_an_invoice_that_goes_out_after_the_return_is_adjusted_as_well() -> None:
    """Sent, unanswered, credited meanwhile, and then the issuer says that it exists."""
    shop = make_goods(100_000)
    order = sold((shop.goods[0], 2))
    paid(order, 200_000)
    make_account()
    invoice = issue_invoice(draft_invoice(order.pk, actor=CLERK).pk, actor=CLERK)
    document = credited(order, shop.shop, (shop.goods[0], 1, "restock"))
    publish_all()
    assert not AdjustmentProposal.objects.exists()
    claim = Submission.objects.create(invoice=invoice, kind="send", started_at=now())
    record_issued(claim, Issued("C26TAA1", "C26TAA", 1, "RC", ""), now())
    publish_all()
    proposal = AdjustmentProposal.objects.get()
    assert (proposal.document, proposal.total_vnd) == (document, 100_000)


def test_nothing_is_invoiced_of_an_order_that_came_back_whole() -> None:
    shop = make_goods(100_000)
    order = sold((shop.goods[0], 1), delivered=False)
    make_account()
    invoice = draft_invoice(order.pk, actor=CLERK)
    scanned(opened(order, status="coming"), shop.shop, (shop.goods[0], 1, "restock"))
    with pytest.raises(PreflightRefused) as refusal:
        issue_invoice(invoice.pk, actor=CLERK)
    assert [reason.code for reason in refusal.value.reasons] == ["order.returned"]


def exchange(document: Return, variant: Variant, quantity: int, price: int, **more) -> Order:
    line = NewLine(variant_id=variant.pk, quantity=quantity, unit_price_vnd=price)
    return exchange_return(document.pk, Exchange(lines=[line], **more), actor=ACTOR)


def test_a94_an_exchange_for_dearer_goods_leaves_the_difference_to_pay() -> None:
    shop = make_goods(100_000, 300_000)
    order = sold((shop.goods[0], 2))
    paid(order, 200_000)
    document = credited(order, shop.shop, (shop.goods[0], 1, "restock"))
    made = exchange(document, shop.goods[1], 1, 150_000, shipping_fee_vnd=20_000)
    order.refresh_from_db()
    assert (order.paid_vnd, order.refund_due_vnd) == (100_000, 0)
    assert (made.paid_vnd, made.balance_vnd, made.cod_vnd) == (100_000, 70_000, 70_000)
    assert (made.flags, made.payment_status) == (["exchange"], "partially_paid")
    assert made.recipient_phone == order.recipient_phone
    assert exchange(document, shop.goods[1], 1, 150_000).pk == made.pk
    assert Return.objects.get().status == "done"
    assert not any(check_books().values())


def test_an_exchange_for_cheaper_goods_leaves_the_rest_due_to_the_buyer() -> None:
    shop = make_goods(100_000, 40_000)
    order = sold((shop.goods[0], 2))
    paid(order, 200_000)
    document = scanned(opened(order, status="coming"), shop.shop, (shop.goods[0], 2, "restock"))
    with pytest.raises(DomainError, match="chốt số tiền"):
        exchange(document, shop.goods[1], 1, 40_000)
    credit_return(document.pk, 200_000, actor=ACTOR)
    made = exchange(document, shop.goods[1], 1, 40_000)
    order.refresh_from_db()
    assert (made.payment_status, made.is_cod, order.refund_due_vnd) == ("paid", False, 160_000)
    assert Return.objects.get().status == "credited"
    refund_payment(order.pk, 160_000, "bank", source=("t", "1"), actor=ACTOR)
    assert (Return.objects.get().status, Payment.objects.count()) == ("done", 1)
    assert not any(check_books().values())


def test_the_exchange_page_takes_a_code_and_the_selling_price(owner_client) -> None:
    shop = make_goods(100_000)
    order = sold((shop.goods[0], 1))
    paid(order, 100_000)
    document = credited(order, shop.shop, (shop.goods[0], 1, "restock"))
    url = reverse("orders:return_exchange", args=[document.pk])
    assert "100.000" in owner_client.get(url).content.decode()
    assert owner_client.post(url, {"code-0": ""}).status_code == 422
    owner_client.post(url, {"code-0": shop.goods[0].sku, "quantity-0": 1, "is_cod": "on"})
    made = Return.objects.get().exchange_order
    assert (made.total_vnd, made.paid_vnd) == (100_000, 100_000)


DISPOSITIONS = st.sampled_from(ReturnPiece.Disposition.values)
PIECES = st.tuples(st.integers(0, 1), st.integers(1, 3), DISPOSITIONS)
STEPS = st.lists(
    st.tuples(
        st.lists(PIECES, min_size=1, max_size=3),
        st.integers(0, 100),  # how much of the proposal is credited, in percent
        st.integers(0, 100),  # how much of what is due is refunded at once
    ),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, discount=st.integers(0, 90_000), share=st.integers(0, 100), bill=st.booleans())
def test_stock_money_and_invoice_proposals_agree_after_any_returns(
    db, steps, discount, share, bill
) -> None:
    shop = make_goods(33_333, 58_001)
    order = sold((shop.goods[0], 3), (shop.goods[1], 2), discount_vnd=discount)
    if order.total_vnd * share // 100:
        paid(order, order.total_vnd * share // 100)
    if bill:
        invoiced(order)
    for pieces, percent, refunded in steps:
        _one_return(order, shop, pieces, percent, refunded)
    order.refresh_from_db()
    assert not any(check_books().values())
    returns = list(order.returns.all())
    assert order.returned_vnd == sum(row.credit_vnd for row in returns) <= order.total_vnd
    back = ReturnPiece.objects.filter(return_line__document__order=order)
    for variant, bought in zip(shop.goods, (3, 2), strict=True):
        good = back.filter(variant=variant, disposition="restock")
        here = sum(good.values_list("quantity", flat=True))
        assert on_hand(variant, shop.shop) == 100 - bought + here
    given = sum(Refund.objects.filter(order=order).values_list("amount_vnd", flat=True))
    assert given + order.paid_vnd == sum(
        order.payment_applications.values_list("amount_vnd", flat=True)
    )
    proposed = AdjustmentProposal.objects.filter(document__order=order)
    assert sum(proposed.values_list("total_vnd", flat=True)) == bill * order.returned_vnd


def _one_return(order: Order, shop, pieces, percent: int, refunded: int) -> None:
    order.refresh_from_db()
    if not any(line.returned < line.quantity for line in order.lines.all()):
        return
    document = opened(order, {}, status="coming")
    for index, units, what in pieces:
        try:
            document = scanned(document, shop.shop, (shop.goods[index], units, what))
        except DomainError:
            continue  # more than the buyer has, or the reception is over
    if document.status == "coming":
        cancel_return(document.pk, reason="Không có gì về", actor=ACTOR)
        return
    amount = min(proposed_credit(document) * percent // 100, most_credit(document.order))
    credit_return(document.pk, amount, actor=ACTOR)
    propose_adjustment(document.pk, actor=CLERK)
    order.refresh_from_db()
    due = order.refund_due_vnd * refunded // 100
    if due:
        refund_payment(order.pk, due, "bank", source=("t", str(document.pk)), actor=ACTOR)
