"""What rows of the list show beside the order: pictures, tags, risk, weight, and what it earns."""

import pytest

from inventory.models import ProductImage, Variant
from oms.kernel.clock import now
from orders.models import Customer, Order, OrderProfit, OrderView, Tag
from orders.services.lifecycle import cancel_order
from orders.services.profits import count_profits, count_recent
from orders.states import BEFORE_HAND_OVER
from tests.conftest import forget_drawn
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db

LIST = "/orders/"


@pytest.fixture
def shirt() -> Variant:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    Variant.objects.filter(pk=shirt.pk).update(cost_vnd=60_000, weight_g=250)
    shirt.refresh_from_db()
    return shirt


def show(user, *columns: str) -> None:
    OrderView.objects.update_or_create(owner=user, name="", defaults={"columns": list(columns)})


def earned(order: Order) -> tuple[int, int, bool] | None:
    row = OrderProfit.objects.filter(pk=order.pk).first()
    return (row.net_vnd, row.profit_vnd, row.is_final) if row else None


def test_a19_what_an_order_earns_is_its_goods_without_tax_less_what_they_cost(shirt):
    plain = place((shirt, 2), discount_vnd=20_000)
    unknown, unlinked = place((make_variant("MOI"), 1)), place(("LA", 1))
    shirt.levels.update(value_vnd=60_000_000)
    assert count_profits([plain.pk, unknown.pk, unlinked.pk]) == 1
    # 180.000 with 10 % VAT are 163.636 without; two pieces cost 120.000.
    assert earned(plain) == (163_636, 43_636, False)
    assert (earned(unknown), earned(unlinked)) == (None, None)
    assert count_recent() == 0
    cancel_order(plain.pk, actor=ACTOR, reason="x")
    count_profits([plain.pk])
    assert earned(plain) is None


def test_the_states_before_hand_over_have_no_final_profit(shirt):
    order = place((shirt, 1))
    shirt.levels.update(value_vnd=60_000_000)
    assert order.fulfillment_status in BEFORE_HAND_OVER
    count_profits([order.pk])
    Order.objects.filter(pk=order.pk).update(fulfillment_status="in_transit")
    count_profits([order.pk])
    # Nothing left the stock for it: what its goods cost is not known.
    assert earned(order) is None


def test_c62_profit_is_a_column_for_those_who_see_costs_only(shirt, owner, login, user_factory):
    order = place((shirt, 1))
    OrderProfit.objects.create(
        order=order, net_vnd=90_909, cost_vnd=101_010, profit_vnd=-10_101, counted_at=now()
    )
    seller = user_factory("sales")
    pages = {}
    for user in (owner, seller):
        show(user, "goods", "profit")
        pages[user.pk] = login(user).get(LIST).content.decode()
        assert ("Lợi nhuận" in login(user).get("/orders/columns/").content.decode()) is (
            user == owner
        )
    assert "-10.101" in pages[owner.pk].replace("−", "-")
    assert "10.101" not in pages[seller.pk]
    assert "Lợi nhuận" not in pages[seller.pk]
    assert "10.101" in login(owner).get(f"/orders/{order.pk}/").content.decode()
    assert "10.101" not in login(seller).get(f"/orders/{order.pk}/").content.decode()


def test_a19_weight_of_an_order_is_that_of_its_pieces(shirt, owner, owner_client):
    place((shirt, 5))
    show(owner, "weight")
    assert "1,25 kg" in owner_client.get(LIST).content.decode()


def test_the_first_goods_of_a_row_have_their_picture_or_a_box_of_the_same_size(shirt, owner_client):
    place((shirt, 1))
    assert '<span class="thumb">' in owner_client.get(LIST).content.decode()
    first = ProductImage.objects.create(product=shirt.product, file="a.png", position=1)
    ProductImage.objects.create(product=shirt.product, file="b.png", position=2)
    forget_drawn()
    page = " ".join(owner_client.get(LIST).content.decode().split())
    assert f'src="/products/images/{first.pk}/thumb/" alt="" width="36" height="36"' in page


def test_c81_a_buyer_who_refuses_parcels_is_marked_in_his_row(shirt, owner_client):
    order = place((shirt, 1))
    Customer.objects.filter(pk=order.customer_id).update(refused_count=4, finished_count=5)
    assert "Rủi ro cao" in owner_client.get(LIST).content.decode()


def test_more_tags_than_one_are_told_by_their_number_and_named_in_its_title(shirt, owner_client):
    order = place((shirt, 1))
    tags = [Tag.objects.create(name=n, name_folded=n) for n in ("A-gap", "B-qua", "C-vip")]
    Order.objects.filter(pk=order.pk).update(tag_ids=[tag.pk for tag in tags])
    page = owner_client.get(LIST).content.decode()
    assert 'title="A-gap, B-qua, C-vip">+2</span>' in page
    assert ">B-qua</span>" not in page
