"""Counts: chosen, started, reviewed and approved."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.counting import CountForm
from inventory.models import StockCount, Variant
from inventory.selectors import counting as selectors
from inventory.selectors.abc_classes import RHYTHM_DAYS, due_today
from inventory.selectors.places import stocking_places
from inventory.services import count_approval, counting
from inventory.views.acting import act
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def count_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "open")
    context = {
        "page": selectors.count_list(request.user, show=show, **cursors(request.GET)),
        "show": show,
        "chips": [
            ("open", _("Đang làm")),
            ("review", _("Chờ duyệt")),
            ("approved", _("Đã duyệt")),
            ("all", _("Tất cả")),
        ],
    }
    return render(request, "inventory/count_list.html", context)


@require_GET
@permission_required("inventory.count_stock", raise_exception=True)
def count_today(request: HttpRequest) -> HttpResponse:
    """The goods whose turn it is, by their class."""
    places = list(stocking_places(request.user).filter(is_active=True))
    asked = request.GET.get("warehouse", "")
    warehouse = next((p for p in places if str(p.pk) == asked), places[0] if places else None)
    rows = due_today(warehouse.pk) if warehouse else []
    variants = Variant.objects.select_related("product").in_bulk([row.variant_id for row in rows])
    context = {
        "warehouses": places,
        "warehouse": warehouse,
        "rows": [(row, variants[row.variant_id]) for row in rows],
        "rhythm": RHYTHM_DAYS,
        "form": CountForm(request.user),
    }
    return render(request, "inventory/count_today.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.count_stock", raise_exception=True)
def new_count(request: HttpRequest) -> HttpResponse:
    form = CountForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = counting.create_count(
                data["warehouse"].pk,
                data["scope"],
                key=data["key"],
                bin_prefix=data["bin_prefix"],
                is_blind=data["is_blind"],
                note=data["note"],
                actor=Actor.of(request),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("inventory:count_detail", count.pk)
    status = 422 if form.errors else 200
    return render(request, "inventory/count_new.html", {"form": form}, status=status)


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def count_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, visible_count(request, pk))


@require_POST
@permission_required("inventory.count_stock", raise_exception=True)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    try:
        counting.start_count(pk, actor=Actor.of(request))
    except DomainError as refusal:
        return _page(request, count, refusal=refusal.message, status=422)
    return redirect("inventory:count_scan", pk)


@require_POST
@permission_required("inventory.count_stock", raise_exception=True)
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    try:
        again = counting.submit_count(pk, actor=Actor.of(request))
    except DomainError as refusal:
        return _page(request, count, refusal=refusal.message, status=422)
    if again:
        text = ngettext(
            "%(n)d mặt hàng lệch nhiều, hãy đếm lại lần hai.",
            "%(n)d mặt hàng lệch nhiều, hãy đếm lại lần hai.",
            again,
        )
        messages.warning(request, text % {"n": again})
        return redirect("inventory:count_scan", pk)
    messages.success(request, _("Đã gửi phiếu đi duyệt."))
    return redirect("inventory:count_detail", pk)


@require_POST
@permission_required("inventory.count_stock", raise_exception=True)
def rest_as_zero(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    work = partial(counting.count_rest_as_zero, pk, actor=Actor.of(request))
    return _act(request, count, work, _("Các mặt hàng chưa đếm được ghi là 0."))


@require_POST
@permission_required("inventory.count_stock", raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    work = partial(counting.cancel_count, pk, actor=Actor.of(request))
    return _act(request, count, work, _("Đã hủy phiếu kiểm, sổ kho giữ nguyên."))


@require_POST
@permission_required("inventory.approve_count", raise_exception=True)
def recount(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdecimal()]
    work = partial(counting.ask_recount, pk, ids, actor=Actor.of(request))
    return _act(request, count, work, _("Đã yêu cầu đếm lại các dòng đã chọn."))


@require_POST
@permission_required("inventory.approve_count", raise_exception=True)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    any_amount = request.user.has_perm("inventory.approve_big_count")
    work = partial(
        count_approval.approve_count,
        pk,
        limit_vnd=None if any_amount else count.warehouse.approve_vnd,
        actor=Actor.of(request),
    )
    return _act(request, count, work, _("Đã duyệt: chênh lệch được ghi vào sổ kho."))


def visible_count(request: HttpRequest, pk: int) -> StockCount:
    return get_object_or_404(selectors.counts_visible_to(request.user), pk=pk)


def shows_books(request: HttpRequest, count: StockCount) -> bool:
    """While a blind count goes on, only those who approve it see what the books say."""
    over = count.status in (StockCount.Status.REVIEW, StockCount.Status.APPROVED)
    return over or not count.is_blind or request.user.has_perm("inventory.approve_count")


def _act(
    request: HttpRequest, count: StockCount, work: Callable[[], Any], done: str
) -> HttpResponse:
    page = partial(_page, request, count)
    return act(request, work, done=done, refused=page, then=("inventory:count_detail", count.pk))


def _page(
    request: HttpRequest, count: StockCount, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    show = request.GET.get("show", "")
    in_review = count.status == StockCount.Status.REVIEW
    context = {
        "count": count,
        "progress": selectors.progress_of(count),
        "page": selectors.count_lines(
            count,
            show=show,
            **cursors(request.GET),
        ),
        "show": show,
        "refusal": refusal,
        "shows_books": shows_books(request, count),
        "held": selectors.held_lines(count) if in_review else [],
        "difference_vnd": selectors.difference_of(count),
        "pieces": selectors.pieces_missing_and_found(count),
        "is_draft": count.status == StockCount.Status.DRAFT,
        "is_counting": count.status == StockCount.Status.COUNTING,
        "in_review": in_review,
    }
    return render(request, "inventory/count_detail.html", context, status=status)
