"""The customer's page, and two people who change one customer at once."""

import pytest
from django.urls import reverse

from orders.models import Customer, CustomerGroup
from orders.services.customer_figures import settle_buyers
from orders.services.customers import save_customer, values_of
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.bought import ANH, bought, customer
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db
LIST = reverse("orders:customer_list")


@pytest.fixture
def shirt(redis_clean: object):
    variant = make_variant("AO-01", cost_vnd=40_000)
    put(variant, make_warehouse("TD"), 1000)
    return variant


@pytest.fixture
def anh() -> Customer:
    return save_customer(
        None, name="Ánh", phone=ANH, email="a@b.vn", address="1 Trần Phú", actor=ACTOR
    )


def test_a113_the_page_tells_orders_profit_returns_and_refusals(shirt, owner_client):
    orders = [
        bought(shirt, 2),
        bought(shirt, 1, end="delivered returning returned"),
        bought(shirt, 1, end="returning returned"),
        bought(shirt, 1),
    ]
    settle_buyers([order.pk for order in orders])
    text = owner_client.get(reverse("orders:customer_detail", args=[customer().pk]))
    page = " ".join(text.content.decode().replace("\u00a0", " ").split())
    # Three shirts at 100.000 with 10 % VAT in it, which cost 40.000 each.
    assert '<b class="kpi-value">152.727 ₫</b>' in page
    assert '<b class="kpi-value">300.000 ₫</b>' in page
    assert page.count('<b class="kpi-value">25%</b><span class="kpi-note">1 trên 4 đơn đã gửi') == 2
    for order in orders:
        assert f">{order.number}</a>" in page
    for title in ("Lãi gộp", "Trả hàng", "Không nhận hàng"):
        assert f'<span class="kpi-label">{title}</span>' in page


def test_a113_the_list_shows_the_figures_and_is_sorted_by_profit_on_the_page(shirt, owner_client):
    for pieces, phone in ((1, "0987000111"), (3, "0987000222"), (2, "0987000333")):
        settle_buyers([bought(shirt, pieces, phone=phone, recipient_name=f"Khách {pieces}").pk])
    page = owner_client.get(LIST, {"sort": "profit"}).content.decode()
    places = [page.index(f"Khách {pieces}") for pieces in (3, 2, 1)]
    assert places == sorted(places)
    assert "152.727" in page
    place((shirt, 1), recipient_phone="0900000009", recipient_name="Chưa mua")
    assert "Chưa mua" not in owner_client.get(LIST, {"sort": "profit"}).content.decode()


def opened(client, row: Customer, **changed: str) -> dict[str, str]:
    """The form as the page shows it, with some fields typed over."""
    form = client.get(reverse("orders:customer_edit", args=[row.pk])).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields} | changed


def test_c65_what_another_editor_changed_elsewhere_stays_his(anh, owner_client):
    typed = opened(owner_client, anh, address="9 Hàng Bông")
    save_customer(anh.pk, **values_of(anh) | {"email": "moi@b.vn"}, actor=ACTOR)
    address = reverse("orders:customer_edit", args=[anh.pk])
    assert owner_client.post(address, typed).status_code == 302
    anh.refresh_from_db()
    assert (anh.address, anh.email) == ("9 Hàng Bông", "moi@b.vn")


@pytest.mark.parametrize(("choice", "address"), [("mine", "9 Hàng Bông"), ("theirs", "8 Hàng Gai")])
def test_c65_the_same_field_is_settled_side_by_side_and_nothing_typed_is_lost(
    anh, owner_client, choice, address
):
    group = CustomerGroup.objects.create(name="Sỉ", name_folded="si")
    typed = opened(owner_client, anh, address="9 Hàng Bông", name="Ánh Nguyễn", tags="VIP")
    theirs = {"address": "8 Hàng Gai", "group_id": group.pk, "email": "moi@b.vn"}
    save_customer(anh.pk, **values_of(anh) | theirs, actor=ACTOR)
    edit = reverse("orders:customer_edit", args=[anh.pk])
    page = owner_client.post(edit, typed)
    assert page.status_code == 409
    [row] = page.context["conflicts"]
    assert row == {
        "key": "keep.address",
        "name": "Địa chỉ",
        "before": "1 Trần Phú",
        "mine": "9 Hàng Bông",
        "theirs": "8 Hàng Gai",
    }
    anh.refresh_from_db()
    assert anh.name == "Ánh"
    form = page.context["form"]
    again = {name: str(form[name].value() or "") for name in form.fields}
    assert (again["address"], again["name"], again["email"], again["group"]) == (
        *("9 Hàng Bông", "Ánh Nguyễn", "moi@b.vn"),
        str(group.pk),
    )
    assert owner_client.post(edit, again | {"keep.address": choice}).status_code == 302
    anh.refresh_from_db()
    assert (anh.address, anh.name, anh.tags) == (address, "Ánh Nguyễn", ["VIP"])
    assert (anh.email, anh.group_id) == ("moi@b.vn", group.pk)


@pytest.mark.parametrize("seen", ["[1]", "kaputt", '{"tags": 5, "group_id": "x", "address": []}'])
def test_a_forged_picture_of_what_was_seen_breaks_nothing(anh, owner_client, seen):
    edit = reverse("orders:customer_edit", args=[anh.pk])
    answer = owner_client.post(edit, opened(owner_client, anh, seen=seen, address="9 Hàng Bông"))
    assert answer.status_code in (302, 409)
