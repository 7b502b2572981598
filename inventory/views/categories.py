"""The category tree: seen whole, added to, renamed, moved, dropped when empty."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.forms.catalogue import CategoryForm
from inventory.models import Category
from inventory.selectors.categories import category_tree
from inventory.services import categories
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal

CHANGE = "inventory.change_product"


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def category_list(request: HttpRequest) -> HttpResponse:
    return category_page(request, None, CategoryForm(request.POST or None))


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def edit_category(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Category, pk=pk)
    initial = {"name": row.name, "parent": row.parent_id}
    return category_page(request, row, CategoryForm(request.POST or None, initial=initial))


def category_page(request: HttpRequest, row: Category | None, form: CategoryForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        data, actor = form.cleaned_data, Actor.of(request)
        try:
            categories.save_category(
                row.pk if row else None, data["name"], data["parent"], actor=actor
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu danh mục."))
            return redirect("inventory:category_list")
    context = {"tree": category_tree(), "form": form, "category": row}
    status = 422 if form.errors else 200
    return render(request, "inventory/category_list.html", context, status=status)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def delete_category(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Category, pk=pk)
    try:
        categories.delete_category(pk, actor=Actor.of(request))
        messages.success(request, _("Đã xóa danh mục."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("inventory:category_list")
