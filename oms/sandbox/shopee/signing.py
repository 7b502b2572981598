"""The two signatures of the platform: of calls, and of the pushes it sends.

Both are HMAC-SHA256 in lower-case hexadecimal, keyed with the text of the partner key.
"""

import hashlib
import hmac

CLOCK_TOLERANCE_S = 300


def _digest(key: str, message: bytes) -> str:
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def call_signature(
    key: str, *, partner_id: int, path: str, timestamp: str, access_token: str = "", shop: str = ""
) -> str:
    """Sign one call. Public calls have neither token nor shop; nothing separates the parts."""
    return _digest(key, f"{partner_id}{path}{timestamp}{access_token}{shop}".encode())


def push_signature(key: str, callback_url: str, body: bytes) -> str:
    """Sign a push: the registered address, a bar, the exact bytes of the body."""
    return _digest(key, callback_url.encode() + b"|" + body)


def same(left: str, right: str) -> bool:
    """Compare two signatures without telling where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())
