"""Returned pieces go back into the lots that they left from."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from inventory.models import Lot
from inventory.selectors.returned_lots import lots_away, named_lots
from inventory.services.lots import LotPart, unnamed_lots
from oms.kernel.errors import DomainError
from orders import ports
from orders.models import Return

CAUSE = "return"
SHOWN = 6


def lots_of_buyer(order_id: int, variant_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Pieces by variant and lot that the buyer of an order still has."""
    back = Return.objects.filter(order=order_id).values_list("pk", flat=True)
    return lots_away(ports.causes_of_order(order_id), [(CAUSE, pk) for pk in back], variant_ids)


def lot_with_buyer(order_id: int, variant_ids: Collection[int], code: str) -> Lot | None:
    """The lot or serial number with this code, when the buyer of the order has pieces of it."""
    held = lots_of_buyer(order_id, variant_ids)
    rows = Lot.objects.filter(pk__in=[pk for lots in held.values() for pk in lots], code=code)
    return rows.select_related("variant").first()


class ReturningLots:
    """Deals the lots of one order out to the pieces of one scan."""

    def __init__(self, order_id: int, variant_ids: Collection[int]) -> None:
        self.away = lots_of_buyer(order_id, variant_ids)

    def take(self, variant_id: int, quantity: int, lot_id: int | None) -> tuple[LotPart, ...]:
        """The lots of some pieces; empty where the ledger knows none, and nobody has to say.

        Raises DomainError when it could be one of several, or is not one of the order's.
        """
        here = self.away.get(variant_id)
        if not here:
            return ()
        if lot_id is not None:
            if here.get(lot_id, 0) < quantity:
                raise DomainError(
                    _("Đơn không còn đủ món của lô này chưa trả."), "return.lot", "lot"
                )
            return self._deal(here, {lot_id: quantity})
        if len(here) > 1 and quantity < sum(here.values()):
            named = named_lots(here)
            for lot_id in here.keys() - {lot.pk for lot in named}:
                if here[lot_id] >= quantity:  # nothing stands on these to be scanned
                    return self._deal(here, {lot_id: quantity})
            codes = ", ".join(lot.code for lot in named[:SHOWN])
            raise DomainError(
                _("Hàng đi từ nhiều lô: hãy quét mã lô hoặc số sê-ri trên món (%(codes)s).")
                % {"codes": codes},
                "return.which_lot",
                "lot",
            )
        return self._deal(here, _in_turn(here, quantity), variant_id, quantity)

    def _deal(
        self, here: dict[int, int], asked: dict[int, int], variant_id: int = 0, quantity: int = 0
    ) -> tuple[LotPart, ...]:
        for lot_id, units in asked.items():
            here[lot_id] -= units
            if not here[lot_id]:
                del here[lot_id]
        parts = [LotPart(lot_id, units) for lot_id, units in asked.items()]
        unknown = quantity - sum(asked.values())
        if unknown > 0:  # they left before the goods were kept by lot
            parts.append(LotPart(unnamed_lots([variant_id])[variant_id], unknown))
        return tuple(parts)


def _in_turn(here: dict[int, int], quantity: int) -> dict[int, int]:
    asked: dict[int, int] = {}
    for lot_id, units in here.items():
        taken = min(units, quantity - sum(asked.values()))
        if taken:
            asked[lot_id] = taken
    return asked
