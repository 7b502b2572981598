"""Words for money that nobody knows: kept, given a kind by a person, and counted by it."""

from collections.abc import Collection, Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import MoneyWord, OrderFee, RemoteOrder, SyncProblem
from channels_sync.services.problems import resolve_problems
from channels_sync.services.settling import judge_payouts
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import run
from orders.services.profits import count_profits

CLASSIFIED = "money_word.classified"
BATCH = 1_000
_ADD = """
INSERT INTO channels_sync_moneyword (marketplace, word, counts_as, first_seen_at, actor_kind,
    actor_label)
SELECT %(marketplace)s::text, word, '', %(now)s::timestamptz, '', ''
FROM unnest(%(words)s::text[]) AS word WHERE NOT EXISTS (SELECT FROM channels_sync_moneyword w
    WHERE w.marketplace = %(marketplace)s::text AND w.word = word.word)
ORDER BY word ON CONFLICT DO NOTHING
"""
# A choice waits until the lines that are being written can be seen by it, and they for the choice.
_HOLD = """
SELECT word, counts_as FROM channels_sync_moneyword
WHERE marketplace = %(marketplace)s::text AND word = ANY(%(words)s::text[]) ORDER BY id FOR SHARE
"""
# What only moved and what belongs to no order loses its order; `told_` columns keep it.
PLACED = """
SELECT f.id, f.shop_id, p.kind, CASE WHEN w.counts_as = 'beside' OR p.kind = 'moved' THEN ''
    ELSE f.told_remote_id END AS remote_id
FROM channels_sync_orderfee f JOIN channels_sync_shop s ON s.id = f.shop_id
JOIN channels_sync_moneyword w ON w.marketplace = s.marketplace AND w.word = f.word
CROSS JOIN LATERAL (SELECT CASE w.counts_as WHEN '' THEN f.told_kind WHEN 'beside' THEN 'other'
    ELSE w.counts_as END AS kind) AS p
WHERE f.word <> ''
"""
_PLACE = f"""
UPDATE channels_sync_orderfee f SET kind = p.kind, remote_id = p.remote_id,
    order_id = (SELECT r.order_id FROM channels_sync_remoteorder r
        WHERE r.shop_id = p.shop_id AND r.remote_id = p.remote_id AND p.remote_id <> '')
FROM ({PLACED} AND s.marketplace = %(marketplace)s::text AND f.word = ANY(%(words)s::text[])) AS p
WHERE f.id = p.id AND (f.kind, f.remote_id) IS DISTINCT FROM (p.kind, p.remote_id)
RETURNING f.id
"""  # noqa: S608 - no value of anybody is in it


def hold_words(marketplace: str, words: Collection[str]) -> dict[str, str]:
    """Write down the words that are new, and let nobody choose for them until the transaction
    ends; returns each with what it counts as, "" while nobody chose.
    """
    known = {"marketplace": marketplace, "words": sorted(set(words))}
    run(_ADD, {**known, "now": now()})
    return dict(run(_HOLD, known))


def place_lines(marketplace: str, words: Collection[str]) -> int:
    """Give all lines of these words the kind and the order that the choices say; how many changed.

    Profits of their orders are the caller's.
    """
    return len(run(_PLACE, {"marketplace": marketplace, "words": sorted(set(words))}))


@transaction.atomic
def classify_word(word_id: int, counts_as: str, *, seen: str, actor: Actor) -> bool:
    """Say what money of this word is, for the lines that are here and those still to come.

    `seen` is the choice that the person was shown: when somebody else chose another one meanwhile,
    theirs stands and this raises DomainError. The same choice again changes nothing: False.
    """
    if counts_as not in dict(MoneyWord.CHOICES):
        raise DomainError(
            _("Hãy chọn khoản này là gì."), code="money_word.choice", field="counts_as"
        )
    row = MoneyWord.objects.select_for_update().get(pk=word_id)
    before = row.counts_as
    if before == counts_as:
        return False
    if before != seen:
        text = _("%(who)s vừa phân loại khoản này là “%(choice)s”. Hãy xem lại rồi đổi nếu cần.")
        told = {"who": row.actor_label, "choice": row.get_counts_as_display()}
        raise DomainError(text % told, code="money_word.taken")
    row.counts_as, row.decided_at = counts_as, now()
    row.actor_kind, row.actor_id, row.actor_label = actor.kind, actor.id, actor.label
    row.save()
    changed = place_lines(row.marketplace, [row.word])
    _close_problems(row)
    data = {"marketplace": row.marketplace, "word": row.word, "lines": changed}
    data |= {"before": before, "after": counts_as}
    record_event(CLASSIFIED, ("moneyword", row.pk), actor=actor, data=data)
    return True


def _close_problems(row: MoneyWord) -> None:
    kind = SyncProblem.Kind.UNKNOWN_MONEY
    open_ones = SyncProblem.objects.filter(
        kind=kind, remote_id=row.word, resolved_at__isnull=True, shop__marketplace=row.marketplace
    )
    for shop_id in open_ones.order_by("shop_id").values_list("shop_id", flat=True):
        resolve_problems(shop_id, [row.word], [kind])


def recount_word(word_id: int) -> int:
    """Count again what orders with money of this word earn; returns how many were looked at."""
    row = MoneyWord.objects.get(pk=word_id)
    count = 0
    for ids in _batches(row):
        count_profits(ids)
        judge_payouts(ids)
        count += len(ids)
    return count


def _batches(row: MoneyWord) -> Iterator[list[int]]:
    lines = OrderFee.objects.filter(shop__marketplace=row.marketplace, word=row.word)
    lines = lines.exclude(told_remote_id="").order_by("pk")
    last = 0
    names = ("pk", "shop", "told_remote_id")
    while found := list(lines.filter(pk__gt=last).values_list(*names)[:BATCH]):
        told = {(shop_id, remote_id) for _pk, shop_id, remote_id in found}
        remotes = RemoteOrder.objects.filter(
            shop__in={shop_id for shop_id, _number in told},
            remote_id__in={number for _shop, number in told},
            order__isnull=False,
        ).values_list("shop_id", "remote_id", "order_id")
        yield sorted({pk for shop_id, number, pk in remotes if pk and (shop_id, number) in told})
        last = found[-1][0]
