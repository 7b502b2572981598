"""Signatures of Lazada Open Platform (guides "Signature" and "Push mechanism", April 2026)."""

import hashlib
import hmac
from collections.abc import Mapping


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def sign_call(app_secret: str, path: str, parameters: Mapping[str, str]) -> str:
    """`path` is what follows /rest; values are signed unescaped, keys in order of code points."""
    joined = "".join(key + parameters[key] for key in sorted(parameters))
    return _digest(app_secret, (path + joined).encode()).upper()


def sign_push(app_key: str, app_secret: str, body: bytes) -> str:
    return _digest(app_secret, app_key.encode() + body)


def push_is_genuine(app_key: str, app_secret: str, body: bytes, signature: str) -> bool:
    """Compare over the raw bytes in constant time; an empty secret never passes."""
    if not app_secret:
        return False
    expected = sign_push(app_key, app_secret, body)
    return hmac.compare_digest(expected.encode(), signature.strip().encode())
