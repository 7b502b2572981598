"""Screens of channels and the push endpoint."""

import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from channels_sync.models import Listing, Shop
from channels_sync.services.importing import import_orders
from channels_sync.services.listings import pull_listings
from oms.kernel import inbox
from oms.kernel.models import InboxMessage
from orders.models import Order
from orders.services import lifecycle

from .conftest import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)
HOOK = "/hooks/shopee/"


def send(body: bytes, *, key: str | None = None) -> int:
    secret = key or django_settings.PARTNERS["shopee"]["partner_key"]
    url = django_settings.OMS_PUBLIC_URL + HOOK
    sign = hmac.new(secret.encode(), url.encode() + b"|" + body, hashlib.sha256).hexdigest()
    answer = Client().post(
        HOOK, body, content_type="application/json", headers={"Authorization": sign}
    )
    if answer.status_code == 200:
        assert answer.content == b""
    return answer.status_code


def order_push(number: str, status: str = "READY_TO_SHIP", at: int = 1) -> bytes:
    data = {"ordersn": number, "status": status, "update_time": at}
    return json.dumps({"code": 3, "shop_id": 88012345, "timestamp": at, "data": data}).encode()


def work() -> None:
    for key in InboxMessage.objects.filter(processed_at=None).values_list("pk", flat=True):
        assert inbox.process(key)


def test_a_push_brings_the_order_and_a_repeat_brings_it_once(shopee, shop, variants):
    pull_listings(shop.pk)
    [number] = shopee.place()
    for _time in range(3):
        assert send(order_push(number)) == 200
    assert InboxMessage.objects.count() == 1
    work()
    assert Order.objects.filter(remote_id=number).count() == 1


def test_a_push_that_lies_changes_nothing(shopee, shop, variants):
    [number] = shopee.place()
    import_orders(shop.pk, [number])
    assert send(order_push(number, "CANCELLED", at=9_999_999_999)) == 200
    work()
    assert Order.objects.get(remote_id=number).status == "pending_confirmation"


def test_pushes_out_of_order_end_in_the_last_state(shopee, shop, variants):
    [number] = shopee.place()
    import_orders(shop.pk, [number])
    shopee.move(number, "CANCELLED")
    send(order_push(number, "CANCELLED", at=20))
    send(order_push(number, "READY_TO_SHIP", at=10))
    work()
    assert Order.objects.get(remote_id=number).status == "cancelled"


def test_a_push_with_a_bad_signature_leaves_a_count_and_no_row(shopee, shop):
    before = inbox.rejected_count("shopee")
    assert send(order_push("A1"), key="wrong") == 401
    assert Client().post(HOOK, b"{}", content_type="application/json").status_code == 401
    assert InboxMessage.objects.count() == 0
    assert inbox.rejected_count("shopee") == before + 2


def test_the_test_message_is_answered_and_not_kept(shopee, shop):
    assert send(b'{"code":0,"data":{"verify_info":"x"}}') == 200
    assert InboxMessage.objects.count() == 0


def test_a_signed_body_that_is_no_message_is_refused(shopee):
    assert send(b"[1") == 400
    assert InboxMessage.objects.count() == 0


def test_a_withdrawn_consent_is_checked_before_it_is_believed(shopee, shop):
    body = json.dumps({"code": 2, "data": {"shop_id": 88012345, "shop_id_list": [88012345]}})
    send(body.encode())
    work()
    assert Shop.objects.get().status == "connected"
    shopee("POST", "unlink", {})
    send(json.dumps({"code": 2, "timestamp": 7, "data": {"shop_id": 88012345}}).encode())
    work()
    assert Shop.objects.get().status == "expired"


def test_consent_goes_out_with_a_state_and_comes_back_with_it(shopee, owner_client):
    away = owner_client.get("/channels/connect/shopee/")
    assert away.status_code == 302
    query = parse_qs(urlsplit(away["Location"]).query)
    assert query["redirect_uri"] == [django_settings.OMS_PUBLIC_URL + "/channels/callback/shopee/"]
    come_back = {"code": shopee.code(), "shop_id": "88012345", "state": query["state"][0]}
    answer = owner_client.get("/channels/callback/shopee/", come_back)
    shop = Shop.objects.get()
    assert answer["Location"] == f"/channels/{shop.pk}/"
    assert shop.status == "connected"


@pytest.mark.parametrize("state", ["", "someone-elses"])
def test_a_foreign_state_connects_nothing(shopee, owner_client, state):
    owner_client.get("/channels/connect/shopee/")
    owner_client.get(
        "/channels/callback/shopee/",
        {"code": shopee.code(), "shop_id": "88012345", "state": state},
    )
    assert not Shop.objects.exists()


def test_only_those_who_may_connect(shopee, login, user_factory):
    client = login(user_factory("sales"))
    assert client.get("/channels/connect/shopee/").status_code == 403
    assert client.get("/channels/").status_code == 200


def test_the_list_shows_each_shop_and_its_health(shop, owner_client):
    Shop.objects.update(last_error="Shopee chưa trả lời")
    page = owner_client.get("/channels/").content.decode()
    assert "Đơn Nhanh Demo" in page
    assert "Shopee chưa trả lời" in page
    assert "/channels/connect/shopee/" in page


def test_the_list_shows_what_each_marketplace_can(owner_client):
    page = owner_client.get("/channels/").content.decode()
    table = page[page.index("Mỗi sàn làm được gì") :]
    names = [table.index(name) for name in ("Lazada", "Shopee", "TikTok Shop")]
    assert names == sorted(names)
    parts = table[table.index("Hủy một phần của đơn") :].split("</tr>")[0]
    told = ["badge-green" in cell for cell in parts.split("</td>") if "data-label" in cell]
    assert told == [True, False, False]
    evidence = table[table.index("Khiếu nại trả hàng kèm ảnh") :].split("</tr>")[0]
    assert [most in evidence for most in ("Tối đa 5 ảnh", "Tối đa 9 ảnh")] == [True, True]


def test_a_marketplace_without_application_keys_is_named_and_not_offered(owner_client, settings):
    keys = {**settings.PARTNERS["lazada"], "app_key": "", "app_secret": ""}
    settings.PARTNERS = {**settings.PARTNERS, "lazada": keys}
    page = owner_client.get("/channels/").content.decode()
    assert "/channels/connect/lazada/" not in page
    assert "/channels/connect/shopee/" in page
    assert "Chưa kết nối được Lazada" in page
    assert owner_client.get("/channels/connect/lazada/").status_code == 404


def test_shops_outside_the_scope_are_not_there(shop, login, user_factory):
    client = login(user_factory("manager", shop_ids=[shop.pk + 1]))
    assert "Đơn Nhanh Demo" not in client.get("/channels/").content.decode()
    assert client.get(f"/channels/{shop.pk}/").status_code == 404
    assert client.post(f"/channels/{shop.pk}/sync/").status_code == 404


def test_a_listing_is_linked_on_the_page_and_a_wrong_code_is_explained(
    shop, variants, owner_client
):
    pull_listings(shop.pk)
    row = Listing.objects.get(sku="KHAN-BANDANA")
    wrong = owner_client.post(f"/channels/listings/{row.pk}/link/", {"code": "KHONG"})
    assert wrong.status_code == 422
    assert "KHONG" in wrong.content.decode()
    good = owner_client.post(f"/channels/listings/{row.pk}/link/", {"code": "TUI-VAI"})
    assert good.status_code == 302
    row.refresh_from_db()
    assert row.variant == variants["TUI-VAI"]


def test_settings_of_a_shop_are_saved_and_its_numbers_owed(shop, variants, warehouse, owner_client):
    pull_listings(shop.pk)
    answer = owner_client.post(
        f"/channels/{shop.pk}/settings/",
        {"handover": "dropoff", "warehouses": [warehouse.pk]},
    )
    assert answer.status_code == 302
    shop.refresh_from_db()
    assert shop.handover == "dropoff"
    assert list(shop.stock_warehouses.all()) == [warehouse]
    wrong = owner_client.post(f"/channels/{shop.pk}/settings/", {"handover": "by balloon"})
    assert wrong.status_code == 422


def test_the_number_of_statements_does_not_grow_with_the_listings(
    shop, variants, owner_client, django_assert_max_num_queries
):
    pull_listings(shop.pk)
    url = f"/channels/{shop.pk}/"
    owner_client.get(url)
    with django_assert_max_num_queries(28):
        assert owner_client.get(url).status_code == 200


def test_the_order_page_shows_the_marketplaces_view(shopee, shop, variants, owner_client):
    pull_listings(shop.pk)
    [number] = shopee.place(note="<script>alert(1)</script>")
    import_orders(shop.pk, [number])
    order = Order.objects.get(remote_id=number)
    page = owner_client.get(f"/orders/{order.pk}/").content.decode()
    assert "READY_TO_SHIP" in page
    assert "<script>alert(1)" not in page
    assert reverse("orders:act", args=[order.pk, "arrange"]) not in page
    owner_client.post(reverse("orders:act", args=[order.pk, "arrange"]))
    assert order.fulfillment_status == "allocated"  # not confirmed: refused with a message
    assert shopee.calls("ship_order") == []


def test_the_panel_offers_to_arrange_only_what_can_be_arranged_now(
    shopee, shop, variants, owner_client
):
    pull_listings(shop.pk)
    [number] = shopee.place()
    import_orders(shop.pk, [number])
    order_id = Order.objects.get(remote_id=number).pk

    def offered() -> bool:
        page = owner_client.get(f"/orders/{order_id}/").content.decode()
        return f'action="{reverse("orders:act", args=[order_id, "arrange"])}"' in page

    assert not offered()
    lifecycle.confirm_order(order_id, actor=ACTOR)
    assert offered()
    lifecycle.hold_order(order_id, actor=ACTOR, reason="Chờ khách")
    assert not offered()
    lifecycle.release_hold(order_id, actor=ACTOR)
    assert offered()
    lifecycle.cancel_order(order_id, actor=ACTOR, reason="Đổi ý")
    assert not offered()


def test_the_stored_label_is_handed_out(shopee, shop, variants, owner_client, until):
    from channels_sync.services.arranging import arrange_shipment, send_arrangement
    from channels_sync.services.waybills import fetch_waybill

    pull_listings(shop.pk)
    [number] = shopee.place()
    import_orders(shop.pk, [number])
    order = lifecycle.confirm_order(Order.objects.get(remote_id=number).pk, actor=ACTOR)
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    assert owner_client.get(f"/channels/packages/{package.pk}/waybill.pdf").status_code == 404
    send_arrangement(package.pk)
    until(lambda: fetch_waybill(package.pk).waybill == "stored")
    answer = owner_client.get(f"/channels/packages/{package.pk}/waybill.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
