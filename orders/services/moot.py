"""Problems that end by themselves: with their order, or with the goods that it lacked."""

from collections.abc import Sequence

from oms.kernel.clock import now
from orders.models import Order, OrderProblem

Kind = OrderProblem.Kind
# About goods, receiver and stock; what a carrier, a marketplace or an issuer has open stays open.
OF_SENDING = frozenset(
    {
        *(Kind.UNKNOWN_SKU, Kind.BAD_PHONE, Kind.BAD_ADDRESS, Kind.DIVIDED_WARD, Kind.OVERSOLD),
        *(Kind.SHORT_PICK, Kind.HOLD_ENDING, Kind.RECURRING),
        Kind.RISK,
    }
)


def close_moot(orders: Sequence[Order]) -> None:
    """Close them on locked orders that were given up; the caller saves these. Two statements."""
    _close(orders, OF_SENDING)


def close_oversold(orders: Sequence[Order]) -> None:
    """The same for locked orders that got their goods after all."""
    _close(orders, frozenset({Kind.OVERSOLD}))


def close_found(orders: Sequence[Order]) -> None:
    """The same for locked orders that were held for missing pieces and go on."""
    _close(orders, frozenset({Kind.SHORT_PICK}))


def _close(orders: Sequence[Order], kinds: frozenset[Kind]) -> None:
    troubled = [order for order in orders if order.needs_attention]
    if not troubled:
        return
    still_open = OrderProblem.objects.filter(order__in=troubled, resolved_at=None)
    still_open.filter(kind__in=kinds).update(resolved_at=now())
    left = set(still_open.values_list("order_id", flat=True))
    for order in troubled:
        order.needs_attention = order.pk in left
