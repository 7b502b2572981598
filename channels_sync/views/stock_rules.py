"""How much of the stock a shop may be told: its rules, and the sum for one SKU."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from channels_sync.models import Shop
from channels_sync.selectors.shops import shops_visible_to
from channels_sync.services.stock_push import CHANNEL, held_quantities
from inventory.forms.channel_stock import RuleForm, initial_of
from inventory.models import Variant
from inventory.selectors.availability import told_to_channel
from inventory.selectors.channel_stock import rules_of
from inventory.services.channel_stock import remove_rule, set_rule
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal


@require_GET
@permission_required("channels_sync.view_shop", raise_exception=True)
def stock_rules(request: HttpRequest, pk: int) -> HttpResponse:
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    edit = request.GET.get("edit", "")
    rules = rules_of((CHANNEL, shop.pk))
    rule = rules.filter(pk=edit).first() if edit.isdecimal() else None
    return _rules_page(request, shop, RuleForm(initial=initial_of(rule) if rule else None))


def _rules_page(
    request: HttpRequest, shop: Shop, form: RuleForm, *, status: int = 200
) -> HttpResponse:
    sku = request.GET.get("sku", "").strip()
    variant = Variant.objects.select_related("product").filter(sku=sku).first() if sku else None
    told = None
    if variant is not None:
        told = told_to_channel(
            (CHANNEL, shop.pk),
            [variant.pk],
            warehouse_ids=list(shop.stock_warehouses.values_list("pk", flat=True)) or None,
            held=held_quantities([variant.pk]),
        )[variant.pk]
    context = {
        "shop": shop,
        "rules": rules_of((CHANNEL, shop.pk)),
        "form": form,
        "sku": sku,
        "variant": variant,
        "told": told,
        "now": now(),
    }
    return render(request, "channels_sync/stock_rules.html", context, status=status)


@require_POST
@permission_required("channels_sync.connect_shop", raise_exception=True)
def rule_set(request: HttpRequest, pk: int) -> HttpResponse:
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            set_rule(
                (CHANNEL, shop.pk),
                form.terms(),
                sku=form.cleaned_data["sku"],
                category_id=getattr(form.cleaned_data["category"], "pk", None),
                actor=Actor.of(request),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu. Số tồn mới đang được gửi lên sàn."))
            return redirect("channels_sync:stock_rules", pk)
    return _rules_page(request, shop, form, status=422)


@require_POST
@permission_required("channels_sync.connect_shop", raise_exception=True)
def rule_remove(request: HttpRequest, pk: int, rule_pk: int) -> HttpResponse:
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    remove_rule((CHANNEL, shop.pk), rule_pk, actor=Actor.of(request))
    messages.success(request, _("Đã bỏ quy tắc. Số tồn mới đang được gửi lên sàn."))
    return redirect("channels_sync:stock_rules", pk)
