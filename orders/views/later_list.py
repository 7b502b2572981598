"""The list of what becomes an order later, quotations or recurring orders, in one frame."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oms.kernel.htmx import is_htmx

FRAME = "orders/later_list.html"


def show_list(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The page `name` extends the frame and holds its columns as partials; htmx gets the rows."""
    template = f"{FRAME}#results" if is_htmx(request) else name
    return render(request, template, {**context, "parts": name})
