"""Pages that need a marketplace's word of this moment: drawn at once, and it is asked after."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.htmx import is_htmx
from oms.kernel.http import patience

Told = TypeVar("Told")
# In the address of what is loaded into the page, and of the page for who has no scripts.
ASK = "ask"
# Somebody looks at the page.
PATIENCE_S = 4.0
TEMPLATE = "channels_sync/return_wait.html"


def asks_now(request: HttpRequest) -> bool:
    """Whether the marketplace is asked in this request; else the page asks for itself."""
    return request.method == "POST" or ASK in request.GET


def asked(question: Callable[[], Told]) -> tuple[Told | None, str]:
    """What the marketplace says within a few seconds, or None and the sentence of what is wrong."""
    try:
        with patience(PATIENCE_S):
            return question(), ""
    except (DomainError, ServiceUnreachable) as trouble:
        return None, trouble.message


def waiting(
    request: HttpRequest, context: dict[str, object], trouble: str = "", *, template: str = TEMPLATE
) -> HttpResponse:
    """The page before the marketplace was asked or, with `trouble`, after it gave no answer.

    After a POST nothing was sent, and the status says so: 503.
    """
    query = request.GET.copy()
    query[ASK] = "1"
    was_sending = request.method == "POST"
    told = {"trouble": trouble, "ask_url": f"?{query.urlencode()}", "was_sending": was_sending}
    return render(
        request,
        f"{template}#partner" if is_htmx(request) else template,
        context | told,
        status=503 if was_sending else 200,
    )


def answered(
    request: HttpRequest, template: str, context: dict[str, object], *, part: str = "partner"
) -> HttpResponse:
    """The page with the marketplace's word in it, or the part that was waited for."""
    form = context.get("form")
    status = 422 if request.method == "POST" and getattr(form, "errors", None) else 200
    is_part = is_htmx(request) and request.method == "GET"
    return render(request, f"{template}#{part}" if is_part else template, context, status=status)
