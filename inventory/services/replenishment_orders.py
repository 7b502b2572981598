"""Proposals become purchase orders: by a click, or by a supplier's rule."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.models import PurchaseOrder, ReplenishmentProposal, Supplier, SupplierBuying
from inventory.services.purchasing import NewLine, confirm_purchase, draft_purchase, set_lines
from inventory.services.replenishment_alerts import PLANNER, close_alerts, proposal_facts
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_event, record_events

Status = ReplenishmentProposal.Status


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
    close_alerts(fresh, actor)
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
                proposal_facts(row) | {"number": order.number},
            )
            for row in rows
        ],
        actor=actor,
    )


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
