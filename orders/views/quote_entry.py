"""Writing a quotation: the same lines, prices and address as an order's entry."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from oms.kernel.actors import Actor
from orders.forms.quotations import QuotationForm, QuoteLineSet
from orders.models import Quotation
from orders.selectors.customers import group_of_phone
from orders.services.quoting import Offer, new_quotation, rewrite_quotation
from orders.views.entry import list_prices, new_line_of
from orders.views.later_entry import Entry, buyer_of, opened_version
from orders.views.quotations import visible

SAME = ("email", "street", "ward", "district", "province", "source", "internal_note")
ENTRY = Entry(
    "orders/quotations/edit.html",
    "quotation",
    "orders:quotation_detail",
    QuotationForm,
    QuoteLineSet,
)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_quotation", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return ENTRY.start(request)

    def save(form: QuotationForm, lines: BaseFormSet) -> Quotation:
        key = form.cleaned_data["request_key"]
        offer = offer_of(form.cleaned_data, lines)
        return new_quotation(offer, request_key=key, actor=Actor.of(request))

    return ENTRY.write(request, save)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_quotation", raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    quotation = visible(request, pk)
    if quotation.status != Quotation.Status.DRAFT:
        return redirect("orders:quotation_detail", pk)
    if request.method == "GET":
        return ENTRY.show(request, form_of(quotation), lines_of(quotation), row=quotation)

    def save(form: QuotationForm, lines: BaseFormSet) -> Quotation:
        offer, version = offer_of(form.cleaned_data, lines), opened_version(request)
        return rewrite_quotation(pk, offer, edit_version=version, actor=Actor.of(request))

    return ENTRY.write(request, save, row=quotation)


def offer_of(data: dict[str, Any], lines: BaseFormSet) -> Offer:
    typed = [line for line in lines if line.has_changed()]
    prices = list_prices(typed, source=data["source"], group=group_of_phone(data["phone"]))
    return Offer(
        source=data["source"],
        phone=data["phone"],
        name=data["name"],
        email=data["email"],
        street=data["street"],
        ward=data["ward"],
        district=data["district"],
        province=data["province"],
        new_ward_code=data["new_ward"],
        discount_vnd=data["discount"] or 0,
        shipping_fee_vnd=data["shipping_fee"] or 0,
        valid_until=data["valid_until"],
        terms=data["terms"],
        internal_note=data["internal_note"],
        lines=[
            replace(new_line_of(line, prices), discount_vnd=line.cleaned_data["discount"] or 0)
            for line in typed
        ],
    )


def form_of(quotation: Quotation) -> QuotationForm:
    version = quotation.newest
    initial: dict[str, Any] = {name: getattr(quotation, name) for name in SAME}
    initial |= buyer_of(quotation) | {
        "shipping_fee": version.shipping_fee_vnd or None,
        "discount": version.discount_vnd or None,
        "valid_until": version.valid_until,
        "terms": version.terms,
    }
    return QuotationForm(initial=initial)


def lines_of(quotation: Quotation) -> BaseFormSet:
    rows = [
        {
            "item": line.sku,
            "quantity": line.quantity,
            "price": line.unit_price_vnd,
            "discount": line.discount_vnd or None,
        }
        for line in quotation.newest.lines.order_by("position")
    ]
    return QuoteLineSet(prefix="lines", initial=rows)
