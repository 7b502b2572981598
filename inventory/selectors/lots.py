"""Lots: what is where, what should leave first, and who got what."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.allocation.lots import expired_units, first_expiring
from inventory.models import (
    Allocation,
    Lot,
    LotBalance,
    LotChoice,
    LotMovement,
    Product,
    StockMovement,
    Variant,
)
from inventory.ports import Cause, name_causes
from inventory.selectors.lot_shelves import shelves
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.clock import today
from oms.kernel.pages import Page, keyset_page

SOON_DAYS = 30


def lot_list(
    user: Any, *, q: str = "", show: str = "", after: str = "", before: str = "", size: int = 50
) -> Page[Lot]:
    """Newest first, with `here`: pieces in the user's warehouses. `show`: "expired", "soon"."""
    places = warehouses_visible_to(user)
    own = LotBalance.objects.filter(lot=OuterRef("pk"), warehouse__in=places)
    sums = own.order_by().values("lot").annotate(n=Sum("on_hand")).values("n")
    rows = Lot.objects.exclude(code="").select_related("variant__product")
    rows = rows.annotate(here=Coalesce(Subquery(sums), 0))
    if user.warehouse_scope() is not None:
        rows = rows.filter(Exists(own))
    if q:
        rows = rows.filter(Q(code__istartswith=q) | Q(variant__sku__istartswith=q))
    if show == "expired":
        rows = rows.filter(expires_on__lt=today(), here__gt=0)
    elif show == "soon":
        limit = today() + timedelta(days=SOON_DAYS)
        rows = rows.filter(expires_on__gte=today(), expires_on__lte=limit, here__gt=0)
    return keyset_page(rows, keys=("-id",), after=after, before=before, size=size)


def balances_at(variant_id: int, warehouse_id: int) -> QuerySet[LotBalance]:
    """The lots of a variant in one place, the first to expire in front."""
    rows = LotBalance.objects.filter(
        variant_id=variant_id, warehouse_id=warehouse_id, on_hand__gt=0
    ).select_related("lot")
    return rows.order_by(F("lot__expires_on").asc(nulls_last=True), "lot_id")


@dataclass(frozen=True, slots=True)
class Trace:
    """One movement of a lot: where, how many pieces, and for whom."""

    row: LotMovement
    cause: Cause

    @property
    def left_us(self) -> bool:
        movement = self.row.movement
        return movement is not None and movement.kind == StockMovement.Kind.SHIPMENT


def traces(lot: Lot, user: Any, *, shown: int = 500) -> list[Trace]:
    """Every movement of a lot in the user's warehouses, newest first: whom to call back."""
    rows = list(
        lot.movements.filter(warehouse__in=warehouses_visible_to(user))
        .select_related("movement", "warehouse")
        .order_by("-id")[:shown]
    )
    causes = name_causes(
        [
            (row.movement.cause_kind, row.movement.cause_id) if row.movement else ("", None)
            for row in rows
        ]
    )
    return [Trace(row, cause) for row, cause in zip(rows, causes, strict=True)]


@dataclass(frozen=True, slots=True)
class Proposed:
    lot: Lot
    quantity: int
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Which lots should leave for a holder; `missing` pieces have only expired lots."""

    holder_id: int
    variant: Variant
    warehouse_id: int
    quantity: int
    lots: list[Proposed]
    missing: int
    reasons: list[str]


def proposals(holder_kind: str, holder_ids: Collection[int]) -> list[Proposal]:
    """First expiry first for what holders of tracked goods hold; expired lots are not proposed."""
    held = list(
        Allocation.objects.filter(
            holder_kind=holder_kind,
            holder_id__in=list(holder_ids),
            status=Allocation.Status.OPEN,
        )
        .exclude(variant__product__tracking=Product.Tracking.NONE)
        .select_related("variant__product")
        .order_by("id")
    )
    if not held:
        return []
    here = shelves((row.variant_id, row.warehouse_id) for row in held)
    lots = Lot.objects.in_bulk({s.lot_id for shelf in here.values() for s in shelf})
    chosen: dict[int, dict[int, int]] = defaultdict(dict)
    reasons: dict[int, list[str]] = defaultdict(list)
    choices = LotChoice.objects.filter(
        holder_kind=holder_kind, holder_id__in=[row.holder_id for row in held]
    )
    for choice in choices.order_by("id"):
        chosen[choice.holder_id][choice.lot_id] = choice.quantity
        reasons[choice.holder_id].append(choice.reason)
    found = []
    for row in held:
        asked = chosen[row.holder_id]
        taken = first_expiring(
            row.quantity, here[row.variant_id, row.warehouse_id], today=today(), chosen=asked
        )
        kept = [t for t in taken if not t.is_expired or t.lot_id in asked]
        found.append(
            Proposal(
                row.holder_id,
                row.variant,
                row.warehouse_id,
                row.quantity,
                [Proposed(lots[t.lot_id], t.quantity, t.is_expired) for t in kept],
                expired_units(taken, asked),
                reasons[row.holder_id],
            )
        )
    return found


def lots_of_causes(causes: Sequence[tuple[str, int]]) -> list[LotMovement]:
    """The lots that left for these causes: what a buyer got."""
    if not causes:
        return []
    wanted = Q()
    for kind, pk in causes:
        wanted |= Q(movement__cause_kind=kind, movement__cause_id=pk)
    rows = LotMovement.objects.filter(wanted, movement__kind=StockMovement.Kind.SHIPMENT)
    return list(rows.select_related("lot__variant").order_by("id"))


def left_with_code(code: str, *, most: int = 500) -> list[tuple[str, int]]:
    """For what the pieces with this lot or serial number left us, as (kind, id)."""
    gone = LotMovement.objects.filter(lot__code=code, movement__kind=StockMovement.Kind.SHIPMENT)
    rows = gone.order_by().values_list("movement__cause_kind", "movement__cause_id").distinct()
    return [(kind, pk) for kind, pk in rows[:most] if pk is not None]


def known_lots(variant_ids: Collection[int], day: date | None = None) -> QuerySet[Lot]:
    """Named lots with pieces anywhere, those that expire first in front."""
    rows = Lot.objects.filter(variant_id__in=list(variant_ids)).exclude(code="")
    rows = rows.filter(Exists(LotBalance.objects.filter(lot=OuterRef("pk"), on_hand__gt=0)))
    return rows.prefetch_related(
        Prefetch("balances", queryset=LotBalance.objects.filter(on_hand__gt=0))
    ).order_by(F("expires_on").asc(nulls_last=True), "id")
