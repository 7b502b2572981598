"""What the pages of transfers, counts and purchase orders do alike when a button is pressed."""

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from oms.kernel.errors import DomainError


class Refused(Protocol):
    """The page again, with why not."""

    def __call__(self, *, refusal: str, status: int) -> HttpResponse: ...


def act(
    request: HttpRequest,
    work: Callable[[], Any],
    *,
    done: str,
    refused: Refused,
    then: tuple[str, int],
) -> HttpResponse:
    """Do it, say so and go to the page `then` (its name and id); or show the page with why not."""
    try:
        work()
    except DomainError as refusal:
        return refused(refusal=refusal.message, status=422)
    messages.success(request, done)
    return redirect(*then)
