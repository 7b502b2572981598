"""Lots follow the ledger: every movement of tracked goods says which lots moved.

Called by the stock service inside its transaction, after the balances are locked, and only when
tracked goods are in the batch. What writes lots holds the balance's lock, so lots stand still.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.allocation.lots import Shelved, first_expiring
from inventory.models import Lot, LotChoice, LotMovement, StockMovement
from inventory.selectors.lot_shelves import (
    shelves,
    tracked_among,
    tracked_among_movements,
)
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.sql import run


@dataclass(frozen=True, slots=True)
class LotPart:
    """Pieces of one lot, without sign."""

    lot_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Signed pieces of a lot in a warehouse, of a movement or of none."""

    lot_id: int
    variant_id: int
    warehouse_id: int
    quantity: int
    movement_id: int | None = None


_OPEN = """
INSERT INTO inventory_lotbalance (lot_id, variant_id, warehouse_id, is_serial)
SELECT DISTINCT o.id, o.variant_id, e.w, o.is_serial
FROM unnest(%(lots)s::bigint[], %(warehouses)s::bigint[]) AS e (l, w)
JOIN inventory_lot o ON o.id = e.l
ON CONFLICT DO NOTHING
"""
# Pieces leave before they enter: a serial may change places within one batch.
_CHANGE = """
UPDATE inventory_lotbalance b SET on_hand = b.on_hand + c.quantity
FROM (SELECT l, w, sum(q)::int AS quantity
    FROM unnest(%(lots)s::bigint[], %(warehouses)s::bigint[], %(quantities)s::int[])
        AS e (l, w, q) GROUP BY l, w) AS c
WHERE b.lot_id = c.l AND b.warehouse_id = c.w AND sign(c.quantity) = %(sign)s::int
"""


def follow_postings(
    movement_ids: Sequence[int], stated: Sequence[Sequence[LotPart]], actor: Actor
) -> None:
    """Write the lots of posted movements; `stated` in their order, empty where nobody said.

    What enters unsaid is unnamed; what leaves unsaid is what expires first.
    """
    rows = {
        row.pk: row
        for row in StockMovement.objects.filter(
            pk__in=movement_ids, variant__in=tracked_among_movements(movement_ids)
        )
    }
    said = dict(zip(movement_ids, stated, strict=True))
    moved = [(rows[pk], said[pk]) for pk in movement_ids if pk in rows]
    entering = [(row, parts) for row, parts in moved if row.quantity > 0]
    leaving = [(row, parts) for row, parts in moved if row.quantity < 0]
    unnamed = unnamed_lots({row.variant_id for row, parts in entering if not parts})
    entries: list[Entry] = []
    for row, parts in entering:
        parts = parts or [LotPart(unnamed[row.variant_id], row.quantity)]
        entries += _entries(row, parts)
    write(entries, actor)
    write(_leave(leaving), actor)


def follow_consumed(
    holder_kind: str,
    holder_ids: Collection[int],
    variant_ids: Collection[int],
    *,
    cause: tuple[str, int],
    actor: Actor,
) -> None:
    """Write the lots of goods handed over: those chosen for the holders, then by expiry."""
    rows = list(
        StockMovement.objects.filter(
            cause_kind=cause[0], cause_id=cause[1], kind=StockMovement.Kind.SHIPMENT,
            variant__in=tracked_among(variant_ids), lots__isnull=True,
        )
    )  # fmt: skip
    choices = LotChoice.objects.filter(holder_kind=holder_kind, holder_id__in=list(holder_ids))
    chosen: dict[int, dict[int, int]] = defaultdict(dict)
    for lot, variant, quantity in choices.order_by("id").values_list(
        "lot_id", "lot__variant_id", "quantity"
    ):
        chosen[variant][lot] = chosen[variant].get(lot, 0) + quantity
    entries = _leave([(row, ()) for row in rows], chosen)
    _refuse_unmet(rows, entries, chosen)
    write(entries, actor)


def write(entries: Sequence[Entry], actor: Actor) -> None:
    """The lots' ledger and balances. A serial that is not there, or already is, is refused."""
    if not entries:
        return
    params = {
        "lots": [e.lot_id for e in entries],
        "warehouses": [e.warehouse_id for e in entries],
        "quantities": [e.quantity for e in entries],
    }
    run(_OPEN, params)
    try:
        with transaction.atomic():
            run(_CHANGE, params | {"sign": -1})
            run(_CHANGE, params | {"sign": 1})
    except IntegrityError as error:
        raise _refused(error) from error
    LotMovement.objects.bulk_create(
        LotMovement(
            movement_id=e.movement_id,
            lot_id=e.lot_id,
            warehouse_id=e.warehouse_id,
            quantity=e.quantity,
            actor_label=actor.label,
            created_at=now(),
        )
        for e in entries
    )


def unnamed_lots(variant_ids: Collection[int]) -> dict[int, int]:
    """The lot of pieces that nobody has named, by variant; made when it is missing."""
    Lot.objects.bulk_create(
        (Lot(variant_id=pk, code="", created_at=now()) for pk in sorted(variant_ids)),
        ignore_conflicts=True,
    )
    rows = Lot.objects.filter(variant_id__in=list(variant_ids), code="")
    return dict(rows.values_list("variant_id", "pk"))


def parts_of(movement_ids: Sequence[int]) -> dict[int, list[LotPart]]:
    """The lots that movements moved, without sign."""
    parts: dict[int, list[LotPart]] = defaultdict(list)
    rows = LotMovement.objects.filter(movement__in=list(movement_ids)).order_by("id")
    for movement, lot, quantity in rows.values_list("movement_id", "lot_id", "quantity"):
        parts[movement].append(LotPart(lot, abs(quantity)))
    return parts


def _leave(
    rows: Sequence[tuple[StockMovement, Sequence[LotPart]]],
    chosen: dict[int, dict[int, int]] | None = None,
) -> list[Entry]:
    places = {(row.variant_id, row.warehouse_id) for row, _parts in rows}
    here = shelves(places) if places else {}
    entries: list[Entry] = []
    for row, stated in rows:
        place = row.variant_id, row.warehouse_id
        asked = {part.lot_id: part.quantity for part in stated}
        asked = asked or (chosen or {}).get(row.variant_id, {})
        taken = first_expiring(-row.quantity, here[place], today=today(), chosen=asked)
        entries += _entries(row, [LotPart(t.lot_id, t.quantity) for t in taken])
        here[place] = _without(here[place], {t.lot_id: t.quantity for t in taken})
    return entries


def _refuse_unmet(
    rows: Sequence[StockMovement], entries: Sequence[Entry], chosen: dict[int, dict[int, int]]
) -> None:
    """A lot that somebody chose leaves as chosen, or nothing leaves: no other takes its place."""
    wanted: dict[int, int] = defaultdict(int)
    given: dict[int, int] = defaultdict(int)
    for row in rows:
        wanted[row.variant_id] -= row.quantity
    for entry in entries:
        given[entry.lot_id] -= entry.quantity
    for variant, asked in chosen.items():
        if sum(asked.values()) > wanted[variant]:
            continue  # more was chosen than leaves now
        for lot, units in asked.items():
            if given[lot] < units:
                name = Lot.objects.get(pk=lot).code
                raise DomainError(
                    _("Lô %(code)s không còn đủ hàng: hãy chọn lô khác.") % {"code": name},
                    code="lots.short",
                )


def _without(shelf: Sequence[Shelved], taken: dict[int, int]) -> list[Shelved]:
    return [
        Shelved(s.lot_id, s.on_hand - taken.get(s.lot_id, 0), s.expires_on, s.is_named)
        for s in shelf
    ]


def _entries(row: StockMovement, parts: Sequence[LotPart]) -> list[Entry]:
    if sum(part.quantity for part in parts) != abs(row.quantity):
        raise DomainError(_("Số lượng theo lô không khớp với số lượng hàng."), code="lots.quantity")
    sign = 1 if row.quantity > 0 else -1
    return [
        Entry(part.lot_id, row.variant_id, row.warehouse_id, sign * part.quantity, row.pk)
        for part in parts
    ]


def _refused(error: IntegrityError) -> Exception:
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "")
    if name in ("serial_is_one_piece", "serial_in_one_place"):
        return DomainError(_("Số sê-ri này đang có trong kho."), code="lots.serial_here")
    if name == "lot_balance_not_negative":
        return DomainError(_("Lô không còn đủ hàng."), code="lots.short")
    return error
