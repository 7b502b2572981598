"""Warnings before a shop's consent ends, what is caught up after a new one, and the health card."""

from datetime import timedelta
from typing import Any

import pytest

from channels_sync.models import Shop, SyncCursor
from channels_sync.selectors.consent import endings
from channels_sync.services.access import lose_access
from channels_sync.services.connecting import connect_shop
from channels_sync.services.consent_alerts import warn_of_consent
from channels_sync.services.importing import import_window
from channels_sync.services.listings import pull_listings
from channels_sync.tasks import start_shop
from oms.kernel.clock import now
from oms.kernel.inbox import receive
from oms.kernel.models import Alert, Event
from orders.models import Order

from .conftest import ACTOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


def make_shop(name: str = "Gian A", **facts: Any) -> Shop:
    return Shop.objects.create(
        marketplace="shopee", name=name, remote_shop_id=name, connected_at=now(), **facts
    )


def in_days(days: float) -> Any:
    return now() + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "step"), [(7.1, None), (6.9, 7), (3.1, 7), (2.9, 3), (1.1, 3), (0.9, 1), (-1, 1)]
)
def test_c24_the_step_is_the_last_one_that_was_passed(days, step):
    make_shop(authorised_until=in_days(days))
    assert [ending.step for ending in endings(Shop.objects.all())] == ([step] if step else [])


def test_what_ends_first_counts_consent_or_renewal():
    make_shop(authorised_until=in_days(200), refresh_until=in_days(2.5))
    [ending] = endings(Shop.objects.all())
    assert (ending.step, ending.days_left) == (3, 2)


def test_c24_each_step_is_told_once_and_a_new_consent_closes_it():
    shop = make_shop(authorised_until=in_days(6.5))
    assert warn_of_consent(actor=ACTOR) == [f"{shop.pk}:7"]
    assert warn_of_consent(actor=ACTOR) == []
    Shop.objects.update(authorised_until=in_days(2.5))
    assert warn_of_consent(actor=ACTOR) == [f"{shop.pk}:3"]
    [alert] = Alert.objects.filter(closed_at=None)
    assert "2" in alert.message
    lose_access(shop.pk, reason="hết hạn")
    assert warn_of_consent(actor=ACTOR) == [f"{shop.pk}:0"]
    Shop.objects.update(status="connected", authorised_until=in_days(300))
    assert warn_of_consent(actor=ACTOR) == []
    assert not Alert.objects.filter(closed_at=None).exists()
    assert Event.objects.filter(name="alert.opened").count() == 3


def test_c24_the_banner_stands_on_every_page_for_who_may_connect_again(
    owner_client, login, user_factory
):
    make_shop(authorised_until=in_days(2.5))
    link = "/channels/connect/shopee/"
    for address in ("/", "/orders/", "/stock/"):
        page = owner_client.get(address).content.decode()
        assert "Quyền truy cập Gian A hết hạn sau 2 ngày." in page
        assert link in page
    assert "Gian A" not in login(user_factory("sales")).get("/orders/").content.decode()
    Shop.objects.update(authorised_until=in_days(8))
    assert "Gian A hết hạn" not in owner_client.get("/stock/").content.decode()


def test_c24_a_shop_out_of_sight_is_in_no_banner(login, user_factory):
    seen, hidden = make_shop("Gian A"), make_shop("Gian B", authorised_until=in_days(0.5))
    manager = user_factory("manager")
    manager.shop_ids = [seen.pk]
    manager.save()
    assert hidden.name not in login(manager).get("/orders/").content.decode()


def test_c24_a_new_consent_catches_up_orders_returns_and_money(shopee):
    [shop] = connect_shop("shopee", shopee.code(), returned={"shop_id": "88012345"}, actor=ACTOR)
    pull_listings(shop.pk)
    import_window(shop.pk)
    lose_access(shop.pk, reason="hết hạn")
    missed = shopee.place()
    start_shop(shop.pk)
    assert not Order.objects.filter(remote_id__in=missed).exists()
    connect_shop("shopee", shopee.code(), returned={"shop_id": "88012345"}, actor=ACTOR)
    start_shop(shop.pk)
    assert Order.objects.filter(remote_id__in=missed).count() == 1
    assert set(SyncCursor.objects.filter(shop=shop).values_list("kind", flat=True)) == {
        *("orders", "returns", "fees"),
    }
    shop.refresh_from_db()
    assert shop.refresh_until is not None
    assert timedelta(days=29) < shop.refresh_until - now() <= timedelta(days=30)


def test_c18_the_card_tells_lag_queue_error_and_the_addresses_to_paste(owner_client, settings):
    settings.OMS_PUBLIC_URL = "https://ban.example.com"
    late = now() - timedelta(hours=1)
    shop = make_shop(last_poll_at=late, last_error="error_server", last_error_at=late)
    SyncCursor.objects.create(shop=shop, kind="orders", position=late)
    receive("shopee", "k1", b"{}", {}, {})
    page = " ".join(owner_client.get("/channels/").content.decode().split())
    assert "trễ" in page
    assert "error_server" in page
    assert "Tin báo chờ xử lý</dt> <dd> 1 </dd>" in page
    assert "Đồng bộ ngay" in page
    for code in ("shopee", "lazada"):
        assert f"https://ban.example.com/hooks/{code}/" in page
        assert f"https://ban.example.com/channels/callback/{code}/" in page
