"""The page on which a buyer asks to return goods: a code and the end of the own phone open it."""

import math
from typing import Any
from uuid import uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.public_pages import public_page, seconds_before_guess
from orders.forms.returns import BuyerForm, ReturnForm
from orders.models import Order, Return
from orders.selectors.public_orders import order_of_buyer
from orders.selectors.returns import days_since_delivery, may_open, policy
from orders.services.return_photos import add_photos, check_photos
from orders.services.returning import NewReturn, open_return

PAGE = "orders/returns/ask.html"
SALT, OPEN_FOR_SECONDS = "orders.return_ask", 3600
BUYER = Actor.partner("Khách hàng")


@require_http_methods(["GET", "POST"])
@public_page("return_page")
def ask(request: HttpRequest) -> HttpResponse:
    """First who asks, then what of. The phone stands in no address, the order in a sealed word."""
    context: dict[str, Any] = {"policy": policy()}
    if request.method == "GET":
        form = BuyerForm(initial={"code": request.GET.get("code", "")[:60]})
        return render(request, PAGE, context | {"form": form})
    if "door" in request.POST:
        return _second_step(request, context)
    form = BuyerForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, context | {"form": form}, status=422)
    wait = seconds_before_guess(request, form.cleaned_data["code"])
    if wait:
        context |= {"form": form, "wait_minutes": math.ceil(wait / 60)}
        page = render(request, PAGE, context, status=429)
        page.headers["Retry-After"] = str(wait)
        return page
    order = order_of_buyer(**form.cleaned_data)
    if order is None:
        return render(request, PAGE, context | {"form": form, "asked": True}, status=404)
    return _wish_page(request, order, context)


def _second_step(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    try:
        pk = signing.loads(request.POST["door"], salt=SALT, max_age=OPEN_FOR_SECONDS)
    except signing.BadSignature:
        return render(request, PAGE, context | {"form": BuyerForm(), "asked": True}, status=404)
    order = Order.objects.get(pk=pk)
    form = ReturnForm(_lines(order), request.POST)
    if form.is_valid():
        try:
            document = _open(request, order, form)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return render(request, PAGE, context | {"made": document})
    return _wish_page(request, order, context, form=form)


def _wish_page(
    request: HttpRequest,
    order: Order,
    context: dict[str, Any],
    form: ReturnForm | None = None,
) -> HttpResponse:
    days = days_since_delivery(order)
    context |= {
        "order": order,
        "known": order.returns.order_by("-id").first(),
        "may_open": may_open(order),
        "is_too_late": days is not None and days > context["policy"].window_days,
        "wish": form or ReturnForm(_lines(order), initial={"key": uuid4()}),
        "door": signing.dumps(order.pk, salt=SALT),
    }
    return render(request, PAGE, context, status=422 if form else 200)


def _lines(order: Order) -> list[Any]:
    return [line for line in order.lines.order_by("position") if line.returned < line.quantity]


def _open(request: HttpRequest, order: Order, form: ReturnForm) -> Return:
    data, photos = form.cleaned_data, request.FILES.getlist("photos")
    check_photos(photos)
    new = NewReturn(
        origin=Return.Origin.BUYER,
        items=form.items(),
        wish=data["wish"],
        reason_code=data["reason"],
        note=data["note"],
        request_key=data["key"],
    )
    document = open_return(order.pk, new, actor=BUYER)
    if not document.photos.exists():
        add_photos(document.pk, photos, user_id=None, is_buyers=True)
    return document
