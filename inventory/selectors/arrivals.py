"""When goods come in: each open purchase line and each transfer on its way, with its day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from inventory.models import TransferLine
from inventory.selectors.incoming import open_lines
from inventory.selectors.transfers import ON_THE_WAY
from oms.kernel.clock import today

# A transfer says no day: goods between two warehouses of ours are taken to be there after so many.
TRANSFER_DAYS = 2


@dataclass(frozen=True, slots=True)
class Arrival:
    """Pieces of one variant that come to one warehouse under one number; `kind` names its table."""

    kind: str
    number: str
    variant_id: int
    warehouse_id: int
    units: int
    day: date


def arrivals(variant_ids: Collection[int]) -> list[Arrival]:
    """The earliest first; two statements. A day that has passed is told as it is."""
    found = _bought(variant_ids) + _moved(variant_ids)
    return sorted(found, key=lambda row: (row.day, row.kind, row.number))


def _bought(variant_ids: Collection[int]) -> list[Arrival]:
    """The supplier's last word, else what we expected, else his usual time."""
    rows = open_lines().filter(variant__in=list(variant_ids)).select_related("order__supplier")
    found = []
    for line in rows:
        order = line.order
        day = order.answer_on or order.expected_on
        if day is None:
            confirmed = today(order.confirmed_at) if order.confirmed_at else today()
            day = confirmed + timedelta(days=order.supplier.lead_time_days)
        units = line.quantity - line.received
        found.append(
            Arrival("purchase", order.number, line.variant_id, order.warehouse_id, units, day)
        )
    return found


def _moved(variant_ids: Collection[int]) -> list[Arrival]:
    left = F("shipped") - F("received") - F("lost") - F("returned")
    rows = TransferLine.objects.filter(
        transfer__status__in=ON_THE_WAY, variant__in=list(variant_ids)
    ).annotate(left=left)
    return [
        Arrival("transfer", number, variant, place, units, today(at) + timedelta(TRANSFER_DAYS))
        for number, variant, place, units, at in rows.filter(left__gt=0).values_list(
            "transfer__number", "variant_id", "transfer__destination_id", "left",
            "transfer__shipped_at",
        )
    ]  # fmt: skip
