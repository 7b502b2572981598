"""Every change of stock is told to the house in the transaction that makes it."""

from collections.abc import Collection

from oms.kernel.actors import Actor
from oms.kernel.events import record_event

SYSTEM = Actor.system("stock")


def announce(variant_ids: Collection[int], *, actor: Actor, freed: bool = False) -> None:
    """Tell the house that availability changed; `freed` when there may be more than before."""
    if variant_ids:
        ids = sorted(variant_ids)
        data = {"variant_ids": ids, "freed": freed}
        record_event("stock.changed", ("variant", ids[0]), actor=actor, data=data)
