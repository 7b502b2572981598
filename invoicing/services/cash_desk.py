"""Cash taken at the counter."""

from invoicing.models import Payment
from invoicing.services.payments import receive_payment
from oms.kernel.actors import Actor

SOURCE = "counter"


def take_cash(order_id: int, amount_vnd: int, key: str, actor: Actor) -> None:
    """Book what the buyer paid at the counter; the same key again changes nothing."""
    receive_payment(order_id, amount_vnd, Payment.Method.CASH, source=(SOURCE, key), actor=actor)
