"""Access to a shop: the token of the moment, and its renewal by exactly one worker.

A refresh token works once, and each renewal gives the next one: the new pair is committed before
anyone uses it, and a second worker waits for the first and takes its result.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import Shop
from channels_sync.ports import Access, AccessExpired, AccessLost, Marketplace, Tokens, marketplace
from channels_sync.queue import hurry_once
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.events import record_event
from oms.kernel.http import patience_left
from oms.kernel.locks import LockBusy, redis_lock

T = TypeVar("T")

# Many attempts ahead of the end: an eighth of a token's life, and never less than half an hour.
REFRESH_AHEAD = timedelta(minutes=30)
PART_OF_LIFE = 8
STILL_SAFE = timedelta(minutes=1)
LOCK_SECONDS = 60
LONGEST_WAIT_SECONDS = 30.0
# What who has others behind gives a renewal that another worker makes.
SHORT_WAIT_SECONDS = 2.0
LOOK_EVERY_SECONDS = 0.1


def ask(shop_id: int, question: Callable[[Marketplace, Access], T]) -> T:
    """Put one question to the shop's marketplace, with one renewal when the token is refused.

    A lost consent marks the shop as expired and rises as AccessLost.
    """
    adapter = marketplace(_shop(shop_id).marketplace)
    access = fresh_access(shop_id)
    try:
        try:
            return question(adapter, access)
        except AccessExpired:
            access = fresh_access(shop_id, refused_token=access.token)
            return question(adapter, access)
    except AccessLost as loss:
        lose_access(shop_id, reason=loss.message)
        raise


def fresh_access(shop_id: int, *, refused_token: str = "") -> Access:
    """A token that is good for a while; `refused_token` is one the marketplace just turned down."""
    shop = _shop(shop_id)
    if shop.status != Shop.Status.CONNECTED:
        raise AccessLost(_("Gian hàng %(shop)s cần kết nối lại") % {"shop": shop.name})
    if _is_usable(shop, refused_token):
        return _access(shop)
    left = patience_left()
    if left is not None:
        return _renewed_elsewhere(shop, refused_token, min(left, SHORT_WAIT_SECONDS))
    return _renew_in_turn(shop_id, refused_token)


def renew_access(shop_id: int) -> None:
    """Renew for those who had no time to; a token that is good stays."""
    shop = _shop(shop_id)
    if shop.status == Shop.Status.CONNECTED and not _is_usable(shop, ""):
        _renew_in_turn(shop_id, "")


def _renewed_elsewhere(shop: Shop, refused_token: str, seconds: float) -> Access:
    """For who has others standing behind: a renewal may not be cut short, so another worker makes
    it. The token that lives on will do meanwhile; without one, ServiceUnreachable soon.
    """
    if refused_token and shop.credentials.get("access_token") == refused_token:
        same = Shop.objects.filter(pk=shop.pk, token_version=shop.token_version)
        same.update(token_expires_at=now())
    hurry_once("renew_access", shop.pk)
    deadline = time.monotonic() + seconds
    while True:
        shop = _shop(shop.pk)
        token = shop.credentials.get("access_token", "")
        if token and token != refused_token and _lives_on(shop):
            return _access(shop)
        if shop.status != Shop.Status.CONNECTED:
            raise AccessLost(_("Gian hàng %(shop)s cần kết nối lại") % {"shop": shop.name})
        if time.monotonic() >= deadline:
            raise ServiceUnreachable(_("Việc gia hạn kết nối chưa xong; sẽ tự thử lại."))
        time.sleep(LOOK_EVERY_SECONDS)


def refresh_ahead(shop_id: int) -> None:
    """Renew now if the token ends soon; called by the clock."""
    fresh_access(shop_id)


def lose_access(shop_id: int, *, reason: str) -> None:
    """Mark that the owner must give consent again; a repeat changes nothing."""
    with transaction.atomic():
        shop = Shop.objects.select_for_update().get(pk=shop_id)
        if shop.status != Shop.Status.CONNECTED:
            return
        shop.status = Shop.Status.EXPIRED
        shop.last_error, shop.last_error_at = reason, now()
        shop.save(update_fields=["status", "last_error", "last_error_at"])
        record_event(
            "shop.expired", shop, actor=Actor.partner(shop.marketplace), data={"reason": reason}
        )


def store_tokens(shop: Shop, tokens: Tokens) -> bool:
    """Replace the pair, unless somebody replaced it since `shop` was read.

    Shops of one account share it: the others would hold a refresh token that is spent.
    """
    stored = _replace(shop, tokens)
    if stored:
        for sister in _sharing(shop):
            _replace(sister, tokens)
    return stored


def _sharing(shop: Shop) -> list[Shop]:
    """The other connected shops of the account."""
    account = shop.credentials.get("account")
    if not account:
        return []
    others = Shop.objects.filter(marketplace=shop.marketplace, status=Shop.Status.CONNECTED)
    return [
        other
        for other in others.exclude(pk=shop.pk).order_by("pk")
        if other.credentials.get("account") == account
    ]


def _replace(shop: Shop, tokens: Tokens) -> bool:
    return bool(
        Shop.objects.filter(pk=shop.pk, token_version=shop.token_version).update(
            credentials={
                **shop.credentials,
                "access_token": tokens.access_token,
                "refresh_token": tokens.refresh_token,
            },
            token_version=shop.token_version + 1,
            token_issued_at=now(),
            token_expires_at=tokens.expires_at,
            authorised_until=tokens.authorised_until or shop.authorised_until,
            refresh_until=tokens.refresh_until,
        )
    )


def _renew_in_turn(shop_id: int, refused_token: str) -> Access:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        try:
            with redis_lock(f"shop-token:{_whose(_shop(shop_id))}", LOCK_SECONDS):
                shop = _shop(shop_id)
                return (
                    _access(shop)
                    if _is_usable(shop, refused_token)
                    else _renew(shop_id, refused_token)
                )
        except LockBusy:
            if time.monotonic() > deadline:
                raise ServiceUnreachable(_("Việc gia hạn kết nối chưa xong; sẽ tự thử lại."))
            time.sleep(LOOK_EVERY_SECONDS)
        shop = _shop(shop_id)
        if _is_usable(shop, refused_token):
            return _access(shop)


def _whose(shop: Shop) -> str:
    """Whose tokens these are: one shop's, or those of an account."""
    account = shop.credentials.get("account")
    return f"{shop.marketplace}:{account}" if account else str(shop.pk)


def _renew(shop_id: int, refused_token: str) -> Access:
    shop = _shop(shop_id)
    try:
        tokens = _ask_renewal(shop)
    except ServiceUnreachable:
        if _lives_on(shop):
            return _access(shop)
        raise
    except AccessLost as loss:
        newer = _shop(shop_id)
        if newer.token_version != shop.token_version:
            return _access(newer)
        if _lives_on(shop) and shop.credentials["access_token"] != refused_token:
            return _give_up_renewing(shop)
        lose_access(shop_id, reason=loss.message)
        raise
    store_tokens(shop, tokens)
    return _access(_shop(shop_id))


def _ask_renewal(shop: Shop) -> Tokens:
    refresh_token = shop.credentials.get("refresh_token")
    if not refresh_token:
        raise AccessLost(_("Gian hàng %(shop)s cần kết nối lại") % {"shop": shop.name})
    return marketplace(shop.marketplace).refresh(shop.remote_shop_id, refresh_token)


def _give_up_renewing(shop: Shop) -> Access:
    """The token lives to its end; the owner is warned that consent ends with it."""
    ends = shop.token_expires_at or now()
    last = Tokens(shop.credentials["access_token"], "", ends, authorised_until=ends)
    store_tokens(shop, last)
    return _access(_shop(shop.pk))


def _lives_on(shop: Shop) -> bool:
    return shop.token_expires_at is not None and shop.token_expires_at > now() + STILL_SAFE


def _is_usable(shop: Shop, refused_token: str) -> bool:
    token = shop.credentials.get("access_token", "")
    if not token or token == refused_token or shop.token_expires_at is None:
        return False
    if not shop.credentials.get("refresh_token"):
        return _lives_on(shop)
    lifetime = shop.token_expires_at - (shop.token_issued_at or shop.token_expires_at)
    return shop.token_expires_at > now() + max(REFRESH_AHEAD, lifetime / PART_OF_LIFE)


def _access(shop: Shop) -> Access:
    credentials = shop.credentials
    return Access(shop.remote_shop_id, credentials["access_token"], credentials.get("shop_key", ""))


def _shop(shop_id: int) -> Shop:
    return Shop.objects.get(pk=shop_id)
