"""Signed calls to TikTok Shop; knows the envelope and no business word."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import requests

from channels_sync.marketplaces.tiktok_shop.errors import failure
from channels_sync.marketplaces.tiktok_shop.sign import sign_call
from channels_sync.ports import Access
from oms.kernel import clock
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.http import PartnerSession

Json = dict[str, Any]
TOKEN_HEADER = "x-tts-access-token"  # noqa: S105 - the name of a header


def _seconds() -> int:
    return int(clock.now().timestamp())


class TikTokClient:
    """Answers are what stands under `data`, with Decimal in place of floats.

    Calls about a shop carry its cipher; those about the account must not. `auth` is the host that
    gives tokens.
    """

    def __init__(
        self,
        api: PartnerSession,
        auth: PartnerSession,
        app_key: str,
        app_secret: str,
        seconds: Callable[[], int] = _seconds,
    ) -> None:
        self.api, self.auth = api, auth
        self.app_key, self.app_secret = app_key, app_secret
        self.seconds = seconds

    def token(self, path: str, parameters: Mapping[str, str]) -> Json:
        """A GET with the secret in its query, not signed. It spends what it is given: no repeat."""
        query = {"app_key": self.app_key, "app_secret": self.app_secret, **parameters}
        return _read(self.auth.request("GET", path, params=query), is_write=True)

    def of_account(self, token: str, path: str) -> Json:
        """A question about the account."""
        return self._call("GET", path, Access("", token), {}, None, is_write=False)

    def get(self, access: Access, path: str, query: Mapping[str, Any] | None = None) -> Json:
        return self._call("GET", path, access, query or {}, None, is_write=False)

    def search(self, access: Access, path: str, query: Mapping[str, Any], body: Json) -> Json:
        """A POST that only reads: filters in the body, pages in the query."""
        return self._call("POST", path, access, query, body, is_write=False)

    def post(
        self,
        access: Access,
        path: str,
        body: Json | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Json:
        return self._call("POST", path, access, query or {}, body, is_write=True)

    def upload(
        self,
        access: Access,
        path: str,
        content: bytes,
        fields: Mapping[str, str],
        content_type: str = "image/jpeg",
    ) -> Json:
        """A picture in the multipart field `data`; the call is the account's, its form unsigned."""
        name = f"picture.{content_type.rpartition('/')[2]}"
        reply = self.api.post(
            path,
            params=self._signed(path, {}, "", b""),
            data=dict(fields),
            files={"data": (name, content, content_type)},
            headers={TOKEN_HEADER: access.token},
            shop=access.remote_shop_id,
        )
        return _read(reply, is_write=True)

    def download(self, url: str) -> requests.Response:
        """A file at an address that an answer named."""
        return self.api.download(url)

    def _call(
        self,
        method: str,
        path: str,
        access: Access,
        query: Mapping[str, Any],
        body: Json | None,
        *,
        is_write: bool,
    ) -> Json:
        raw = b"" if body is None else _bytes(body)
        reply = self.api.request(
            method,
            path,
            params=self._signed(path, query, access.shop_key, raw),
            data=raw or None,
            headers={TOKEN_HEADER: access.token, "Content-Type": "application/json"},
            shop=access.remote_shop_id,
            reads_only=not is_write,
        )
        return _read(reply, is_write=is_write)

    def _signed(
        self, path: str, query: Mapping[str, Any], cipher: str, raw: bytes
    ) -> dict[str, str]:
        values = {name: _text(value) for name, value in query.items()}
        values |= {
            "app_key": self.app_key,
            "timestamp": str(self.seconds()),
            "shop_cipher": cipher,
        }
        values = {name: value for name, value in values.items() if value}
        return {**values, "sign": sign_call(self.app_secret, path, values, raw)}


def _bytes(body: Json) -> bytes:
    """Serialised once: what is signed is what is sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return str(value)


def _read(reply: requests.Response, *, is_write: bool) -> Json:
    """The envelope; only code 0 is success, whatever the HTTP status says."""
    try:
        body = json.loads(reply.content, parse_float=Decimal)
        code = int(body["code"])
    except (ValueError, TypeError, KeyError):
        # An answer that cannot be read says nothing about what was done.
        raise ServiceUnreachable(
            f"HTTP {reply.status_code}: unreadable answer", maybe_done=is_write
        )
    if code != 0:
        message = str(body.get("message") or "")
        raise failure(code, message, is_write=is_write, payload=body)
    if reply.status_code >= 400:
        raise ServiceUnreachable(f"HTTP {reply.status_code}", maybe_done=is_write)
    return dict(body.get("data") or {})
