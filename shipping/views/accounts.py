"""Contracts with carriers."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from shipping.forms import AccountForm
from shipping.models import CarrierAccount
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
def account_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    account = get_object_or_404(accounts_changeable_by(request.user), pk=pk) if pk else None
    initial = {}
    if account is not None:
        names = ("carrier", "name", "shop_id", "warehouse", "is_active")
        initial = {name: getattr(account, name) for name in names}
    scope = request.user.warehouse_scope()  # type: ignore[union-attr]
    form = AccountForm(request.POST or None, account=account, warehouses=scope, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            account = save_account(pk, actor=Actor.of(request), **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu tài khoản vận chuyển."))
            return redirect("shipping:account_edit", account.pk)
    context = {"form": form, "account": account, "hook_url": hook_url(account)}
    status = 422 if form.errors else 200
    return render(request, "shipping/account_edit.html", context, status=status)


def hook_url(account: CarrierAccount | None) -> str:
    """The address to paste into the carrier's portal; whoever knows it may report statuses."""
    if account is None:
        return ""
    path = reverse(f"shipping:hook_{account.carrier}", args=[account.webhook_secret])
    return settings.OMS_PUBLIC_URL.rstrip("/") + path
