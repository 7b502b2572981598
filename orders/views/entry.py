"""Manual order entry: phone first, then address and goods, on one screen."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet, Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.pricing import Price
from inventory.selectors.catalogue import find_variants, search_variants
from inventory.selectors.prices import price_for
from oms.kernel import clock
from oms.kernel.actors import Actor
from oms.kernel.addresses import find_province
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.money import vnd_to_minor
from oms.kernel.phones import normalise_phone
from oms.kernel.unit_paths import names_of, unit_paths
from oms.kernel.wards import wards_of
from orders.forms.entry import LineSet, OrderEntryForm
from orders.models import Order
from orders.ports import print_step_url
from orders.selectors.customers import find_customer, group_of_phone
from orders.selectors.lists import orders_visible_to
from orders.selectors.rates import KnownRate, rate_on
from orders.selectors.stock_holders import holders_behind
from orders.selectors.terms import debt_of_phone
from orders.services.counter import new_pickup_code, sell_at_counter
from orders.services.lifecycle import confirm_order
from orders.services.new_order import NewLine, NewOrder
from orders.services.terms import place_on_terms
from orders.views.insisting import accepts_terms, asks_terms

PROPOSED_GOODS = 20
ADDRESS = ("street", "ward", "district", "province")
DUPLICATE_HOURS = 24
SALE = "sell"


@require_http_methods(["GET", "POST"])
@permission_required("orders.add_order", raise_exception=True)
def new_order(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        initial = {"request_key": uuid.uuid4().hex, "source": "phone"}
        form = OrderEntryForm(initial=initial | {"phone": request.GET.get("phone", "")[:30]})
        return entry_page(request, form, LineSet(prefix="lines"))
    form, lines, new = entered(request)
    asked: dict[str, Any] = {}
    if new is not None:
        try:
            order_id, number = place_or_sell(request, new)
        except DomainError as refusal:
            add_refusal(form, refusal)
            asked = asks_terms(request, refusal)
            asked["holders"] = holders_behind(refusal, request.user)
        else:
            return redirect(after_save(request, order_id, number))
    return entry_page(request, form, lines, status=422, **asked)


def entered(request: HttpRequest) -> tuple[OrderEntryForm, BaseFormSet, NewOrder | None]:
    """The form as sent, and the order that it says or None; a draft may have gaps."""
    draft, sale = (request.POST.get("then") == word for word in ("draft", SALE))
    form = OrderEntryForm(request.POST, draft=draft, counter=sale)
    lines = LineSet(request.POST, prefix="lines", form_kwargs={"currency": form.chosen})
    valid = form.is_valid() and lines.is_valid()
    if valid and (resolve_lines(lines, draft=draft)):
        new = new_order_of(form.cleaned_data, lines, draft=draft)
        return form, lines, sale_of(new) if sale else new
    return form, lines, None


def sale_of(new: NewOrder) -> NewOrder:
    """The same goods sold over the counter: nothing is delivered or collected."""
    return replace(
        new, source=Order.Source.COUNTER, is_cod=False, pickup_code="", shipping_fee_buyer_vnd=0
    )


def place(new: NewOrder, actor: Actor, *, accept: bool = False) -> tuple[int, str]:
    """(id, number) of the order; raises DomainError with the reason against it."""
    placed = place_on_terms(new, actor=actor, accept=accept)
    return placed.order_id or 0, placed.number


def place_or_sell(request: HttpRequest, new: NewOrder) -> tuple[int, str]:
    """A sale over the counter is done at once, by who may; everything else is placed."""
    if request.POST.get("then") != SALE:
        return place(new, Actor.of(request), accept=accepts_terms(request))
    if not request.user.has_perm("orders.sell_at_counter"):
        raise PermissionDenied
    placed = sell_at_counter(new, actor=Actor.of(request))
    return placed.order_id or 0, placed.number


def after_save(request: HttpRequest, order_id: int, number: str) -> str:
    """Confirm when asked, say what was done, and where to go. A refusal leaves the order placed."""
    then, told = request.POST.get("then"), {"number": number}
    if then == "draft":
        messages.success(request, _("Đã lưu nháp %(number)s.") % told)
        return reverse("orders:list") + "?tab=draft"
    detail = reverse("orders:detail", args=[order_id])
    if then == SALE:
        messages.success(request, _("Đã bán và thu tiền mặt đơn %(number)s.") % told)
        return detail
    if then not in {"confirm", "print"} or not request.user.has_perm("orders.confirm_order"):
        messages.success(request, _("Đã tạo đơn %(number)s.") % told)
        return detail
    try:
        confirm_order(order_id, actor=Actor.of(request))
    except DomainError as refusal:
        messages.warning(
            request,
            _("Đã tạo đơn %(number)s nhưng chưa xác nhận được: %(why)s")
            % (told | {"why": refusal.message}),
        )
        return detail
    messages.success(request, _("Đã tạo và xác nhận đơn %(number)s.") % told)
    parcel = then == "print" and not request.POST.get("is_pickup")
    step = print_step_url(request.user, order_id) if parcel else ""
    return step or detail


def new_order_of(data: dict[str, Any], lines: BaseFormSet, *, draft: bool = False) -> NewOrder:
    typed = [line for line in lines if line.has_changed()]
    prices = list_prices(typed, source=data["source"], group=group_of_phone(data["phone"]))
    known = data["known_rate"]
    return NewOrder(
        **(_paid_abroad(data, known) if known else _paid_here(data)),
        source=data["source"],
        request_key=data["request_key"],
        placed_at=clock.now(),
        recipient_name=data["name"],
        recipient_phone=data["phone"],
        street=data["street"],
        ward=data["ward"],
        district=data["district"],
        province=data["province"],
        buyer_note=data["buyer_note"],
        internal_note=data["internal_note"],
        is_cod=data["is_cod"] and not data["is_pickup"],
        pickup_code=new_pickup_code() if data["is_pickup"] else "",
        address_raw=data["address_raw"],
        new_ward_code=data["new_ward"],
        draft=draft,
        lines=tuple(
            line_abroad(line, prices, known) if known else new_line_of(line, prices)
            for line in typed
        ),
    )


def _paid_here(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "shipping_fee_buyer_vnd": data["shipping_fee"] or 0,
        "discount_vnd": data["discount"] or 0,
    }


def _paid_abroad(data: dict[str, Any], known: KnownRate) -> dict[str, Any]:
    """Another currency with the rate that is known, kept with its day and source."""
    return {
        "currency": known.currency,
        "rate": known.rate,
        "rate_on": known.day,
        "rate_source": known.source,
        "shipping_fee_minor": data["shipping_fee"] or 0,
        "discount_minor": data["discount"] or 0,
    }


def line_abroad(line: Any, prices: dict[int, Price], known: KnownRate) -> NewLine:
    """The same line priced in another currency; a list price is converted at the rate."""
    home, typed = new_line_of(line, prices), line.cleaned_data["price"]
    if typed is None:
        typed = vnd_to_minor(home.unit_price_vnd, known.currency, known.rate)
    return replace(
        home, unit_price_vnd=0, unit_price_minor=typed, total_minor=typed * home.quantity
    )


def new_line_of(line: Any, prices: dict[int, Price]) -> NewLine:
    """A typed line; in a draft goods that nobody knows yet keep the name that was typed."""
    data, variant = line.cleaned_data, line.variant
    if variant is None:
        return NewLine(
            name=data["item"], quantity=data["quantity"], unit_price_vnd=data["price"] or 0
        )
    typed = data["price"]
    return NewLine(
        sku=variant.sku,
        name=variant.full_name,
        quantity=data["quantity"],
        unit_price_vnd=prices[variant.pk].price_vnd if typed is None else typed,
        variant_id=variant.pk,
        vat_rate=variant.product.vat_rate,
    )


def list_prices(typed: Sequence[Any], *, source: str, group: str) -> dict[int, Price]:
    """Prices of the goods typed, by what is bought of each altogether; one statement."""
    bought: Counter[int] = Counter()
    for line in typed:
        if line.variant is None:
            continue
        bought[line.variant.pk] += line.cleaned_data["quantity"]
    return price_for(bought, source=source, on=clock.today(), group=group)


def resolve_lines(lines: Iterable[Any], *, draft: bool = False) -> bool:
    """Find the variant that each typed SKU, barcode or name means; doubts become field errors.

    In a draft a doubt is kept as it was typed.
    """
    typed = [line for line in lines if line.has_changed()]
    found = find_variants([line.cleaned_data["item"] for line in typed])
    for line in typed:
        item = line.cleaned_data["item"]
        matches = found.get(item) or search_variants(item, limit=4)
        line.variant = matches[0] if len(matches) == 1 else None
        if line.variant is None and not draft:
            line.add_error("item", doubt(item, matches))
    return all(not line.errors for line in typed)


def doubt(item: str, matches: list[Any]) -> str:
    if not matches:
        return _("Không có hàng nào có mã hoặc tên “%(item)s”.") % {"item": item}
    skus = ", ".join(variant.sku for variant in matches)
    return _("“%(item)s” có thể là nhiều mặt hàng: %(skus)s.") % {"item": item, "skus": skus}


def entry_page(
    request: HttpRequest,
    form: OrderEntryForm,
    lines: BaseFormSet,
    *,
    status: int = 200,
    template: str = "orders/new.html",
    **extra: Any,
) -> HttpResponse:
    goods = search_variants("", limit=PROPOSED_GOODS)
    pasted = extra.get("pasted")
    marks = pasted.line_marks if pasted else []
    context = {"form": form, "lines": lines, "goods": goods, **entry_address(form)}
    context["rows"] = list(zip_longest(lines, marks))
    if draft := extra.get("draft"):
        context["problems"] = draft.problems.filter(resolved_at=None).order_by("id")
    context |= rate_told(form.chosen)
    context |= {"message": request.POST.get("message", "")} | buyer_hint(request, form) | extra
    return render(request, template, context, status=status)


def rate_told(currency: str) -> dict[str, Any]:
    """Which rate an order in this currency gets today; of another day it is said so."""
    if currency == HOME:
        return {}
    try:
        known = rate_on(currency, clock.today())
    except DomainError as missing:
        return {"rate_told": missing.message, "rate_late": True}
    return {"rate_told": known.sentence, "rate_late": known.is_late}


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def rate_hint(request: HttpRequest) -> HttpResponse:
    currency = request.GET.get("currency", HOME)
    return render(request, "orders/new.html#rate_hint", rate_told(currency))


def buyer_hint(request: HttpRequest, form: OrderEntryForm) -> dict[str, Any]:
    """The customer behind the phone and his orders of the last day, for the form."""
    try:
        phone = normalise_phone(str(form["phone"].value() or ""))
    except DomainError:
        return {}
    since = clock.now() - timedelta(hours=DUPLICATE_HOURS)
    visible = orders_visible_to(request.user).filter(recipient_phone=phone)
    known = find_customer(phone)
    return {
        "known": known,
        "debt": debt_of_phone(phone, request.user),
        "known_orders": visible.count() if known else 0,
        "duplicates": visible.filter(placed_at__gte=since).exclude(status=Order.Status.CANCELLED)[
            :3
        ],
    }


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def customer_hint(request: HttpRequest) -> HttpResponse:
    """The customer fields again, filled from the last order of the phone that was typed."""
    typed = {name: request.GET.get(name, "") for name in OrderEntryForm.base_fields}
    form = OrderEntryForm(initial=typed)
    hint = buyer_hint(request, form)
    picked = {name: request.GET.get(f"pick_{name}") for name in ("ward", "district", "province")}
    if picked["ward"]:
        form.initial.update(picked)
    elif hint.get("known"):
        form.initial.update(last_address(request, hint["known"], typed))
    context = {"form": form, **hint, **entry_address(form)}
    return render(request, "orders/new.html#customer", context)


def last_address(request: HttpRequest, customer: Any, typed: dict[str, str]) -> dict[str, str]:
    """Name and address of the customer's last order for the fields still empty."""
    last = orders_visible_to(request.user).filter(customer=customer).order_by("-placed_at").first()
    known = {"name": customer.name}
    if last is not None:
        known |= {name: getattr(last, name) for name in ADDRESS}
    return {name: value for name, value in known.items() if not typed.get(name)}


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def goods_hint(request: HttpRequest) -> HttpResponse:
    """Options for the goods list while a name is being typed, in `q`, `sku` or a line's field."""
    own = next((name for name in request.GET if name == "sku" or name.endswith("-item")), "q")
    goods = search_variants(request.GET.get(own, ""), limit=PROPOSED_GOODS)
    source = request.GET.get("source", "")
    group = group_of_phone(request.GET.get("phone", ""))
    prices = price_for({row.pk: 1 for row in goods}, source=source, on=clock.today(), group=group)
    for row in goods:
        row.price_vnd = prices[row.pk].price_vnd
    return render(request, "orders/new.html#goods", {"goods": goods})


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def ward_hint(request: HttpRequest) -> HttpResponse:
    """Options for the ward list once a province is chosen."""
    form = OrderEntryForm(initial={"province": request.GET.get("province", "")})
    return render(request, "orders/new.html#wards", entry_address(form))


def entry_address(form: OrderEntryForm) -> dict[str, Any]:
    """The same for the entry form, which asks about a divided ward."""
    context = address_hint(form)
    form.offer_heirs(context["divided"])
    return context


def address_hint(form: Form) -> dict[str, Any]:
    """The wards of the province that is chosen, and what the typed old ward is today."""
    province = find_province(str(form["province"].value() or ""))
    names = [str(form[name].value() or "") for name in ("province", "district", "ward")]
    paths = unit_paths(*names)
    return {
        "wards": wards_of(province.code) if province else [],
        "today": names_of(paths.new) if paths.old else [],
        "divided": paths.choices,
    }
