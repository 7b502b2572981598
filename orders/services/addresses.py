"""Where an order goes, by units: found again after a change, chosen where a ward was divided."""

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from oms.kernel.unit_paths import UnitPaths, names_of, unit_paths
from orders.models import Order, OrderProblem
from orders.services.drafting import divided_message
from orders.services.problems import close_problems
from orders.services.states import Change, lock_order, save_changes


def locate(order: Order) -> UnitPaths:
    """Set both paths of a locked order from its names; the caller saves it.

    A divided ward opens its problem, any other closes it.
    """
    paths = unit_paths(order.province, order.district, order.ward)
    close_problems(order, {OrderProblem.Kind.DIVIDED_WARD})
    if paths.choices and not order.pickup_code and order.status != Order.Status.DRAFT:
        OrderProblem.objects.create(
            order=order,
            kind=OrderProblem.Kind.DIVIDED_WARD,
            message=divided_message(order.ward, paths),
            data={"codes": [unit.code for unit in paths.choices]},
            created_at=now(),
        )
        order.needs_attention = True
    order.old_unit_path, order.new_unit_path = paths.old, paths.new
    return paths


@retry_deadlock
@transaction.atomic
def choose_ward(order_id: int, ward_code: str, *, actor: Actor) -> Order:
    """Say in which of today's wards an address lies whose old ward was divided.

    The buyer's own words stay. Raises DomainError for a ward that is none of the heirs.
    """
    change = Change(lock_order(order_id), "order.ward_chosen")
    order = change.order
    paths = unit_paths(order.province, order.district, order.ward).chosen(ward_code)
    if not paths.new or paths.choices:
        raise DomainError(_("Hãy chọn một trong các phường / xã mới."), code="ward.choice")
    order.new_unit_path = paths.new
    change.data["text"] = ", ".join(names_of(paths.new))
    close_problems(order, {OrderProblem.Kind.DIVIDED_WARD})
    save_changes([change], actor=actor)
    return order
