"""Blacking out: secrets and personal data never reach the call log."""

import json
import logging
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

HIDDEN = "•••"
NUMBERS = frozenset((int, bool, type(None)))
SECRET_KEYS = frozenset(
    [
        "token",
        "access_token",
        "refresh_token",
        "password",
        "partner_key",
        "sign",
        "authorization",
        "cookie",
        "code",
        "secret",
        "to_name",
        "to_phone",
        "to_address",
        "from_phone",
        "return_phone",
        "buyername",
        "buyerlegalname",
        "buyeraddressline",
        "buyerphonenumber",
        "buyeremail",
        "recipient_address",
        "phone",
        "full_address",
        "name_on_label",
        "filetobytes",
        "username_password",
        "email",
    ]
)


def redact(value: Any, extra: Collection[str] = ()) -> Any:
    """The same shape with the values of secret keys replaced."""
    return _redacted(value, frozenset(extra))


def _redacted(value: Any, extra: frozenset[str]) -> Any:
    """Answers have thousands of plain values: no call is made for one of them."""
    if isinstance(value, dict):
        # Numbers and empty values say nothing of a person: `code` is often a status.
        return {
            key: item
            if type(item) in NUMBERS or item == ""
            else HIDDEN
            if _secret(str(key), extra)
            else item
            if type(item) is str
            else _redacted(item, extra)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [item if type(item) is str else _redacted(item, extra) for item in value]
    return value


@lru_cache(maxsize=8192)
def _secret(key: str, extra: frozenset[str]) -> bool:
    return key.lower() in SECRET_KEYS or key.lower() in extra


def redact_body(body: Any, extra: Collection[str] = ()) -> str:
    """Text for the log. A body that is no JSON is not shown at all: it cannot be blacked out."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return f"[{len(body)} characters that are not JSON]"
    return json.dumps(redact(body, extra), ensure_ascii=False, default=str)


def redact_url(text: str, extra: Collection[str] = ()) -> str:
    """Query values of secret names blacked out, wherever they stand in `text`."""
    return re.sub(
        r"([?&]([A-Za-z_]+)=)[^&\s'\")]+",
        lambda m: m[1] + HIDDEN if _secret(m[2], frozenset(extra)) else m[0],
        text,
    )


class WithoutHookSecrets(logging.Filter):
    """A carrier's secret is part of the address that it calls: the log keeps the rest."""

    HOOK = re.compile(r"(/hooks/\w+/)[^/\s]+")

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if "/hooks/" in line:
            record.msg, record.args = self.HOOK.sub(rf"\g<1>{HIDDEN}", line), ()
        return True
