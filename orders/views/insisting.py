"""Orders outside what was agreed with their customer: who may insist is asked."""

from typing import Any

from django.http import HttpRequest

from oms.kernel.errors import DomainError
from orders.services.granting import TermsRefused


def accepts_terms(request: HttpRequest) -> bool:
    """Whether the user insists on an order outside its customer's terms, and may."""
    return "accept_terms" in request.POST and request.user.has_perm("orders.exceed_terms")


def asks_terms(request: HttpRequest, refusal: DomainError) -> dict[str, Any]:
    """The page asks who may insist whether he does."""
    may = request.user.has_perm("orders.exceed_terms")
    return {"ask_terms": may and isinstance(refusal, TermsRefused)}
