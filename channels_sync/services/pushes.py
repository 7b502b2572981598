"""Looking at what marketplaces' push messages point to. What a push says is never a fact."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from django.utils.translation import gettext as _
from redis import RedisError

from channels_sync.models import RemotePackage, Shop, SyncProblem
from channels_sync.ports import AccessLost, Push, PushKind
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from channels_sync.services.importing import import_orders
from channels_sync.services.problems import report_problem
from channels_sync.services.returns import import_return
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import patience
from oms.kernel.redis import redis_client

log = logging.getLogger(__name__)
TROUBLE = (ServiceUnreachable, ServiceRefused)
OF_ORDERS = (PushKind.ORDER, PushKind.DOCUMENT)
# How long one shop may keep the line waiting: at first, and for what was tried before.
SHORT_S, LONG_S = 6.0, 20.0
# After so many silent shops in one group their marketplace is taken for dead.
MOST_SILENT = 2
REST_SECONDS = 60
WAITING_WAYBILLS = (RemotePackage.Waybill.WANTED, RemotePackage.Waybill.CREATED)


def follow_pushes(
    marketplace_code: str, pushes: Mapping[int, Push], *, again: Collection[int] = ()
) -> dict[int, Exception]:
    """Follow each, shop by shop; the orders of one shop are asked for together.

    Tells which met a partner's trouble. Anything else rises: it is looked for one by one. Others
    stand in line behind: a shop that gives no answer is soon left, and not asked again for what
    is new (not in `again`) until it has rested.
    """
    failed: dict[int, Exception] = {}
    silent = 0
    for shop, told in _by_shop(marketplace_code, pushes):
        rested = silent < MOST_SILENT and (not _rests(shop) or not told.keys().isdisjoint(again))
        if not rested:
            failed |= dict.fromkeys(told, ServiceUnreachable(_("Sàn đang không phản hồi.")))
            continue
        with patience(LONG_S if all(key in again for key in told) else SHORT_S):
            trouble = _follow_shop(shop, told)
        failed |= trouble
        silent += _note_silence(shop, trouble.values())
    return failed


def _by_shop(
    marketplace_code: str, pushes: Mapping[int, Push]
) -> list[tuple[Shop, dict[int, Push]]]:
    """Each shop with its messages; those that gave no answer lately are the last."""
    shops = _shops(marketplace_code, pushes.values())
    told: dict[int, dict[int, Push]] = defaultdict(dict)
    for key, push in pushes.items():
        for remote in push.remote_shop_ids:
            if remote in shops:
                told[shops[remote].pk][key] = push
    named = {shop.pk: shop for shop in shops.values()}
    pairs = [(named[pk], several) for pk, several in told.items()]
    return sorted(pairs, key=lambda pair: _rests(pair[0]))


def _follow_shop(shop: Shop, pushes: Mapping[int, Push]) -> dict[int, Exception]:
    failed: dict[int, Exception] = {}
    orders = {key: _numbers(push) for key, push in pushes.items() if push.kind in OF_ORDERS}
    for key, push in pushes.items():
        if key not in orders:
            try:
                _follow(shop, push)
            except TROUBLE as error:
                failed[key] = error
    numbers = [number for several in orders.values() for number in several]
    try:
        _follow_orders(shop.pk, list(dict.fromkeys(numbers)))
    except TROUBLE as error:
        failed |= dict.fromkeys(orders, error)
    return failed


def _note_silence(shop: Shop, troubles: Iterable[Exception]) -> bool:
    """Let a shop rest that gave no answer. One that asks for a slower pace is alive."""
    silent = any(
        isinstance(trouble, ServiceUnreachable) and trouble.retry_after is None
        for trouble in troubles
    )
    with suppress(RedisError):
        if silent:
            redis_client().set(_rest_key(shop), 1, ex=REST_SECONDS)
        else:
            redis_client().delete(_rest_key(shop))
    return silent


def _rests(shop: Shop) -> bool:
    with suppress(RedisError):
        return bool(redis_client().exists(_rest_key(shop)))
    return False


def _rest_key(shop: Shop) -> str:
    return f"push-rest:{shop.pk}"


def _shops(marketplace_code: str, pushes: Iterable[Push]) -> dict[str, Shop]:
    """The connected shops that these messages name, by the marketplace's own number."""
    named = {remote for push in pushes for remote in push.remote_shop_ids}
    shops = Shop.objects.filter(
        marketplace=marketplace_code, remote_shop_id__in=named, status=Shop.Status.CONNECTED
    )
    return {shop.remote_shop_id: shop for shop in shops}


def _numbers(push: Push) -> list[str]:
    return [push.remote_id, *push.more_ids] if push.remote_id else []


def _follow(shop: Shop, push: Push) -> None:
    if push.kind is PushKind.ACCESS:
        _check_access(shop)
    elif push.kind is PushKind.RETURN:
        _follow_return(shop, push)
    elif push.kind is PushKind.UNKNOWN:
        text = _("Sàn gửi tin loại %(event)s chưa được ánh xạ; dữ liệu của nó chưa được dùng.")
        message = text % {"event": push.event}
        report_problem(shop.pk, SyncProblem.Kind.UNKNOWN_EVENT, push.event, message)


def _follow_return(shop: Shop, push: Push) -> None:
    """The order first: what comes back belongs to it."""
    if push.remote_id:
        import_orders(shop.pk, [push.remote_id])
    if push.return_id:
        import_return(shop.pk, push.return_id)


def _check_access(shop: Shop) -> None:
    """A question that needs the consent; `ask` marks the shop when it is gone."""
    try:
        ask(shop.pk, lambda adapter, access: adapter.shop_info(access))
    except AccessLost as loss:
        log.warning("shop_access_lost shop_id=%s code=%s", shop.pk, loss.code)


def _follow_orders(shop_id: int, numbers: Sequence[str]) -> None:
    if not numbers:
        return
    import_orders(shop_id, numbers)
    waiting = RemotePackage.objects.filter(
        remote_order__shop_id=shop_id,
        remote_order__remote_id__in=numbers,
        waybill__in=WAITING_WAYBILLS,
    )
    for package_id in waiting.order_by("pk").values_list("pk", flat=True):
        hurry("fetch_waybill", package_id)
