"""Pages of the order desk as a browser without JavaScript uses them."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.accounts.models import User
from orders.models import Order, OrderProblem
from tests.conftest import forget_drawn
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db

LIST = reverse("orders:list")
NEW = reverse("orders:new")
RIGHT_TO_LEFT = "\u202e"


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def entry(**changed: str) -> dict[str, str]:
    """The entry form as filled in for one shirt; a key changed to "" is left empty."""
    return {
        "request_key": "k-1",
        "phone": "0912 345 678",
        "name": "Đặng Thị Ánh",
        "street": "12 Nguyễn Trãi",
        "ward": "Phường Tân Định",
        "province": "Hồ Chí Minh",
        "source": "phone",
        "is_cod": "on",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-item": "AO-01",
        "lines-0-quantity": "2",
        "lines-0-price": "149.000",
    } | changed


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_list_costs_the_same_for_one_order_and_for_twenty(goods, owner_client):
    _warehouse, shirt = goods
    place((shirt, 1))
    client = owner_client
    client.get(LIST)
    forget_drawn()
    one = queries(client, LIST)
    for _n in range(19):
        place((shirt, 1), (make_variant(), 1))
    forget_drawn()
    assert queries(client, LIST) == one


def test_an_order_page_costs_the_same_for_one_line_and_for_twenty(goods, owner_client):
    warehouse, shirt = goods
    short = place((shirt, 1))
    many_goods = [make_variant() for _n in range(20)]
    for variant in many_goods:
        put(variant, warehouse, 1)
    long = place(*[(variant, 1) for variant in many_goods])
    address = "orders:detail"
    owner_client.get(reverse(address, args=[short.pk]))
    one = queries(owner_client, reverse(address, args=[short.pk]))
    many = queries(owner_client, reverse(address, args=[long.pk]))
    assert many == one


def test_tabs_filters_and_search_narrow_the_list(goods, owner_client):
    _warehouse, shirt = goods
    ours = place((shirt, 1), recipient_name="Trần Bình", source="zalo")
    other = place((shirt, 1), recipient_name="Lê La", confirm=True)
    for query, shown in [
        ("", {ours, other}),
        ("?tab=to_confirm", {ours}),
        ("?tab=to_arrange", {other}),
        ("?q=tran+binh", {ours}),
        ("?source=zalo", {ours}),
        ("?tab=to_arrange&source=zalo", set()),
    ]:
        page = owner_client.get(LIST + query).content.decode()
        assert {order for order in (ours, other) if order.number in page} == shown, query


def test_a_filter_that_is_nonsense_shows_a_page(goods, owner_client):
    place((goods[1], 1))
    for query in ("?tab=x", "?after=!!", "?before=%00", "?source=<b>", "?period=9", "?q=%27%22\\"):
        assert owner_client.get(LIST + query).status_code == 200, query


def test_htmx_gets_the_results_alone(goods, owner_client):
    place((goods[1], 1))
    part = owner_client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<section")
    assert "<html" not in part


def test_an_order_is_entered_without_javascript(goods, owner_client):
    warehouse, shirt = goods
    page = owner_client.get(NEW).content.decode()
    assert 'name="request_key"' in page
    answer = owner_client.post(NEW, entry(then="confirm"))
    order = Order.objects.get()
    assert answer.url == reverse("orders:detail", args=[order.pk])
    assert (order.recipient_phone, order.total_vnd) == ("+84912345678", 298_000)
    assert (order.status, order.is_cod) == ("confirmed", True)
    assert level(shirt, warehouse) == (1000, 2)


def test_the_page_gives_each_entry_its_own_key(goods, owner_client):
    keys = {owner_client.get(NEW).context["form"]["request_key"].value() for _n in range(2)}
    assert len(keys) == 2
    assert "" not in keys


def test_an_unknown_ward_is_answered_with_the_nearest_names(goods, owner_client):
    answer = owner_client.post(NEW, entry(ward="Phường Tân Đính Hạ"))
    assert "Phường Tân Định" in answer.context["form"].errors["ward"][0]


def test_an_address_with_its_old_district_is_kept_as_it_was_told(goods, owner_client):
    answer = owner_client.post(NEW, entry(ward="Phường 5", district="Quận 3"))
    assert answer.status_code == 302
    order = Order.objects.get()
    assert (order.ward, order.district) == ("Phường 5", "Quận 3")
    assert not order.needs_attention


def test_the_ward_list_follows_the_province(owner_client):
    page = owner_client.get(NEW + "wards/", {"province": "Hồ Chí Minh"}).content.decode()
    assert page.count("<option") == 168
    assert 'value="Phường Tân Định"' in page
    assert "<option" not in owner_client.get(NEW + "wards/").content.decode()


def test_a_known_phone_brings_the_wards_of_its_province(goods, owner_client):
    owner_client.post(NEW, entry(district="Quận 1"))
    page = owner_client.get(NEW + "customer/", {"phone": "0912345678"}).content.decode()
    assert 'value="Quận 1"' in page
    assert '<option value="Phường Tân Định">' in page


def test_pressing_save_twice_makes_one_order(goods, owner_client):
    for _n in range(2):
        assert owner_client.post(NEW, entry()).status_code == 302
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": "12345"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": "=cmd|' /C calc'!A0"}, "phone"),
        ({"name": ""}, "name"),
        ({"name": "Á" * 300}, "name"),
        ({"ward": ""}, "ward"),
        ({"ward": "Phường Tân Đỉnh Cao"}, "ward"),
        ({"ward": "Phường Bến Nghé"}, "ward"),
        ({"ward": "Phường Tân Định", "province": "Hà Nội"}, "ward"),
        ({"province": ""}, "province"),
        ({"province": "Atlantis"}, "province"),
        ({"shipping_fee": "1.25"}, "shipping_fee"),
        ({"discount": "-5000"}, "discount"),
        ({"source": "shopee"}, "source"),
        ({"request_key": ""}, "request_key"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(goods, owner_client, changed, field):
    answer = owner_client.post(NEW, entry(**changed))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lines-0-quantity": "0"}, "quantity"),
        ({"lines-0-quantity": "-3"}, "quantity"),
        ({"lines-0-quantity": "1.5"}, "quantity"),
        ({"lines-0-quantity": "99999999999"}, "quantity"),
        ({"lines-0-quantity": ""}, "quantity"),
        ({"lines-0-price": "1.25"}, "price"),
        ({"lines-0-price": "-1"}, "price"),
        ({"lines-0-price": "abc"}, "price"),
        ({"lines-0-item": "KHONG-CO"}, "item"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_kept(goods, owner_client, changed, field):
    answer = owner_client.post(NEW, entry(**changed))
    assert answer.status_code == 422
    assert field in answer.context["lines"].forms[0].errors
    assert Order.objects.count() == 0


def test_an_order_without_lines_is_refused(goods, owner_client):
    answer = owner_client.post(NEW, entry(**{"lines-0-item": ""}))
    assert answer.status_code == 422
    assert answer.context["lines"].non_form_errors()


def test_odd_names_are_kept_as_text(goods, owner_client):
    """Emoji stay, a formula stays text, markup is shown and not run, reversing marks go."""
    name = f"=cmd('x') 🎁 {RIGHT_TO_LEFT}<b>Lan</b>"
    owner_client.post(NEW, entry(name=name))
    order = Order.objects.get()
    assert order.recipient_name == "=cmd('x') 🎁 <b>Lan</b>"
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "&lt;b&gt;Lan&lt;/b&gt;" in page
    assert "<b>Lan</b>" not in page


def test_a_buyers_markup_is_shown_and_not_run(goods, owner_client):
    note = "<script>alert('xin chào')</script>"
    order = place((goods[1], 1), buyer_note=note)
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert note not in page
    assert "&lt;script&gt;" in page


def test_an_unknown_sku_is_kept_with_a_problem_whose_button_works(goods, owner_client):
    warehouse, shirt = goods
    order = place(("LA-HOAC", 2))
    assert order.needs_attention
    line = order.lines.get()
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    fix = reverse("orders:link_line", args=[order.pk, line.pk])
    assert fix in page

    wrong = owner_client.post(fix, {"sku": "KHONG-CO"})
    assert wrong.status_code == 422
    line.refresh_from_db()
    assert line.variant_id is None

    assert owner_client.post(fix, {"sku": "AO-01"}).status_code == 302
    line.refresh_from_db()
    order.refresh_from_db()
    assert line.variant_id == shirt.pk
    assert not order.needs_attention
    assert not OrderProblem.objects.filter(order=order, resolved_at=None).exists()
    assert level(shirt, warehouse) == (1000, 2)


def test_buttons_answer_a_refusal_in_place(goods, owner_client):
    order = place((goods[1], 1))
    cancel = reverse("orders:act", args=[order.pk, "cancel"])
    assert owner_client.post(cancel, {"reason": ""}).status_code == 422
    assert owner_client.post(cancel, {"reason": "Khách đổi ý"}).status_code == 302
    answer = owner_client.post(reverse("orders:act", args=[order.pk, "confirm"]))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_a_user_of_one_warehouse_reaches_its_orders_only(
    goods, user_factory: Callable[..., User], login: Callable[[User], Client]
):
    warehouse, shirt = goods
    far, hat = make_warehouse("HN"), make_variant("MU-01")
    put(hat, far, 10)
    ours, theirs = place((shirt, 1), confirm=True), place((hat, 1), confirm=True)
    client = login(user_factory("sales", warehouse_ids=[warehouse.pk]))
    page = client.get(LIST).content.decode()
    assert (ours.number in page, theirs.number in page) == (True, False)
    assert client.get(reverse("orders:detail", args=[theirs.pk])).status_code == 404
    for code in ("confirm", "hold", "cancel", "note"):
        address = reverse("orders:act", args=[theirs.pk, code])
        assert client.post(address).status_code == 404, code
    assert client.get(reverse("shipping:create", args=[theirs.pk])).status_code == 404


def test_a_role_without_the_permission_is_refused(
    goods, user_factory: Callable[..., User], login: Callable[[User], Client]
):
    order = place((goods[1], 1))
    client = login(user_factory("viewer"))
    assert client.get(NEW).status_code == 403
    for code in ("confirm", "hold", "cancel", "note"):
        address = reverse("orders:act", args=[order.pk, code])
        assert client.post(address).status_code == 403, code
    page = client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Xác nhận đơn" not in page


def test_nobody_reads_orders_without_logging_in(client):
    answer = client.get(LIST)
    assert (answer.status_code, answer.url.startswith("/login/")) == (302, True)


def test_the_tabs_count_what_the_list_holds(goods, owner_client):
    place((goods[1], 1))
    tabs = {tab.code: tab.count for tab in owner_client.get(LIST).context["tabs"]}
    assert (tabs[""], tabs["to_confirm"], tabs["to_arrange"]) == (1, 1, 0)
