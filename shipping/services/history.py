"""A package's events stand on its order's timeline."""

from typing import Any

from oms.kernel.actors import Actor
from oms.kernel.events import record_event
from shipping.models import Package


def record(
    package: Package, name: str, *, actor: Actor, data: dict[str, Any] | None = None
) -> None:
    """An event of the package on its order's timeline."""
    order_id = package.fulfilment.order_id
    facts = {"reference": package.reference, "tracking_number": package.tracking_number}
    record_event(
        name, package, actor=actor, data={**facts, **(data or {})}, about=("order", order_id)
    )
