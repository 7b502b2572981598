"""What the house is told of proposals: one alert while one waits, and the facts of each event."""

from collections.abc import Collection, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.models import ReplenishmentProposal, Variant, Warehouse
from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, alerts_lock, settle_alerts

ALERT = "stock.reorder"
PLANNER = Actor.system("replenishment")


def proposal_facts(row: ReplenishmentProposal) -> dict[str, int]:
    return {"proposal_id": row.pk, "warehouse_id": row.warehouse_id, "quantity": row.quantity}


def alert_waiting(rows: Sequence[ReplenishmentProposal], variant_ids: Collection[int]) -> None:
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


def close_alerts(rows: Sequence[ReplenishmentProposal], actor: Actor) -> None:
    keys = [f"{row.variant_id}:{row.warehouse_id}" for row in rows]
    if keys:
        alerts_lock(ALERT)
        settle_alerts(ALERT, [], actor=actor, among=keys)
