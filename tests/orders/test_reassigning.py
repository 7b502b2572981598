"""C-34: an order goes to its right customer; the recipient, the goods and the money stay."""

import pytest
from django.urls import reverse

from oms.kernel.events import timeline_of
from oms.kernel.events.registry import handlers_of
from orders.models import Customer, Order
from orders.selectors.terms import Terms
from orders.services.granting import TermsRefused
from orders.services.reassigning import reassign_order
from orders.services.terms import place_on_terms, save_terms
from orders.timeline import entry
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.bought import bought, customer
from tests.orders.makers import ACTOR, new_order, place

pytestmark = pytest.mark.django_db
OTHER = "0987000111"


@pytest.fixture
def shirt(redis_clean: object):
    variant = make_variant("AO")
    put(variant, make_warehouse("TD"), 50)
    return variant


def tell(order: Order) -> list:
    """The event of the change, after its handlers have run."""
    events = list(timeline_of("order", order.pk).filter(name="order.reassigned"))
    for event in events:
        for handler in handlers_of(event.name):
            handler(event)
    return events


def test_c34_a_finished_order_counts_for_its_right_customer_and_the_log_says_so(
    shirt, owner_client
):
    order = bought(shirt, 2)
    bought(shirt, phone=OTHER)
    wrong, right = customer(), customer(OTHER)
    address = reverse("orders:reassign", args=[order.pk])
    for _twice in range(2):
        assert owner_client.post(address, {"phone": "0987 000 111"}).status_code == 302
    order.refresh_from_db()
    assert (order.customer_id, order.recipient_phone) == (right.pk, wrong.phone)
    [event] = tell(order)
    [change] = entry(event).changes
    assert (change.before, change.after) == (
        f"{wrong.name} · 0912 345 678",
        f"{right.name} · 0987 000 111",
    )
    assert event.actor_label == "owner1"
    counted = {pk: row.orders_count for pk, row in Customer.objects.in_bulk().items()}
    assert counted == {wrong.pk: 0, right.pk: 2}
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert f"{right.name} · 0987 000 111" in page


def test_c34_nobody_is_made_up_and_the_limits_of_who_asks_hold(shirt, user_factory, login):
    order = place((shirt, 1))
    before = order.customer_id
    address = reverse("orders:reassign", args=[order.pk])
    Order.objects.filter(pk=place((shirt, 1), recipient_phone=OTHER).pk).update(
        shop_ref=2, remote_id="R2"
    )
    limited = login(user_factory("sales", shop_ids=[1]))
    for phone in ("0900000009", "12", OTHER):
        answer = limited.post(address, {"phone": phone})
        assert answer.status_code == 422
        assert "Không có khách nào với số này." in answer.content.decode()
    assert login(user_factory("viewer")).post(address, {"phone": OTHER}).status_code == 403
    order.refresh_from_db()
    assert order.customer_id == before
    assert not timeline_of("order", order.pk).filter(name="order.reassigned").exists()


def test_c34_what_is_owed_counts_against_the_limit_of_the_new_customer(shirt):
    wrong = place((shirt, 1), recipient_phone="0911111111")
    right = place((shirt, 1), recipient_phone=OTHER).customer
    assert right is not None and wrong.customer is not None
    save_terms(wrong.customer, Terms(payment_days=30), actor=ACTOR)
    new = new_order((shirt, 1), recipient_phone="0911111111")
    order = Order.objects.get(pk=place_on_terms(new, actor=ACTOR).order_id)
    assert order.due_on is not None
    save_terms(right, Terms(payment_days=30, credit_limit_vnd=50_000), actor=ACTOR)
    with pytest.raises(TermsRefused):
        reassign_order(order.pk, right.pk, actor=ACTOR)
    order.refresh_from_db()
    assert order.customer_id == wrong.customer_id
    reassign_order(order.pk, right.pk, actor=ACTOR, accept_terms=True)
    order.refresh_from_db()
    assert order.customer_id == right.pk


def test_c34_one_phone_however_it_is_written_is_one_customer(shirt):
    for text in ("0912345678", "+84 912 345 678", "84912345678", "912.345.678"):
        place((shirt, 1), recipient_phone=text)
    [only] = Customer.objects.all()
    assert (only.phone, only.orders.count()) == ("+84912345678", 4)
