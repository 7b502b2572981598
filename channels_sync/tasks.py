"""Celery tasks of channels: each loads by id and calls one service.

A lock that is taken means that the same work is being done; the next sweep looks again.
"""

from contextlib import suppress

from celery import shared_task

from channels_sync.models import RemotePackage, Shop
from channels_sync.services import (
    access,
    arranging,
    fees,
    importing,
    listings,
    prices,
    reconciling,
    stock_push,
    waybills,
)
from oms.kernel.actors import Actor
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import LockBusy

# A partner's trouble is kept with the row it concerns, which stays due for the next sweep.
TROUBLE = (ServiceUnreachable, ServiceRefused, LockBusy)


def connected_shop_ids() -> list[int]:
    return list(
        Shop.objects.filter(status=Shop.Status.CONNECTED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


@shared_task
def start_shop(shop_id: int) -> None:
    """The first look at a shop that was just connected: what it sells, then its orders."""
    with suppress(*TROUBLE):
        listings.pull_listings(shop_id)
    poll_shop(shop_id)


@shared_task
def poll_shops() -> None:
    for shop_id in connected_shop_ids():
        poll_shop.delay(shop_id)


@shared_task
def poll_shop(shop_id: int) -> None:
    with suppress(LockBusy):
        importing.poll_shop(shop_id)


@shared_task
def pull_listings(shop_id: int) -> None:
    with suppress(*TROUBLE):
        listings.pull_listings(shop_id)


@shared_task
def refresh_tokens() -> None:
    for shop_id in connected_shop_ids():
        with suppress(*TROUBLE):
            access.refresh_ahead(shop_id)


@shared_task
def push_stock(shop_id: int) -> None:
    with suppress(*TROUBLE):
        stock_push.push_stock(shop_id)


@shared_task
def push_prices(shop_id: int) -> None:
    with suppress(*TROUBLE):
        prices.push_prices(shop_id, actor=Actor.system("price-push"))


@shared_task
def push_due_stock() -> None:
    for shop_id in stock_push.due_shop_ids():
        push_stock.delay(shop_id)


@shared_task
def read_back_stock() -> None:
    for shop_id in connected_shop_ids():
        with suppress(*TROUBLE):
            stock_push.read_back(shop_id)


@shared_task
def send_arrangement(package_id: int) -> None:
    with suppress(LockBusy):
        arranging.send_arrangement(package_id)


@shared_task
def fetch_waybill(package_id: int) -> None:
    with suppress(LockBusy):
        waybills.fetch_waybill(package_id)


@shared_task
def sweep_packages() -> None:
    """Wishes that were not carried out, outcomes not known, labels not here yet."""
    for package_id in arranging.due_package_ids():
        package = RemotePackage.objects.get(pk=package_id)
        if package.arrangement == RemotePackage.Arrangement.ARRANGED:
            fetch_waybill(package_id)
        else:
            send_arrangement(package_id)


@shared_task
def pull_fees() -> None:
    for shop_id in connected_shop_ids():
        with suppress(*TROUBLE):
            fees.pull_fees(shop_id)


@shared_task
def reconcile_shops() -> None:
    for shop_id in connected_shop_ids():
        with suppress(*TROUBLE):
            reconciling.catch_up(shop_id, actor=Actor.system("reconcile"))
