"""A-17 and C-80 at the order: both paths kept, divided wards asked, the fix, the carrier's form."""

import re

import pytest
from django.urls import reverse

from inventory.models import Variant
from orders.models import Order
from orders.selectors.attention import cases, with_deadlines
from shipping.ports import AddressForm
from shipping.services.receivers import receiver_of
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import new_order, place, place_one
from tests.orders.test_views import entry

pytestmark = pytest.mark.django_db

NEW = reverse("orders:new")
DIVIDED = {"province": "Hà Nội", "district": "Quận Ba Đình", "ward": "Phường Cống Vị"}
OLD = {"province": "Hồ Chí Minh", "district": "Quận 1", "ward": "Phường Bến Nghé"}


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


@pytest.fixture
def shirt() -> Variant:
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse(), 10)
    return shirt


def test_c80_an_order_keeps_its_words_and_both_paths(shirt):
    order = place((shirt, 1), address_raw="12 le loi p ben nghe q1", **OLD)
    assert (order.old_unit_path, order.new_unit_path) == ("79/760/26740", "79/26740")
    assert (order.ward, order.address_raw) == ("Phường Bến Nghé", "12 le loi p ben nghe q1")
    assert not order.needs_attention


def test_a17_an_order_to_a_divided_ward_is_in_the_problem_list_with_a_fix(shirt, owner_client):
    order = place((shirt, 1), **DIVIDED)
    [problem] = order.problems.all()
    assert (problem.kind, order.needs_attention) == ("divided_ward", True)
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Phường Giảng Võ" in page
    address = reverse("orders:choose_ward", args=[order.pk])
    assert owner_client.post(address, {"ward": "26740"}).status_code == 422
    assert owner_client.post(address, {"ward": "00025"}).status_code == 302
    order.refresh_from_db()
    assert (order.new_unit_path, order.needs_attention) == ("01/00025", False)
    assert order.ward == "Phường Cống Vị"


def test_a17_a_ward_that_never_was_is_put_right_by_one_click(shirt, owner, owner_client):
    order = place((shirt, 1), ward="Phường Tân Đinhh", province="Hồ Chí Minh")
    here = reverse("orders:detail", args=[order.pk])
    [case] = with_deadlines(cases(owner).rows, owner)
    assert (case.fix_label, case.fix_url) == ("Chọn phường / xã", here)
    page = owner_client.get(here)
    first = page.context["near_wards"][0]
    assert str(first) == "Phường Tân Định"
    code = first.code
    head = page.content.decode().partition("<main")[2].partition('id="lines"')[0]
    filled = re.findall(r"<(?:a|button)[^>]*btn-primary[^>]*>", head)
    assert [f'value="{code}"' in button for button in filled] == [True]
    address = reverse("orders:correct_ward", args=[order.pk])
    assert owner_client.post(address, {"ward": "00025"}).status_code == 422
    assert owner_client.post(address, {"ward": code}).status_code == 302
    order.refresh_from_db()
    assert (order.ward, order.needs_attention) == ("Phường Tân Định", False)
    assert order.new_unit_path == f"79/{code}"


def test_a_ward_like_no_other_is_typed_in_the_form(shirt, owner):
    order = place((shirt, 1), ward="Qwxz", province="Hồ Chí Minh")
    [case] = with_deadlines(cases(owner).rows, owner)
    assert case.fix_url == reverse("orders:edit", args=[order.pk])


def test_c80_the_form_asks_which_of_todays_wards_is_meant(shirt, owner_client):
    first = owner_client.post(NEW, entry(**DIVIDED))
    assert first.status_code == 422
    assert "new_ward" in first.context["form"].errors
    assert "Phường Giảng Võ" in first.content.decode()
    owner_client.post(NEW, entry(**DIVIDED, new_ward="00025"))
    order = Order.objects.get()
    assert (order.old_unit_path, order.new_unit_path) == ("01/001/00007", "01/00025")
    assert not order.needs_attention


def test_the_form_tells_what_an_old_ward_is_today(owner_client):
    hint = owner_client.get(reverse("orders:unit_hint"), OLD).content.decode()
    assert "Phường Sài Gòn, Hồ Chí Minh" in hint
    found = owner_client.get(reverse("orders:unit_search"), {"unit": "ben nghe q1"})
    assert "Phường Sài Gòn" in found.content.decode()
    picked = {f"pick_{name}": value for name, value in OLD.items()}
    fields = owner_client.get(reverse("orders:customer_hint"), picked).content.decode()
    assert 'value="Phường Bến Nghé"' in fields


def test_a_newer_version_from_the_shop_moves_the_paths_too(shirt):
    shop = {"source": "shopee", "shop_ref": 1, "remote_id": "S1"}
    order = place((shirt, 1), remote_version=1, **shop, **OLD)
    again = {"ward": "Phường Ba Đình", "district": "", "province": "Hà Nội"}
    place_one(new_order((shirt, 1), remote_version=2, **shop, **again))
    order.refresh_from_db()
    assert (order.old_unit_path, order.new_unit_path) == ("", "01/00004")


def test_a_carrier_gets_the_form_of_address_that_it_declared(shirt):
    order = place((shirt, 1), **OLD)
    forms = {form: receiver_of(order, form) for form in AddressForm}
    told = {form: (party.ward, party.district) for form, party in forms.items()}
    assert told == {
        AddressForm.ANY: ("Phường Bến Nghé", "Quận 1"),
        AddressForm.OLD: ("Phường Bến Nghé", "Quận 1"),
        AddressForm.NEW: ("Phường Sài Gòn", ""),
    }
    new = place((shirt, 1), ward="Phường Sài Gòn", province="Hồ Chí Minh")
    assert receiver_of(new, AddressForm.OLD).ward == "Phường Sài Gòn"  # no path: as written
