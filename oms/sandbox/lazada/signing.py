"""The two signatures of the platform: of calls in upper case, of pushes in lower case."""

import hashlib
import hmac
from collections.abc import Mapping

CLOCK_TOLERANCE_MS = 7_200_000


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def call_signature(secret: str, path: str, parameters: Mapping[str, str]) -> str:
    """Sign one call: the path without /rest, then each key and its unescaped value in key order."""
    joined = "".join(f"{key}{parameters[key]}" for key in sorted(parameters) if key != "sign")
    return _digest(secret, f"{path}{joined}".encode()).upper()


def push_signature(app_key: str, secret: str, body: bytes) -> str:
    """Sign a push over the app key and the exact bytes of the body."""
    return _digest(secret, app_key.encode() + body)


def same(left: str, right: str) -> bool:
    """Compare two signatures without telling where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())
