"""Saved views of the list, and the columns that it shows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx
from orders.forms.address import ListAddress
from orders.forms.views import ColumnsForm, ViewForm
from orders.models import OrderView
from orders.selectors.views import columns_in, views_of
from orders.services import views as services

LIST = "orders:list"


def url_of(view: OrderView) -> str:
    return f"{reverse(LIST)}?{view.query}{'&' if view.query else ''}view={view.pk}"


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def view_list(request: HttpRequest) -> HttpResponse:
    """One's own views: rename, share, put in order, delete."""
    own = [
        view for view in views_of(request.user) if view.name and view.owner_id == request.user.pk
    ]
    rows = [
        (
            view,
            url_of(view),
            ViewForm(
                request.user,
                initial={"name": view.name, "role": view.role},
                auto_id=f"view-{view.pk}-%s",
            ),
        )
        for view in own
    ]
    return render(request, "orders/view_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@permission_required("orders.view_order", raise_exception=True)
def new_view(request: HttpRequest) -> HttpResponse:
    """Keep the list at the address that was open; `address` is its query string."""
    user: Any = request.user
    form = ViewForm(user, request.POST or None)
    address = request.POST.get("address", "") or str(ListAddress(request.GET))
    if request.method == "POST" and form.is_valid():
        try:
            view = services.save_view(
                user.pk,
                form.cleaned_data["name"],
                address=address,
                role=form.cleaned_data.get("role", ""),
                columns=columns_in(views_of(user), None, user),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu bộ lọc."))
            return redirect(url_of(view))
    open_one = request.GET.get("view", "")
    mine = OrderView.objects.filter(owner=user).exclude(name="") if open_one.isdecimal() else None
    context = {
        "form": form,
        "address": address,
        "open_view": mine.filter(pk=int(open_one)).first() if mine is not None else None,
    }
    template = "orders/view_new.html#form" if is_htmx(request) else "orders/view_new.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
@permission_required("orders.view_order", raise_exception=True)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    form = ViewForm(user, request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("orders:view_list")
    # Who may not share keeps what the view has: his form did not ask.
    view = OrderView.objects.filter(pk=pk, owner=user).first()
    role = form.cleaned_data.get("role", view.role if view else "")
    name = form.cleaned_data["name"]
    return _run(
        request, lambda: services.change_view(pk, user.pk, name=name, role=role), "orders:view_list"
    )


@require_POST
@permission_required("orders.view_order", raise_exception=True)
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """The open view takes over the filters that the list has now."""
    address = request.POST.get("address", "")
    return _run(
        request,
        lambda: services.set_query(pk, request.user.pk or 0, address),
        reverse(LIST) + (address if address.startswith("?") else ""),
    )


@require_POST
@permission_required("orders.view_order", raise_exception=True)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    steps = -1 if request.POST.get("to") == "up" else 1
    services.move_view(pk, request.user.pk or 0, steps=steps)
    return redirect("orders:view_list")


@require_POST
@permission_required("orders.view_order", raise_exception=True)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_view(pk, request.user.pk or 0)
    messages.success(request, _("Đã xóa bộ lọc."))
    return redirect("orders:view_list")


@require_http_methods(["GET", "POST"])
@permission_required("orders.view_order", raise_exception=True)
def columns(request: HttpRequest) -> HttpResponse:
    """Which columns the list shows: in the open view when it is one's own, else without a view."""
    user: Any = request.user
    address = ListAddress(request.GET)
    view_id = int(address.parts["view"] or 0) or None
    views = views_of(user)
    mine = next((v for v in views if v.pk == view_id and v.owner_id == user.pk and v.name), None)
    shown = columns_in(views, view_id, user)
    form = ColumnsForm(user, request.POST or None, initial={"columns": shown})
    if request.method == "POST" and form.is_valid():
        services.set_columns(
            user.pk, form.cleaned_data["columns"], view_id=mine.pk if mine else None
        )
        return redirect(reverse(LIST) + str(address))
    context = {"form": form, "address": str(address), "open_view": mine}
    template = "orders/columns.html#form" if is_htmx(request) else "orders/columns.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _run(request: HttpRequest, service: Callable[[], Any], back: str) -> HttpResponse:
    try:
        service()
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã lưu bộ lọc."))
    return redirect(back)
