"""Cost layers computed again from the ledger, for balances whose layers drifted.

What shipped keeps its frozen cost: movements, their corrections and the uses of layers that are
there are read, never written. Only layers are, and uses that went missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.costing.replay import Layer, Moved, Unprovable, replay
from inventory.services import layers_rebuild_sql as sql
from inventory.services import stock_sql
from inventory.services.layers import is_fifo
from inventory.services.rebuild import AT_ONCE, LOCK, SKUS, SUMS, Place, record_rebuilt
from oms.kernel.actors import Actor
from oms.kernel.books import Repair
from oms.kernel.sql import retry_deadlock, run


class Stored(NamedTuple):
    """A layer as it stands, with what its uses took."""

    id: int
    movement_id: int
    quantity: int
    remaining: int
    value_vnd: int
    used: int
    used_vnd: int


@dataclass(slots=True)
class Ledger:
    """What the rows say about one balance; `worth_vnd` is the sum of its movements."""

    came: list[Moved] = field(default_factory=list)
    left: list[Moved] = field(default_factory=list)
    kept: list[Stored] = field(default_factory=list)
    late_vnd: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    worth_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Drift:
    """A balance beside its layers: pieces, and what they are worth."""

    place: Place
    name: str
    on_hand: int
    value_vnd: int
    ledger: Ledger

    @property
    def changes(self) -> dict[str, list[int]]:
        kept = self.ledger.kept
        return {
            "layers": [sum(row.remaining for row in kept), self.on_hand],
            "layers_vnd": [sum(row.value_vnd for row in kept), self.value_vnd],
        }

    @property
    def is_wrong(self) -> bool:
        return any(before != after for before, after in self.changes.values())

    def layers(self) -> list[Layer] | None:
        """As they should stand; None when the ledger does not add up to the balance."""
        rows = self.ledger
        if rows.worth_vnd != self.value_vnd:
            return None
        try:
            layers = replay(rows.came, rows.kept, rows.left, rows.late_vnd, rows.worth_vnd)
        except Unprovable:
            return None
        return layers if sum(layer.remaining for layer in layers) == self.on_hand else None

    def repair(self, *, ok: bool) -> Repair:
        (units, on_hand), (worth, value_vnd) = self.changes.values()
        message = f"{self.name}: {units} ({worth} ₫) → {on_hand} ({value_vnd} ₫)"
        if not ok:
            hint = _("Sổ kho không cộng ra tồn này: hãy xây lại tồn và giá trị tồn trước.")
            message = f"{message}. {hint}"
        return Repair(f"{self.place[0]}:{self.place[1]}", message, ok=ok)


def rebuild_layers(actor: Actor) -> list[Repair]:
    """Layers of every balance that they do not add up to. A repeat changes nothing."""
    if not is_fifo():
        return []
    rows = run(sql.WRONG)
    return [
        repair
        for start in range(0, len(rows), AT_ONCE)
        for repair in _rebuild(rows[start : start + AT_ONCE], actor)
    ]


@retry_deadlock
@transaction.atomic
def _rebuild(rows: Sequence[tuple[int, ...]], actor: Actor) -> list[Repair]:
    repairs, wanted, changes = [], [], []
    for drift in _locked(rows):
        layers = drift.layers()
        repairs.append(drift.repair(ok=layers is not None))
        if layers is not None:
            wanted += [(drift.place, layer) for layer in layers]
            changes.append((drift.place, drift.changes))
    _write(wanted)
    record_rebuilt(changes, actor)
    return repairs


def _locked(rows: Sequence[tuple[int, ...]]) -> list[Drift]:
    """Who moves pieces locks their balance first: ledger and layers stand still from here."""
    places = {"variants": [row[0] for row in rows], "warehouses": [row[1] for row in rows]}
    run(stock_sql.OPEN_LEVELS, places)
    levels = run(LOCK, places)
    ledgers = _ledgers(places)
    names = {(row[0], row[1]): row[2] for row in run(SKUS, places)}
    drifts = [
        Drift(place, names[place], on_hand, value_vnd, ledgers[place])
        for _id, variant, warehouse, on_hand, _reserved, value_vnd in levels
        for place in [(variant, warehouse)]
    ]
    return [drift for drift in drifts if drift.is_wrong]


def _ledgers(places: dict[str, list[int]]) -> defaultdict[Place, Ledger]:
    found: defaultdict[Place, Ledger] = defaultdict(Ledger)
    for variant, warehouse, *rest in run(sql.CAME, places):
        found[variant, warehouse].came.append(Moved(*rest))
    for variant, warehouse, *rest in run(sql.UNACCOUNTED, places):
        found[variant, warehouse].left.append(Moved(*rest))
    for variant, warehouse, *rest in run(sql.STORED, places):
        found[variant, warehouse].kept.append(Stored(*rest))
    for variant, warehouse, movement, value_vnd in run(sql.LATE, places):
        found[variant, warehouse].late_vnd[movement] += value_vnd
    for variant, warehouse, worth_vnd in run(SUMS["value_vnd"], places):
        found[variant, warehouse].worth_vnd = worth_vnd
    return found


def _write(wanted: Iterable[tuple[Place, Layer]]) -> None:
    rows = list(wanted)
    if not rows:
        return
    run(
        sql.SET_LAYERS,
        {
            "variants": [place[0] for place, _layer in rows],
            "warehouses": [place[1] for place, _layer in rows],
            "movements": [layer.movement_id for _place, layer in rows],
            "quantities": [layer.quantity for _place, layer in rows],
            "remaining": [layer.remaining for _place, layer in rows],
            "values": [layer.value_vnd for _place, layer in rows],
        },
    )
    uses = [(layer.movement_id, use) for _place, layer in rows for use in layer.uses]
    run(
        sql.ADD_USES,
        {
            "came": [movement for movement, _use in uses],
            "left": [use.movement_id for _movement, use in uses],
            "units": [use.units for _movement, use in uses],
            "values": [use.value_vnd for _movement, use in uses],
        },
    )
