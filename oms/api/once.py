"""A writing call that comes again is answered as the first time (docs/api.md, Once).

Its name is the caller's `Idempotency-Key`; a view that has no key of its own in the body takes the
signature in its place, which only the very same call has.
"""

import hashlib
import json
import re
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from oms.accounts.services.api_answers import claim
from oms.api.signing import ONCE, SIGNATURE
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock

WRITES = ("POST", "PUT", "PATCH", "DELETE")
REPLAYED = "Idempotent-Replayed"
_PLAIN = re.compile(r"[!-~]{1,100}")

# Writing calls answer in JSON, which is kept.
Answering = Callable[[], HttpResponse]


def name_of(request: HttpRequest, *, by_signature: bool) -> str:
    """What this call is kept under; empty when it need not be. Raises DomainError for a bad key."""
    if request.method not in WRITES:
        return ""
    given = request.headers.get(ONCE, "")
    if given and not _PLAIN.fullmatch(given):
        raise DomainError(
            _("Idempotency-Key phải là 1 đến 100 ký tự ASCII, không có dấu cách."),
            code="api.key_form",
            field=ONCE,
        )
    if given or not by_signature:
        return given
    return "signature " + hashlib.sha256(request.headers[SIGNATURE].encode()).hexdigest()


@retry_deadlock
def answer_once(request: HttpRequest, name: str, answering: Answering) -> HttpResponse:
    """What `answering` said when this name came first; it is asked in one transaction with that.

    What is raised there undoes the call and keeps nothing: the same name may be sent again.
    """
    with transaction.atomic():
        row, is_first = claim(request.api_key, name, _digest(request))  # type: ignore[attr-defined]
        if not is_first:
            return JsonResponse(row.body, status=row.status or 500, headers={REPLAYED: "true"})
        answer = answering()
        row.status, row.body = answer.status_code, json.loads(answer.content)
        row.save(update_fields=["status", "body"])
        return answer


def _digest(request: HttpRequest) -> str:
    call = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(call).hexdigest()
