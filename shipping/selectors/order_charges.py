"""What sending an order costs its seller, for the profit of the order."""

from collections.abc import Sequence

from django.db.models import Sum

from orders.models import Order
from orders.ports import Charges
from shipping.models import CarrierEntry, StatementLine, Step, Verdict
from shipping.models.ledger import FEE_KINDS


def delivery_charges(order_ids: Sequence[int]) -> dict[int, Charges]:
    """The carrier's fees by its ledger, less what the buyer pays us for delivery.

    A fee that the receiver pays at the door stands in no ledger of ours. Settled once every
    parcel is in a statement whose line about it is done. A marketplace pays out the buyer's
    share itself, so that one is left to its own charges.
    """
    rows = CarrierEntry.objects.filter(package__fulfilment__order__in=order_ids, kind__in=FEE_KINDS)
    sums = rows.values_list("package", "package__fulfilment__order").annotate(Sum("amount_vnd"))
    fees = {package_id: (order_id, -vnd) for package_id, order_id, vnd in sums.order_by()}
    if not fees:
        return {}
    settled = _settled(list(fees))
    paid = Order.objects.filter(pk__in={pk for pk, _fee in fees.values()}, shop_ref=None)
    told = dict(paid.values_list("pk", "shipping_fee_buyer_vnd"))
    found: dict[int, tuple[int, bool]] = {}
    for package_id, (order_id, fee_vnd) in fees.items():
        vnd, is_settled = found.get(order_id, (-told.get(order_id, 0), True))
        found[order_id] = vnd + fee_vnd, is_settled and (not fee_vnd or package_id in settled)
    return {
        order_id: Charges(vnd, vnd if is_settled else None)
        for order_id, (vnd, is_settled) in found.items()
    }


def _settled(package_ids: Sequence[int]) -> set[int]:
    """Those that a statement lists, with nothing left to ask about."""
    lines = StatementLine.objects.filter(package__in=package_ids).exclude(verdict=Verdict.MISSING)
    steps = list(lines.values_list("package", "step"))
    waiting = {pk for pk, step in steps if step != Step.DONE}
    return {pk for pk, _step in steps if pk is not None} - waiting
