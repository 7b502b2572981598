"""Payouts against what was expected: by statement, and by order."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from channels_sync.models import OrderFee, RemoteOrder, Settlement, Shop, SyncProblem
from channels_sync.ports import SettlementFact, marketplace, teller_of_settlements
from channels_sync.selectors.money import OrderMoney, differs, money_of_orders
from channels_sync.services.access import ask
from channels_sync.services.problems import report_problem, resolve_problems
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.money import format_vnd
from oms.kernel.sql import run

KIND = SyncProblem.Kind
# Statements that lines name, whether or not the marketplace tells of them itself.
_NAMED = """
INSERT INTO channels_sync_settlement AS s
    (shop_id, number, first_day, last_day, is_paid, seen_at)
SELECT shop_id, statement, min(happened_on), max(happened_on), bool_and(is_paid),
    %(now)s::timestamptz
FROM channels_sync_orderfee WHERE shop_id = %(shop)s::bigint AND statement <> ''
    AND happened_on >= %(since)s::date
GROUP BY shop_id, statement ORDER BY statement
ON CONFLICT (shop_id, number) DO UPDATE SET
    first_day = least(s.first_day, excluded.first_day),
    last_day = greatest(s.last_day, excluded.last_day),
    is_paid = s.is_paid OR excluded.is_paid, seen_at = excluded.seen_at
RETURNING id
"""


def pull_settlements(shop_id: int, *, since: date, until: date) -> int:
    """Bring the statements of these days up to date; returns how many do not match their lines.

    A marketplace that tells of no statements has those that its lines name.
    """
    for fact in _told(shop_id, since, until):
        _keep(shop_id, fact)
    run(_NAMED, {"now": now(), "shop": shop_id, "since": since})
    return _judge_statements(shop_id, since)


def _told(shop_id: int, since: date, until: date) -> Iterable[SettlementFact]:
    code = Shop.objects.values_list("marketplace", flat=True).get(pk=shop_id)
    teller = teller_of_settlements(marketplace(code))
    if teller is None:
        return
    longest = timedelta(days=teller.longest_settlement_window_days - 1)
    while since <= until:
        to = min(since + longest, until)
        yield from _ask(shop_id, since, to)
        since = to + timedelta(days=1)


def _ask(shop_id: int, since: date, until: date) -> Iterable[SettlementFact]:
    def question(adapter: object, access: object) -> Iterable[SettlementFact]:
        teller = teller_of_settlements(adapter)  # type: ignore[arg-type]
        assert teller is not None
        return teller.list_settlements(access, since=since, until=until)  # type: ignore[arg-type]

    return ask(shop_id, question)


def _keep(shop_id: int, fact: SettlementFact) -> None:
    Settlement.objects.update_or_create(
        shop_id=shop_id,
        number=fact.number,
        defaults={
            "first_day": fact.first_day,
            "last_day": fact.last_day,
            "told_vnd": fact.lines_vnd,
            "payout_vnd": fact.payout_vnd,
            "is_paid": fact.is_paid,
            "seen_at": now(),
        },
    )


def _judge_statements(shop_id: int, since: date) -> int:
    rows = list(
        Settlement.objects.filter(shop=shop_id, last_day__gte=since, told_vnd__isnull=False)
    )
    sums = dict(
        OrderFee.objects.filter(shop=shop_id, statement__in=[row.number for row in rows])
        .order_by()
        .values("statement")
        .annotate(total=Sum("amount_vnd"))
        .values_list("statement", "total")
    )
    good, wrong = [], 0
    for row in rows:
        lines = sums.get(row.number, 0)
        if lines == row.told_vnd:
            good.append(row.number)
            continue
        wrong += 1
        text = _("Bảng %(number)s: sàn báo %(told)s, các dòng đã đọc cộng lại %(lines)s")
        amounts = {"told": format_vnd(row.told_vnd or 0), "lines": format_vnd(lines)}
        message = text % {"number": row.number, **amounts}
        report_problem(shop_id, KIND.STATEMENT_DIFFERS, row.number, message)
    resolve_problems(shop_id, good, [KIND.STATEMENT_DIFFERS])
    return wrong


def judge_payouts(order_ids: Collection[int]) -> int:
    """A problem for each order that brought in less or more than its shop tolerates."""
    rows = money_of_orders(order_ids)
    tolerated = dict(
        Shop.objects.filter(pk__in={row.shop_id for row in rows}).values_list("pk", "tolerance_vnd")
    )
    wrong = [row for row in rows if differs(row, tolerated[row.shop_id])]
    for row in wrong:
        report_problem(row.shop_id, KIND.PAYOUT_DIFFERS, row.remote_id, _what_differs(row))
    for shop_id in tolerated:
        good = [row.remote_id for row in rows if row.shop_id == shop_id and row not in wrong]
        resolve_problems(shop_id, good, [KIND.PAYOUT_DIFFERS])
    return len(wrong)


def _what_differs(row: OrderMoney) -> str:
    """The sums, and the kind of fee in which most of the difference lies."""
    told = {
        "expected": format_vnd(row.expected_payout_vnd or 0),
        "paid": format_vnd(row.payout_vnd or 0),
        "difference": format_vnd(row.difference_vnd or 0),
    }
    text = _("Ước tính sàn trả %(expected)s, quyết toán %(paid)s, lệch %(difference)s") % told
    kind, amount = _largest(row)
    if not amount:
        return text
    label = OrderFee.Kind(kind).label
    return f"{text} ({label}: {format_vnd(amount)})"


def _largest(row: OrderMoney) -> tuple[str, int]:
    differences: dict[str, int] = {}
    for kind, amount in row.settled.items():
        if kind not in (OrderFee.Kind.GOODS, OrderFee.Kind.VOUCHER, OrderFee.Kind.REFUND):
            differences[kind] = differences.get(kind, 0) + amount
    for fee in row.expected or ():
        differences[fee.kind] = differences.get(fee.kind, 0) + fee.amount_vnd
    found = max(differences.items(), key=lambda pair: abs(pair[1]), default=("", 0))
    return found


@transaction.atomic
def accept_payout(shop_id: int, remote_id: str, *, actor: Actor) -> None:
    """Agree with what was paid; another amount later is asked about again."""
    remote = RemoteOrder.objects.select_for_update().filter(shop=shop_id, remote_id=remote_id)
    row = remote.first()
    money = money_of_orders([row.order_id]) if row is not None and row.order_id else []
    if row is None or not money or money[0].payout_vnd is None:
        raise DomainError(_("Đơn này chưa có quyết toán của sàn."), code="not_settled")
    row.accepted_payout_vnd = money[0].payout_vnd
    row.save(update_fields=["accepted_payout_vnd"])
    resolve_problems(shop_id, [remote_id], [KIND.PAYOUT_DIFFERS])
    data = {"payout_vnd": row.accepted_payout_vnd, "difference_vnd": money[0].difference_vnd}
    record_event(
        "channel.payout_accepted", row, actor=actor, data=data, about=("order", row.order_id or 0)
    )
