"""PRODUCT A-118: a person's data as a file, and erasure that keeps the books."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from invoicing.models import Company, Invoice, IssuerAccount
from oms.kernel import clock
from oms.kernel.events import timeline_of
from oms.kernel.models import Event
from orders.models import Customer, Order, OrderNote
from orders.services import customer_privacy
from orders.services.notes import add_note
from orders.services.states import apply_states
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.bought import ANH, age_orders, bought, customer
from tests.orders.edits import edited
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt():
    variant = make_variant("AO-01", cost_vnd=40_000)
    put(variant, make_warehouse("TD"), 1000)
    return variant


def test_a118_all_data_of_one_person_comes_as_a_file(shirt, owner_client):
    order = bought(shirt, buyer_note="Gọi trước")
    add_note(order.pk, "Khách quen", actor=ACTOR)
    address = reverse("orders:customer_data", args=[customer().pk])
    data = json.loads(owner_client.get(address).content)
    assert data["customers"][0]["phone"] == "+84912345678"
    [found] = data["orders"]
    assert (found["number"], found["buyer_note"], found["notes"]) == (
        order.number,
        "Gọi trước",
        ["Khách quen"],
    )
    assert found["lines"][0]["sku"] == "AO-01"
    assert timeline_of("customer", customer().pk).first().name == "customer.data_exported"


def issued_invoice(order: Order) -> Invoice:
    company = Company.objects.create(legal_name="X", tax_code="0100109106", is_default=True)
    account = IssuerAccount.objects.create(
        company=company, issuer="sinvoice", username="x", password="x"
    )
    return Invoice.objects.create(
        order=order, account=account, status="coded", number=1, buyer_name="Nguyễn Thị Ánh",
        net_vnd=0, tax_vnd=0, total_vnd=0,
    )  # fmt: skip


def test_a118_erasure_forgets_the_person_and_keeps_the_books(shirt, owner_client):
    order = place((shirt, 1), recipient_phone=ANH, buyer_note="Hẻm nhà chị Ánh")
    edited(order, street="9 Lê Lợi", ward="Phường Sài Gòn", province="Hồ Chí Minh")
    add_note(order.pk, "Nhà có chó, gọi chị Ánh 0912345678", actor=ACTOR)
    person = customer()
    erase = reverse("orders:customer_erase", args=[person.pk])
    refused = owner_client.post(erase, {"name": person.name})
    assert "còn 1 đơn chưa xong" in refused.content.decode()
    assert owner_client.post(erase, {"name": "Người khác"}).status_code == 422

    apply_states(order.pk, actor=ACTOR, event_name="x", fulfillment="cancelled")
    invoice = issued_invoice(order)
    age_orders()
    total = Order.objects.get().total_vnd
    assert owner_client.post(erase, {"name": "nguyen thi anh"}).status_code == 302
    cleaned, person = Order.objects.get(), Customer.objects.get()
    assert (cleaned.recipient_name, cleaned.recipient_phone) == ("Khách đã xóa dữ liệu", "")
    assert (cleaned.street, cleaned.buyer_note, cleaned.phone_reversed) == ("", "", "")
    assert cleaned.search_folded == " khach da xoa du lieu ao-01"
    assert (cleaned.total_vnd, cleaned.province) == (total, "Hồ Chí Minh")
    assert (person.phone, person.name) == (None, "Khách đã xóa dữ liệu")
    assert OrderNote.objects.get().text == "…"
    for event in Event.objects.all():
        told = json.dumps(event.data, ensure_ascii=False)
        for trace in ("Ánh", "Lê Lợi", "912345678"):
            assert trace not in told, event.name
    invoice.refresh_from_db()
    assert invoice.buyer_name == "Nguyễn Thị Ánh"
    page = owner_client.get(reverse("orders:customer_detail", args=[person.pk])).content.decode()
    assert "Đã xóa dữ liệu" in page
    place((shirt, 1), recipient_phone=ANH)
    assert customer() != person


def test_a118_a_young_order_keeps_its_address_until_returns_are_over(shirt):
    order = bought(shirt, end="delivered returning returned")
    assert customer_privacy.erase_person(customer().pk, actor=ACTOR) == 0
    order.refresh_from_db()
    assert order.recipient_name == "Nguyễn Thị Ánh"
    assert customer_privacy.erase_due_orders() == 0
    age_orders()
    assert (customer_privacy.erase_due_orders(), customer_privacy.erase_due_orders()) == (1, 0)
    order.refresh_from_db()
    assert (order.recipient_name, order.recipient_phone) == ("Khách đã xóa dữ liệu", "")


def test_c64_history_still_refuses_every_other_change(shirt):
    place((shirt, 1))
    event = Event.objects.filter(about_kind="order").first()
    for change in ({"data": {}}, {"name": "x"}, {"actor_label": "x"}):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(**change)


def test_the_database_keeps_merged_and_erased_customers_in_shape(shirt):
    bought(shirt)
    row = customer()
    for wrong in ({"merged_into": row}, {"erased_at": clock.now()}, {"refused_count": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Customer.objects.filter(pk=row.pk).update(**wrong)
