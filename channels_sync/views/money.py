"""Payouts of marketplaces and their fee rates."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from channels_sync.forms import AdoptForm, FeeRateForm
from channels_sync.models import SyncProblem
from channels_sync.ports import marketplace, marketplace_codes
from channels_sync.queue import hurry
from channels_sync.selectors.money_words import (
    money_words_visible_to,
    sums_by_word,
    unclassified_count,
)
from channels_sync.selectors.rates import (
    fee_rates_of,
    fee_rates_visible_to,
    observed_rates,
    sees_all_shops,
    standing_rates,
)
from channels_sync.selectors.results import last_day, month_of, next_month, shop_results
from channels_sync.selectors.settlements import (
    add_orders,
    lines_of,
    matchings,
    payout_problems,
    settlements_visible_to,
    unsettled,
)
from channels_sync.selectors.shops import shops_visible_to
from channels_sync.selectors.sight import seen_orders, sees_results
from channels_sync.services.fees import link_fees
from channels_sync.services.rates import NewFeeRate, adopt_observed, remove_fee_rate, set_fee_rate
from channels_sync.services.reconciling import import_missing
from channels_sync.services.settling import accept_payout
from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors, keyset_page

# Orders that one click brings in.
MOST_AT_ONCE = 100
LINES = 200


@require_GET
@permission_required("channels_sync.view_settlement", raise_exception=True)
def settlement_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    fill = SHOWN.get(show, _statements)
    context = {"show": show if show in SHOWN else "", **fill(request)}
    context["sees_results"] = sees_results(request.user)
    context["unclassified"] = unclassified_count(request.user)
    context["differing"] = payout_problems(request.user).count()
    return render(request, "channels_sync/settlement_list.html", context)


def _statements(request: HttpRequest) -> dict[str, object]:
    page = keyset_page(
        settlements_visible_to(request.user), keys=("-last_day", "-id"), **cursors(request.GET)
    )
    return {"page": page, "matchings": matchings(page.rows)}


def _differing(request: HttpRequest) -> dict[str, object]:
    page = keyset_page(
        payout_problems(request.user), keys=("-seen_at", "-id"), **cursors(request.GET)
    )
    add_orders(page.rows, request.user)
    return {"page": page}


def _words(request: HttpRequest) -> dict[str, object]:
    """What waits for a choice stands first."""
    rows = money_words_visible_to(request.user)
    page = keyset_page(rows, keys=("counts_as", "id"), **cursors(request.GET))
    sums = sums_by_word(page.rows, request.user)
    told = [(row, *sums.get((row.marketplace, row.word), (0, 0))) for row in page.rows]
    return {"page": page, "words": told}


def _waiting(request: HttpRequest) -> dict[str, object]:
    return {"page": keyset_page(unsettled(request.user), keys=("-id",), **cursors(request.GET))}


def _result(request: HttpRequest) -> dict[str, object]:
    """Whole shops and what they earn: for who sees costs, and all warehouses."""
    if not sees_results(request.user):
        raise PermissionDenied
    first = month_of(request.GET.get("month", ""), now=today())
    shops = list(shops_visible_to(request.user).values_list("pk", flat=True))
    rows = shop_results(shops, first=first, last=last_day(first))
    return {
        "month": first,
        "months": (first - timedelta(days=1), next_month(first)),
        "has_next": next_month(first) <= today(),
        "results": rows,
        "result_vnd": sum(row.result_vnd for row in rows),
    }


SHOWN: dict[str, Callable[[HttpRequest], dict[str, object]]] = {
    "differs": _differing,
    "words": _words,
    "waiting": _waiting,
    "result": _result,
}


@require_GET
@permission_required("channels_sync.view_settlement", raise_exception=True)
def settlement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Its lines, those of an order together."""
    settlement = get_object_or_404(settlements_visible_to(request.user), pk=pk)
    show = request.GET.get("show", "")
    page = keyset_page(
        lines_of(settlement, show),
        keys=("remote_id", "id"),
        size=LINES,
        **cursors(request.GET),
    )
    [matching] = matchings([settlement])
    context = {
        "settlement": settlement,
        "matching": matching,
        "page": page,
        "seen": seen_orders(request.user, [line.order_id for line in page.rows]),
        "show": show,
    }
    return render(request, "channels_sync/settlement_detail.html", context)


@require_POST
@permission_required("channels_sync.change_settlement", raise_exception=True)
def settlement_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the shop's money again: lines that came late, and those that changed."""
    settlement = get_object_or_404(settlements_visible_to(request.user), pk=pk)
    hurry("pull_shop_fees", settlement.shop_id)
    text = _("Đang đọc lại quyết toán của %(shop)s.")
    messages.success(request, text % {"shop": settlement.shop.name})
    return redirect("channels_sync:settlement_detail", pk)


@require_POST
@permission_required("channels_sync.change_settlement", raise_exception=True)
def settlement_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring in orders that the statement names and we lack."""
    settlement = get_object_or_404(settlements_visible_to(request.user), pk=pk)
    missing = lines_of(settlement, "missing").order_by("remote_id")
    ids = list(missing.values_list("remote_id", flat=True).distinct()[:MOST_AT_ONCE])
    try:
        import_missing(settlement.shop_id, ids)
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
    else:
        found = link_fees(settlement.shop_id)
        text = _("Đã đọc %(asked)s đơn, %(found)s đơn đã khớp với quyết toán.")
        messages.success(request, text % {"asked": len(ids), "found": found})
    return redirect("channels_sync:settlement_detail", pk)


@require_POST
@permission_required("channels_sync.change_settlement", raise_exception=True)
def payout_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree with what a marketplace paid for an order."""
    problem = get_object_or_404(
        SyncProblem.objects.filter(
            shop__in=shops_visible_to(request.user), kind=SyncProblem.Kind.PAYOUT_DIFFERS
        ),
        pk=pk,
    )
    try:
        accept_payout(problem.shop_id, problem.remote_id, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        told = {"code": problem.remote_id}
        messages.success(request, _("Đã chấp nhận số sàn trả cho đơn %(code)s.") % told)
    return redirect(reverse("channels_sync:settlement_list") + "?show=differs")


@require_http_methods(["GET", "POST"])
@permission_required("channels_sync.change_fee_rate", raise_exception=True)
def fee_rate_list(request: HttpRequest) -> HttpResponse:
    """Fees by the day they hold from, what settled orders teach, and the form of a new one."""
    form = FeeRateForm(
        request.POST or None, by=request.user, initial={"valid_from": today().isoformat()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_fee_rate(NewFeeRate(**form.cleaned_data), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu. Các đơn từ ngày đó đang được ước tính lại."))
            return redirect("channels_sync:fee_rate_list")
    return _rates_page(request, form)


def _rates_page(request: HttpRequest, form: FeeRateForm) -> HttpResponse:
    codes = marketplace_codes()
    rows = list(fee_rates_visible_to(request.user)[:LINES])
    observed = observed_rates(codes) if sees_all_shops(request.user) else []
    context = {
        "form": form,
        "adopt_form": AdoptForm(initial={"valid_from": today().isoformat()}),
        "rows": rows,
        "standing": standing_rates(rows, today()),
        "own": set(fee_rates_of(request.user).values_list("pk", flat=True)),
        "names": {code: marketplace(code).name for code in codes},
        "observed": [
            (code, marketplace(code).name, [row for row in observed if row.marketplace == code])
            for code in codes
            if any(row.marketplace == code for row in observed)
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "channels_sync/fee_rates.html", context, status=status)


@require_POST
@permission_required("channels_sync.change_fee_rate", raise_exception=True)
def fee_rate_adopt(request: HttpRequest, code: str) -> HttpResponse:
    if not sees_all_shops(request.user):
        raise PermissionDenied
    form = AdoptForm(request.POST)
    if code not in marketplace_codes() or not form.is_valid():
        messages.error(request, _("Hãy chọn ngày bắt đầu áp dụng."))
    else:
        count = adopt_observed(
            code, valid_from=form.cleaned_data["valid_from"], actor=Actor.of(request)
        )
        text = _("Đã lưu %(n)s mức phí của %(name)s.")
        messages.success(request, text % {"n": count, "name": marketplace(code).name})
    return redirect("channels_sync:fee_rate_list")


@require_POST
@permission_required("channels_sync.change_fee_rate", raise_exception=True)
def fee_rate_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(fee_rates_of(request.user), pk=pk)
    remove_fee_rate(row.pk, actor=Actor.of(request))
    messages.success(request, _("Đã bỏ mức phí. Các đơn liên quan đang được ước tính lại."))
    return redirect("channels_sync:fee_rate_list")
