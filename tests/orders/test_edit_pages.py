"""The edit page without JavaScript: preview, save, conflict side by side, nothing typed is lost."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Variant, Warehouse
from invoicing.models import Refund
from orders.models import Order
from orders.services import lifecycle
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.edits import edited
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 10)
    return warehouse, shirt


@pytest.fixture
def order(goods) -> Order:
    return lifecycle.confirm_order(place((goods[1], 2), is_cod=True).pk, actor=ACTOR)


def address(order: Order) -> str:
    return reverse("orders:edit", args=[order.pk])


def opened(client: Client, order: Order, **changed: str) -> dict[str, str]:
    """The form as the page shows it, with some fields typed over."""
    form = client.get(address(order)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else str(value) for name, value in values.items()}
    data |= {"added-TOTAL_FORMS": "1", "added-INITIAL_FORMS": "0", "then": "save"}
    line = order.lines.get().pk
    return data | {name.replace("line_", f"line.{line}."): v for name, v in changed.items()}


def test_the_page_previews_and_then_saves(order, goods, owner_client):
    warehouse, shirt = goods
    typed = opened(owner_client, order, line_quantity="4", shipping_fee_buyer_vnd="30.000")
    page = owner_client.post(address(order), typed | {"then": "preview"})
    assert page.status_code == 200
    assert "Tiền thu hộ (COD): 200.000\u00a0₫ → <b>430.000\u00a0₫</b>" in page.content.decode()
    assert level(shirt, warehouse) == (10, 2)
    assert owner_client.post(address(order), typed).status_code == 302
    order.refresh_from_db()
    assert (order.total_vnd, order.cod_vnd) == (430_000, 430_000)
    assert level(shirt, warehouse) == (10, 4)


def test_goods_are_added_by_code_at_the_list_price(order, goods, owner_client):
    hat = make_variant("MU-01")
    put(hat, goods[0], 5)
    typed = opened(owner_client, order)
    typed |= {"added-0-item": "MU-01", "added-0-quantity": "2", "added-0-price": ""}
    assert owner_client.post(address(order), typed).status_code == 302
    added = order.lines.get(sku="MU-01")
    assert (added.quantity, added.unit_price_vnd) == (2, 100_000)
    typed = opened_again = opened_lines(owner_client, order)
    page = owner_client.post(address(order), opened_again | {"added-0-item": "KHONG-CO"})
    assert page.status_code == 422
    assert "Không có hàng nào có mã hoặc tên" in page.content.decode()
    assert typed["added-0-quantity"] == "1"


def opened_lines(client: Client, order: Order) -> dict[str, str]:
    form = client.get(address(order)).context["form"]
    data = {name: str(form[name].value() or "") for name in form.fields}
    return data | {
        "added-TOTAL_FORMS": "1",
        "added-INITIAL_FORMS": "0",
        "added-0-quantity": "1",
        "then": "save",
    }


def test_a_mistake_stands_beside_its_field_and_saves_nothing(order, owner_client):
    page = owner_client.post(
        address(order), opened(owner_client, order, recipient_phone="12", street="9 Hàng Bông")
    )
    assert page.status_code == 422
    assert "không đúng" in page.content.decode()
    assert 'value="9 Hàng Bông"' in page.content.decode()
    order.refresh_from_db()
    assert order.street == "1 Trần Phú"


def test_c65_a_conflict_keeps_what_was_typed_and_is_settled_field_by_field(order, owner_client):
    typed = opened(owner_client, order, street="9 Hàng Bông", line_quantity="5", ward="Cửa Nam")
    edited(order, street="8 Hàng Gai", quantity_1=3, buyer_note="Gọi trước")
    page = owner_client.post(address(order), typed)
    assert page.status_code == 409
    html = page.content.decode()
    assert {row["name"] for row in page.context["conflicts"]} == {
        "Số nhà, đường",
        "AO-01 · Số lượng",
    }
    assert "8 Hàng Gai" in html
    assert 'value="9 Hàng Bông"' in html
    assert "Gọi trước" in html
    form = page.context["form"]
    again = typed | {name: str(form[name].value() or "") for name in form.fields}
    line = order.lines.get().pk
    decided = again | {"keep.street": "mine", f"keep.line.{line}.quantity": "theirs"}
    assert owner_client.post(address(order), decided).status_code == 302
    order.refresh_from_db()
    assert (order.street, order.ward, order.buyer_note) == ("9 Hàng Bông", "Cửa Nam", "Gọi trước")
    assert order.lines.get().quantity == 3


def test_the_page_costs_the_same_for_one_line_and_for_twenty(goods, owner_client):
    warehouse, shirt = goods
    many = [make_variant() for _n in range(20)]
    for variant in many:
        put(variant, warehouse, 1)
    counts = []
    for order in (place((shirt, 1)), place(*[(variant, 1) for variant in many])):
        owner_client.get(address(order))
        with CaptureQueriesContext(connection) as caught:
            assert owner_client.get(address(order)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_page_asks_for_its_permission_and_the_order_in_sight(order, user_factory, login):
    assert login(user_factory("warehouse")).get(address(order)).status_code == 403
    assert login(user_factory("sales")).get(address(order)).status_code == 200
    Order.objects.filter(pk=order.pk).update(shop_ref=7, remote_id="R7")
    assert login(user_factory("sales", shop_ids=[8])).get(address(order)).status_code == 404


def test_a_refund_that_is_due_is_shown_and_booked_once(order, owner_client):
    Order.objects.filter(pk=order.pk).update(is_cod=False, cod_vnd=0, cod_status="none")
    pay = reverse("invoicing:receive_payment", args=[order.pk])
    key = "8a0f7a3c-5f27-4a2e-9f0e-0d9a53a1f001"
    owner_client.post(pay, {"amount": "200.000", "method": "bank", "key": key})
    edited(order, quantity_1=1)
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Phải hoàn khách" in page
    give = reverse("invoicing:refund_payment", args=[order.pk])
    for _twice in range(2):
        owner_client.post(give, {"amount": "100.000", "method": "bank", "key": key})
    assert Refund.objects.get().amount_vnd == 100_000
    assert Order.objects.get(pk=order.pk).paid_vnd == 100_000


def forged(page, **values: str) -> dict[str, str]:
    """What somebody sends who takes no notice of what is closed."""
    form = page.context["form"]
    data = {name: "" if (v := form[name].value()) is None else str(v) for name in form.fields}
    return data | {"added-TOTAL_FORMS": "1", "added-INITIAL_FORMS": "0", "then": "save", **values}


@pytest.mark.parametrize(
    ("fields", "closed", "reason"),
    [
        ({"currency": "USD"}, {"goods"}, "hủy đơn này rồi nhập đơn mới"),
        ({"shop_ref": 7, "remote_id": "R7"}, {"goods", "recipient"}, "nhắn khách hủy trên sàn"),
        ({"invoice_status": "issued"}, {"goods"}, "lập hóa đơn điều chỉnh"),
        ({"status": "cancelled"}, {"goods", "recipient", "notes"}, "nhập đơn mới"),
    ],
)
def test_c31_what_will_be_refused_cannot_be_typed_and_says_why(
    order, owner_client, fields, closed, reason
):
    Order.objects.filter(pk=order.pk).update(**fields)
    page = owner_client.get(address(order))
    form, line = page.context["form"], order.lines.get().pk
    shut = {name for name, field in form.fields.items() if field.disabled}
    asked = {"goods": f"line.{line}.quantity", "recipient": "street", "notes": "internal_note"}
    assert {part for part, name in asked.items() if name in shut} == closed
    html = page.content.decode()
    assert reason in html
    assert 'name="added-0-item"' not in html
    answer = owner_client.post(
        address(order),
        forged(page, **{f"line.{line}.quantity": "7", "added-0-item": "AO-01"}),
    )
    assert (answer.status_code, "đã khóa trong lúc bạn nhập “7”" in answer.content.decode()) == (
        422,
        True,
    )
    assert order.lines.get().quantity == 2


def test_c31_the_open_part_of_a_closed_order_is_saved(order, owner_client):
    Order.objects.filter(pk=order.pk).update(shop_ref=7, remote_id="R7", recipient_phone="***12")
    page = owner_client.get(address(order))
    typed = forged(page, internal_note="Gọi trước")
    assert owner_client.post(address(order), typed).status_code == 302
    order.refresh_from_db()
    assert (order.internal_note, order.recipient_phone) == ("Gọi trước", "***12")
