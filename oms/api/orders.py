"""Orders for programs: sent in once, listed under the filters of the list, read one by one."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404

from oms.api.doors import signed
from oms.api.reading import body_of, order_of
from oms.api.shapes import orders_told
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.pages import cursors
from orders.forms.filters import FilterForm
from orders.selectors.lists import order_list, orders_visible_to
from orders.services.intake import place_orders

VIEW, ADD = "orders.view_order", "orders.add_order"


@signed(GET=VIEW, POST=ADD)
def orders(request: HttpRequest) -> JsonResponse:
    return place(request) if request.method == "POST" else listed(request)


def listed(request: HttpRequest) -> JsonResponse:
    """One page; every filter of the order list is a parameter here too."""
    filters = FilterForm(request.GET).filters()
    page = order_list(request.user, filters, **cursors(request.GET))
    return JsonResponse(
        {
            "orders": orders_told(page.rows, request.user),
            "after": page.next_cursor,
            "before": page.previous_cursor,
        }
    )


def place(request: HttpRequest) -> JsonResponse:
    """201 with the new order; 200 with the one that this reference made before.

    What a person has to look at (unknown goods, a wrong phone) is kept and told in `problem`.
    """
    key: Any = request.api_key  # type: ignore[attr-defined]
    new = order_of(body_of(request), site=key.name)
    [placed] = place_orders([new], actor=Actor.partner(key.name))
    if placed.order_id is None:
        raise DomainError(placed.problem, code="order.refused")
    told = {
        "id": placed.order_id,
        "number": placed.number,
        "created": placed.created,
        "problem": placed.problem,
    }
    return JsonResponse(told, status=201 if placed.created else 200)


@signed(GET=VIEW)
def order(request: HttpRequest, pk: int) -> JsonResponse:
    found = get_object_or_404(orders_visible_to(request.user), pk=pk)
    return JsonResponse(orders_told([found], request.user)[0])
