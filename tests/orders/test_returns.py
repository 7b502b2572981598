"""Returns: opened once for whoever tells, scanned in by disposition, and what they take off."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.models import StockMovement
from inventory.selectors.availability import available
from invoicing.services.payments import receive_payment
from invoicing.services.refunds import refund_payment
from oms.kernel.books import check_books
from oms.kernel.errors import DomainError, TransitionRefused
from orders.models import Order, OrderLine, Return, ReturnPiece
from orders.selectors.return_pieces import expected_of
from orders.services import returning
from orders.services.return_credit import credit_return, proposed_credit
from orders.services.taking_back import expect_more, finish_reception
from tests.inventory.makers_bundles import make_bundle
from tests.orders.makers import place
from tests.orders.returns import ACTOR, make_goods, on_hand, opened, scanned, sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_goods(100_000, 60_000)


def paid(order: Order, amount: int) -> None:
    receive_payment(order.pk, amount, "bank", source=("test", str(uuid4())), actor=ACTOR)


def line_of(order: Order, variant) -> int:
    return order.lines.get(variant=variant).pk


def test_a91_good_pieces_are_on_sale_again_where_they_were_scanned(shop):
    """C-39: the receiving warehouse is where the scan happens."""
    first, _second = shop.goods
    order = sold((first, 3))
    assert (on_hand(first, shop.shop), available([first.pk])[first.pk]) == (97, 97)
    document = opened(order, {line_of(order, first): 2}, status="coming")
    document = scanned(document, shop.shop, (first, 2, "restock"))
    assert (on_hand(first, shop.shop), available([first.pk])[first.pk]) == (99, 99)
    [movement] = StockMovement.objects.filter(kind="return")
    assert (movement.quantity, movement.value_vnd) == (2, 100_000)  # worth what they left with
    assert (movement.cause_kind, movement.cause_id) == ("return", document.pk)
    order.refresh_from_db()
    assert (document.status, order.status, order.fulfillment_status) == (
        *("received", "partially_returned", "delivered"),
    )
    assert OrderLine.objects.get(order=order).returned == 2
    assert not any(check_books().values())


def test_a92_damaged_pieces_never_raise_what_may_be_sold(shop):
    first, _second = shop.goods
    order = sold((first, 3))
    document = opened(order, status="coming")
    scanned(document, shop.shop, (first, 1, "damaged"))
    assert (on_hand(first, shop.shop), on_hand(first, shop.quarantine)) == (97, 0)
    kinds = StockMovement.objects.filter(warehouse=shop.quarantine).order_by("id")
    assert list(kinds.values_list("kind", "quantity")) == [("return", 1), ("scrap", -1)]
    scanned(document, shop.shop, (first, 1, "quarantine"))
    assert (on_hand(first, shop.quarantine), available([first.pk])[first.pk]) == (1, 97)


def test_goods_that_were_swapped_enter_no_stock_and_are_a_problem_of_the_order(shop):
    first, _second = shop.goods
    order = sold((first, 2))
    document = opened(order, status="coming")
    document = scanned(document, shop.shop, (first, 1, "swapped"), (first, 1, "restock"))
    assert (on_hand(first, shop.shop), document.status) == (99, "received")
    assert proposed_credit(document) == 100_000
    problem = order.problems.get(kind="return_short")
    assert "bị tráo 1 món" in problem.message


def test_c38_a_refund_moves_no_stock_and_a_scan_moves_no_money(shop):
    first, _second = shop.goods
    order = sold((first, 2))
    paid(order, 200_000)
    document = scanned(opened(order, status="coming"), shop.shop, (first, 2, "restock"))
    order.refresh_from_db()
    assert (order.paid_vnd, order.returned_vnd, order.refund_due_vnd) == (200_000, 0, 0)
    moved = StockMovement.objects.count()
    credit_return(document.pk, 200_000, actor=ACTOR)
    refund_payment(order.pk, 200_000, "bank", source=("test", "r"), actor=ACTOR)
    assert StockMovement.objects.count() == moved


def test_a_scan_sent_twice_counts_once(shop):
    first, _second = shop.goods
    document, key = opened(sold((first, 3)), status="coming"), uuid4()
    for _again in range(2):
        scanned(document, shop.shop, (first, 1, "restock"), key=key)
    assert (ReturnPiece.objects.get().quantity, on_hand(first, shop.shop)) == (1, 98)


def test_pieces_that_nobody_announced_are_added_while_the_buyer_has_them(shop):
    first, second = shop.goods
    order = sold((first, 2), (second, 1))
    document = opened(order, {}, status="coming")  # a partial delivery: which, nobody knows
    document = scanned(document, shop.shop, (second, 1, "restock"))
    assert (document.lines.get().quantity, document.status) == (1, "received")
    with pytest.raises(TransitionRefused):
        scanned(document, shop.shop, (first, 1, "restock"))
    document = expect_more(document.pk, actor=ACTOR)
    with pytest.raises(DomainError, match="chỉ còn 2 món"):
        scanned(document, shop.shop, (first, 3, "restock"))
    assert scanned(document, shop.shop, (first, 2, "restock")).status == "received"
    assert Order.objects.get(pk=order.pk).status == "returned"


def test_the_database_itself_refuses_more_back_than_was_bought(shop):
    first, _second = shop.goods
    order = sold((first, 1))
    with pytest.raises(IntegrityError, match="line_returned_within_ordered"), transaction.atomic():
        order.lines.update(returned=2)
    with pytest.raises(IntegrityError, match="order_returned_within_total"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(returned_vnd=order.total_vnd + 1)
    with pytest.raises(IntegrityError, match="order_money_not_negative"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(paid_vnd=-1)


def test_whoever_tells_joins_the_one_return_of_the_order(shop):
    first, second = shop.goods
    order = sold((first, 2), (second, 1))
    asked = opened(order, {line_of(order, first): 1}, origin="buyer", reason_code="faulty")
    carrier = opened(
        order, None, origin="carrier", status="coming", source=("package", 7),
        tracking_number="VD7",
    )  # fmt: skip
    market = opened(order, {}, origin="marketplace", source=("returnrequest", 9))
    assert {carrier.pk, market.pk} == {asked.pk}
    asked.refresh_from_db()
    assert (asked.origin, asked.status, asked.tracking_number) == ("buyer", "coming", "VD7")
    assert asked.reason.code == "faulty"
    assert dict(asked.lines.values_list("line__variant", "quantity")) == {
        first.pk: 2, second.pk: 1,
    }  # fmt: skip
    again = opened(order, None, origin="carrier", status="coming", source=("package", 7))
    assert (again.pk, Return.objects.count(), asked.sources.count()) == (asked.pk, 1, 2)
    with pytest.raises(DomainError, match="đang có phiếu trả"):
        opened(order, None)


def test_what_has_not_left_or_was_not_bought_cannot_come_back(shop):
    first, _second = shop.goods
    with pytest.raises(DomainError, match="chưa giao đi"):
        opened(place((first, 1)))
    order = sold((first, 1))
    with pytest.raises(DomainError, match="nhiều hơn"):
        opened(order, {line_of(order, first): 2})
    assert not Return.objects.exists()


def test_c41_every_step_has_a_way_back(shop):
    first, _second = shop.goods
    document = opened(sold((first, 1)))
    returning.approve_return(document.pk, actor=ACTOR, tracking_number="TRA-1")
    returning.reopen_return(document.pk, actor=ACTOR)
    returning.reject_return(document.pk, reason="Quá hạn", actor=ACTOR)
    assert returning.reopen_return(document.pk, actor=ACTOR).status == "requested"
    returning.cancel_return(document.pk, reason="Khách giữ lại", actor=ACTOR)
    document = returning.reopen_return(document.pk, actor=ACTOR)
    assert (document.status, document.tracking_number, document.answer) == (
        "requested",
        "TRA-1",
        "",
    )
    with pytest.raises(DomainError, match="Chưa nhận được"):
        finish_reception(document.pk, actor=ACTOR)
    scanned(document, shop.shop, (first, 1, "quarantine"))
    with pytest.raises(DomainError, match="hàng nhận về"):
        returning.cancel_return(document.pk, reason="Nhầm", actor=ACTOR)


def test_a_late_click_on_approve_does_not_send_received_goods_back_on_their_way(shop):
    first, _second = shop.goods
    document = scanned(opened(sold((first, 1))), shop.shop, (first, 1, "restock"))
    with pytest.raises(TransitionRefused):
        returning.approve_return(document.pk, actor=ACTOR)
    document.refresh_from_db()
    assert (document.status, document.received_at is None) == ("received", False)


def test_one_scan_settles_a_parcel_that_nobody_took_and_nobody_paid(shop):
    first, _second = shop.goods
    order = sold((first, 2), delivered=False, shipping_fee_buyer_vnd=30_000)
    document = opened(order, origin="carrier", status="coming", reason_code="refused")
    document = scanned(document, shop.shop, (first, 2, "restock"))
    order.refresh_from_db()
    assert (document.status, document.credit_vnd, order.returned_vnd) == ("done", 230_000, 230_000)
    assert (order.status, order.payment_status, order.balance_vnd) == ("returned", "voided", 0)
    assert not any(check_books().values())


def test_a93_refunds_in_part_and_in_full_never_above_what_was_paid(shop):
    first, second = shop.goods
    order = sold((first, 3), (second, 1), discount_vnd=10_000)
    paid(order, 390_000)
    document = opened(order, {line_of(order, first): 1}, status="coming")
    document = scanned(document, shop.shop, (first, 1, "restock"))
    assert proposed_credit(document) == 97_500  # a third of its line less its part of the discount
    with pytest.raises(DomainError, match="từ 0 đến"):
        credit_return(document.pk, 390_001, actor=ACTOR)
    document = credit_return(document.pk, 97_500, actor=ACTOR)
    assert document.status == "credited"
    with pytest.raises(DomainError, match="chỉ phải hoàn"):
        refund_payment(order.pk, 97_501, "bank", source=("test", "a"), actor=ACTOR)
    refund_payment(order.pk, 50_000, "bank", source=("test", "b"), actor=ACTOR)
    assert Return.objects.get().status == "credited"
    refund_payment(order.pk, 47_500, "wallet", source=("test", "c"), actor=ACTOR)
    order.refresh_from_db()
    assert (Return.objects.get().status, order.payment_status) == ("done", "partially_refunded")
    rest = scanned(
        opened(order, status="coming"), shop.shop, (first, 2, "restock"), (second, 1, "restock")
    )
    assert proposed_credit(rest) == 390_000 - 97_500  # the last piece takes the remainder
    credit_return(rest.pk, 292_500, actor=ACTOR)
    refund_payment(order.pk, 292_500, "cash", source=("test", "d"), actor=ACTOR)
    order.refresh_from_db()
    assert (order.paid_vnd, order.payment_status, order.status) == (0, "refunded", "returned")
    assert not any(check_books().values())


def test_cash_that_a_carrier_hands_in_later_is_taken_and_due_back(shop):
    first, _second = shop.goods
    order = sold((first, 2))
    document = scanned(opened(order, status="coming"), shop.shop, (first, 2, "restock"))
    assert credit_return(document.pk, 200_000, actor=ACTOR).status == "done"
    with pytest.raises(DomainError, match="chỉ còn phải thu"):
        paid(order, 200_000)
    receive_payment(order.pk, 200_000, "cod", source=("package", "1"), actor=ACTOR)
    assert Order.objects.get(pk=order.pk).refund_due_vnd == 200_000


def bundle_sold(sets: int = 1):
    """(shop, order) of a bundle with one of the first and two of the second, 100,000 a set."""
    shop = make_goods(100_000, 100_000)
    first, second = shop.goods
    order = sold((make_bundle((first, 1), (second, 2)), sets))
    return shop, order


def received_part(order, shop, *pieces) -> Return:
    document = scanned(opened(order, status="coming"), shop.shop, *pieces)
    return finish_reception(document.pk, actor=ACTOR)


def test_a91_parts_of_a_bundle_that_come_in_two_returns_are_a_whole_set() -> None:
    """The return that makes the set whole has it, with its money; then all of the order is back."""
    shop, order = bundle_sold()
    first, second = shop.goods
    document = received_part(order, shop, (first, 1, "restock"))
    assert proposed_credit(document) == 0
    credit_return(document.pk, 0, actor=ACTOR)
    assert OrderLine.objects.get(order=order).returned == 0

    again = opened(order, status="coming")
    missing = {slot.variant_id: slot.left for slot in expected_of(again)}
    assert missing == {first.pk: 0, second.pk: 2}
    again = scanned(again, shop.shop, (second, 2, "restock"))
    assert again.status == "received"  # nothing is waited for that is here already
    assert proposed_credit(again) == 100_000
    order.refresh_from_db()
    assert (order.status, OrderLine.objects.get(order=order).returned) == ("returned", 1)
    assert list(again.lines.values_list("quantity", "received")) == [(1, 1)]
    assert not order.problems.filter(message__contains=again.number).exists()
    assert not any(check_books().values())


def test_a91_what_a_person_paid_for_a_part_is_not_paid_again_with_the_set() -> None:
    shop, order = bundle_sold(sets=2)
    first, second = shop.goods
    document = received_part(order, shop, (first, 2, "restock"), (second, 1, "restock"))
    credit_return(document.pk, 60_000, actor=ACTOR)
    again = received_part(order, shop, (second, 1, "restock"))
    assert proposed_credit(again) == 40_000
    credit_return(again.pk, 40_000, actor=ACTOR)
    last = received_part(order, shop, (second, 2, "damaged"))
    assert proposed_credit(last) == 100_000
    assert not any(check_books().values())


def test_a91_less_than_a_whole_set_once_credited_does_not_lower_what_others_are_worth() -> None:
    """A fee that was kept from an earlier return is no debt of the shop now."""
    shop, order = bundle_sold(sets=2)
    first, second = shop.goods
    whole = received_part(order, shop, (first, 1, "restock"), (second, 2, "restock"))
    credit_return(whole.pk, 70_000, actor=ACTOR)
    part = received_part(order, shop, (first, 1, "restock"))
    credit_return(part.pk, 0, actor=ACTOR)
    assert proposed_credit(received_part(order, shop, (second, 2, "restock"))) == 100_000


class BundlesOverReturns(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=4), min_size=1, max_size=6))
    def test_a91_however_a_bundle_comes_back_its_sets_and_money_add_up(self, returns) -> None:
        """Single pieces in any order over any number of returns: sets, credits and stock agree."""
        shop, order = bundle_sold(sets=3)
        left, line = [3, 6], order.lines.get()
        for wanted in returns:
            pieces = [at for at in wanted if left[at]]
            line.refresh_from_db()
            if not pieces or line.returned == line.quantity:
                continue
            document = opened(order, status="coming")
            for at in pieces:
                if left[at] and document.status == "coming":
                    left[at] -= 1
                    document = scanned(document, shop.shop, (shop.goods[at], 1, "restock"))
            document = finish_reception(document.pk, actor=ACTOR)
            credit_return(document.pk, proposed_credit(document), actor=ACTOR)
        sets = min(3 - left[0], (6 - left[1]) // 2)
        line.refresh_from_db()
        order.refresh_from_db()
        assert (line.returned, order.returned_vnd) == (sets, 100_000 * sets)
        assert not any(check_books().values())


def test_a_part_of_a_bundle_comes_back_once_however_many_returns_there_are() -> None:
    shop = make_goods(100_000, 100_000)
    first, second = shop.goods
    order = sold((make_bundle((first, 1), (second, 1)), 1))
    document = opened(order, status="coming")
    scanned(document, shop.shop, (first, 1, "restock"))
    finish_reception(document.pk, actor=ACTOR)
    credit_return(document.pk, 0, actor=ACTOR)
    assert on_hand(first, shop.shop) == 100
    again = opened(order, status="coming")
    with pytest.raises(DomainError) as refused:
        scanned(again, shop.shop, (first, 1, "restock"))
    assert refused.value.code == "return.too_many"
    assert on_hand(first, shop.shop) == 100
    scanned(again, shop.shop, (second, 1, "restock"))
    assert on_hand(second, shop.shop) == 100
    assert not any(check_books().values())
