"""Connecting a shop and keeping its access alive."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from channels_sync.models import Shop, SyncCursor
from channels_sync.ports import AccessLost
from channels_sync.services.access import ask, fresh_access
from channels_sync.services.connecting import connect_shop, disconnect_shop
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.models import Event

from .conftest import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)


def shop_name(shop: Shop) -> str:
    return ask(shop.pk, lambda adapter, access: adapter.shop_info(access)).name


def refreshes(shopee) -> int:
    return len(shopee.calls("access_token/get"))


def end_soon(shop: Shop) -> None:
    Shop.objects.filter(pk=shop.pk).update(token_expires_at=now() + timedelta(minutes=5))


def test_consent_connects_the_shop_with_name_expiry_and_a_first_window(shopee, shop):
    assert shop.status == Shop.Status.CONNECTED
    assert shop.name == "Đơn Nhanh Demo"
    assert shop.region == "VN"
    assert shop.authorised_until is not None
    assert shop.token_expires_at is not None
    assert SyncCursor.objects.get(shop=shop).position < now() - timedelta(days=14)
    assert Event.objects.filter(name="shop.connected", subject_id=shop.pk).count() == 1


def test_tokens_are_unreadable_in_the_database(shop):
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM channels_sync_shop WHERE id = %s", [shop.pk])
        [stored] = cursor.fetchone()
    assert shop.credentials["access_token"] not in stored
    assert "refresh_token" not in stored


def test_a_code_works_once_and_a_second_use_leaves_the_shop_alone(shopee, shop):
    code = shopee.code()
    connect_shop("shopee", code, returned={"shop_id": "88012345"}, actor=ACTOR)
    before = Shop.objects.get(pk=shop.pk).credentials
    with pytest.raises(ServiceRefused):
        connect_shop("shopee", code, returned={"shop_id": "88012345"}, actor=ACTOR)
    assert Shop.objects.get(pk=shop.pk).credentials == before
    assert Shop.objects.count() == 1


def test_a_token_that_ends_soon_is_renewed_ahead_of_time(shopee, shop):
    end_soon(shop)
    assert shop_name(shop) == "Đơn Nhanh Demo"
    renewed = Shop.objects.get(pk=shop.pk)
    assert renewed.token_version == shop.token_version + 1
    assert renewed.token_expires_at is not None
    assert renewed.token_expires_at > now() + timedelta(hours=3)
    assert shop_name(shop) == "Đơn Nhanh Demo"
    assert refreshes(shopee) == 1


def test_a_token_that_the_marketplace_refuses_is_renewed_once_and_asked_again(shopee, shop):
    shopee("POST", "expire_tokens", {})
    assert shop_name(shop) == "Đơn Nhanh Demo"
    assert refreshes(shopee) == 1


def test_two_workers_renew_once(shopee, shop):
    end_soon(shop)
    shopee.fault("delay", "*access_token/get", seconds=0.5)
    tokens: list[str] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        try:
            tokens.append(fresh_access(shop.pk).token)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert refreshes(shopee) == 1
    assert len(set(tokens)) == 1
    assert len(tokens) == 4
    assert Shop.objects.get(pk=shop.pk).status == Shop.Status.CONNECTED


def test_a_renewal_without_an_answer_keeps_the_token_that_is_still_good(shopee, shop):
    end_soon(shop)
    shopee.fault("timeout_before_work", "*access_token/get")
    assert fresh_access(shop.pk).token == shop.credentials["access_token"]


def test_a_renewal_without_an_answer_is_trouble_when_the_token_has_ended(shopee, shop):
    Shop.objects.filter(pk=shop.pk).update(token_expires_at=now() - timedelta(minutes=1))
    shopee.fault("timeout_before_work", "*access_token/get")
    with pytest.raises(ServiceUnreachable):
        fresh_access(shop.pk)
    assert Shop.objects.get(pk=shop.pk).status == Shop.Status.CONNECTED
    assert shop_name(shop) == "Đơn Nhanh Demo"


def test_a_dead_refresh_token_marks_the_shop_and_consent_brings_it_back(shopee, shop):
    shopee("POST", "expire_tokens", {"refresh": True})
    with pytest.raises(AccessLost):
        shop_name(shop)
    lost = Shop.objects.get(pk=shop.pk)
    assert lost.status == Shop.Status.EXPIRED
    assert lost.last_error
    assert Event.objects.filter(name="shop.expired").count() == 1
    position = SyncCursor.objects.get(shop=shop).position
    connect_shop("shopee", shopee.code(), returned={"shop_id": "88012345"}, actor=ACTOR)
    assert Shop.objects.get().status == Shop.Status.CONNECTED
    assert SyncCursor.objects.get(shop=shop).position == position


def test_disconnecting_forgets_the_tokens(shop):
    disconnect_shop(shop.pk, actor=ACTOR)
    gone = Shop.objects.get(pk=shop.pk)
    assert (gone.status, gone.credentials) == (Shop.Status.DISCONNECTED, {})
    with pytest.raises(AccessLost):
        fresh_access(shop.pk)
