"""Blacking out: secrets and personal data never reach the call log."""

import json
import logging
import re
from collections.abc import Collection
from typing import Any

HIDDEN = "•••"
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
    if isinstance(value, dict):
        return {key: _hidden_or_redacted(str(key), item, extra) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item, extra) for item in value]
    return value


def _hidden_or_redacted(key: str, item: Any, extra: Collection[str]) -> Any:
    # Numbers and empty values say nothing of a person: `code` is often a status.
    if _secret(key, extra) and item not in (None, "") and not isinstance(item, int):
        return HIDDEN
    return redact(item, extra)


def _secret(key: str, extra: Collection[str]) -> bool:
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
        lambda m: m[1] + HIDDEN if _secret(m[2], extra) else m[0],
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
