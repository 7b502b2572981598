"""Pages of returns: the list, one document, and the page on which a buyer asks."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.kernel.clock import now
from oms.kernel.models import Alert
from orders.models import Order, Return, ReturnPhoto
from orders.services.return_alerts import settle_late
from orders.services.return_photos import add_photos, remove_old_photos
from tests.inventory.makers import make_warehouse
from tests.orders.returns import ACTOR, make_goods, opened, picture, scanned, sold

pytestmark = pytest.mark.django_db
ASK = reverse("orders:return_ask")
LIST = reverse("orders:return_list")


@pytest.fixture
def shop():
    return make_goods(100_000)


@pytest.fixture
def order(shop) -> Order:
    return sold((shop.goods[0], 2), recipient_name="Nguyễn Thị Ánh", recipient_phone="0912345678")


def door(client: Client, code: str, tail: str):
    return client.post(ASK, {"code": code, "phone_tail": tail})


def test_a94_a_buyer_opens_a_return_by_code_and_phone_with_pictures(
    order, redis_clean, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    client = Client()
    page = door(client, order.number, "5678")
    text = page.content.decode()
    assert "Được trả trong 7 ngày" in text  # he finds the policy
    assert not any(word in text for word in ("Ánh", "0912", "912345678", "Trần Phú"))
    line, key = order.lines.get(), uuid4()
    wish = {
        "door": page.context["door"],
        "key": key,
        f"line-{line.pk}": 1,
        "reason": "faulty",
        "wish": "exchange",
        "note": "Rách túi",
    }
    for _again in range(2):
        made = client.post(ASK, wish | {"photos": [picture(), picture()]})
    document = Return.objects.get()
    assert document.number in made.content.decode()
    assert (document.origin, document.status, document.wish) == ("buyer", "requested", "exchange")
    assert (document.lines.get().quantity, document.photos.count()) == (1, 2)
    assert document.photos.first().is_buyers
    seen = door(client, order.number, "5678").content.decode()
    assert (document.number in seen, "Chờ duyệt" in seen) == (True, True)


def test_what_a_buyer_may_not_send_is_said_beside_the_form(order, redis_clean):
    client = Client()
    page = door(client, order.number.lower(), "5678")
    line = order.lines.get()
    wish = {"door": page.context["door"], "key": uuid4(), "reason": "faulty", "wish": "refund"}
    nothing = client.post(ASK, wish)
    assert (nothing.status_code, "Chọn ít nhất một món" in nothing.content.decode()) == (422, True)
    too_many = client.post(ASK, wish | {f"line-{line.pk}": 3})
    assert too_many.status_code == 422
    no_picture = picture()
    no_picture.file.seek(0)
    no_picture.file.write(b"<script>")
    no_picture.seek(0)
    bad = client.post(ASK, wish | {f"line-{line.pk}": 1, "photos": [no_picture]})
    assert (bad.status_code, "không phải là ảnh" in bad.content.decode()) == (422, True)
    assert client.post(ASK, wish | {"door": "made-up"}).status_code == 404
    assert not Return.objects.exists()


def test_strangers_learn_nothing_and_guessing_is_refused(order, redis_clean):
    client = Client()
    wrong = door(client, order.number, "0000")
    unknown = door(client, "DH999999", "5678")
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    same = [
        re.sub(r'value="[^"]*"', "", page.content.decode()).partition("<main")[2]
        for page in (wrong, unknown)
    ]
    assert same[0] == same[1]
    answers = {door(client, order.number, f"{n:04d}").status_code for n in range(12)}
    assert answers == {404, 429}
    refused = door(client, order.number, "5678")
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    # The tracking page counts the same guesses.
    tracked = client.post(reverse("shipping:track"), {"code": order.number, "phone_tail": "5678"})
    assert tracked.status_code == 429


def test_the_list_shows_each_return_under_what_waits_with_its_next_step(
    order, shop, login, user_factory
):
    client = login(user_factory("manager"))
    document = opened(order, reason_code="faulty")
    page = client.get(LIST)
    assert page.context["counts"] == {"asked": 1, "coming": 0, "money": 0}
    assert "Xem lý do và ảnh" in page.content.decode()
    client.post(reverse("orders:return_approve", args=[document.pk]), {"tracking_number": "T1"})
    assert document.number in client.get(LIST, {"tab": "coming"}).content.decode()
    scanned(document, shop.shop, (shop.goods[0], 2, "restock"))
    page = client.get(LIST, {"tab": "money"})
    assert page.context["counts"] == {"asked": 0, "coming": 0, "money": 1}
    detail = client.get(reverse("orders:return_detail", args=[document.pk]))
    assert detail.context["proposal"] == 200_000
    client.post(reverse("orders:return_credit", args=[document.pk]), {"amount_vnd": "200.000"})
    assert Return.objects.get().credit_vnd == 200_000


def test_a93_a_buyer_who_asked_for_other_goods_is_not_forgotten_when_nothing_is_owed(
    order, shop, owner_client
):
    document = opened(order, wish="exchange")
    scanned(document, shop.shop, (shop.goods[0], 2, "restock"))
    url = reverse("orders:return_detail", args=[document.pk])
    owner_client.post(reverse("orders:return_credit", args=[document.pk]), {"amount_vnd": "200000"})
    assert Return.objects.get().status == "done"  # cash on delivery that was never paid
    assert "nếu còn muốn thì lập đơn đổi" in owner_client.get(url).content.decode()


def test_a95_days_count_from_the_start_and_after_ten_an_alarm_stands(order, frozen):
    document = opened(order, status="coming")
    assert Return.objects.get().started_at == now()
    frozen.shift(10 * 86_400)
    settle_late(actor=ACTOR)
    assert not Alert.objects.exists()
    frozen.shift(86_400)
    settle_late(actor=ACTOR)
    settle_late(actor=ACTOR)
    alert = Alert.objects.get(closed_at=None)
    assert (document.number in alert.message, "11 ngày" in alert.message) == (True, True)
    Return.objects.update(status="cancelled")
    settle_late(actor=ACTOR)
    assert not Alert.objects.filter(closed_at=None).exists()


def test_the_list_costs_the_same_statements_for_one_and_for_twenty(shop, owner_client):
    counts = []
    for most in (1, 20):
        while Return.objects.count() < most:
            opened(sold((shop.goods[0], 1)))
        with CaptureQueriesContext(connection) as asked:
            assert len(owner_client.get(LIST).context["rows"]) == most
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_staff_open_a_return_from_the_order_and_refuse_it_with_a_reason(order, login, user_factory):
    client = login(user_factory("sales"))
    new, line = reverse("orders:return_new", args=[order.pk]), order.lines.get()
    assert new in client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    form = {"key": uuid4(), f"line-{line.pk}": 1, "reason": "does_not_fit", "wish": "refund"}
    for _again in range(2):
        client.post(new, form)
    document = Return.objects.get()
    assert (document.origin, document.status) == ("staff", "requested")
    there = f'<a href="{reverse("orders:return_detail", args=[document.pk])}">{document.number}</a>'
    assert there in client.get(new).content.decode()
    end = reverse("orders:return_end", args=[document.pk])
    assert client.post(end, {"reject": 1}).status_code == 422
    client.post(end, {"reject": 1, "reason": "Quá hạn"})
    document.refresh_from_db()
    assert (document.status, document.answer) == ("rejected", "Quá hạn")
    client.post(reverse("orders:return_reopen", args=[document.pk]))
    assert Return.objects.get().status == "requested"
    credit = reverse("orders:return_credit", args=[document.pk])
    assert client.post(credit, {"amount_vnd": "1"}).status_code == 403


def test_returns_of_other_warehouses_are_not_found(order, shop, login, user_factory):
    document = opened(order)
    other = login(user_factory("warehouse", warehouse_ids=[make_warehouse().pk]))
    assert other.get(reverse("orders:return_detail", args=[document.pk])).status_code == 404
    assert document.number not in other.get(LIST).content.decode()


def test_whoever_scanned_pieces_in_sees_the_return_of_his_own_shops_only(
    order, shop, login, user_factory
):
    """Goods come back where they come back; another shop's buyer is not his to know."""
    document = scanned(opened(order, status="coming"), shop.shop, (shop.goods[0], 1, "restock"))
    Order.objects.filter(pk=order.pk).update(shop_ref=7, remote_id="R1", warehouse=make_warehouse())
    page = reverse("orders:return_detail", args=[document.pk])
    here = [shop.shop.pk]
    seen = {
        shops: login(user_factory("warehouse", warehouse_ids=here, shop_ids=list(shops)))
        .get(page)
        .status_code
        for shops in ((), (7,), (8,))
    }
    assert seen == {(): 200, (7,): 200, (8,): 404}


def test_c82_pictures_go_when_their_days_are_over(order, frozen, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = opened(order)
    add_photos(document.pk, [picture()], user_id=None)
    frozen.shift(91 * 86_400)
    add_photos(document.pk, [picture()], user_id=None)
    assert remove_old_photos() == 1
    assert ReturnPhoto.objects.count() == 1
