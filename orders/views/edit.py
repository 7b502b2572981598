"""The page that changes an order: look at the effects first, then save; nothing typed is lost."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.selectors.catalogue import search_variants
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.fields import add_refusal
from oms.kernel.revisions import Conflict, RevisionConflict
from orders.edit_ports import Obstacle, obstacles_of
from orders.forms.edit import EditForm
from orders.forms.entry import LineForm
from orders.models import Order, OrderLine
from orders.selectors.lists import orders_visible_to
from orders.selectors.stock_holders import holders_behind
from orders.services.edit_values import RECIPIENT, AddedLine, Edit
from orders.services.editing import PARTS, edit_order, editable_values
from orders.services.previews import Preview, preview_edit
from orders.views.entry import (
    PROPOSED_GOODS,
    address_hint,
    group_of_phone,
    list_prices,
    resolve_lines,
)
from orders.words import field_name, shown

AddedSet = formset_factory(LineForm, extra=2, max_num=50)
NOTHING_ADDED = {"added-TOTAL_FORMS": "0", "added-INITIAL_FORMS": "0"}


@dataclass(slots=True)
class Typing:
    """What a request says about the order: both forms, and the order as it is now."""

    order: Order
    lines: list[OrderLine]
    form: EditForm
    added: BaseFormSet


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_order", raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    lines = list(order.lines.order_by("position"))
    data = request.POST if request.method == "POST" else None
    form = EditForm(order, lines, data)
    added = AddedSet(NOTHING_ADDED if "goods" in form.closed else data, prefix="added")
    typing = Typing(order, lines, form, added)
    if data is None:
        return edit_page(request, typing)
    if not (typing.form.is_valid() and typing.added.is_valid() and resolve_lines(typing.added)):
        return edit_page(request, typing, status=422)
    revision = edit_of(request, typing)
    actor, may_exceed = Actor.of(request), request.user.has_perm("orders.exceed_terms")
    try:
        if request.POST.get("then") == "preview":
            preview = preview_edit(pk, revision, actor=actor, accept_terms=may_exceed)
            return edit_page(request, typing, preview=preview)
        if request.POST.get("then") == "redo" and (way := _redo(request, order)):
            assert way.redo is not None
            way.redo(pk, revision, actor=actor, accept_terms=may_exceed)
            messages.success(request, way.redo_done)
            return redirect("orders:detail", pk)
        edit_order(pk, revision, actor=actor, accept_terms=may_exceed)
    except RevisionConflict as conflict:
        return conflict_page(request, typing, revision, conflict)
    except DomainError as refusal:
        add_refusal(typing.form, refusal)
        holders = holders_behind(refusal, request.user, without=pk)
        return edit_page(request, typing, status=422, holders=holders)
    messages.success(request, _("Đã lưu thay đổi của đơn."))
    return redirect("orders:detail", pk)


def edit_of(request: HttpRequest, typing: Typing) -> Edit:
    """The revision that was typed; a field given back to the other editor takes his value."""
    data = typing.form.cleaned_data
    base = data["base"]
    given_up = {name for name in base if request.POST.get(f"keep.{name}") == "theirs"}
    typed = typing.form.typed() | {name: base[name] for name in given_up}
    goods = [form for form in typing.added if form.has_changed()]
    group = group_of_phone(typing.order.recipient_phone)
    prices = list_prices(goods, source=typing.order.source, group=group)
    return Edit(
        typed=typed,
        base=base,
        version=data["version"],
        reason=data["reason"],
        added=[
            AddedLine(
                form.variant.pk,
                form.cleaned_data["quantity"],
                prices[form.variant.pk].price_vnd
                if form.cleaned_data["price"] is None
                else form.cleaned_data["price"],
            )
            for form in goods
        ],
    )


def conflict_page(
    request: HttpRequest, typing: Typing, revision: Edit, conflict: RevisionConflict
) -> HttpResponse:
    """Both values side by side, the typed ones still in their fields; what else was typed too.

    The page's new base is what the other one saved: saving again is a decision, field by field.
    """
    order = Order.objects.get(pk=typing.order.pk)
    lines = list(order.lines.order_by("position"))
    current = editable_values(order, lines)
    data = request.POST.copy()
    data["base"] = json.dumps(current)
    data["version"] = str(order.version)
    # What only the other one changed is his: the field shows it.
    for name, value in current.items():
        untouched = revision.typed.get(name) == revision.base.get(name)
        if untouched and value != revision.base.get(name):
            data[name] = str(value)
    form = EditForm(order, lines, data)
    form.is_valid()
    again = Typing(order, lines, form, typing.added)
    rows = [_told(row, lines) for row in conflict.conflicts]
    others = _authors(order, revision.version)
    return edit_page(request, again, status=409, conflicts=rows, others=others)


def edit_page(
    request: HttpRequest,
    typing: Typing,
    *,
    preview: Preview | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    order = typing.order
    context |= {
        "order": order,
        "form": typing.form,
        "rows": [(line, typing.form.line_fields(line)) for line in typing.lines],
        "added": typing.added,
        "goods": search_variants("", limit=PROPOSED_GOODS),
        "preview": preview,
        "effects": _effects(preview) if preview else [],
        "obstacles": [
            (obstacle, bool(obstacle.url) and request.user.has_perm(obstacle.permission))
            for obstacle in obstacles_of(order, frozenset(RECIPIENT))
            if obstacle.label
        ],
        "redo": _redo(request, order),
        "problems": order.problems.filter(resolved_at=None).order_by("id"),
        "reasons": list(dict.fromkeys(typing.form.closed.values())),
        "all_closed": typing.form.closed.keys() == PARTS.keys(),
        **address_hint(typing.form),
    }
    return render(request, "orders/edit.html", context, status=status)


def _redo(request: HttpRequest, order: Order) -> Obstacle | None:
    """The one thing in the way that a single button takes away and puts back, for this user."""
    found = obstacles_of(order, frozenset(RECIPIENT))
    if len(found) != 1 or found[0].redo is None:
        return None
    return found[0] if request.user.has_perms(found[0].redo_permissions) else None  # type: ignore[union-attr]


def _effects(preview: Preview) -> list[tuple[str, str, str]]:
    return [
        (field_name(row.name), shown(row.name, row.before), shown(row.name, row.after))
        for row in preview.effects
    ]


def _told(row: Conflict, lines: list[OrderLine]) -> dict[str, str]:
    name = row.field
    if name.startswith("line."):
        _line, line_id, column = name.split(".")
        found = next((line for line in lines if line.pk == int(line_id)), None)
        name = f"line:{found.position}:{found.sku}:{column}" if found else column
    current = _("dòng đã bị bỏ") if row.current is None else shown(name, row.current)
    return {
        "key": f"keep.{row.field}",
        "name": field_name(name),
        "before": shown(name, row.base),
        "mine": shown(name, row.typed),
        "theirs": current,
    }


def _authors(order: Order, version: int) -> list[tuple[str, Any]]:
    """Who changed the order since, and when: at most as many events as it has newer versions."""
    events = timeline_of("order", order.pk)[: max(1, order.version - version)]
    return [(event.actor_label or _("Hệ thống"), event.created_at) for event in events]
