"""Proposals of what to buy: computed anew in place, told once, dismissed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from inventory.models import ReplenishmentProposal, Variant
from inventory.replenishment.choose import Forecast
from inventory.selectors.planning import Decision, Place, Plan, plan
from inventory.services.replenishment_alerts import (
    PLANNER,
    alert_waiting,
    close_alerts,
    proposal_facts,
)
from inventory.services.replenishment_orders import order_by_rule
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_events
from oms.kernel.locks import advisory_lock
from oms.kernel.sql import run
from oms.kernel.text import clean_line

Status = ReplenishmentProposal.Status
STANDING = (Status.OPEN, Status.DISMISSED)
AT_ONCE = 500

_FORECASTS = """
INSERT INTO inventory_demandforecast
    (variant_id, method, history_days, days, next_week, error, naive_error, computed_at)
SELECT r.*, %(now)s::timestamptz
FROM unnest(%(variants)s::bigint[], %(methods)s::text[], %(histories)s::int[], %(days)s::jsonb[],
    %(weeks)s::int[], %(errors)s::numeric[], %(naive)s::numeric[])
    AS r (variant_id, method, history_days, days, next_week, error, naive_error)
ORDER BY r.variant_id
ON CONFLICT (variant_id) DO UPDATE SET method = excluded.method,
    history_days = excluded.history_days, days = excluded.days, next_week = excluded.next_week,
    error = excluded.error, naive_error = excluded.naive_error, computed_at = excluded.computed_at
"""
_COMPUTED = [
    *("supplier", "packs", "pack_size", "quantity", "amount_vnd", "reorder_point"),
    *("target", "projected", "inputs", "computed_at"),
]


def plan_everything(*, day: date | None = None) -> int:
    """Compute every variant on sale, then order what suppliers' rules allow. A repeat opens none.

    Returns how many proposals are open.
    """
    ids = list(
        Variant.objects.filter(is_active=True, product__status="active")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(ids), AT_ONCE):
        recompute(ids[start : start + AT_ONCE], day=day)
    order_by_rule()
    return ReplenishmentProposal.objects.filter(status=Status.OPEN).count()


def recompute(variant_ids: Sequence[int], *, day: date | None = None) -> None:
    """Forecasts and proposals of these variants, written over the old ones.

    Two runs at once write one after the other; whichever is second finds the proposals standing.
    """
    found = plan(variant_ids, day=day)
    with transaction.atomic():
        advisory_lock("replenishment")
        moment = now()
        _keep_forecasts(found.forecasts, moment)
        _settle(found, variant_ids, moment)


def _keep_forecasts(forecasts: dict[int, tuple[Forecast, int]], moment: datetime) -> None:
    rows = sorted(forecasts.items())
    run(
        _FORECASTS,
        {
            "now": moment,
            "variants": [variant for variant, _found in rows],
            "methods": [found.method for _v, (found, _days) in rows],
            "histories": [days for _v, (_found, days) in rows],
            "days": [Jsonb([round(day, 3) for day in found.days]) for _v, (found, _d) in rows],
            "weeks": [round(found.demand(7)) for _v, (found, _d) in rows],
            "errors": [_hundredths(found.error) for _v, (found, _d) in rows],
            "naive": [_hundredths(found.naive_error) for _v, (found, _d) in rows],
        },
    )


def _hundredths(error: float | None) -> str | None:
    return None if error is None else f"{error:.2f}"


def _settle(found: Plan, variant_ids: Collection[int], moment: datetime) -> None:
    standing: dict[Place, ReplenishmentProposal] = {
        (row.variant_id, row.warehouse_id): row
        for row in ReplenishmentProposal.objects.select_for_update()
        .filter(variant__in=list(variant_ids), status__in=STANDING)
        .order_by("pk")
    }
    due = {(row.variant_id, row.warehouse_id): row for row in found.decisions if row.reorder.is_due}
    recovered = [row for place, row in standing.items() if place not in due]
    ReplenishmentProposal.objects.filter(pk__in=[row.pk for row in recovered]).update(
        status=Status.CLOSED, closed_at=moment
    )
    changed, new = [], []
    for place, decision in due.items():
        row = standing.get(place)
        if row is None:
            row = ReplenishmentProposal(
                variant_id=place[0], warehouse_id=place[1], opened_at=moment
            )
            new.append(row)
        elif row.status == Status.OPEN:
            changed.append(row)
        else:
            continue
        _fill(row, decision, moment)
    ReplenishmentProposal.objects.bulk_create(
        [*new, *changed], update_conflicts=True, unique_fields=["id"], update_fields=_COMPUTED
    )
    _tell(new, recovered)
    alert_waiting([*new, *changed], variant_ids)


def _fill(row: ReplenishmentProposal, decision: Decision, moment: datetime) -> None:
    reorder, price = decision.reorder, decision.price
    row.supplier_id = price.supplier_id if price else None
    row.packs, row.pack_size, row.quantity = reorder.packs, reorder.pack_size, reorder.pieces
    row.amount_vnd = reorder.packs * price.price_vnd if price else None
    row.reorder_point, row.target = reorder.reorder_point, reorder.target
    row.projected, row.inputs, row.computed_at = reorder.projected, decision.inputs, moment


def _tell(new: Iterable[ReplenishmentProposal], recovered: Iterable[ReplenishmentProposal]) -> None:
    record_events(
        [
            EventRow("replenishment.proposed", "variant", row.variant_id, proposal_facts(row))
            for row in new
        ]
        + [
            EventRow("replenishment.closed", "variant", row.variant_id, proposal_facts(row))
            for row in recovered
        ],
        actor=PLANNER,
    )


@transaction.atomic
def dismiss_proposal(proposal_id: int, *, reason: str, actor: Actor) -> ReplenishmentProposal:
    """Buy nothing this time. It stands until the shelf has recovered; a repeat changes nothing."""
    row = ReplenishmentProposal.objects.select_for_update().get(pk=proposal_id)
    if row.status == Status.DISMISSED:
        return row
    if row.status != Status.OPEN:
        raise DomainError(_("Đề xuất này đã đóng."), code="proposal.closed")
    row.dismiss_reason = clean_line(reason, 200, field="reason")
    if not row.dismiss_reason:
        raise DomainError(_("Hãy ghi lý do."), code="proposal.reason", field="reason")
    row.status = Status.DISMISSED
    row.save(update_fields=["status", "dismiss_reason"])
    data = proposal_facts(row) | {"reason": row.dismiss_reason}
    record_events(
        [EventRow("replenishment.dismissed", "variant", row.variant_id, data)], actor=actor
    )
    close_alerts([row], actor)
    return row
