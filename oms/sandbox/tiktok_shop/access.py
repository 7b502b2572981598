"""Who may call: the checks of the gateway, consent codes, and the two kinds of token."""

import secrets
from dataclasses import dataclass

from oms.sandbox.core import Request
from oms.sandbox.core.market import ACCESS, CODES, REFRESH, Document
from oms.sandbox.tiktok_shop.envelope import Refusal, bad_request
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import (
    BAD_CODE,
    BAD_SIGN,
    BAD_TYPE,
    CIPHER_MISSING,
    TOKEN_EXPIRED,
    WRONG_CIPHER,
)
from oms.sandbox.tiktok_shop.signing import MULTIPART, NEWEST_S, OLDEST_S, call_signature, same

# Calls about one shop carry its cipher; calls about the account must not.
SHOP, ACCOUNT = "shop", "account"
CODE_S = 1_800
TOKEN_HEADER = "x-tts-access-token"  # noqa: S105 - the name of a header


@dataclass(frozen=True)
class Pair:
    """What a token call hands out; both ends are moments, not lives."""

    access_token: str
    refresh_token: str
    access_ends: int
    refresh_ends: int
    account: Document


class Access:
    """Signatures, clock, tokens and ciphers of one app."""

    def __init__(self, memory: Memory, app_key: str, secret: str) -> None:
        self.memory, self.app_key, self.secret = memory, app_key, secret

    # The gateway

    def check(self, request: Request, kind: str) -> tuple[Document, Document | None]:
        """Let a call through: the account it is of, and the shop it is about."""
        self._check_time(self._given(request, "timestamp"))
        if self._given(request, "app_key") != self.app_key:
            raise bad_request("Invalid app_key")
        self._check_body(request)
        self._check_sign(request)
        account = self._account_of(request)
        return account, self._shop_of(request, account, kind)

    @staticmethod
    def _given(request: Request, name: str) -> str:
        value = request.arg(name)
        if not value:
            raise bad_request(f"Invalid parameter: {name} is required")
        return value

    def _check_time(self, given: str) -> None:
        digits = given.isascii() and given.isdigit() and len(given) <= 10
        ahead = int(given) - self.memory.now() if digits else NEWEST_S + 1
        if not -OLDEST_S <= ahead <= NEWEST_S:
            raise bad_request("Invalid timestamp: it is too old or in the future")

    @staticmethod
    def _check_body(request: Request) -> None:
        if request.body and request.content_type not in ("application/json", MULTIPART):
            raise Refusal(BAD_TYPE, "Invalid content-type", 400)

    def _check_sign(self, request: Request) -> None:
        expected = call_signature(
            self.secret, request.path, request.query, request.body, request.content_type
        )
        if not same(expected, self._given(request, "sign")):
            text = "Invalid credentials. The 'sign' query parameter is invalid."
            raise Refusal(BAD_SIGN, text, 401)

    def _account_of(self, request: Request) -> Document:
        token = request.headers.get(TOKEN_HEADER, "")
        if not token:
            raise bad_request(f"Invalid header: {TOKEN_HEADER} is required")
        kept = self.memory.tokens.living(ACCESS, token)
        account = self.memory.account(kept["open_id"]) if kept else None
        if account is None or not account["linked"]:
            raise token_expired()
        return account

    def _shop_of(self, request: Request, account: Document, kind: str) -> Document | None:
        cipher = request.arg("shop_cipher")
        if kind == ACCOUNT:
            if "shop_cipher" in request.query:
                raise bad_request("Unexpected identifier: shop_cipher")
            return None
        if not cipher:
            raise Refusal(CIPHER_MISSING, "The 'shop_cipher' query parameter is required", 400)
        shops = self.memory.shops_of(account["open_id"])
        shop = next((each for each in shops if each["cipher"] == cipher), None)
        if shop is None:
            text = "The access token does not match the shop_cipher"
            raise Refusal(WRONG_CIPHER, text, 403)
        return shop

    # Consent and codes

    def link(self, open_id: str) -> Document:
        """The seller has agreed."""
        account = self.memory.account(open_id)
        if account is None:
            raise ValueError(f"no account {open_id}")
        self.memory.save_account({**account, "linked": True})
        return account

    def issue_code(self, open_id: str) -> str:
        """A code of one use."""
        code = f"ROW_{secrets.token_urlsafe(24)}"
        self.memory.tokens.add(CODES, code, self.memory.now() + CODE_S, open_id=open_id)
        return code

    def use_code(self, code: str) -> Pair:
        """Exchange a code, once."""
        kept = self.memory.tokens.living(CODES, code)
        if kept is None:
            raise Refusal(BAD_CODE, "The auth_code is invalid or has expired")
        self.memory.tokens.spend(CODES, code)
        ends = self.memory.now() + int(self.memory.behaviour()["refresh_s"])
        return self._new_pair(kept["open_id"], ends)

    # Tokens

    def refresh(self, token: str) -> Pair:
        """Hand out a new pair; when the consent ends does not move."""
        kept = self.memory.tokens.living(REFRESH, token)
        account = self.memory.account(kept["open_id"]) if kept else None
        if kept is None or account is None or not account["linked"]:
            raise Refusal(BAD_CODE + 1, "The refresh_token is invalid or has expired")
        if self.memory.behaviour()["refresh_spends"]:
            self.memory.tokens.spend(REFRESH, token)
        return self._new_pair(kept["open_id"], kept["expires_at"])

    def _new_pair(self, open_id: str, refresh_ends: int) -> Pair:
        access_ends = self.memory.now() + int(self.memory.behaviour()["access_s"])
        pair = Pair(
            f"ROW_{secrets.token_urlsafe(40)}",
            f"ROW_{secrets.token_urlsafe(40)}",
            access_ends,
            refresh_ends,
            self.memory.account(open_id) or {},
        )
        self.memory.tokens.add(ACCESS, pair.access_token, access_ends, open_id=open_id)
        self.memory.tokens.add(REFRESH, pair.refresh_token, refresh_ends, open_id=open_id)
        return pair


def token_expired() -> Refusal:
    """What an access token that is unknown or too old is answered with."""
    text = "Expired credentials. The 'x-tts-access-token' header has expired."
    return Refusal(TOKEN_EXPIRED, text, 401)
