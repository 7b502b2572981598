"""A rehearsal from its start to its report, in short steps that any process may go on with."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from channels_sync.models import Shop
from channels_sync.services.stock_push import mark_shop
from inventory.models import Variant
from oms.kernel import jobs
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.locks import LockBusy, redis_lock
from oms.rehearsal import doors
from oms.rehearsal.judging import as_rows, is_green, judge
from oms.rehearsal.models import Rehearsal
from oms.rehearsal.services.following import is_quiet, reconcile, turn
from oms.rehearsal.services.gathering import before_first_sale, gather, shops_to_sell_at

KIND = "rehearsal.run"
Phase = Rehearsal.Phase
# Steps as the job counts them.
STEPS = ("prepare", "sell", "trouble", "settle", "judge")
LONGEST_PREPARING, LONGEST_SETTLING = timedelta(minutes=2), timedelta(minutes=5)
# A change within a second of the one before is dated a second later: it is listed only then.
SHORTEST_SETTLING = timedelta(seconds=3)
LOCK_SECONDS = 300
HOT_SKUS = 3
# Calls about orders that each marketplace turns away once a third of the buyers came; with many
# buyers stock messages too, which then wait half a minute.
LIMITED_CALLS, MANY_BUYERS = 6, 200


def start_rehearsal(*, orders: int, rate: int, seed: int = 0, actor: Actor) -> Rehearsal:
    """Begin one; DomainError without a sandbox, without a connected shop, or beside another one."""
    if not settings.SANDBOX:
        raise DomainError(_("Chỉ diễn tập được khi hệ thống chạy với sàn thử."), code="no_sandbox")
    try:
        shops = shops_to_sell_at()
    except (ServiceRefused, ServiceUnreachable):
        raise DomainError(_("Sàn thử không trả lời: khởi động lại rồi thử lại."), code="no_sandbox")
    if not shops:
        raise DomainError(
            _("Chưa có gian hàng nào kết nối với sàn thử: kết nối ở trang Kênh bán trước."),
            code="no_shop",
        )
    params = {"orders": orders, "rate": rate, "seed": seed}
    try:
        with transaction.atomic():
            job = jobs.start_job(KIND, actor=actor, params=params, total=len(STEPS))
            return Rehearsal.objects.create(job=job, started_at=now(), **params)
    except IntegrityError:
        raise DomainError(_("Một lần diễn tập khác đang chạy."), code="running")


def advance(rehearsal_id: int) -> bool:
    """Do the next step; False when there is none any more. A repeat does no harm."""
    try:
        with redis_lock(f"rehearsal:{rehearsal_id}", LOCK_SECONDS):
            return _advance(Rehearsal.objects.get(pk=rehearsal_id))
    except LockBusy:
        return True


def _advance(rehearsal: Rehearsal) -> bool:
    if not rehearsal.is_running:
        return False
    step = {Phase.NEW: _prepare, Phase.SELLING: _watch, Phase.SETTLING: _settle}
    try:
        step[Phase(rehearsal.phase)](rehearsal)
    except (ServiceRefused, ServiceUnreachable) as trouble:
        _fail(rehearsal, _("Sàn thử không trả lời: %(why)s") % {"why": trouble.message})
    return rehearsal.is_running


def stop_rehearsal(rehearsal_id: int) -> None:
    """End one without a report: its buyers stop coming. One that is over stays as it is.

    Raises LockBusy while a step is being done: it would write over what is written here.
    """
    with redis_lock(f"rehearsal:{rehearsal_id}", LOCK_SECONDS):
        rehearsal = Rehearsal.objects.get(pk=rehearsal_id)
        if not rehearsal.is_running:
            return
        with suppress(ServiceRefused, ServiceUnreachable):
            doors.stop_traffic()
        _fail(rehearsal, _("Đã dừng theo yêu cầu."))


def _fail(rehearsal: Rehearsal, why: str) -> None:
    rehearsal.phase, rehearsal.finished_at = Phase.FAILED, now()
    rehearsal.is_green = False
    rehearsal.save()
    jobs.finish_job(rehearsal.job_id, error=why)


def _done(rehearsal: Rehearsal, step: str) -> None:
    jobs.record_result(rehearsal.job_id, step, ok=True)


# Before the first sale


def _prepare(rehearsal: Rehearsal) -> None:
    """Both sides agree to begin with; then the buyers come."""
    shops = shops_to_sell_at()
    if "since" not in rehearsal.facts:
        _tell_everything(rehearsal, shops)
    turn(shops)
    waited = now() - rehearsal.started_at
    if waited < LONGEST_PREPARING and not is_quiet(shops, since=rehearsal.started_at):
        return
    rehearsal.facts |= before_first_sale(shops)
    doors.start_traffic(
        orders=rehearsal.orders,
        rate=rehearsal.rate,
        seed=rehearsal.seed,
        hot=_hot_skus(rehearsal.facts),
    )
    rehearsal.phase = Phase.SELLING
    rehearsal.save()
    _done(rehearsal, "prepare")


def _tell_everything(rehearsal: Rehearsal, shops: list[Shop]) -> None:
    """The shops' clocks are noted, then each is told all its numbers anew."""
    codes = sorted({shop.marketplace for shop in shops})
    rehearsal.facts = {"since": {code: doors.clock(code) for code in codes}}
    rehearsal.save()
    for code in codes:
        doors.clear_faults(code)
    for shop in shops:
        mark_shop(shop.pk)


def _hot_skus(facts: dict[str, Any]) -> list[str]:
    """What most shops offer and there is least of: it will be sold out."""
    offers = [sku for allowed in facts["allowed"].values() for sku in allowed]
    here = set(Variant.objects.filter(sku__in=offers).values_list("sku", flat=True))
    wanted = [sku for sku, units in facts["units"].items() if units > 0 and sku in here]
    wanted.sort(key=lambda sku: (-offers.count(sku), facts["units"][sku], sku))
    return wanted[:HOT_SKUS]


# While it sells


def _watch(rehearsal: Rehearsal) -> None:
    """Look how far the buyers are; a third of the way the shops get into trouble."""
    told = doors.traffic()
    rehearsal.sold = told.get("done", 0)
    if rehearsal.sold * 3 >= rehearsal.orders and not rehearsal.facts.get("troubled"):
        _make_trouble(rehearsal)
    if not told["running"]:
        if told.get("error"):
            _fail(rehearsal, told["error"])
            return
        rehearsal.facts["spoilt"] = told.get("faults", {})
        rehearsal.phase = Phase.SETTLING
        rehearsal.facts["ended"] = now().timestamp()
        rehearsal.settle_until = now() + LONGEST_SETTLING
        _done(rehearsal, "sell")
    rehearsal.save()


def _make_trouble(rehearsal: Rehearsal) -> None:
    """Every token is refused, and the next calls are too many."""
    for code in rehearsal.facts["since"]:
        doors.end_tokens(code)
        doors.refuse_calls(code, "*order*", LIMITED_CALLS)
        if rehearsal.orders >= MANY_BUYERS:
            doors.refuse_calls(code, "*update*", 1)
    rehearsal.facts["troubled"] = True
    _done(rehearsal, "trouble")


# After the last sale


def _settle(rehearsal: Rehearsal) -> None:
    """Let our side come to rest, compare as every night, and write the report."""
    shops = list(Shop.objects.filter(pk__in=rehearsal.facts["shops"]).order_by("pk"))
    turn(shops)
    if not (_is_at_rest(rehearsal, shops) or _is_over(rehearsal)):
        return
    if "reconciled" not in rehearsal.facts:
        _done(rehearsal, "settle")
        rehearsal.facts["reconciled"] = reconcile(shops)
        rehearsal.save()
        return
    _judge(rehearsal)


def _is_at_rest(rehearsal: Rehearsal, shops: list[Shop]) -> bool:
    rested = now().timestamp() - rehearsal.facts["ended"] > SHORTEST_SETTLING.total_seconds()
    return rested and is_quiet(shops, since=rehearsal.started_at)


def _is_over(rehearsal: Rehearsal) -> bool:
    return rehearsal.settle_until is not None and now() > rehearsal.settle_until


def _judge(rehearsal: Rehearsal) -> None:
    lines = judge(gather(rehearsal))
    rehearsal.report, rehearsal.is_green = as_rows(lines), is_green(lines)
    rehearsal.phase, rehearsal.finished_at = Phase.DONE, now()
    rehearsal.save()
    _done(rehearsal, "judge")
    jobs.finish_job(rehearsal.job_id)
