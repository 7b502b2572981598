"""How a call proves who sent it: a keyed digest over its moment, its address and its body.

The caller sends `X-Key` (the key's name in the house), `X-Time` (seconds since 1970) and
`X-Signature`: HMAC-SHA256 in hex, with the secret, of four lines: time, method, address with its
query, SHA-256 of the body in hex. A call with an `Idempotency-Key` signs it as a fifth line. A call
older than five minutes is refused.
"""

import hashlib
import hmac
import time

from django.http import HttpRequest

from oms.accounts.models import ApiKey

KEY, TIME, SIGNATURE, ONCE = "X-Key", "X-Time", "X-Signature", "Idempotency-Key"
WINDOW_SECONDS = 300


def sign(secret: str, moment: str, method: str, address: str, body: bytes, once: str = "") -> str:
    lines = [moment, method, address, hashlib.sha256(body).hexdigest(), *([once] if once else [])]
    text = "\n".join(lines)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def key_of(request: HttpRequest) -> ApiKey | None:
    """The key that signed this very call a moment ago; None says nothing about what was wrong."""
    moment = request.headers.get(TIME, "")
    if not (moment.isdecimal() and len(moment) <= 12):
        return None
    if abs(time.time() - int(moment)) > WINDOW_SECONDS:
        return None
    rows = ApiKey.objects.select_related("user").filter(revoked_at=None, user__is_active=True)
    key = rows.filter(code=request.headers.get(KEY, "")).first()
    wanted = sign(
        key.secret if key else "",
        moment,
        request.method or "",
        request.get_full_path(),
        request.body,
        request.headers.get(ONCE, ""),
    )
    given = request.headers.get(SIGNATURE, "")
    return key if hmac.compare_digest(wanted.encode(), given.encode()) else None
