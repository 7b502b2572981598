"""Signatures of TikTok Shop ("Sign your API request" and webhooks overview, May 2026)."""

import hashlib
import hmac
from collections.abc import Mapping


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def sign_call(app_secret: str, path: str, query: Mapping[str, str], body: bytes) -> str:
    """`query` are decoded values; the body counts byte for byte, a multipart one not at all."""
    pairs = sorted(
        name + value for name, value in query.items() if name not in ("sign", "access_token")
    )
    secret = app_secret.encode()
    return _digest(app_secret, secret + (path + "".join(pairs)).encode() + body + secret)


def sign_webhook(app_key: str, app_secret: str, body: bytes) -> str:
    """Another algorithm than that of calls: no secret around it, no path, no time."""
    return _digest(app_secret, app_key.encode() + body)


def webhook_is_genuine(app_key: str, app_secret: str, body: bytes, signature: str) -> bool:
    """Compare over the raw bytes in constant time; an empty secret never passes."""
    if not app_secret:
        return False
    expected = sign_webhook(app_key, app_secret, body)
    return hmac.compare_digest(expected.encode(), signature.strip().encode())
