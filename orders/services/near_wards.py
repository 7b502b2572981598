"""A ward that never was, put right by one click."""

from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.selectors.near_wards import near_wards
from orders.services.edit_values import Edit
from orders.services.editing import edit_order


def correct_ward(order_id: int, ward_code: str, *, actor: Actor) -> Order:
    """Save one of the near wards as a revision of the order, which ends its problem.

    Raises DomainError for any other ward, and when the order may not be edited.
    """
    order = Order.objects.get(pk=order_id)
    meant = next((ward for ward in near_wards(order) if ward.code == ward_code), None)
    if meant is None:
        raise DomainError(_("Hãy chọn một phường / xã trong danh sách."), code="ward.choice")
    base, typed = {"ward": order.ward}, {"ward": str(meant)}
    return edit_order(order_id, Edit(typed=typed, base=base, version=order.version), actor=actor)
