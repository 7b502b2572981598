"""A-14 and C-76: selling on terms, with a limit that holds wherever an order grows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from orders.models import Customer, CustomerGroup, Order
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import order_list
from orders.selectors.terms import Terms, debt_of, exposure, terms_of
from orders.services.customers import save_customer
from orders.services.editing import edit_order
from orders.services.granting import TermsRefused
from orders.services.lifecycle import cancel_order, confirm_orders
from orders.services.quote_orders import convert_quotation
from orders.services.recurring import new_recurring
from orders.services.recurring_orders import make_due
from orders.services.terms import (
    grant_terms,
    place_on_terms,
    restart_terms,
    save_terms,
)
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.edits import revision
from tests.orders.makers import ACTOR, new_order
from tests.orders.quotes import accepted
from tests.orders.test_recurring import plan_of
from tests.orders.test_views import entry

pytestmark = pytest.mark.django_db
PHONE = "0912345678"
NEW = reverse("orders:new")


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters of pages start at nothing."""


@pytest.fixture
def shop() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse(), make_variant("AO-01")
    put(shirt, warehouse, 100)
    return warehouse, shirt


@pytest.fixture
def buyer(shop) -> Customer:
    """30 days, at most 1.000.000 owed, at least 200.000 an order."""
    group = CustomerGroup.objects.create(name="Khách sỉ", name_folded="khach si", payment_days=15)
    customer = save_customer(None, name="Đức", phone=PHONE, group_id=group.pk, actor=ACTOR)
    terms = Terms(payment_days=30, credit_limit_vnd=1_000_000, min_order_vnd=200_000)
    save_terms(customer, terms, actor=ACTOR)
    customer.refresh_from_db()
    return customer


def buy(shirt: Variant, pieces: int, *, accept: bool = False, **fields) -> Order:
    """Pieces at 100.000 each."""
    new = new_order((shirt, pieces), recipient_phone=PHONE, **fields)
    placed = place_on_terms(new, actor=ACTOR, accept=accept)
    return Order.objects.get(pk=placed.order_id)


def test_a14_a_customers_own_terms_come_before_those_of_the_group(buyer):
    assert terms_of(buyer) == Terms(30, 1_000_000, 200_000)
    save_terms(buyer, Terms(credit_limit_vnd=5), actor=ACTOR)
    buyer.refresh_from_db()
    assert terms_of(buyer) == Terms(payment_days=15, credit_limit_vnd=5)
    [first, _second] = timeline_of("customer", buyer.pk).filter(name="customer.terms_set")
    assert first.data["changes"]["payment_days"] == [30, None]
    assert terms_of(None) == Terms()


def test_a14_an_order_on_terms_falls_due_by_the_days_agreed(shop, buyer):
    order = buy(shop[1], 3)
    assert (order.payment_days, order.due_on) == (30, today() + timedelta(days=30))
    assert exposure(buyer.pk) == 300_000
    cash = buy(shop[1], 3, is_cod=True)
    paid = buy(shop[1], 3, paid_vnd=300_000)
    assert cash.due_on is paid.due_on is None
    assert exposure(buyer.pk) == 300_000
    again = grant_terms(order.pk, actor=ACTOR)
    assert again.version == order.version


def test_a_customer_without_terms_buys_as_ever(shop):
    order = buy(shop[1], 1)
    assert (order.due_on, order.payment_days) == (None, None)


def test_c76_above_the_limit_nothing_is_kept_unless_somebody_insists(shop, buyer):
    buy(shop[1], 7)
    with pytest.raises(TermsRefused, match="vượt hạn mức công nợ"):
        buy(shop[1], 4)
    assert Order.objects.count() == 1
    order = buy(shop[1], 4, accept=True)
    event = timeline_of("order", order.pk).get(name="order.terms_exceeded")
    assert "1.000.000" in event.data["reason"]
    # Exactly the limit is within it; a cancelled order owes nothing.
    cancel_order(order.pk, actor=ACTOR, reason="thử")
    assert exposure(buyer.pk) == 700_000
    assert buy(shop[1], 3).due_on is not None


def test_below_the_minimum_an_order_is_refused_even_for_cash(shop, buyer):
    with pytest.raises(TermsRefused, match="chưa đạt mức tối thiểu"):
        buy(shop[1], 1, is_cod=True)
    with pytest.raises(TermsRefused):
        buy(shop[1], 2, discount_vnd=1)
    assert buy(shop[1], 2).goods_vnd == 200_000


def test_c76_an_edit_that_makes_an_order_dearer_meets_the_limit(shop, buyer):
    order = buy(shop[1], 8)
    with pytest.raises(TermsRefused):
        edit_order(order.pk, revision(order, quantity_1=11), actor=ACTOR)
    order.refresh_from_db()
    assert order.total_vnd == 800_000
    grown = edit_order(order.pk, revision(order, quantity_1=10), actor=ACTOR)
    assert grown.total_vnd == 1_000_000
    more = edit_order(grown.pk, revision(grown, quantity_1=11), actor=ACTOR, accept_terms=True)
    less = edit_order(more.pk, revision(more, quantity_1=10), actor=ACTOR)
    assert less.total_vnd == 1_000_000


def test_a14_a_quotation_keeps_the_days_that_it_offered(shop, buyer):
    quotation = accepted((shop[1], 4, 80_000))
    assert quotation.current.payment_days == 30
    save_terms(buyer, Terms(payment_days=7), actor=ACTOR)
    order = convert_quotation(quotation.pk, actor=ACTOR)
    assert order.due_on == today() + timedelta(days=30)


def test_a14_a_conversion_outside_the_terms_is_refused_or_insisted_on(
    shop, buyer, user_factory, login
):
    quotation = accepted((shop[1], 14, 80_000))
    page = reverse("orders:quotation_convert", args=[quotation.pk])
    seller, manager = login(user_factory("sales")), login(user_factory("manager"))
    for answer in (seller.post(page), seller.post(page, {"accept_terms": "on"})):
        text = answer.content.decode()
        assert (answer.status_code, "vượt hạn mức công nợ" in text) == (422, True)
        assert "Vẫn tạo đơn ngoài điều kiện" not in text
    asked = manager.post(page)
    assert "Vẫn tạo đơn ngoài điều kiện" in asked.content.decode()
    assert Order.objects.count() == 0
    assert manager.post(page, {"accept_terms": "on"}).status_code == 302
    assert Order.objects.get().payment_days == 30


def test_a110_a_recurring_order_above_the_limit_waits_as_a_draft_with_its_cause(
    shop, buyer, frozen
):
    template = new_recurring(plan_of(shop[1], 20), request_key="form", actor=ACTOR)
    [run] = make_due(template.pk)
    assert (run.outcome, run.order.status) == ("failed", "draft")
    assert "vượt hạn mức công nợ" in run.order.problems.get().message


def test_a14_entry_shows_the_terms_and_asks_who_may_exceed_them(shop, buyer, user_factory, login):
    seller, manager = login(user_factory("sales")), login(user_factory("manager"))
    hint = seller.get(reverse("orders:customer_hint"), {"phone": PHONE}).content.decode()
    assert "Mua chịu 30 ngày" in hint
    assert "Còn được nợ 1.000.000" in hint.replace("\xa0", " ")
    sent = entry(phone=PHONE, **{"lines-0-quantity": "9"})
    del sent["is_cod"]
    refused = seller.post(NEW, sent | {"accept_terms": "1"})
    assert (refused.status_code, Order.objects.count()) == (422, 0)
    assert 'name="accept_terms"' not in refused.content.decode()
    assert 'name="accept_terms"' in manager.post(NEW, sent).content.decode()
    assert manager.post(NEW, sent | {"accept_terms": "1"}).status_code == 302
    order = Order.objects.get()
    detail = manager.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert order.due_on.strftime("%d/%m/%Y") in detail


def test_c76_a_draft_meets_the_limit_when_it_is_placed(
    shop, buyer, owner_client, user_factory, login
):
    sent = entry(phone=PHONE, then="draft", **{"lines-0-quantity": "9"})
    del sent["is_cod"]
    owner_client.post(NEW, sent)
    draft = Order.objects.get()
    address = reverse("orders:draft", args=[draft.pk])
    seller = login(user_factory("sales"))
    placed = sent | {"then": "save", "version": str(draft.version)}
    assert seller.post(address, placed).status_code == 422
    draft.refresh_from_db()
    assert draft.status == "draft"
    again = placed | {"version": str(draft.version), "accept_terms": "1"}
    assert owner_client.post(address, again).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.payment_days) == ("pending_confirmation", 30)


def test_c76_no_way_leads_past_the_limit(shop, buyer):
    """Drafts confirmed together, and an order that goes over to a customer with a limit."""
    within, above = buy(shop[1], 6, draft=True), buy(shop[1], 7, draft=True)
    verdict = confirm_orders([within.pk, above.pk], actor=ACTOR)
    assert [type(verdict.refused[pk]) for pk in verdict.refused] == [TermsRefused]
    within.refresh_from_db()
    above.refresh_from_db()
    assert (within.status, above.status) == ("confirmed", "draft")
    assert within.due_on == today() + timedelta(days=30)
    other = save_customer(None, name="Hoa", phone="0987000111", actor=ACTOR)
    save_terms(other, Terms(payment_days=10, credit_limit_vnd=9_000_000), actor=ACTOR)
    new = new_order((shop[1], 7), recipient_phone="0987000111")
    theirs = Order.objects.get(pk=place_on_terms(new, actor=ACTOR).order_id)
    with pytest.raises(TermsRefused):
        edit_order(theirs.pk, revision(theirs, recipient_phone=PHONE), actor=ACTOR)


def test_a14_the_list_finds_what_is_owed_and_what_is_past_due(shop, buyer, owner, frozen):
    first = buy(shop[1], 3)
    frozen.shift(timedelta(days=25))
    second = buy(shop[1], 4)
    buy(shop[1], 2, paid_vnd=200_000)

    def found(value: str) -> list[int]:
        return [row.pk for row in order_list(owner, OrderFilters.of(debt=value)).rows]

    assert found("open") == [second.pk, first.pk]
    assert (found("overdue"), found("week")) == ([], [first.pk])
    # 00:30 in Vietnam of the day after the last one; in UTC it is still the last one.
    frozen.shift(timedelta(days=5, hours=15, minutes=30))
    assert (found("overdue"), found("week")) == ([first.pk], [])
    debt = debt_of(buyer, owner)
    assert (debt.owed_vnd, debt.overdue_vnd, debt.left_vnd) == (700_000, 300_000, 300_000)
    assert [row.pk for row in debt.orders] == [first.pk, second.pk]


def test_a14_the_customers_page_shows_debt_and_takes_terms(shop, buyer, user_factory, login):
    order = buy(shop[1], 3)
    page = reverse("orders:customer_detail", args=[buyer.pk])
    seller, manager = login(user_factory("sales")), login(user_factory("manager"))
    text = seller.get(page).content.decode().replace("\xa0", " ")
    assert order.number in text
    assert order.due_on.strftime("%d/%m/%Y") in text
    assert "700.000 ₫" in text  # what is left of the limit
    sent = {"payment_days": "45", "credit_limit_vnd": "2.000.000", "min_order_vnd": ""}
    assert seller.post(page + "terms/", sent).status_code == 403
    assert manager.post(page + "terms/", sent).status_code == 302
    assert manager.post(page + "terms/", sent | {"payment_days": "9999"}).status_code == 422
    buyer.refresh_from_db()
    assert terms_of(buyer) == Terms(45, 2_000_000, None)
    order.refresh_from_db()
    assert order.payment_days == 30
    groups = reverse("orders:customer_groups")
    address = reverse("orders:customer_group_terms", args=[buyer.group_id])
    assert manager.post(address, sent).status_code == 302
    assert manager.post(address, sent | {"payment_days": "-1"}).status_code == 422
    assert "mua chịu 45 ngày" in manager.get(groups).content.decode()


def test_a14_the_days_are_counted_anew_from_the_invoice(shop, buyer):
    order = buy(shop[1], 3)
    day = today() + timedelta(days=3)
    assert restart_terms(order.pk, day, actor=ACTOR) == day + timedelta(days=30)
    order.refresh_from_db()
    assert order.due_on == day + timedelta(days=30)
    cash = buy(shop[1], 3, is_cod=True)
    assert restart_terms(cash.pk, day, actor=ACTOR) is None


def test_terms_that_cannot_be_are_refused(buyer):
    with pytest.raises(DomainError) as caught:
        save_terms(buyer, Terms(payment_days=366), actor=ACTOR)
    assert caught.value.code == "terms.days"
