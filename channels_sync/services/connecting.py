"""Connecting a shop: consent page, code, tokens, first look."""

from collections.abc import Mapping
from datetime import time, timedelta

from django.db import transaction

from channels_sync.models import Shop, SyncCursor
from channels_sync.ports import Grant, ShopInfo, marketplace
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import record_event

ORDERS = "orders"
# The longest window a marketplace gives in one question.
FIRST_LOOK_BACK = timedelta(days=15)


def consent_page(marketplace_code: str, *, redirect_uri: str, state: str) -> str:
    """Where the owner of a shop says yes."""
    return marketplace(marketplace_code).consent_url(redirect_uri, state)


def connect_shop(
    marketplace_code: str,
    code: str,
    *,
    returned: Mapping[str, str],
    actor: Actor,
) -> list[Shop]:
    """Turn a consent code into connected shops; a known shop gets its access back.

    `returned` is what else came back from the consent page. The tokens are committed before they
    are used. Raises ServiceRefused for a used or old code.
    """
    grant = marketplace(marketplace_code).exchange_code(code, returned)
    # One consent gives one pair for all its shops; without an account in the grant each shop goes
    # its own way from the first renewal.
    shops = [
        _keep(marketplace_code, number, grant, actor=actor) for number in grant.remote_shop_ids
    ]
    for shop in shops:
        try:
            describe_shop(shop.pk)
        finally:
            # Only now: the first orders carry the shop's name.
            hurry("start_shop", shop.pk)
    return [Shop.objects.get(pk=shop.pk) for shop in shops]


@transaction.atomic
def _keep(marketplace_code: str, remote_shop_id: str, grant: Grant, *, actor: Actor) -> Shop:
    moment, tokens = now(), grant.tokens
    shop, created = Shop.objects.select_for_update().get_or_create(
        marketplace=marketplace_code,
        remote_shop_id=remote_shop_id,
        defaults={"name": remote_shop_id, "connected_at": moment},
    )
    shop.credentials = {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
    }
    if grant.account:
        shop.credentials["account"] = grant.account
    if remote_shop_id in grant.shop_keys:
        shop.credentials["shop_key"] = grant.shop_keys[remote_shop_id]
    shop.token_version += 1
    shop.token_issued_at, shop.token_expires_at = moment, tokens.expires_at
    shop.authorised_until = tokens.authorised_until or shop.authorised_until
    shop.refresh_until = tokens.refresh_until
    shop.status = Shop.Status.CONNECTED
    shop.last_error = ""
    shop.save()
    # A shop that comes back goes on where it stopped.
    SyncCursor.objects.get_or_create(
        shop=shop, kind=ORDERS, defaults={"position": moment - FIRST_LOOK_BACK}
    )
    record_event("shop.connected", shop, actor=actor, data={"again": not created})
    return shop


def describe_shop(shop_id: int) -> None:
    """Read the shop's name, market and the day its consent ends."""
    info: ShopInfo = ask(shop_id, lambda adapter, access: adapter.shop_info(access))
    shop = Shop.objects.get(pk=shop_id)
    shop.name = info.name or shop.name
    shop.region = info.region or shop.region
    shop.authorised_until = info.authorised_until or shop.authorised_until
    shop.save(update_fields=["name", "region", "authorised_until"])


@transaction.atomic
def change_shop(
    shop_id: int,
    *,
    handover: str,
    warehouse_ids: list[int],
    actor: Actor,
    sends_texts: bool | None = None,
    tolerance_vnd: int | None = None,
    sync_hours: tuple[time, time] | None = None,
) -> Shop:
    """Set what feeds a shop's stock, how its parcels leave, whether products' texts follow ours,
    from what difference on a payout is asked about (None: as before), and at which hours products
    are sent (None: at any); its numbers are sent anew.
    """
    from channels_sync.services.stock_push import mark_shop

    shop = Shop.objects.select_for_update().get(pk=shop_id)
    before = _choices(shop)
    shop.handover = handover
    if sends_texts is not None:
        shop.sends_texts = sends_texts
    if tolerance_vnd is not None:
        shop.tolerance_vnd = tolerance_vnd
    shop.sync_from, shop.sync_until = sync_hours or (None, None)
    shop.save(update_fields=["handover", "sends_texts", "tolerance_vnd", "sync_from", "sync_until"])
    shop.stock_warehouses.set(warehouse_ids)
    record_event(
        "shop.changed",
        shop,
        actor=actor,
        data={"before": before, "after": _choices(shop)},
    )
    mark_shop(shop_id)
    return shop


def _choices(shop: Shop) -> dict[str, object]:
    return {
        "handover": shop.handover,
        "sends_texts": shop.sends_texts,
        "tolerance_vnd": shop.tolerance_vnd,
        "sync_from": f"{shop.sync_from:%H:%M}" if shop.sync_from else "",
        "sync_until": f"{shop.sync_until:%H:%M}" if shop.sync_until else "",
    }


@transaction.atomic
def disconnect_shop(shop_id: int, *, actor: Actor) -> Shop:
    """Forget the shop's tokens; its orders and listings stay. A second call changes nothing."""
    shop = Shop.objects.select_for_update().get(pk=shop_id)
    if shop.status == Shop.Status.DISCONNECTED:
        return shop
    shop.status = Shop.Status.DISCONNECTED
    shop.credentials = {}
    shop.token_version += 1
    shop.token_expires_at = None
    shop.save(update_fields=["status", "credentials", "token_version", "token_expires_at"])
    record_event("shop.disconnected", shop, actor=actor)
    return shop
