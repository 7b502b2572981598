"""The paste box of the entry form: a message in, the form filled with marks out."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from oms.kernel.htmx import is_htmx
from orders.forms.entry import LineSet, OrderEntryForm, lines_with
from orders.forms.pasted import Pasted, fill_in
from orders.paste.message import LONGEST
from orders.paste.reader import read_message
from orders.views.entry import entry_page


@require_POST
@permission_required("orders.add_order", raise_exception=True)
def paste(request: HttpRequest) -> HttpResponse:
    """The form again, filled from the message; what the message does not say stays as typed."""
    message = request.POST.get("message", "")[:LONGEST]
    pasted = fill_in(read_message(message))
    typed: dict[str, Any] = {
        name: request.POST.get(name, "") for name in OrderEntryForm.base_fields
    }
    typed["is_cod"] = "is_cod" in request.POST
    form = OrderEntryForm(initial=typed | pasted.values)
    lines = lines_with(pasted.lines) if pasted.lines else LineSet(prefix="lines")
    focus(form, lines, pasted)
    extra: dict[str, Any] = {"pasted": pasted, "message": message}
    template = "orders/new.html#entry" if is_htmx(request) else "orders/new.html"
    return entry_page(request, form, lines, template=template, **extra)


def focus(form: OrderEntryForm, lines: Any, pasted: Pasted) -> None:
    """The first field that needs a look gets the cursor; without one the save button does."""
    for name in form.fields:
        mark = pasted.marks.get(name)
        if mark and mark.kind != "sure":
            form.fields[name].widget.attrs["autofocus"] = True
            return
    for line, mark in zip(lines, pasted.line_marks, strict=False):
        if mark.kind != "sure":
            line.fields["item"].widget.attrs["autofocus"] = True
            return
    if not pasted.lines:
        lines[0].fields["item"].widget.attrs["autofocus"] = True
