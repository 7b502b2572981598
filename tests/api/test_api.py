"""A-05: orders of one's own website; C-59: the actions of the list for programs; what keys open."""

import hashlib
import hmac
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.accounts.models import ApiKey, User
from oms.accounts.services.api_keys import make_key, revoke_key
from oms.api.signing import sign
from oms.kernel.books import check_books
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from orders.bulk.registry import actions_for
from orders.models import BulkRun, Order
from orders.services import bulk_work
from orders.services.lifecycle import cancel_order
from orders.services.profits import count_profits
from tests.api.calls import call, signed_headers
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders/"


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Limits and repeats begin at nothing."""


@pytest.fixture
def shop() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse(), make_variant("AO-01", cost_vnd=60_000)
    put(shirt, warehouse, 50)
    return warehouse, shirt


@pytest.fixture
def key_for(user_factory: Callable[..., User]) -> Callable[..., ApiKey]:
    def make(role: str, name: str = "Website A", **scope: list[int]) -> ApiKey:
        user = user_factory(role, **scope)
        return make_key(name, user.pk, by=user)

    return make


def order_json(**changed: object) -> dict[str, object]:
    sent = {
        "reference": "1001", "name": "Trần Văn Đức", "phone": "0912345678", "street": "12 Lê Lợi",
        "ward": "Phường Tân Định", "province": "Hồ Chí Minh", "note": "Gọi trước", "cod": True,
        "shipping_fee_vnd": 20_000,
        "lines": [{"sku": "AO-01", "quantity": 2, "unit_price_vnd": 90_000}],
    }  # fmt: skip
    return sent | changed


def test_a05_a_signed_call_sent_three_times_makes_exactly_one_order(shop, key_for):
    key = key_for("sales")
    answers = [call(key, "POST", ORDERS, order_json()) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    order = Order.objects.get()
    told = {"id": order.pk, "number": order.number, "problem": ""}
    assert [answer.json() for answer in answers] == [
        told | {"created": created} for created in (True, False, False)
    ]
    assert (order.source, order.shop_name, order.buyer_note) == (
        "website",
        "Website A",
        "Gọi trước",
    )
    assert (order.total_vnd, order.cod_vnd, level(shop[1], shop[0])) == (200_000, 200_000, (50, 2))
    # Another site may count its orders from one as well.
    other = key_for("sales", "Website B")
    assert call(other, "POST", ORDERS, order_json()).status_code == 201
    assert Order.objects.count() == 2


def test_a05_what_is_paid_already_brings_its_payment(
    shop, key_for, eager, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        call(key_for("sales"), "POST", ORDERS, order_json(cod=False, paid_vnd=200_000))
    order = Order.objects.get()
    assert (order.payment_status, order.paid_vnd, order.cod_vnd) == ("paid", 200_000, 0)
    assert not any(check_books().values())


def test_a05_a_call_that_is_not_signed_right_and_now_changes_nothing(shop, key_for):
    key = key_for("sales")
    body = b"{}"
    late = signed_headers(key, "POST", ORDERS, body, moment=time.time() - 301)
    other_body = signed_headers(key, "POST", ORDERS, b"{ }")
    other_place = signed_headers(key, "POST", ORDERS + "?x=1", body)
    for wrong in (
        late,
        other_body,
        other_place,
        {"HTTP_X_SIGNATURE": ""},
        {"HTTP_X_KEY": "x"},
        {"HTTP_X_TIME": "now"},
    ):
        answer = call(key, "POST", ORDERS, {}, **wrong)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unsigned"), wrong
    assert call(key, "GET", ORDERS).status_code == 200
    revoke_key(key.pk, by=key.user)
    assert call(key, "GET", ORDERS).status_code == 401
    assert call(key, "DELETE", ORDERS).status_code == 405
    assert Order.objects.count() == 0


def test_the_signature_is_what_the_page_for_programmers_says():
    text = "1767225600\nPOST\n/api/v1/orders/?x=1\n" + hashlib.sha256(b"{}").hexdigest()
    wanted = hmac.new(b"secret", text.encode(), hashlib.sha256).hexdigest()
    assert sign("secret", "1767225600", "POST", "/api/v1/orders/?x=1", b"{}") == wanted


def test_a17_unknown_goods_and_a_wrong_phone_are_kept_and_told(shop, key_for):
    sent = order_json(phone="0912", lines=[{"sku": "LA", "name": "Hàng lạ", "quantity": 1}])
    answer = call(key_for("sales"), "POST", ORDERS, sent)
    assert (answer.status_code, answer.json()["created"]) == (201, True)
    assert answer.json()["problem"]
    order = Order.objects.get()
    assert sorted(order.problems.values_list("kind", flat=True)) == ["bad_phone", "unknown_sku"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"reference": 7}, "reference"),
        ({"lines": []}, "lines"),
        ({"lines": ["AO-01"]}, "lines[0]"),
        ({"lines": [{"sku": "AO-01", "quantity": "2"}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "AO-01", "quantity": 1, "unit_price_vnd": 1.5}]},
         "lines[0].unit_price_vnd"),
        ({"discount_vnd": -1}, "discount_vnd"),
        ({"cod": "yes"}, "cod"),
        ({"source": "shopee"}, "source"),
        ({"placed_at": "2026-11-22"}, "placed_at"),
    ],
)  # fmt: skip
def test_what_does_not_have_the_shape_is_refused_by_its_field(shop, key_for, changed, field):
    answer = call(key_for("sales"), "POST", ORDERS, order_json(**changed))
    assert (answer.status_code, answer.json()["error"].get("field")) == (422, field)
    assert Order.objects.count() == 0


def test_a_body_that_is_no_object_and_an_impossible_sum_are_refused(shop, key_for):
    key = key_for("sales")
    assert call(key, "POST", ORDERS, [1]).json()["error"]["code"] == "api.body"
    answer = call(key, "POST", ORDERS, order_json(discount_vnd=10**9))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "order.refused")
    assert Order.objects.count() == 0


def test_c62_c63_a_program_reads_what_its_user_may_read(shop, key_for):
    hat, far = make_variant("MU"), make_warehouse("HN")
    put(hat, far, 5)
    ours, theirs = place((shop[1], 1), source="zalo", confirm=True), place((hat, 1))
    count_profits([ours.pk, theirs.pk])
    owner = key_for("owner", "A")
    rows = call(owner, "GET", ORDERS).json()["orders"]
    assert [row["id"] for row in rows] == [theirs.pk, ours.pk]
    assert "profit_vnd" in rows[0]
    assert [r["id"] for r in call(owner, "GET", ORDERS + "?source=zalo").json()["orders"]] == [
        ours.pk
    ]
    seller = key_for("sales", "B", warehouse_ids=[shop[0].pk])
    [row] = call(seller, "GET", ORDERS).json()["orders"]
    assert (row["id"], row["lines"][0]["sku"], "profit_vnd" in row) == (ours.pk, "AO-01", False)
    assert call(seller, "GET", f"{ORDERS}{ours.pk}/").json() == row
    assert call(seller, "GET", f"{ORDERS}{theirs.pk}/").status_code == 404
    assert call(key_for("viewer", "C"), "POST", ORDERS, order_json()).status_code == 403


def test_an_order_tells_what_its_returns_took_off(shop, key_for):
    order = place((shop[1], 1))
    Order.objects.filter(pk=order.pk).update(returned_vnd=1_000)
    told = call(key_for("sales"), "GET", f"{ORDERS}{order.pk}/").json()
    assert told["returned_vnd"] == 1_000


def test_the_list_costs_the_same_for_one_order_and_for_twenty(shop, key_for):
    key = key_for("owner")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert call(key, "GET", ORDERS).status_code == 200
        return len(caught)

    place((shop[1], 1))
    queries()
    one = queries()
    for _n in range(19):
        place((shop[1], 1))
    assert queries() == one


def test_c59_programs_do_what_the_list_offers_with_a_result_for_each_order(shop, key_for):
    key = key_for("sales")
    told = call(key, "GET", "/api/v1/actions/").json()["actions"]
    offered = [action.code for action in actions_for(key.user) if action.run is not None]
    assert [row["code"] for row in told] == offered
    good, gone = place((shop[1], 1)), place((shop[1], 1))
    cancel_order(gone.pk, actor=ACTOR, reason="khách đổi ý")
    confirm, sent = "/api/v1/actions/confirm/", {"orders": [good.pk, gone.pk]}
    look = call(key, "POST", confirm, sent | {"check": True}).json()
    assert (look["total"], look["passing"], look["refused"][0]["orders"]) == (2, 1, [gone.pk])
    headers = signed_headers(key, "POST", confirm, b'{"orders": [%d, %d]}' % (good.pk, gone.pk))
    begun = [call(key, "POST", confirm, sent, **headers) for _time in range(2)]
    assert [answer.status_code for answer in begun] == [202, 202]
    run = BulkRun.objects.exclude(job=None).get()
    bulk_work.work(run.job_id)
    result = call(key, "GET", f"/api/v1/runs/{run.pk}/").json()
    assert (result["status"], result["done"], result["failed"]) == ("done", 1, 1)
    assert [(row["id"], row["ok"]) for row in result["results"]] == [
        (good.pk, True),
        (gone.pk, False),
    ]
    good.refresh_from_db()
    assert good.status == "confirmed"


def test_an_action_asks_programs_for_what_it_asks_people(shop, key_for):
    key, order = key_for("sales"), place((shop[1], 1))
    cancel = "/api/v1/actions/cancel/"
    refused = call(key, "POST", cancel, {"orders": [order.pk]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "api.field")
    for orders in ([], ["1"], "all", [True]):
        assert call(key, "POST", cancel, {"orders": orders, "said": {}}).status_code == 422
    assert call(key, "POST", "/api/v1/actions/nothing/", {}).status_code == 404
    viewer = key_for("viewer", "Chỉ đọc")
    assert call(viewer, "POST", cancel, {"orders": [order.pk]}).status_code == 403
    assert BulkRun.objects.exclude(job=None).count() == 0


def test_a118_nobody_makes_a_key_for_who_may_more_than_he_does(user_factory, login):
    owner, strong = user_factory("owner"), user_factory("manager")
    with pytest.raises(DomainError, match="không có quyền"):
        make_key("Website A", owner.pk, by=strong)
    limited = user_factory("owner", "branch", warehouse_ids=[7])
    page = login(limited).post(reverse("web:api_keys"), {"name": "Website A", "user": owner.pk})
    assert page.status_code == 422
    assert ApiKey.objects.count() == 0
    key = make_key("Website A", owner.pk, by=owner)
    login(limited).post(reverse("web:api_key_revoke", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a118_a_key_is_shown_once_and_opens_nothing_when_taken_back(
    shop, owner_client, owner, user_factory, login
):
    page = reverse("web:api_keys")
    made = owner_client.post(page, {"name": "Website A", "user": owner.pk}).content.decode()
    key = ApiKey.objects.get()
    assert key.secret in made
    assert key.secret not in owner_client.get(page).content.decode()
    taken = owner_client.post(page, {"name": "Website A", "user": owner.pk})
    assert (taken.status_code, ApiKey.objects.count()) == (422, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_apikey")
        assert key.secret not in cursor.fetchone()[0]
    assert call(key, "GET", ORDERS).status_code == 200
    revoke = reverse("web:api_key_revoke", args=[key.pk])
    assert [owner_client.post(revoke).status_code for _press in range(2)] == [302, 302]
    assert call(key, "GET", ORDERS).status_code == 401
    assert login(user_factory("manager")).get(page).status_code == 403


def test_c64_what_a_program_did_stands_on_the_timeline_in_the_name_of_its_user(shop, key_for):
    key, order = key_for("sales"), place((shop[1], 1))
    sent = {"orders": [order.pk]}
    call(key, "POST", "/api/v1/actions/confirm/", sent)
    bulk_work.work(BulkRun.objects.exclude(job=None).get().job_id)
    [told] = timeline_of("order", order.pk).filter(name="order.confirmed")
    assert (told.actor_kind, told.actor_id) == ("user", key.user_id)
    assert told.data["changes"]["status"] == ["pending_confirmation", "confirmed"]
    call(key, "POST", "/api/v1/orders/", order_json())
    placed = Order.objects.latest("pk")
    [told] = timeline_of("order", placed.pk).filter(name="order.placed")
    assert (told.actor_kind, told.actor_label) == ("partner", "Website A")


def test_a05_two_sites_never_share_a_reference_however_they_are_named(shop, key_for):
    first = key_for("sales", "Web")
    assert call(first, "POST", ORDERS, order_json(reference="1:5")).status_code == 201
    with pytest.raises(DomainError) as refused:
        key_for("sales", "Web:1")  # its order 5 would be the order 1:5 of the first
    assert refused.value.code == "key.name"
    assert ApiKey.objects.count() == 1
