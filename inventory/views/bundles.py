"""What a bundle is made of, on one page."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.forms.catalogue import ComponentSet
from inventory.models import Variant
from inventory.selectors.bundles import sets_by_warehouse
from inventory.selectors.catalogue import find_variants, only_variant, search_variants
from inventory.services.bundles import Part, set_components
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError

PROPOSED = 50


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_product", raise_exception=True)
def components(request: HttpRequest, pk: int) -> HttpResponse:
    variant = get_object_or_404(Variant.objects.select_related("product"), pk=pk)
    if request.method == "GET":
        rows = variant.components.select_related("component")
        known = [{"sku": row.component.sku, "quantity": row.quantity} for row in rows]
        return page(request, variant, ComponentSet(initial=known, prefix="c"))
    forms = ComponentSet(request.POST, prefix="c")
    if forms.is_valid() and (parts := parts_typed(forms)) is not None:
        try:
            set_components(pk, parts, actor=Actor.of(request))
        except DomainError as refusal:
            return page(request, variant, forms, error=refusal.message, status=422)
        messages.success(request, _("Đã lưu thành phần combo."))
        return redirect("inventory:product_detail", variant.product_id)
    return page(request, variant, forms, status=422)


def parts_typed(forms: BaseFormSet) -> list[Part] | None:
    """The parts by the codes typed; an unknown or doubtful code becomes the error of its field."""
    typed = [form for form in forms if form.cleaned_data.get("sku")]
    found = find_variants([form.cleaned_data["sku"] for form in typed])
    parts = []
    for form in typed:
        try:
            part = only_variant(form.cleaned_data["sku"], found)
        except DomainError as refusal:
            form.add_error("sku", refusal.message)
        else:
            parts.append(Part(part.pk, form.cleaned_data["quantity"]))
    return parts if len(parts) == len(typed) else None


def page(
    request: HttpRequest,
    variant: Variant,
    forms: BaseFormSet,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "variant": variant,
        "forms": forms,
        "form_error": error,
        "goods": search_variants("", limit=PROPOSED),
        "places": sets_by_warehouse([variant.pk]).get(variant.pk, []),
    }
    return render(request, "inventory/components.html", context, status=status)
