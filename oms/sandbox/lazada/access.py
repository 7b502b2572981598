"""Who may call: the checks of the gateway, consent codes, and the two kinds of token."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from oms.sandbox.core.market import ACCESS, CODES, REFRESH, Document
from oms.sandbox.lazada.envelope import ISV, SYSTEM, Refusal
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.params import missing
from oms.sandbox.lazada.signing import CLOCK_TOLERANCE_MS, call_signature, same

PUBLIC, SELLER = "public", "seller"
CODE_S = 1_800


@dataclass(frozen=True)
class Pair:
    """What a token call hands out; both lives in seconds from now."""

    access_token: str
    refresh_token: str
    expires_in: int
    refresh_expires_in: int
    seller: Document


class Access:
    """Signatures, clock and tokens of one app."""

    def __init__(self, memory: Memory, app_key: str, secret: str) -> None:
        self.memory, self.app_key, self.secret = memory, app_key, secret

    # The gateway

    def check(self, path: str, parameters: Mapping[str, str], kind: str) -> int:
        """Let a call through; the seller it is for, 0 for a public one."""
        for name in ("app_key", "timestamp", "sign_method", "sign"):
            if not parameters.get(name):
                raise missing(name)
        if parameters["app_key"] != self.app_key:
            raise Refusal("InvalidAppKey", "The specified App Key is invalid", ISV)
        if parameters["sign_method"] != "sha256":
            raise Refusal("UnsupportedSignMethod", "The sign_method is not supported", ISV)
        self._check_time(parameters["timestamp"])
        self._check_sign(path, parameters)
        return self._seller_of(parameters) if kind == SELLER else 0

    def _check_time(self, given: str) -> None:
        told = _milliseconds(given)
        if told is None or abs(told - self.memory.now() * 1000) > CLOCK_TOLERANCE_MS:
            raise Refusal("InvalidTimestamp", "The specified timestamp is invalid", ISV)

    def _check_sign(self, path: str, parameters: Mapping[str, str]) -> None:
        """Empty values may be signed or left out: the platform's own libraries differ."""
        full = {key: value for key, value in parameters.items() if value}
        expected = {call_signature(self.secret, path, each) for each in (parameters, full)}
        if not any(same(sign, parameters["sign"]) for sign in expected):
            text = "The request signature does not conform to lazada standards"
            raise Refusal("IncompleteSignature", text, ISV)

    def _seller_of(self, parameters: Mapping[str, str]) -> int:
        token = parameters.get("access_token", "")
        if not token:
            raise missing("access_token")
        kept = self.memory.tokens.living(ACCESS, token)
        if kept is None:
            raise bad_token()
        self._linked(kept["seller_id"], "IllegalAccessToken")
        return int(kept["seller_id"])

    def _linked(self, seller_id: int, code: str) -> Document:
        seller = self.memory.seller(seller_id)
        if seller is None or not seller["linked"]:
            raise Refusal(code, "The specified token is invalid or expired", SYSTEM)
        return seller

    # Consent and codes

    def link(self, seller_id: int) -> Document:
        """The seller has agreed."""
        seller = self.memory.seller(seller_id)
        if seller is None:
            raise ValueError(f"no seller {seller_id}")
        seller["linked"] = True
        self.memory.save_seller(seller)
        return seller

    def issue_code(self, seller_id: int) -> str:
        """A code for thirty minutes and one use."""
        code = f"0_100132_{secrets.token_hex(8)}"
        self.memory.tokens.add(CODES, code, self.memory.now() + CODE_S, seller_id=seller_id)
        return code

    def use_code(self, code: str) -> Pair:
        """Exchange a code, once."""
        kept = self.memory.tokens.living(CODES, code)
        if kept is None:
            raise Refusal("InvalidCode", "Invalid authorization code", ISV)
        self.memory.tokens.spend(CODES, code)
        ends = self.memory.now() + int(self.memory.behaviour()["refresh_s"])
        return self._new_pair(kept["seller_id"], ends)

    # Tokens

    def refresh(self, token: str) -> Pair:
        """Hand out a new pair; the refresh token is spent, its end stays unless told otherwise."""
        kept, now = self.memory.tokens.living(REFRESH, token), self.memory.now()
        if kept is None:
            raise Refusal("IllegalRefreshToken", "The specified refresh token is invalid", SYSTEM)
        self._linked(kept["seller_id"], "IllegalRefreshToken")
        self.memory.tokens.spend(REFRESH, token)
        behaviour = self.memory.behaviour()
        ends = kept["expires_at"]
        if behaviour["refresh_extends"]:
            ends = now + int(behaviour["refresh_s"])
        return self._new_pair(kept["seller_id"], ends)

    def _new_pair(self, seller_id: int, refresh_ends: int) -> Pair:
        now = self.memory.now()
        lives = int(self.memory.behaviour()["access_s"])
        pair = Pair(
            f"500000{secrets.token_hex(16)}",
            f"500001{secrets.token_hex(16)}",
            lives,
            max(refresh_ends - now, 0),
            self.memory.seller(seller_id) or {},
        )
        tokens = self.memory.tokens
        tokens.add(ACCESS, pair.access_token, now + lives, seller_id=seller_id)
        tokens.add(REFRESH, pair.refresh_token, refresh_ends, seller_id=seller_id)
        return pair


def bad_token() -> Refusal:
    """What an access token that is unknown or too old is answered with."""
    return Refusal("IllegalAccessToken", "The specified access token is invalid or expired", SYSTEM)


def _milliseconds(given: str) -> int | None:
    """A decimal number of milliseconds, or an ISO time in UTC."""
    if given.isascii() and given.isdigit() and len(given) <= 14:
        return int(given)
    try:
        read = datetime.fromisoformat(given)
    except ValueError:
        return None
    return int(read.timestamp() * 1000) if read.tzinfo is not None else None
