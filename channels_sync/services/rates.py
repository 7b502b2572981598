"""Fee rates: what the owner writes down, and what settled orders teach."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import FeeRate, RemoteOrder, Shop
from channels_sync.queue import hurry
from channels_sync.selectors.rates import observed_rates
from channels_sync.services.settling import judge_payouts
from oms.kernel.actors import Actor
from oms.kernel.clock import day_bounds, now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line
from orders.services.profits import count_profits

BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeeRate:
    marketplace: str
    shop_id: int | None
    kind: str
    valid_from: date
    source: str
    name: str = ""
    base: str = FeeRate.Base.GOODS.value
    percent: Decimal = Decimal(0)
    fixed_vnd: int = 0
    cap_vnd: int | None = None


@transaction.atomic
def set_fee_rate(new: NewFeeRate, *, actor: Actor) -> FeeRate:
    """Write down a fee from a day on; the same day again corrects it, the same again is nothing.

    Orders sold since then are estimated anew. Raises DomainError for what cannot be.
    """
    _check(new)
    values = {
        "base": new.base,
        "percent": new.percent,
        "fixed_vnd": new.fixed_vnd,
        "cap_vnd": new.cap_vnd,
        "source": clean_line(new.source, 200, field="source"),
    }
    who = {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label}
    row, made = FeeRate.objects.select_for_update().get_or_create(
        marketplace=new.marketplace,
        shop=Shop.objects.filter(pk=new.shop_id).first() if new.shop_id else None,
        kind=new.kind,
        name=clean_line(new.name, 120, field="name"),
        valid_from=new.valid_from,
        defaults={**values, **who, "created_at": now()},
    )
    before = {} if made else {name: str(getattr(row, name)) for name in values}
    if not made:
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
        for name, value in (values | who).items():
            setattr(row, name, value)
        row.save()
    after = {name: str(value) for name, value in values.items()}
    told = {"marketplace": row.marketplace, "kind": row.kind, "valid_from": str(row.valid_from)}
    data = {**told, "before": before, "after": after}
    record_event("fee_rate.set", ("feerate", row.pk), actor=actor, data=data)
    hurry("recount_fees", row.marketplace, row.valid_from.isoformat())
    return row


def _check(new: NewFeeRate) -> None:
    if new.kind not in {kind.value for kind in FeeRate.CHARGED}:
        raise DomainError(_("Hãy chọn loại phí."), code="fee_rate.kind", field="kind")
    if not 0 <= new.percent <= 100:
        raise DomainError(_("Phần trăm từ 0 đến 100."), code="fee_rate.percent", field="percent")
    if not new.source.strip():
        raise DomainError(
            _("Hãy ghi mức phí này lấy từ đâu."), code="fee_rate.source", field="source"
        )


@transaction.atomic
def remove_fee_rate(rate_id: int, *, actor: Actor) -> None:
    """Take a row back that should not have been written; a second call changes nothing."""
    row = FeeRate.objects.select_for_update().filter(pk=rate_id).first()
    if row is None:
        return
    row.delete()
    data = {
        "marketplace": row.marketplace,
        "kind": row.kind,
        "name": row.name,
        "percent": str(row.percent),
        "valid_from": str(row.valid_from),
    }
    record_event("fee_rate.removed", ("feerate", rate_id), actor=actor, data=data)
    hurry("recount_fees", row.marketplace, row.valid_from.isoformat())


@transaction.atomic
def adopt_observed(marketplace: str, *, valid_from: date, actor: Actor) -> int:
    """Take what settled orders of the last weeks paid, from a day on; returns how many fees."""
    observed = observed_rates([marketplace])
    for each in observed:
        new = NewFeeRate(
            marketplace=marketplace,
            shop_id=None,
            kind=each.kind,
            name=each.name[:120],
            base=each.base,
            valid_from=valid_from,
            source=each.sentence,
            percent=each.percent,
            fixed_vnd=each.fixed_vnd,
        )
        set_fee_rate(new, actor=actor)
    return len(observed)


def recount_fees(marketplace: str, since: date) -> int:
    """Estimate the orders sold since a day anew; returns how many were looked at."""
    count = 0
    for ids in _batches(marketplace, since):
        count_profits(ids)
        judge_payouts(ids)
        count += len(ids)
    return count


def _batches(marketplace: str, since: date) -> Iterator[list[int]]:
    rows = RemoteOrder.objects.filter(
        shop__marketplace=marketplace,
        order__isnull=False,
        order__placed_at__gte=day_bounds(since)[0],
    ).order_by("pk")
    last = 0
    while pairs := list(rows.filter(pk__gt=last).values_list("pk", "order_id")[:BATCH]):
        yield [order_id for _pk, order_id in pairs if order_id]
        last = pairs[-1][0]
