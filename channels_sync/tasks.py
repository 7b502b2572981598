"""Celery tasks of channels: each loads by id and calls one service.

A lock that is taken means that the same work is being done; the next sweep looks again.
"""

from contextlib import suppress
from datetime import date

from celery import shared_task

from channels_sync.models import RemotePackage, Shop
from channels_sync.services import (
    access,
    arranging,
    consent_alerts,
    fees,
    importing,
    listings,
    offering,
    prices,
    product_push,
    rates,
    reconciling,
    return_alerts,
    returns,
    stock_push,
    waybills,
)
from oms.kernel.actors import Actor
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import LockBusy
from oms.kernel.queue import begun, hurry_later

# A partner's trouble is kept with the row it concerns, which stays due for the next sweep.
TROUBLE = (ServiceUnreachable, ServiceRefused, LockBusy)
# A shop with much to tell lets the others have their turn, and messages of partners theirs.
TURN_SECONDS = 3.0
# What is due later than that is found by the sweep.
SWEEP_SECONDS, MARGIN_SECONDS = 10.0, 0.05


def connected_shop_ids() -> list[int]:
    return list(
        Shop.objects.filter(status=Shop.Status.CONNECTED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


@shared_task
def start_shop(shop_id: int) -> None:
    """The first look at a shop that was just connected, or came back: what it sells, its orders,
    what comes back, its money; each goes on where it stopped.
    """
    with suppress(*TROUBLE):
        listings.pull_listings(shop_id)
    poll_shop(shop_id)
    pull_shop_returns(shop_id)
    pull_shop_fees(shop_id)


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
def renew_access(shop_id: int) -> None:
    begun(renew_access, shop_id)
    with suppress(*TROUBLE):
        access.renew_access(shop_id)


@shared_task
def warn_of_consent() -> None:
    consent_alerts.warn_of_consent(actor=Actor.system("consent"))


@shared_task
def push_stock(shop_id: int) -> None:
    begun(push_stock, shop_id)
    try:
        stock_push.push_stock(shop_id, seconds=TURN_SECONDS)
    except ServiceUnreachable as trouble:
        if trouble.retry_after is not None and trouble.retry_after < SWEEP_SECONDS:
            hurry_later(push_stock, trouble.retry_after + MARGIN_SECONDS, shop_id)
    except (ServiceRefused, LockBusy):
        pass  # kept with the row; whoever holds the lock looks once more when he is done


@shared_task
def push_prices(shop_id: int) -> None:
    with suppress(*TROUBLE):
        prices.push_prices(shop_id, actor=Actor.system("price-push"))


@shared_task
def send_offering(offering_id: int) -> None:
    with suppress(*TROUBLE):
        offering.send_offering(offering_id)


@shared_task
def push_due_stock() -> None:
    for shop_id in stock_push.due_shop_ids():
        push_stock.delay(shop_id)


@shared_task
def push_products(shop_id: int) -> None:
    with suppress(*TROUBLE):
        product_push.push_products(shop_id)


@shared_task
def push_due_products() -> None:
    """What waited for its time: texts, new products, prices."""
    for shop_id in product_push.due_shop_ids():
        push_products.delay(shop_id)
    for offering_id in offering.due_offering_ids():
        send_offering.delay(offering_id)
    for shop_id in prices.due_price_shop_ids():
        push_prices.delay(shop_id)


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
def pull_returns() -> None:
    for shop_id in connected_shop_ids():
        pull_shop_returns.delay(shop_id)
    return_alerts.settle_due(actor=Actor.system("returns"))


@shared_task
def pull_shop_returns(shop_id: int) -> None:
    with suppress(*TROUBLE):
        returns.pull_returns(shop_id)


@shared_task
def pull_fees() -> None:
    for shop_id in connected_shop_ids():
        with suppress(*TROUBLE):
            fees.pull_fees(shop_id)


@shared_task
def pull_shop_fees(shop_id: int) -> None:
    with suppress(*TROUBLE):
        fees.pull_fees(shop_id)


@shared_task
def recount_fees(marketplace: str, since: str) -> None:
    """Fees of the sales since a day are estimated anew."""
    rates.recount_fees(marketplace, date.fromisoformat(since))


@shared_task
def reconcile_shops() -> None:
    for shop_id in connected_shop_ids():
        with suppress(*TROUBLE):
            reconciling.catch_up(shop_id, actor=Actor.system("reconcile"))
