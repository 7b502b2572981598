"""Viettel S-Invoice over HTTP: the login token, the envelopes, and what counts as a no.

Facts: the public clients of the `InvoiceAPI` (Odoo's l10n_vn_edi_viettel among them) and the
vendor's specification 2.44, read in 2026. A token goes in the cookie `access_token` and lives five
to twenty minutes. A token that is no longer good shows as 401, or as 500 with message GENERAL.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import requests
from django.utils.translation import gettext as _

from invoicing.ports import LOGIN_REFUSED, Credentials
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession

API = "/services/einvoiceapplication/api/InvoiceAPI"
LOGIN = "/auth/login"
CREATE_TIMEOUT = (5.0, 60.0)  # the vendor asks for 60 to 90 seconds
LONGEST_LIFE_S = 300.0  # the shortest life seen, whatever the answer promises
MARGIN_S = 30.0
NOT_FOUND = "NOT_FOUND_DATA"
STALE_LOGIN = "GENERAL"


class LoginExpired(Exception):
    """The server answered that our token is not good: nothing was done with the call."""


@dataclass
class Token:
    version: str
    value: str
    good_until: float


@dataclass
class TokenStore:
    """Tokens in this process only, one per account; an edited account does not find its old one."""

    tokens: dict[int, Token] = field(default_factory=dict)
    # Accounts whose last answer was a 500 that a fresh login did not (yet) cure.
    doubted: set[int] = field(default_factory=set)

    def get(self, who: Credentials) -> str:
        token = self.tokens.get(who.account_id)
        if token and token.version == who.version and token.good_until > time.monotonic():
            return token.value
        return ""

    def put(self, who: Credentials, value: str, life_s: float) -> None:
        good_until = time.monotonic() + min(life_s, LONGEST_LIFE_S) - MARGIN_S
        self.tokens[who.account_id] = Token(who.version, value, good_until)

    def forget(self, who: Credentials) -> None:
        self.tokens.pop(who.account_id, None)


TOKENS = TokenStore()


class SInvoiceClient:
    def __init__(self, http: PartnerSession, who: Credentials, tokens: TokenStore = TOKENS) -> None:
        self.http, self.who, self.tokens = http, who, tokens

    def read(self, path: str, **body: Any) -> dict[str, Any]:
        """A call that changes nothing; `json=` or `data=` as the call wants it."""
        try:
            return self._call(path, reads_only=True, **body)
        except LoginExpired:
            self.tokens.forget(self.who)
        try:
            return self._call(path, reads_only=True, **body)
        except LoginExpired as refusal:
            raise ServiceUnreachable("S-Invoice: GENERAL", maybe_done=False) from refusal

    def write(self, path: str, **body: Any) -> dict[str, Any]:
        """A call that issues. Never sent twice here: LoginExpired leaves that to the caller."""
        return self._call(path, reads_only=False, timeout=CREATE_TIMEOUT, **body)

    def login(self) -> str:
        """A fresh token, kept for the next calls."""
        reply = self.http.post(
            LOGIN,
            json={"username": self.who.username, "password": self.who.password},
            reads_only=True,
            judge=_told_by,  # also what an address that is not white-listed gets
        )
        body = _json_of(reply, maybe_done=False)
        token = body.get("access_token")
        if reply.status_code != 200 or not isinstance(token, str) or not token:
            raise ServiceRefused(
                _("S-Invoice không nhận tên đăng nhập hoặc mật khẩu."), code=LOGIN_REFUSED
            )
        self.tokens.put(self.who, token, _seconds(body.get("expires_in")))
        return token

    def forget_login(self) -> None:
        self.tokens.forget(self.who)

    def _call(self, path: str, *, reads_only: bool, **kwargs: Any) -> dict[str, Any]:
        token = self.tokens.get(self.who) or self.login()
        reply = self.http.post(
            f"{API}/{path}",
            headers={"Cookie": f"access_token={token}"},
            reads_only=reads_only,
            judge=self._breakdown_in,
            **kwargs,
        )
        if reply.status_code == 500:
            self.tokens.doubted.add(self.who.account_id)
        else:
            self.tokens.doubted.discard(self.who.account_id)
        return _open_envelope(reply, maybe_done=not reads_only)

    def _breakdown_in(self, reply: requests.Response) -> str | None:
        """A 500 may be about our token: then it is an answer. Any other 5xx is a breakdown.

        So is the same 500 once more: a new login did not help.
        """
        may_be_login = reply.status_code == 500 and _message_in(reply) == STALE_LOGIN
        is_new = self.who.account_id not in self.tokens.doubted
        return None if may_be_login and is_new else _told_by(reply)


def _open_envelope(reply: requests.Response, *, maybe_done: bool) -> dict[str, Any]:
    """The body of a yes. Both shapes of a no become ServiceRefused with the vendor's code."""
    if reply.status_code == 401:
        raise LoginExpired
    if reply.status_code == 500:  # the one that `_breakdown_in` lets through
        raise LoginExpired
    body = _json_of(reply, maybe_done=maybe_done)
    code = body.get("errorCode") or (body.get("message") if reply.status_code != 200 else None)
    if code:
        text = body.get("data") or body.get("description") or code
        raise ServiceRefused(f"S-Invoice: {text}", code=str(code), payload=body)
    if reply.status_code != 200:
        raise ServiceUnreachable(f"S-Invoice: HTTP {reply.status_code}", maybe_done=maybe_done)
    return body


def _told_by(reply: requests.Response) -> str:
    """The vendor's own word for its trouble, or the bare status."""
    message = _message_in(reply) or f"HTTP {reply.status_code}"
    return _("S-Invoice đang lỗi (%(message)s); hệ thống sẽ tự thử lại.") % {"message": message}


def _message_in(reply: requests.Response) -> str:
    try:
        body = reply.json()
    except ValueError:
        return ""
    return str(body.get("message") or "") if isinstance(body, dict) else ""


def _json_of(reply: requests.Response, *, maybe_done: bool) -> dict[str, Any]:
    """An object, or "unreachable": an answer nobody can read is neither a yes nor a no."""
    try:
        body = reply.json()
    except ValueError as broken:
        raise ServiceUnreachable("S-Invoice: unreadable answer", maybe_done=maybe_done) from broken
    if not isinstance(body, dict):
        raise ServiceUnreachable("S-Invoice: unreadable answer", maybe_done=maybe_done)
    return body


def _seconds(value: object) -> float:
    """`expires_in` comes as text or number; anything else counts as the shortest life."""
    try:
        return float(str(value))
    except ValueError:
        return LONGEST_LIFE_S
