"""The delivery price beside the entry form; a worker asks the carriers, the page looks again."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from oms.kernel.queue import hurry
from orders.forms.entry import LineSet, OrderEntryForm
from orders.ports import QuoteRequest
from orders.tasks import QUOTE_KEY, quote_delivery
from orders.views.entry import resolve_lines
from orders.views.prices import priced_lines

MOST_LOOKS = 12
WAITING = {"state": "waiting"}
KEPT_SECONDS = 900


@require_http_methods(["GET", "POST"])
@permission_required("orders.add_order", raise_exception=True)
def quote(request: HttpRequest) -> HttpResponse:
    """POST: ask for the form as it stands. GET: has the answer come? At most MOST_LOOKS times."""
    if request.method == "GET":
        return looked(request, request.GET.get("key", "")[:64], _number(request.GET.get("n")))
    asked = asked_for(request)
    if asked is None:
        return render(request, "orders/quotes.html", {"state": "incomplete"})
    payload = json.dumps(asdict(asked), sort_keys=True)
    key = hashlib.sha256(payload.encode()).hexdigest()
    if cache.add(QUOTE_KEY + key, WAITING, KEPT_SECONDS):
        hurry(quote_delivery, key, payload)
    return looked(request, key, 0)


def looked(request: HttpRequest, key: str, number: int) -> HttpResponse:
    answer = cache.get(QUOTE_KEY + key) or WAITING
    context: dict[str, Any] = {**answer, "key": key, "next": number + 1}
    if answer["state"] == "waiting" and number >= MOST_LOOKS:
        cache.delete(QUOTE_KEY + key)
        context["state"] = "late"
    return render(request, "orders/quotes.html", context)


def asked_for(request: HttpRequest) -> QuoteRequest | None:
    """What the carriers are asked; None while address or goods are not complete."""
    form = OrderEntryForm(request.POST)
    form.full_clean()
    lines = LineSet(request.POST, prefix="lines", form_kwargs={"currency": form.chosen})
    data = form.cleaned_data
    if not all(data.get(name) for name in ("ward", "province")) or not lines.is_valid():
        return None
    if not resolve_lines(lines):
        return None
    typed = [line for line in lines if line.has_changed()]
    goods = [(line.variant, line.cleaned_data["quantity"]) for line in typed]
    priced = priced_lines(lines, data.get("source", ""), data.get("phone", ""))
    goods_vnd = sum(line.total_vnd for line in priced)
    user: Any = request.user
    scope = user.warehouse_scope()
    return QuoteRequest(
        street=data.get("street", ""),
        ward=data["ward"],
        district=data.get("district", ""),
        province=data["province"],
        weight_g=sum(variant.weight_g * quantity for variant, quantity in goods),
        length_cm=max(variant.length_cm for variant, _n in goods),
        width_cm=max(variant.width_cm for variant, _n in goods),
        height_cm=sum(variant.height_cm * quantity for variant, quantity in goods),
        goods_vnd=goods_vnd,
        cod_vnd=goods_vnd if data.get("is_cod") else 0,
        warehouse_ids=None if scope is None else sorted(scope),
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 4 else MOST_LOOKS
