"""Orders are divided and put together: no đồng and no promise is lost on the way."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import Allocation
from invoicing.models import PaymentApplication
from invoicing.services.payments import receive_payment
from oms.kernel import books
from oms.kernel.counters import read_counters
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services import lifecycle
from orders.services.merging import SUMS, merge_candidates, merge_orders
from orders.services.sharing import share_money
from orders.services.split_plans import part_that_waits, parts_by_warehouse
from orders.services.splitting import Part, split_order
from orders.services.states import apply_states
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db
PHONE = "0912345678"


@pytest.fixture(autouse=True)
def the_books_agree(redis_clean: object):
    yield
    assert not any(books.check_books().values())


@pytest.fixture
def goods():
    warehouse, shirt, hat = make_warehouse("TD"), make_variant("AO"), make_variant("MU")
    put(shirt, warehouse, 20)
    put(hat, warehouse, 20)
    return warehouse, shirt, hat


def confirmed(*lines, **fields) -> Order:
    return lifecycle.confirm_order(place(*lines, **fields).pk, actor=ACTOR)


def sums(*orders: Order) -> dict[str, int]:
    rows = Order.objects.filter(pk__in=[order.pk for order in orders]).values(*SUMS)
    return {name: sum(row[name] for row in rows) for name in SUMS}


def pieces_of(order: Order, *quantities: int) -> Part:
    ids = order.lines.order_by("position").values_list("pk", flat=True)
    return Part(dict(zip(ids, quantities, strict=True)))


@given(
    goods=st.lists(st.integers(0, 10**9), min_size=1, max_size=6),
    fee=st.integers(0, 200_000),
    data=st.data(),
)
@settings(max_examples=200)
def test_the_money_of_the_parts_sums_to_the_whole_to_the_dong(goods, fee, data):
    whole = sum(goods)
    discount = data.draw(st.integers(0, whole + fee))
    total = whole + fee - discount
    paid = data.draw(st.integers(0, total))
    cod = data.draw(st.integers(0, total))
    order = Order(
        goods_vnd=whole, discount_vnd=discount, shipping_fee_buyer_vnd=fee,
        total_vnd=total, paid_vnd=paid, cod_vnd=cod,
    )  # fmt: skip
    shares = share_money(order, goods)
    for name in SUMS:
        parts = [getattr(share, name) for share in shares]
        assert sum(parts) == getattr(order, name)
        assert min(parts) >= 0
    for share in shares:
        assert share.total_vnd == (
            share.goods_vnd - share.discount_vnd + share.shipping_fee_buyer_vnd
        )
        assert share.paid_vnd <= share.total_vnd


@given(data=st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_split_off_money_and_promises_stay_the_same(goods, data):
    _warehouse, shirt, hat = goods
    bundle = make_bundle((shirt, 2), (hat, 1))
    counts = [data.draw(st.integers(1, 3)) for _n in range(2)]
    order = place(
        (shirt, counts[0]), (bundle, counts[1]), is_cod=True,
        discount_vnd=data.draw(st.integers(0, 100_000)),
        shipping_fee_buyer_vnd=data.draw(st.integers(0, 50_000)),
    )  # fmt: skip
    before, promised = sums(order), _held(order)
    first = data.draw(st.integers(0, counts[0]))
    second = data.draw(st.integers(0, counts[1]))
    if 0 < first + second < sum(counts):
        [made] = split_order(order.pk, [pieces_of(order, first, second)], actor=ACTOR)
        assert sums(order, made) == before
        assert _held(order, made) == promised
    assert not any(books.check_books().values())
    for row in Order.objects.exclude(status="cancelled"):
        lifecycle.cancel_order(row.pk, actor=ACTOR, reason="x")


def _held(*orders: Order) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    lines = [pk for order in orders for pk in order.lines.values_list("pk", flat=True)]
    for row in Allocation.objects.filter(holder_id__in=lines, status="open"):
        key = row.variant_id, row.warehouse_id
        found[key] = found.get(key, 0) + row.quantity
    return found


def test_a_part_takes_pieces_discount_payment_and_cod_with_it(goods):
    warehouse, shirt, hat = goods
    order = confirmed((shirt, 3), (hat, 1), is_cod=True, discount_vnd=40_000)
    receive_payment(order.pk, 90_000, "bank", source=("test", "1"), actor=ACTOR)
    apply_states(order.pk, actor=ACTOR, event_name="test.cod", cod_vnd=270_000)
    [made] = split_order(order.pk, [pieces_of(order, 1, 1)], actor=ACTOR)
    order.refresh_from_db()
    made.refresh_from_db()
    assert made.number == f"{order.number}-2"
    assert [(row.sku, row.quantity) for row in made.lines.all()] == [("AO", 1), ("MU", 1)]
    assert (order.total_vnd, made.total_vnd) == (180_000, 180_000)
    assert (order.paid_vnd, made.paid_vnd) == (45_000, 45_000)
    assert (order.cod_vnd, made.cod_vnd) == (135_000, 135_000)
    assert (made.status, made.fulfillment_status, made.warehouse_id) == (
        *("confirmed", "allocated"),
        warehouse.pk,
    )
    assert sorted(PaymentApplication.objects.values_list("order_id", "amount_vnd")) == [
        (order.pk, 45_000),
        (made.pk, 45_000),
    ]
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((20, 3), (20, 1))
    assert (order.pieces, made.pieces) == (2, 2)
    assert read_counters("orders:")["orders:to_arrange"] == 2


def test_c27_an_order_is_split_by_warehouse_so_that_each_part_can_ship(goods):
    warehouse, shirt, hat = goods
    north = make_warehouse("HN")
    socks = make_variant("TAT")
    put(socks, north, 5)
    order = confirmed((shirt, 2), (socks, 1), (hat, 2))
    [part] = parts_by_warehouse(order)
    [made] = split_order(order.pk, [part], actor=ACTOR)
    order.refresh_from_db()
    assert (order.warehouse_id, made.warehouse_id) == (warehouse.pk, north.pk)
    assert [line.sku for line in made.lines.all()] == ["TAT"]
    assert parts_by_warehouse(order) == []


def test_c33_what_is_there_ships_and_what_is_missing_waits_in_its_own_order(goods):
    warehouse, shirt, hat = goods
    order = confirmed((shirt, 25), (hat, 2))
    assert order.tab == "waiting_stock"
    waiting = part_that_waits(order)
    assert list(waiting.pieces.values()) == [5]
    [made] = split_order(order.pk, [waiting], actor=ACTOR)
    order.refresh_from_db()
    made.refresh_from_db()
    assert (order.tab, made.tab) == ("to_arrange", "waiting_stock")
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((20, 20), (20, 2))
    put(shirt, warehouse, 5)
    lifecycle.allocate_waiting([shirt.pk], actor=ACTOR)
    made.refresh_from_db()
    assert made.tab == "to_arrange"


@pytest.mark.parametrize(
    ("fields", "states", "reason"),
    [
        ({"shop_ref": 7, "remote_id": "R1"}, {}, "kiện do sàn chia"),
        ({}, {"invoice": "queued"}, "phát hành"),
        ({}, {"fulfillment": "picking"}, "chưa nhặt hàng"),
    ],
)
def test_an_order_that_may_not_be_divided_says_why(goods, fields, states, reason):
    order = confirmed((goods[1], 2), **fields)
    if states:
        apply_states(order.pk, actor=ACTOR, event_name="test.moved", **states)
    with pytest.raises(DomainError, match=reason):
        split_order(order.pk, [pieces_of(order, 1)], actor=ACTOR)
    assert Order.objects.count() == 1


def test_nothing_all_or_more_than_all_cannot_be_split_off(goods):
    order = confirmed((goods[1], 2))
    for quantity, reason in ((0, "chọn hàng"), (2, "Đơn cũ phải còn"), (3, "lớn hơn")):
        with pytest.raises(DomainError, match=reason):
            split_order(order.pk, [pieces_of(order, quantity)], actor=ACTOR)
    assert order.lines.get().quantity == 2


def test_c30_orders_of_one_buyer_become_one_parcel_and_keep_their_numbers(goods):
    warehouse, shirt, hat = goods
    order = confirmed((shirt, 2), is_cod=True, recipient_phone=PHONE)
    other = confirmed((hat, 1), is_cod=True, recipient_phone=PHONE, shipping_fee_buyer_vnd=30_000)
    receive_payment(other.pk, 50_000, "bank", source=("test", "1"), actor=ACTOR)
    apply_states(other.pk, actor=ACTOR, event_name="test.cod", cod_vnd=80_000)
    before = sums(order, other)
    [candidate] = merge_candidates(order, among=Order.objects.all())
    assert (candidate.order, candidate.refusal) == (other, "")
    for _twice in range(2):
        order = merge_orders(order.pk, other.pk, actor=ACTOR)
    other.refresh_from_db()
    assert sums(order) == before
    assert sums(other) == dict.fromkeys(SUMS, 0)
    assert (other.status, other.merged_into_id) == ("cancelled", order.pk)
    assert [line.sku for line in order.lines.all()] == ["AO", "MU"]
    assert (level(shirt, warehouse), level(hat, warehouse)) == ((20, 2), (20, 1))
    order.refresh_from_db()
    assert (order.pieces, other.pieces, order.fulfillment_status) == (3, 0, "allocated")


def test_orders_from_two_places_are_promised_together_anew(goods):
    warehouse, shirt, hat = goods
    north = make_warehouse("HN", priority=0)
    order = confirmed((shirt, 2), recipient_phone=PHONE)
    put(hat, north, 1)
    other = confirmed((make_variant(), 1), recipient_phone=PHONE)
    assert other.tab == "waiting_stock"
    order = merge_orders(order.pk, other.pk, actor=ACTOR)
    assert (order.tab, order.fulfillment_status) == ("waiting_stock", "unallocated")
    assert level(shirt, warehouse) == (20, 0)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"shop_ref": 7, "remote_id": "R1", "source": "shopee"}, "vận đơn của sàn"),
        ({"street": "9 Hàng Bông"}, "khác địa chỉ"),
        ({"recipient_phone": "0987654321"}, "khác số điện thoại"),
    ],
)
def test_c30_orders_that_do_not_belong_together_say_why(goods, fields, reason):
    order = confirmed((goods[1], 1), recipient_phone=PHONE)
    other = confirmed((goods[2], 1), **{"recipient_phone": PHONE, **fields})
    with pytest.raises(DomainError, match=reason):
        merge_orders(order.pk, other.pk, actor=ACTOR)
    other.refresh_from_db()
    assert (other.status, other.total_vnd) == ("confirmed", 100_000)


def test_the_pages_split_by_hand_and_merge_back(goods, owner_client, user_factory, login):
    order = confirmed((goods[1], 3), recipient_phone=PHONE)
    address = reverse("orders:split", args=[order.pk])
    line = order.lines.get().pk
    assert "Tự chọn hàng" in owner_client.get(address).content.decode()
    seen = {"version": str(order.version)}
    assert f'name="version" value="{order.version}"' in owner_client.get(address).content.decode()
    assert owner_client.post(address, seen | {f"line.{line}": "9"}).status_code == 422
    typed = seen | {f"line.{line}": "1"}
    assert [owner_client.post(address, typed).status_code for _press in range(2)] == [302, 422]
    assert owner_client.post(address, {f"line.{line}": "1"}).status_code == 422
    made = Order.objects.exclude(pk=order.pk).get()
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert made.number in page
    assert "Gộp vào đơn này" in page
    merge = reverse("orders:merge", args=[order.pk])
    assert login(user_factory("viewer")).post(merge, {"other": made.pk}).status_code == 403
    assert owner_client.post(merge, {"other": made.pk}).status_code == 302
    assert sums(order)["total_vnd"] == 300_000
    assert (
        "Đơn này đã gộp vào"
        in owner_client.get(reverse("orders:detail", args=[made.pk])).content.decode()
    )
