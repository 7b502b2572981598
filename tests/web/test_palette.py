"""The command palette: what it finds, for whom, and what that costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Variant
from oms.web.palette import find
from orders.models import Order
from tests.inventory.makers import make_variant
from tests.orders.makers import place

pytestmark = pytest.mark.django_db


def labels(user, q: str) -> dict[str, list[str]]:
    return {group.label: [item.label for item in group.items] for group in find(user, q)}


def test_it_finds_orders_customers_skus_actions_and_pages(owner):
    Variant.objects.filter(pk=make_variant("ANH-01").pk).update(search_folded="anh-01")
    order = place(("X", 1), recipient_name="Đặng Thị Ánh", recipient_phone="0912345678")
    found = labels(owner, "anh")
    assert found["Đơn hàng"] == [order.number]
    assert found["Khách hàng"] == ["Đặng Thị Ánh"]
    assert found["SKU"] == ["ANH-01"]
    assert labels(owner, "tao don")["Việc"] == ["Tạo đơn"]
    assert labels(owner, "van don")["Trang"] == ["Vận đơn"]
    assert labels(owner, order.number)["Đơn hàng"] == [order.number]


def test_without_words_it_offers_pages_and_actions(owner):
    assert list(labels(owner, "")) == ["Việc", "Trang"]
    assert labels(owner, "khong-co-gi") == {}


def test_it_keeps_to_permission_and_scope(user_factory):
    make_variant("ANH-01")
    place(("X", 1), recipient_name="Ánh", source="shopee", shop_ref=1, remote_id="a")
    stranger = user_factory("sales", shop_ids=[9])
    assert "Đơn hàng" not in labels(stranger, "anh")
    assert "Khách hàng" not in labels(stranger, "anh")
    keeper = user_factory("warehouse")
    assert "Khách hàng" not in labels(keeper, "anh")
    assert "Tạo đơn" not in labels(keeper, "")["Việc"]


def test_it_costs_the_same_for_one_find_and_for_many(owner):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            find(owner, "anh")
        return len(queries)

    make_variant("ANH-00")
    place(("X", 1), recipient_name="Ánh")
    one = cost()
    for n in range(1, 20):
        make_variant(f"ANH-{n:02}")
        place(("X", 1), recipient_name=f"Ánh {n}")
    assert Order.objects.count() == 20
    assert cost() == one == 4


def test_it_is_a_page_without_script_and_a_fragment_with_it(owner_client):
    assert "<html" in owner_client.get("/palette/", {"q": "don"}).content.decode()
    part = owner_client.get("/palette/", {"q": "don"}, HTTP_HX_REQUEST="true").content.decode()
    assert part.strip().startswith('<div id="palette-found"')
