"""From what waiting orders lack to draft purchase orders, each piece asked for once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.models import (
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    Supplier,
    SupplierPrice,
    Variant,
)
from inventory.selectors.suppliers import best_supplier, current_prices, packs_for
from inventory.services.purchasing import NewLine, draft_purchase, set_lines
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Need:
    """Pieces of a variant that a holder (an order line) waits for."""

    holder_kind: str
    holder_id: int
    variant_id: int
    quantity: int


class NoSupplier(DomainError):
    """Nobody is known to sell some of the goods; `skus` says which."""

    def __init__(self, skus: Sequence[str]) -> None:
        self.skus = list(skus)
        super().__init__(
            _("Chưa có nhà cung cấp nào bán: %(skus)s. Hãy thêm giá nhập của mặt hàng này.")
            % {"skus": ", ".join(self.skus)},
            code="purchase.no_supplier",
        )


@transaction.atomic
def propose_purchase(
    needs: Sequence[Need], *, warehouse_id: int, actor: Actor
) -> list[PurchaseOrder]:
    """Put what is needed on the one open shortage draft of each supplier; returns those drafts.

    What a holder needs and is on an order that is not cancelled is not asked again. Raises
    NoSupplier when nobody is known to sell one of the goods.
    """
    prices = current_prices({need.variant_id for need in needs})
    wanted = best_supplier(prices, _pieces(needs))
    unknown = {need.variant_id for need in needs} - wanted.keys()
    if unknown:
        raise NoSupplier(
            list(
                Variant.objects.filter(pk__in=unknown).order_by("sku").values_list("sku", flat=True)
            )
        )
    suppliers = sorted({price.supplier_id for price in wanted.values()})
    # The supplier is locked: a second click waits here, and then sees what the first one asked.
    list(Supplier.objects.select_for_update().filter(pk__in=suppliers).order_by("pk"))
    open_needs = not_asked_for(needs)
    drafts = {}
    for supplier_id in suppliers:
        mine = [n for n in open_needs if wanted[n.variant_id].supplier_id == supplier_id]
        drafts[supplier_id] = _extend(supplier_id, warehouse_id, mine, wanted, actor)
    return [draft for draft in drafts.values() if draft] or _drafts_of(needs)


def _pieces(needs: Sequence[Need]) -> dict[int, int]:
    pieces: dict[int, int] = defaultdict(int)
    for need in needs:
        pieces[need.variant_id] += need.quantity
    return pieces


def not_asked_for(needs: Sequence[Need]) -> list[Need]:
    """What is left of the needs after what earlier proposals ask for the same holders."""
    asked: dict[tuple[str, int, int], int] = defaultdict(int)
    rows = (
        PurchaseNeed.objects.filter(holder_id__in=[need.holder_id for need in needs])
        .exclude(line__order__status=PurchaseOrder.Status.CANCELLED)
        .values_list("holder_kind", "holder_id", "line__variant_id")
        .annotate(n=Sum("quantity"))
    )
    for kind, holder, variant, units in rows:
        asked[kind, holder, variant] = units
    left = []
    for need in needs:
        units = need.quantity - asked[need.holder_kind, need.holder_id, need.variant_id]
        if units > 0:
            left.append(Need(need.holder_kind, need.holder_id, need.variant_id, units))
    return left


def _extend(
    supplier_id: int,
    warehouse_id: int,
    needs: Sequence[Need],
    prices: Mapping[int, SupplierPrice],
    actor: Actor,
) -> PurchaseOrder | None:
    if not needs:
        return None
    draft = PurchaseOrder.objects.filter(
        supplier_id=supplier_id,
        warehouse_id=warehouse_id,
        origin=PurchaseOrder.Origin.SHORTAGE,
        status=PurchaseOrder.Status.DRAFT,
    ).first() or draft_purchase(
        supplier_id, warehouse_id, actor=actor, origin=PurchaseOrder.Origin.SHORTAGE
    )
    pieces = _pieces(needs)
    noted = PurchaseNeed.objects.filter(line__order=draft, line__variant__in=pieces)
    for variant, units in noted.values_list("line__variant").annotate(n=Sum("quantity")):
        pieces[variant] += units
    have = dict(draft.lines.filter(variant__in=pieces).values_list("variant_id", "packs"))
    lines = [
        NewLine(
            variant,
            # never less than what somebody has typed
            max(
                packs_for(prices[variant], units),
                prices[variant].min_quantity,
                have.get(variant, 0),
            ),
            pack_size=prices[variant].pack_size,
        )
        for variant, units in pieces.items()
    ]
    set_lines(draft.pk, lines, actor=actor)
    _note(draft, needs)
    draft.refresh_from_db()
    return draft


def _note(draft: PurchaseOrder, needs: Sequence[Need]) -> None:
    rows = dict(draft.lines.values_list("variant_id", "pk"))
    for need in needs:
        row, created = PurchaseNeed.objects.get_or_create(
            line_id=rows[need.variant_id],
            holder_kind=need.holder_kind,
            holder_id=need.holder_id,
            defaults={"quantity": need.quantity},
        )
        if not created:
            row.quantity += need.quantity
            row.save(update_fields=["quantity"])


def _drafts_of(needs: Sequence[Need]) -> list[PurchaseOrder]:
    """The orders that answer these needs already."""
    lines = PurchaseLine.objects.filter(
        needs__holder_id__in=[need.holder_id for need in needs],
        needs__holder_kind__in={need.holder_kind for need in needs},
    )
    orders = PurchaseOrder.objects.filter(lines__in=lines)
    return list(orders.exclude(status=PurchaseOrder.Status.CANCELLED).distinct().order_by("id"))
