"""What shipping adds to the order page; wiring calls `register` once."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from orders.models import Order
from orders.ports import register_panel
from shipping.selectors.packages import packages_of
from shipping.selectors.steps import with_steps


def register() -> None:
    register_panel("shipping", 20, panel)


def panel(request: HttpRequest, order: Order) -> str | None:
    """The order's packages, newest first; nothing for who may not see them."""
    if not request.user.has_perm("shipping.view_package"):
        return None
    packages = packages_of([order])[order.pk]
    if not packages:
        return None
    context = {"packages": with_steps(packages, request.user), "order": order}
    return render_to_string("shipping/panel.html", context, request=request)
