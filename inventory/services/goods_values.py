"""Prices and costs of variants that exist."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from inventory.imports.outcomes import Outcome, Sheet, changed, failed
from inventory.imports.rows import Row
from inventory.services import goods_sql
from inventory.services.goods_known import VALUES, KnownVariant, known_variants
from oms.kernel.actors import Actor
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import run

Changes = dict[str, list[Any]]


class ValuePlan:
    """Only real differences are written; a SKU that does not exist is refused."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], *, lock: bool) -> None:
        self.outcomes: list[Outcome] = []
        self.moved: list[tuple[KnownVariant, Changes]] = []
        known = known_variants([row.sku for row in rows if not row.faults], lock=lock)
        for row in rows:
            variant = known.get(row.sku)
            if variant is None and not row.faults:
                row.refuse("sku", unknown_sku(row.sku))
            if row.faults or variant is None:
                self.outcomes.append(failed(row))
                continue
            changes = take_values(variant, row)
            if changes:
                self.moved.append((variant, changes))
            self.outcomes.append(changed(row, changes, sheet.profile.by_key))

    def write(self, actor: Actor) -> None:
        write_values([variant for variant, _changes in self.moved])
        record_events([told(variant, changes) for variant, changes in self.moved], actor=actor)


def unknown_sku(sku: str) -> str:
    return _("Không có mã SKU “%(sku)s”.") % {"sku": sku}


def take_values(variant: KnownVariant, row: Row) -> Changes:
    """Put the row's values on the variant; returns {column: [before, after]} of what moved."""
    changes: Changes = {}
    for key in VALUES:
        if key in row.values and row.values[key] != getattr(variant, key):
            changes[key] = [getattr(variant, key), row.values[key]]
            setattr(variant, key, row.values[key])
    return changes


def write_values(variants: Sequence[KnownVariant]) -> None:
    if variants:
        run(
            goods_sql.UPDATE_VARIANTS,
            {"id": [row.pk for row in variants]}
            | {key: [getattr(row, key) for row in variants] for key in VALUES},
        )


def told(variant: KnownVariant, changes: Changes) -> EventRow:
    """One line of the product's history."""
    data = {"sku": variant.sku, "changes": changes}
    return EventRow("variant.updated", "variant", variant.pk, data, "product", variant.product_id)
