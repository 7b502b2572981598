"""The two signatures of the platform, both lower-case HMAC-SHA256: of calls and of webhooks."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

OLDEST_S, NEWEST_S = 300, 30
NOT_SIGNED = ("sign", "access_token")
MULTIPART = "multipart/form-data"


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def call_signature(
    secret: str, path: str, query: Mapping[str, Sequence[str]], body: bytes, media_type: str
) -> str:
    """Path, then each key with its value in their order, then the bytes of any body but a form's.

    The secret stands before and behind.
    """
    pairs = [
        name + value for name, values in query.items() if name not in NOT_SIGNED for value in values
    ]
    message = (path + "".join(sorted(pairs))).encode()
    if media_type != MULTIPART:
        message += body
    return _digest(secret, secret.encode() + message + secret.encode())


def webhook_signature(app_key: str, secret: str, body: bytes) -> str:
    """The app key and the exact bytes of the body."""
    return _digest(secret, app_key.encode() + body)


def same(left: str, right: str) -> bool:
    """Compare two signatures without telling where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())
