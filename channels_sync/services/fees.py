"""Money: lines of settlements read from the marketplace and kept with their orders."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import OrderFee, RemoteOrder, Shop, SyncCursor, SyncProblem
from channels_sync.ports import FeeLine, FeePage, marketplace
from channels_sync.services.access import ask
from channels_sync.services.follow import settle_cash
from channels_sync.services.money_words import hold_words, place_lines
from channels_sync.services.problems import report_problem, resolve_problems
from channels_sync.services.settling import judge_payouts, pull_settlements
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.sql import run
from orders.models import Order
from orders.services.profits import count_profits

FEES = "fees"
# Lines of a day come late, and whether they were paid out is told weeks after.
READ_AGAIN = timedelta(days=30)
FIRST_LOOK_BACK = timedelta(days=60)
ONE_DAY = timedelta(days=1)
_LINK = """
UPDATE channels_sync_orderfee f SET order_id = r.order_id FROM channels_sync_remoteorder r
WHERE f.shop_id = %(shop)s::bigint AND f.order_id IS NULL AND f.remote_id <> ''
    AND r.shop_id = f.shop_id AND r.remote_id = f.remote_id AND r.order_id IS NOT NULL
RETURNING f.order_id
"""


def pull_fees(shop_id: int, *, until: date | None = None) -> int:
    """Read the lines since the last look and some weeks before; returns how many were read.

    A second look brings the same rows up to date. The cursor moves when all days were read.
    """
    last = until or today()
    moment = now()
    cursor, _made = SyncCursor.objects.get_or_create(
        shop_id=shop_id, kind=FEES, defaults={"position": moment - FIRST_LOOK_BACK}
    )
    read = 0
    for page in _pages(shop_id, today(cursor.position) - READ_AGAIN, last):
        keep_fees(shop_id, page.rows, whole=page.is_whole)
        read += len(page.rows)
    link_fees(shop_id)
    pull_settlements(shop_id, since=today(cursor.position) - READ_AGAIN, until=last)
    SyncCursor.objects.filter(pk=cursor.pk, position__lt=moment).update(position=moment)
    settle_paid_out(shop_id)
    return read


def _tell_unknown(shop_id: int, lines: Sequence[FeeLine], choices: Mapping[str, str]) -> None:
    """A word that nobody knows is a problem, until somebody says what it is."""
    known = {line.name.partition(":")[0] for line in lines if not line.word}
    known |= {word for word, counts_as in choices.items() if counts_as}
    resolve_problems(shop_id, known, [SyncProblem.Kind.UNKNOWN_MONEY])
    text = _("Sàn ghi khoản “%(word)s” mà không tài liệu nào giải thích; hãy cho biết đó là gì.")
    for word in sorted(word for word, counts_as in choices.items() if not counts_as):
        report_problem(shop_id, SyncProblem.Kind.UNKNOWN_MONEY, word, text % {"word": word})


def _pages(shop_id: int, since: date, until: date) -> Iterator[FeePage]:
    longest = timedelta(days=marketplace(_code(shop_id)).longest_fee_window_days - 1)
    while since <= until:
        to = min(since + longest, until)
        following: str | None = ""
        while following is not None:
            page = _page(shop_id, since, to, following)
            yield page
            following = page.next_cursor
        since = to + ONE_DAY


def _page(shop_id: int, since: date, to: date, cursor: str) -> FeePage:
    return ask(
        shop_id,
        lambda adapter, access: adapter.list_fees(access, since=since, until=to, cursor=cursor),
    )


def keep_fees(shop_id: int, lines: Sequence[FeeLine], *, whole: bool = False) -> None:
    """Write one page with one statement; a line told twice in it counts once.

    `whole`: these are all lines of their orders, so that others of them are taken back. What the
    orders earn is counted again.
    """
    remote_ids = {line.remote_id for line in lines}
    orders = dict(
        RemoteOrder.objects.filter(shop_id=shop_id, remote_id__in=remote_ids).values_list(
            "remote_id", "order_id"
        )
    )
    with transaction.atomic():
        choices = _hold_choices(shop_id, lines)
        if whole:
            kept = [line.key for line in lines]
            OrderFee.objects.filter(
                shop_id=shop_id, remote_id__in=remote_ids - {""}, is_adjustment=False
            ).exclude(key__in=kept).delete()
        _write(shop_id, lines, orders)
        _place(shop_id, choices)
        _tell_unknown(shop_id, lines, choices)
    known = [order_id for order_id in orders.values() if order_id]
    count_profits(known)
    judge_payouts(known)


def _hold_choices(shop_id: int, lines: Sequence[FeeLine]) -> dict[str, str]:
    words = {line.word for line in lines if line.word}
    return hold_words(_code(shop_id), words) if words else {}


def _place(shop_id: int, choices: Mapping[str, str]) -> None:
    """Lines are written as they are told; what somebody said of their words stands above that."""
    if choices:
        place_lines(_code(shop_id), choices.keys())


def _code(shop_id: int) -> str:
    return Shop.objects.values_list("marketplace", flat=True).get(pk=shop_id)


def _write(shop_id: int, lines: Sequence[FeeLine], orders: Mapping[str, int | None]) -> None:
    moment = now()
    OrderFee.objects.bulk_create(
        [
            OrderFee(
                shop_id=shop_id,
                key=line.key,
                remote_id=line.remote_id,
                order_id=orders.get(line.remote_id),
                kind=line.kind,
                name=line.name,
                amount_vnd=line.amount_vnd,
                happened_on=line.happened_on,
                statement=line.statement,
                is_paid=line.is_paid,
                is_adjustment=line.is_adjustment,
                word=line.word,
                told_kind=line.kind if line.word else "",
                told_remote_id=line.remote_id if line.word else "",
                seen_at=moment,
            )
            for line in {line.key: line for line in lines}.values()
        ],
        update_conflicts=True,
        unique_fields=["shop", "key"],
        update_fields=[
            *["remote_id", "order", "kind", "name", "amount_vnd", "happened_on", "statement"],
            *["is_paid", "is_adjustment", "word", "told_kind", "told_remote_id", "seen_at"],
        ],
    )


def link_fees(shop_id: int) -> int:
    """Give lines that came before their order to it; what those orders earn is counted anew."""
    rows = run(_LINK, {"shop": shop_id})
    order_ids = sorted({order_id for (order_id,) in rows})
    count_profits(order_ids)
    judge_payouts(order_ids)
    return len(order_ids)


def settle_paid_out(shop_id: int) -> None:
    """Cash of orders whose lines were all paid out has arrived, where nothing else tells it."""
    shop = Shop.objects.get(pk=shop_id)
    if marketplace(shop.marketplace).capabilities.tells_completion:
        return
    fees = OrderFee.objects.filter(shop=shop)
    remotes = (
        RemoteOrder.objects.filter(shop=shop, order__cod_status=Order.Cod.COLLECTED)
        .filter(order__in=fees.filter(is_paid=True).values("order"))
        .exclude(order__in=fees.filter(is_paid=False, order__isnull=False).values("order"))
    )
    for remote in remotes.order_by("pk"):
        settle_cash(remote, actor=Actor.partner(shop.marketplace))
