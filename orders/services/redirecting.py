"""Another phone or street for goods that are on their way; the ward stays what it was."""

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.phones import normalise_phone, reversed_digits
from oms.kernel.text import clean_line
from orders.models import Order
from orders.services.states import Change, lock_order, save_changes

STREET_LENGTH = 255


@transaction.atomic
def redirect_order(order_id: int, *, phone: str, street: str, actor: Actor) -> Order:
    """Write down where the goods really go. The same again records nothing.

    Raises DomainError for a phone that is none.
    """
    told = redirection(phone=phone, street=street)
    change = Change(lock_order(order_id), "order.redirected", {})
    order = change.order
    if (order.recipient_phone, order.street) == told:
        return order
    order.recipient_phone, order.street = told
    order.phone_reversed = reversed_digits(order.recipient_phone)
    order.save(update_fields=["recipient_phone", "phone_reversed", "street"])
    save_changes([change], actor=actor, always=True)
    return order


def redirection(*, phone: str, street: str) -> tuple[str, str]:
    """Phone and street as an order keeps them. Raises DomainError with the field."""
    line = clean_line(street, STREET_LENGTH, field="street")
    if not line:
        raise DomainError(_("Thiếu địa chỉ người nhận."), "order.street_missing", "street")
    return normalise_phone(phone, field="phone"), line
