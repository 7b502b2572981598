"""The sellers with an S-Invoice account, their series, and logging in."""

import base64
import json
import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

from oms.sandbox.core import Clock, Refusal, Reply, Request, Store, json_reply
from oms.sandbox.core.faults import Faults
from oms.sandbox.sinvoice.envelope import Wrong, general

VIETNAM = timezone(timedelta(hours=7))
TOKEN_SECONDS = 300
ACCOUNTS: dict[str, dict[str, str]] = {
    "0318990013": {
        "password": "Sandbox@2026",
        "name": "Công ty TNHH Đơn Nhanh",
        "address": "12 Thành Thái, Phường Hòa Hưng, Thành phố Hồ Chí Minh",
    },
    "0318990013-001": {
        "password": "Sandbox@2026",
        "name": "Chi nhánh Hà Nội - Công ty TNHH Đơn Nhanh",
        "address": "8 Trần Thái Tông, Phường Cầu Giấy, Thành phố Hà Nội",
    },
}
MAIN = next(iter(ACCOUNTS))
TEMPLATES = ("1/001", "2/001")
# C: with the tax authority's code, K: without, CM: from a cash register (code made at once)
SERIES = {"1/001": ("C{yy}TAA", "K{yy}TAA", "C{yy}MAA"), "2/001": ("C{yy}TBB",)}


def day_of(milliseconds: int) -> datetime:
    """Midnight in Viet Nam of the day a time lies in."""
    moment = datetime.fromtimestamp(milliseconds / 1000, VIETNAM)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def series_of(template: str, year: int) -> list[str]:
    return [mark.format(yy=f"{year % 100:02d}") for mark in SERIES.get(template, ())]


class Door:
    """Login, and who is calling."""

    def __init__(self, db: Store, clock: Clock, faults: Faults) -> None:
        self.db, self.clock, self.faults = db, clock, faults

    def login(self, request: Request) -> Reply:
        try:
            asked = request.json()
            username, password = str(asked["username"]), str(asked["password"])
        except (ValueError, KeyError, TypeError):
            return json_reply({"code": 400, "message": "BAD_REQUEST", "data": "Thiếu tham số"}, 400)
        if not _right(username, password):
            data = {"code": 401, "message": "UNAUTHORIZED", "data": "Sai tài khoản hoặc mật khẩu"}
            return json_reply(data, 401)
        now = self.clock.now()
        token = _jwt({"sub": username, "iat": int(now), "jti": secrets.token_hex(8)})
        self.db.put("tokens", token, {"username": username, "until": now + TOKEN_SECONDS})
        self.db.keep_last("tokens", 200)
        return json_reply(
            {
                "access_token": token,
                "token_type": "bearer",
                "refresh_token": secrets.token_hex(24),
                "expires_in": str(TOKEN_SECONDS),
                "scope": "openid",
                "iat": int(now),
                "invoice_cluster": "cluster1",
                "type": 1,
                "jti": secrets.token_hex(8),
            }
        )

    def caller(self, request: Request) -> str:
        """The tax code of who calls; HTTP 500 GENERAL (or 401, by a fault) for nobody known."""
        known = self._by_token(request) or self._by_password(request)
        if known is not None:
            return known
        if self.faults.take(request.path, "token_401") or not _tried(request):
            raise Refusal(json_reply({"code": 401, "message": "UNAUTHORIZED"}, 401))
        raise Refusal(general())

    def check(self, request: Request, tax_code: Any) -> str:
        """The caller, who may only act for itself."""
        caller = self.caller(request)
        if tax_code != caller:
            text = "Mã số thuế không khớp với tài khoản"
            raise Wrong("BAD_REQUEST_SUPPLIERTAXCODE_INVALID", text)
        return caller

    def _by_token(self, request: Request) -> str | None:
        token = _cookie(request, "access_token")
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        if not token and scheme.lower() == "bearer":
            token = rest.strip()
        known = self.db.get("tokens", token) if token else None
        if known is None or known["until"] <= self.clock.now():
            return None
        return str(known["username"])

    def _by_password(self, request: Request) -> str | None:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            username, _, password = base64.b64decode(rest).decode().partition(":")
        except ValueError:
            return None
        return username if _right(username, password) else None


def _right(username: str, password: str) -> bool:
    account = ACCOUNTS.get(username)
    return account is not None and account["password"] == password


def _tried(request: Request) -> bool:
    return bool(request.headers.get("authorization") or _cookie(request, "access_token"))


def _cookie(request: Request, name: str) -> str:
    for pair in request.headers.get("cookie", "").split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return ""


def _jwt(claims: dict[str, Any]) -> str:
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    head = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{head}.{_base64(secrets.token_bytes(64))}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
