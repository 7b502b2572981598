"""Signed calls to Lazada Open Platform; knows the envelopes and no business word."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import requests

from channels_sync.marketplaces.lazada.errors import TRY_AGAIN, failure
from channels_sync.marketplaces.lazada.sign import sign_call
from channels_sync.ports import Access
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession

Json = dict[str, Any]
# A read that was turned away is asked again once, in the next second.
READ_ATTEMPTS = 2


def _milliseconds() -> int:
    return int(clock.now().timestamp() * 1000)


class LazadaClient:
    """Answers are the parsed JSON with Decimal in place of floats.

    Every parameter is text; lists and objects are written as JSON. `market` is the host of the
    seller's country, `auth` the one that gives tokens; both end in /rest.
    """

    def __init__(
        self,
        market: PartnerSession,
        auth: PartnerSession,
        app_key: str,
        app_secret: str,
        milliseconds: Callable[[], int] = _milliseconds,
    ) -> None:
        self.market, self.auth = market, auth
        self.app_key, self.app_secret = app_key, app_secret
        self.milliseconds = milliseconds

    def token(self, path: str, parameters: Mapping[str, Any]) -> Json:
        """A call for tokens; its answer is flat."""
        reply = self.auth.post(path, data=self._signed(path, parameters, token=""))
        return _read(reply, is_write=True)

    def get(self, access: Access, path: str, parameters: Mapping[str, Any] | None = None) -> Json:
        return self._read_again("GET", access, path, parameters or {})

    def post(self, access: Access, path: str, parameters: Mapping[str, Any]) -> Json:
        """A write; all parameters travel in the form."""
        signed = self._signed(path, parameters, token=access.token)
        reply = self.market.post(path, data=signed, shop=access.remote_shop_id)
        return _read(reply, is_write=True)

    def upload(self, access: Access, path: str, name: str, content: bytes) -> Json:
        """A file in the multipart field `image`, which is not signed."""
        signed = self._signed(path, {}, token=access.token)
        files = {"image": (name, content, "image/jpeg")}
        reply = self.market.post(path, data=signed, files=files, shop=access.remote_shop_id)
        return _read(reply, is_write=True)

    def get_that_writes(self, access: Access, path: str, parameters: Mapping[str, Any]) -> Json:
        """Some writes are declared GET: they must not be repeated as reads are."""
        signed = self._signed(path, parameters, token=access.token)
        reply = self.market.request("GET", path, params=signed, shop=access.remote_shop_id)
        return _read(reply, is_write=True)

    def ask_result(self, access: Access, path: str, parameters: Mapping[str, Any]) -> Json:
        """A question of the fulfilment calls, which are all POST."""
        return _result(self._read_again("POST", access, path, parameters))

    def do_result(self, access: Access, path: str, parameters: Mapping[str, Any]) -> Json:
        """A write of the fulfilment calls; its rows still have to be looked at one by one."""
        return _result(self.post(access, path, parameters))

    def download(self, url: str) -> requests.Response:
        """A file at an address that an answer named."""
        return self.market.download(url)

    def _read_again(
        self, method: str, access: Access, path: str, parameters: Mapping[str, Any]
    ) -> Json:
        shop = access.remote_shop_id
        for attempt in range(1, READ_ATTEMPTS + 1):
            signed = self._signed(path, parameters, token=access.token)
            if method == "GET":
                reply = self.market.get(path, params=signed, shop=shop)
            else:
                reply = self.market.post(path, data=signed, shop=shop, reads_only=True)
            try:
                return _read(reply, is_write=False)
            except ServiceUnreachable as trouble:
                if trouble.retry_after is None or attempt == READ_ATTEMPTS:
                    raise
                # Waited for in the limiter, where every process keeps still meanwhile.
                self.market.hold_back(trouble.retry_after, shop)
        raise AssertionError("unreachable")

    def _signed(self, path: str, parameters: Mapping[str, Any], *, token: str) -> dict[str, str]:
        """Empty values are left out: the platform's own libraries sign them differently."""
        values = {name: _text(value) for name, value in parameters.items()}
        values |= {
            "app_key": self.app_key,
            "timestamp": str(self.milliseconds()),
            "sign_method": "sha256",
            "access_token": token,
        }
        values = {name: value for name, value in values.items() if value}
        return {**values, "sign": sign_call(self.app_secret, path, values)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _read(reply: requests.Response, *, is_write: bool) -> Json:
    """The outer envelope; only the code "0" is success."""
    try:
        body = json.loads(reply.content, parse_float=Decimal)
    except ValueError:
        body = None
    if not isinstance(body, dict) or "code" not in body:
        # An answer that cannot be read says nothing about what was done.
        raise ServiceUnreachable(
            f"HTTP {reply.status_code}: unreadable answer", maybe_done=is_write
        )
    code = str(body["code"])
    if code != "0":
        raise failure(
            code,
            str(body.get("message") or ""),
            kind=str(body.get("type") or ""),
            is_write=is_write,
            payload=body,
        )
    if reply.status_code >= 400:
        raise ServiceUnreachable(f"HTTP {reply.status_code}", maybe_done=is_write)
    return body


def _result(body: Json) -> Json:
    """The inner envelope of the fulfilment calls, whose keys are spelt in two ways."""
    result = body.get("result") or {}
    if str(result.get("success")).lower() == "true":
        return dict(result.get("data") or {})
    code = str(result.get("error_code") or result.get("errorCode") or "no_result")
    message = str(result.get("error_msg") or result.get("errorMsg") or "")
    said = f"{code}: {message}"
    if code in TRY_AGAIN:
        raise ServiceUnreachable(said, maybe_done=False)
    raise ServiceRefused(said, code=code, payload=body)
