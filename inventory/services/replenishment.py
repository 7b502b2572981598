"""Proposals of what to buy: computed anew in place, told once, dismissed, turned into orders."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from inventory.models import (
    PurchaseOrder,
    ReplenishmentProposal,
    Supplier,
    SupplierBuying,
    Variant,
    Warehouse,
)
from inventory.replenishment.choose import Forecast
from inventory.selectors.planning import Decision, Place, Plan, plan
from inventory.services.purchasing import NewLine, confirm_purchase, draft_purchase, set_lines
from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, alerts_lock, settle_alerts
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_event, record_events
from oms.kernel.locks import advisory_lock
from oms.kernel.sql import run
from oms.kernel.text import clean_line

Status = ReplenishmentProposal.Status
STANDING = (Status.OPEN, Status.DISMISSED)
ALERT = "stock.reorder"
PLANNER = Actor.system("replenishment")
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
    _alert([*new, *changed], variant_ids)


_COMPUTED = [
    *("supplier", "packs", "pack_size", "quantity", "amount_vnd", "reorder_point"),
    *("target", "projected", "inputs", "computed_at"),
]


def _fill(row: ReplenishmentProposal, decision: Decision, moment: datetime) -> None:
    reorder, price = decision.reorder, decision.price
    row.supplier_id = price.supplier_id if price else None
    row.packs, row.pack_size, row.quantity = reorder.packs, reorder.pack_size, reorder.pieces
    row.amount_vnd = reorder.packs * price.price_vnd if price else None
    row.reorder_point, row.target = reorder.reorder_point, reorder.target
    row.projected, row.inputs, row.computed_at = reorder.projected, decision.inputs, moment


def _tell(new: Iterable[ReplenishmentProposal], recovered: Iterable[ReplenishmentProposal]) -> None:
    record_events(
        [EventRow("replenishment.proposed", "variant", row.variant_id, _data(row)) for row in new]
        + [
            EventRow("replenishment.closed", "variant", row.variant_id, _data(row))
            for row in recovered
        ],
        actor=PLANNER,
    )


def _data(row: ReplenishmentProposal) -> dict[str, int]:
    return {"proposal_id": row.pk, "warehouse_id": row.warehouse_id, "quantity": row.quantity}


def _alert(rows: Sequence[ReplenishmentProposal], variant_ids: Collection[int]) -> None:
    """One alert while a proposal waits to be decided."""
    alerts_lock(ALERT)
    skus = Variant.objects.in_bulk({row.variant_id for row in rows})
    places = Warehouse.objects.in_bulk({row.warehouse_id for row in rows})
    crossings = [
        Crossing(
            key=f"{row.variant_id}:{row.warehouse_id}",
            message=_("%(sku)s @ %(place)s: tồn dự kiến %(left)d, điểm đặt hàng %(point)d")
            % {
                "sku": skus[row.variant_id].sku,
                "place": places[row.warehouse_id].name,
                "left": row.projected,
                "point": row.reorder_point,
            },
            permission="inventory.view_replenishment",
            url=reverse("inventory:replenishment_forecast", args=[row.variant_id]),
            place=("warehouse", row.warehouse_id),
        )
        for row in rows
    ]
    among = [
        f"{variant}:{place}"
        for variant, place in ReplenishmentProposal.objects.filter(variant__in=list(variant_ids))
        .values_list("variant_id", "warehouse_id")
        .distinct()
    ]
    settle_alerts(ALERT, crossings, actor=PLANNER, among=among)


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
    data = _data(row) | {"reason": row.dismiss_reason}
    record_events(
        [EventRow("replenishment.dismissed", "variant", row.variant_id, data)], actor=actor
    )
    _close_alerts([row], actor)
    return row


@transaction.atomic
def order_proposals(proposal_ids: Collection[int], *, actor: Actor) -> list[PurchaseOrder]:
    """Put proposals on the one open draft of each supplier and warehouse; returns those orders.

    What was ordered before is not ordered again: a repeat returns the same orders. Raises
    DomainError when nobody is known to sell one of the goods.
    """
    rows = list(
        ReplenishmentProposal.objects.select_for_update(of=("self",))
        .select_related("variant")
        .filter(pk__in=list(proposal_ids))
        .order_by("pk")
    )
    fresh = [row for row in rows if row.status == Status.OPEN]
    unknown = [row.variant.sku for row in fresh if row.supplier_id is None]
    if unknown:
        raise DomainError(
            _("Chưa có nhà cung cấp nào bán: %(skus)s. Hãy thêm giá nhập của mặt hàng này.")
            % {"skus": ", ".join(unknown)},
            code="proposal.no_supplier",
        )
    groups: dict[tuple[int, int], list[ReplenishmentProposal]] = defaultdict(list)
    for row in fresh:
        groups[row.supplier_id or 0, row.warehouse_id].append(row)
    # Locked in order: a second click waits here, and then adds to the draft of the first.
    suppliers = {supplier for supplier, _place in groups}
    list(Supplier.objects.select_for_update().filter(pk__in=suppliers).order_by("pk"))
    for (supplier_id, place), members in sorted(groups.items()):
        order = _onto_draft(supplier_id, place, members, actor)
        _mark_ordered(members, order, actor)
    _close_alerts(fresh, actor)
    ids = {row.purchase_order_id for row in rows if row.purchase_order_id}
    return list(PurchaseOrder.objects.filter(pk__in=ids).order_by("pk"))


def _onto_draft(
    supplier_id: int, warehouse_id: int, rows: Sequence[ReplenishmentProposal], actor: Actor
) -> PurchaseOrder:
    draft = PurchaseOrder.objects.filter(
        supplier_id=supplier_id,
        warehouse_id=warehouse_id,
        origin=PurchaseOrder.Origin.PROPOSAL,
        status=PurchaseOrder.Status.DRAFT,
    ).first() or draft_purchase(
        supplier_id, warehouse_id, actor=actor, origin=PurchaseOrder.Origin.PROPOSAL
    )
    have = dict(
        draft.lines.filter(variant__in=[row.variant_id for row in rows]).values_list(
            "variant_id", "packs"
        )
    )
    # What stands on the draft is in what was projected, so the proposal asks for more beside it.
    lines = [
        NewLine(row.variant_id, row.packs + have.get(row.variant_id, 0), pack_size=row.pack_size)
        for row in rows
    ]
    return set_lines(draft.pk, lines, actor=actor)


def _mark_ordered(
    rows: Sequence[ReplenishmentProposal], order: PurchaseOrder, actor: Actor
) -> None:
    moment = now()
    for row in rows:
        row.status, row.closed_at, row.purchase_order = Status.ORDERED, moment, order
    ReplenishmentProposal.objects.bulk_update(rows, ["status", "closed_at", "purchase_order"])
    record_events(
        [
            EventRow(
                "replenishment.ordered",
                "variant",
                row.variant_id,
                _data(row) | {"number": order.number},
            )
            for row in rows
        ],
        actor=actor,
    )


def _close_alerts(rows: Sequence[ReplenishmentProposal], actor: Actor) -> None:
    keys = [f"{row.variant_id}:{row.warehouse_id}" for row in rows]
    if keys:
        alerts_lock(ALERT)
        settle_alerts(ALERT, [], actor=actor, among=keys)


@transaction.atomic
def save_buying(terms: SupplierBuying, *, actor: Actor) -> SupplierBuying:
    """How a supplier's goods are bought from the next run on."""
    terms.save()
    data = {"auto_order": terms.auto_order, "limit_vnd": terms.limit_vnd}
    record_event("supplier.buying_set", ("supplier", terms.supplier_id), actor=actor, data=data)
    return terms


def order_by_rule() -> list[PurchaseOrder]:
    """Order for suppliers that allow it, each warehouse whose open proposals stay in the limit.

    An order below the supplier's minimum stays a draft for a person to decide.
    """
    made = []
    for rule in SupplierBuying.objects.filter(auto_order=True).order_by("pk"):
        waiting = ReplenishmentProposal.objects.filter(
            status=Status.OPEN, supplier_id=rule.supplier_id
        )
        sums = waiting.order_by().values_list("warehouse_id").annotate(n=Sum("amount_vnd"))
        for place, amount in sums:
            if amount is None or amount > rule.limit_vnd:
                continue
            ids = list(waiting.filter(warehouse=place).values_list("pk", flat=True))
            for order in order_proposals(ids, actor=PLANNER):
                made.append(_confirm(order))
    return made


def _confirm(order: PurchaseOrder) -> PurchaseOrder:
    try:
        return confirm_purchase(order.pk, actor=PLANNER)
    except DomainError:
        return order
