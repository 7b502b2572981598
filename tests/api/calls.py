"""Signed calls, as a program of somebody else makes them."""

import json
import time
from typing import Any

from django.test import Client

from oms.accounts.models import ApiKey
from oms.api.signing import sign


def signed_headers(
    key: ApiKey,
    method: str,
    address: str,
    body: bytes = b"",
    *,
    moment: float | None = None,
    once: str = "",
) -> dict[str, str]:
    at = str(int(time.time() if moment is None else moment))
    signature = sign(key.secret, at, method, address, body, once)
    headers = {"HTTP_X_KEY": key.code, "HTTP_X_TIME": at, "HTTP_X_SIGNATURE": signature}
    return headers | ({"HTTP_IDEMPOTENCY_KEY": once} if once else {})


def call(
    key: ApiKey, method: str, address: str, data: Any = None, *, once: str = "", **changed: str
) -> Any:
    body = b"" if data is None else json.dumps(data).encode()
    headers = signed_headers(key, method, address, body, once=once) | changed
    return Client().generic(method, address, body, content_type="application/json", **headers)
