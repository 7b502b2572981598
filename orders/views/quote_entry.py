"""Writing a quotation: the same lines, prices and address as an order's entry."""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from inventory.selectors.catalogue import search_variants
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.phones import show_phone
from orders.forms.quotations import QuotationForm, QuoteLineSet
from orders.models import Quotation
from orders.selectors.customers import find_customer, group_of_phone
from orders.services.quoting import Offer, new_quotation, rewrite_quotation
from orders.views.entry import (
    PROPOSED_GOODS,
    buyer_hint,
    entry_address,
    list_prices,
    new_line_of,
    resolve_lines,
)
from orders.views.quotations import visible

PAGE = "orders/quotations/edit.html"
SAME = ("email", "street", "ward", "district", "province", "source", "internal_note")


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_quotation", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return entry_page(request, empty_form(request), QuoteLineSet(prefix="lines"))
    form, lines, offer = entered(request)
    if offer is not None:
        key = form.cleaned_data["request_key"]
        try:
            quotation = new_quotation(offer, request_key=key, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("orders:quotation_detail", quotation.pk)
    return entry_page(request, form, lines, status=422)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_quotation", raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    quotation = visible(request, pk)
    if quotation.status != Quotation.Status.DRAFT:
        return redirect("orders:quotation_detail", pk)
    if request.method == "GET":
        return entry_page(request, form_of(quotation), lines_of(quotation), quotation=quotation)
    form, lines, offer = entered(request)
    if offer is not None:
        opened = request.POST.get("edit_version", "")
        version = int(opened) if opened.isdecimal() and len(opened) < 9 else 0
        try:
            rewrite_quotation(pk, offer, edit_version=version, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("orders:quotation_detail", pk)
    return entry_page(request, form, lines, quotation=quotation, status=422)


def entered(request: HttpRequest) -> tuple[QuotationForm, BaseFormSet, Offer | None]:
    """The form as sent, and the offer that it makes or None."""
    form, lines = QuotationForm(request.POST), QuoteLineSet(request.POST, prefix="lines")
    valid = form.is_valid() and lines.is_valid()
    if valid and resolve_lines(lines):
        return form, lines, offer_of(form.cleaned_data, lines)
    return form, lines, None


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


def entry_page(
    request: HttpRequest,
    form: QuotationForm,
    lines: BaseFormSet,
    *,
    quotation: Quotation | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "lines": lines,
        "quotation": quotation,
        "goods": search_variants("", limit=PROPOSED_GOODS),
        **entry_address(form),
        **buyer_hint(request, form),
    }
    context.pop("duplicates", None)  # an offer beside an order is no doubt
    return render(request, PAGE, context, status=status)


def empty_form(request: HttpRequest) -> QuotationForm:
    """Filled as far as the phone in the address knows its customer."""
    phone = request.GET.get("phone", "")[:30]
    initial = {"request_key": uuid.uuid4().hex, "source": "phone", "phone": phone}
    known = find_customer(phone)
    if known is not None:
        initial |= {"name": known.name, "email": known.email}
    return QuotationForm(initial=initial)


def form_of(quotation: Quotation) -> QuotationForm:
    version = quotation.newest
    initial: dict[str, Any] = {name: getattr(quotation, name) for name in SAME}
    initial |= {
        "request_key": quotation.request_key,
        "phone": show_phone(quotation.recipient_phone),
        "name": quotation.recipient_name,
        "new_ward": quotation.new_ward_code,
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
