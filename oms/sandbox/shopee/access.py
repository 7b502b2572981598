"""Who may call: the checks of the gateway, authorisation codes, and the two kinds of token."""

import secrets
from dataclasses import dataclass

from oms.sandbox.core import Request
from oms.sandbox.core.market import ACCESS, CODES, REFRESH, Document
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.refusals import Refusal, bad_parameter, gateway
from oms.sandbox.shopee.signing import CLOCK_TOLERANCE_S, call_signature, same

PUBLIC, SHOP = "public", "shop"
CODE_S, ACCESS_S, REFRESH_S, OVERLAP_S = 600, 14_400, 30 * 86_400, 300
AUTHORISATION_S = 365 * 86_400


@dataclass(frozen=True)
class Pair:
    """What a token call hands out."""

    access_token: str
    refresh_token: str


class Access:
    """Signatures, clock and tokens of one partner."""

    def __init__(self, memory: Memory, partner_id: int, key: str) -> None:
        self.memory, self.partner_id, self.key = memory, partner_id, key

    # The gateway

    def check(self, request: Request, kind: str) -> int:
        """Let a call through; the shop it is for, 0 for a public one."""
        partner_id = self._given(request, "partner_id")
        timestamp = self._timestamp(request)
        sign = self._given(request, "sign")
        if partner_id != str(self.partner_id):
            raise gateway("error_auth", "partner_id is invalid.")
        token = shop = ""
        if kind == SHOP:
            token, shop = self._given(request, "access_token"), self._given(request, "shop_id")
        expected = call_signature(
            self.key,
            partner_id=self.partner_id,
            path=request.path,
            timestamp=timestamp,
            access_token=token,
            shop=shop,
        )
        if not same(expected, sign):
            raise gateway("error_sign", "Wrong sign.")
        return self._shop_of(token, shop) if kind == SHOP else 0

    @staticmethod
    def _given(request: Request, name: str) -> str:
        value = request.arg(name)
        if not value:
            raise gateway("error_param", f"There is no {name} in query.", 400)
        return value

    def _timestamp(self, request: Request) -> str:
        given = self._given(request, "timestamp")
        if not given.isascii() or not given.isdigit() or len(given) > 10:
            raise gateway("error_param", "Invalid timestamp.", 400)
        if abs(int(given) - self.memory.now()) > CLOCK_TOLERANCE_S:
            raise gateway("error_param", "Timestamp is expired.", 400)
        return given

    def _shop_of(self, token: str, shop: str) -> int:
        kept = self.memory.tokens.living(ACCESS, token)
        if kept is None:
            raise gateway("invalid_acceess_token", "Invalid access_token.")
        if shop != str(kept["shop_id"]):
            raise gateway("error_auth", "Invalid partner_id or shopid.")
        self._linked_shop(int(shop), "partner_shop_no_link")
        return int(shop)

    def _linked_shop(self, shop_id: int, error: str) -> Document:
        shop = self.memory.shop(shop_id)
        if shop is None or not shop["linked"]:
            raise gateway(error, "The partner and the shop have no linked relationship.")
        return shop

    # Consent and codes

    def link(self, shop_id: int) -> Document:
        """The seller has agreed: the authorisation runs for a year from now."""
        shop = self.memory.shop(shop_id)
        if shop is None:
            raise ValueError(f"no shop {shop_id}")
        now = self.memory.now()
        shop.update(linked=True, auth_time=now, expire_time=now + AUTHORISATION_S)
        self.memory.save_shop(shop)
        return shop

    def issue_code(self, shop_id: int) -> str:
        """A code for ten minutes and one use."""
        code = secrets.token_hex(16)
        self.memory.tokens.add(CODES, code, self.memory.now() + CODE_S, shop_id=shop_id)
        return code

    def use_code(self, code: str, shop_id: int) -> Pair:
        """Exchange a code. Only the shop that agreed can be named, and only once."""
        kept = self.memory.tokens.living(CODES, code)
        if kept is None:
            raise Refusal("invalid_code", "Invalid code, please have shop authorised again.")
        if kept["shop_id"] != shop_id:
            raise Refusal("invalid_shop_id", "The shop_id does not belong to this code.")
        self.memory.tokens.spend(CODES, code)
        return self._new_pair(shop_id)

    # Tokens

    def refresh(self, token: str, shop_id: int) -> Pair:
        """Hand out a new pair; the refresh token is spent, older access tokens fade in minutes."""
        kept = self.memory.tokens.kept(REFRESH, token)
        if kept is None:
            raise gateway("error_auth", "Invalid refresh_token.")
        if kept["shop_id"] != shop_id or kept["used"]:
            raise Refusal("error_shop_refresh_token", "The refresh_token of this shop is wrong.")
        if kept["expires_at"] <= self.memory.now():
            raise Refusal("refresh_token_expired", "Your refresh_token expired.")
        shop = self._linked_shop(shop_id, "shop_no_linked")
        if shop["expire_time"] <= self.memory.now():
            raise Refusal("shop_access_expired", "The authorisation of this shop has expired.")
        self.memory.tokens.spend(REFRESH, token)
        self._fade_access(shop_id)
        return self._new_pair(shop_id)

    def _fade_access(self, shop_id: int) -> None:
        end = self.memory.now() + OVERLAP_S
        for token, kept in self.memory.db.items(ACCESS):
            if kept["shop_id"] == shop_id and kept["expires_at"] > end:
                self.memory.db.put(ACCESS, token, {**kept, "expires_at": end})

    def _new_pair(self, shop_id: int) -> Pair:
        pair, now = Pair(secrets.token_hex(16), secrets.token_hex(16)), self.memory.now()
        tokens = self.memory.tokens
        tokens.add(ACCESS, pair.access_token, now + ACCESS_S, shop_id=shop_id)
        tokens.add(REFRESH, pair.refresh_token, now + REFRESH_S, shop_id=shop_id)
        return pair

    def same_partner(self, given: int) -> None:
        """The body of a token call repeats the partner; it must be the one that signed."""
        if given != self.partner_id:
            raise bad_parameter("Wrong parameters, detail: partner_id differs from the query.")
