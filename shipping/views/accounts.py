"""Contracts with carriers."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from shipping.forms import ACCOUNT_FACTS, AccountForm
from shipping.models import CarrierAccount
from shipping.ports import CarrierKind, carrier_kind, carrier_kinds
from shipping.selectors.accounts import accounts_changeable_by, accounts_visible_to
from shipping.services.accounts import save_account


@require_GET
@permission_required("shipping.change_account", raise_exception=True)
def account_list(request: HttpRequest) -> HttpResponse:
    accounts = accounts_visible_to(request.user).select_related("warehouse")
    changeable = set(accounts_changeable_by(request.user).values_list("pk", flat=True))
    context = {"accounts": accounts.order_by("carrier", "name"), "changeable": changeable}
    return render(request, "shipping/account_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("shipping.change_account", raise_exception=True)
def account_new(request: HttpRequest) -> HttpResponse:
    """Which carrier first (`?carrier=`), then what that one gave the seller."""
    kind = carrier_kind(request.GET.get("carrier", ""))
    if kind is None:
        return render(request, "shipping/account_carrier.html", {"kinds": carrier_kinds()})
    return edit_page(request, kind, None)


@require_http_methods(["GET", "POST"])
@permission_required("shipping.change_account", raise_exception=True)
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(accounts_changeable_by(request.user), pk=pk)
    kind = carrier_kind(account.carrier)
    if kind is None:
        raise Http404
    return edit_page(request, kind, account)


def edit_page(
    request: HttpRequest, kind: CarrierKind, account: CarrierAccount | None
) -> HttpResponse:
    initial = {name: getattr(account, name) for name in ACCOUNT_FACTS} if account else {}
    scope = request.user.warehouse_scope()  # type: ignore[union-attr]
    form = AccountForm(
        request.POST or None, kind=kind, account=account, warehouses=scope, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            pk = account.pk if account else None
            saved = save_account(pk, actor=Actor.of(request), **form.account_facts())
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu tài khoản vận chuyển."))
            return redirect("shipping:account_edit", saved.pk)
    context = {"form": form, "account": account, "kind": kind, "hook_url": hook_url(account, kind)}
    status = 422 if form.errors else 200
    return render(request, "shipping/account_edit.html", context, status=status)


def hook_url(account: CarrierAccount | None, kind: CarrierKind) -> str:
    """The address to paste into the carrier's portal."""
    if account is None:
        return ""
    tail = kind.hook_tail(account.webhook_secret)
    return f"{settings.OMS_PUBLIC_URL.rstrip('/')}/hooks/{kind.code}/{tail}"
