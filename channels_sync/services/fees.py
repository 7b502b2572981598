"""Money: lines of settlements read from the marketplace and kept with their orders."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from channels_sync.models import OrderFee, RemoteOrder, Shop, SyncCursor
from channels_sync.ports import FeeLine, FeePage, marketplace
from channels_sync.services.access import ask
from channels_sync.services.follow import settle_cash
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from orders.models import Order

FEES = "fees"
# Lines of a day come late, and whether they were paid out is told weeks after.
READ_AGAIN = timedelta(days=30)
FIRST_LOOK_BACK = timedelta(days=60)
ONE_DAY = timedelta(days=1)


def pull_fees(shop_id: int, *, until: date | None = None) -> int:
    """Read the lines since the last look and some weeks before; returns how many were read.

    A second look brings the same rows up to date. The cursor moves when all days were read.
    """
    last = until or today()
    moment = now()
    cursor, _created = SyncCursor.objects.get_or_create(
        shop_id=shop_id, kind=FEES, defaults={"position": moment - FIRST_LOOK_BACK}
    )
    read = 0
    for page in _pages(shop_id, today(cursor.position) - READ_AGAIN, last):
        keep_fees(shop_id, page)
        read += len(page)
    SyncCursor.objects.filter(pk=cursor.pk, position__lt=moment).update(position=moment)
    settle_paid_out(shop_id)
    return read


def _pages(shop_id: int, since: date, until: date) -> Iterator[Sequence[FeeLine]]:
    code = Shop.objects.values_list("marketplace", flat=True).get(pk=shop_id)
    longest = timedelta(days=marketplace(code).longest_fee_window_days - 1)
    while since <= until:
        to = min(since + longest, until)
        following: str | None = ""
        while following is not None:
            page = _page(shop_id, since, to, following)
            yield page.rows
            following = page.next_cursor
        since = to + ONE_DAY


def _page(shop_id: int, since: date, to: date, cursor: str) -> FeePage:
    return ask(
        shop_id,
        lambda adapter, access: adapter.list_fees(access, since=since, until=to, cursor=cursor),
    )


def keep_fees(shop_id: int, lines: Sequence[FeeLine]) -> None:
    """Write one page with one statement; a line told twice in it counts once."""
    orders = dict(
        RemoteOrder.objects.filter(
            shop_id=shop_id, remote_id__in={line.remote_id for line in lines}
        ).values_list("remote_id", "order_id")
    )
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
                seen_at=moment,
            )
            for line in {line.key: line for line in lines}.values()
        ],
        update_conflicts=True,
        unique_fields=["shop", "key"],
        update_fields=[
            *["remote_id", "order", "kind", "name", "amount_vnd", "happened_on", "statement"],
            *["is_paid", "seen_at"],
        ],
    )


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
