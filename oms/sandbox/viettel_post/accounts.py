"""The sellers Viettel Post knows, their two kinds of tokens and their pick-up addresses."""

import hashlib
from typing import Any

from oms.sandbox.core import Clock, Refusal, Reply, Request, Route, Store
from oms.sandbox.viettel_post.envelope import bad_token, body_of, ok, refusal

SHORT_SECONDS, LONG_SECONDS = 24 * 3600, 365 * 24 * 3600
ACCOUNTS = (
    {
        "userId": 7300001, "username": "0900000001", "password": "sandbox-vtp-1",
        "secret": "vtp-secret-0001", "name": "Đơn Nhanh",
    },
    {
        "userId": 7300002, "username": "0900000002", "password": "sandbox-vtp-2",
        "secret": "vtp-secret-0002", "name": "Tiệm Khác",
    },
)  # fmt: skip


def seed_inventories(db: Store) -> None:
    """One pick-up address for each account."""
    for account in ACCOUNTS:
        number = int(str(account["userId"])) + 100
        if db.get("inventories", number) is None:
            db.put("inventories", number, {
                "groupaddressId": number, "cusId": account["userId"], "name": account["name"],
                "phone": account["username"], "address": "12 Thành Thái", "provinceId": 2,
                "districtId": 43, "wardsId": 0,
            })  # fmt: skip


def user_of(request: Request, db: Store, clock: Clock) -> int:
    """The account of a long-lived Token."""
    token = db.get("tokens", request.headers.get("token", ""))
    if token is None or not token["long"] or token["until"] < clock.now():
        raise Refusal(bad_token())
    return token["userId"]


class Accounts:
    def __init__(self, db: Store, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v2/user/Login", self.login),
            Route("POST", "/v2/user/ownerconnect", self.connect),
            Route("POST", "/v2/user/LoginVTP", self.login_by_secret),
            Route("GET", "/v2/user/listInventory", self.inventories),
            Route("POST", "/v2/user/registerInventory", self.register_inventory),
        ]

    def login(self, request: Request) -> Reply:
        return self._given(self._proved(request), long=False)

    def connect(self, request: Request) -> Reply:
        """The short token in the header, the same name and password in the body."""
        account = self._proved(request)
        token = self.db.get("tokens", request.headers.get("token", ""))
        if token is None or token["userId"] != account["userId"]:
            raise Refusal(bad_token())
        if token["until"] < self.clock.now():
            raise Refusal(bad_token())
        return self._given(account, long=True)

    def login_by_secret(self, request: Request) -> Reply:
        secret = body_of(request).text("token", required=True)
        for account in ACCOUNTS:
            if account["secret"] == secret:
                return self._given(account, long=True)
        raise refusal("Token đối tác không đúng")

    def inventories(self, request: Request) -> Reply:
        user = user_of(request, self.db, self.clock)
        return ok(self.db.find("inventories", cusId=user))

    def register_inventory(self, request: Request) -> Reply:
        user = user_of(request, self.db, self.clock)
        body = body_of(request)
        number = 7_400_000 + self.db.next("inventories")
        row = {
            "groupaddressId": number,
            "cusId": user,
            "name": body.text("NAME", required=True),
            "phone": body.phone("PHONE"),
            "address": body.text("ADDRESS", required=True, most_bytes=150),
            "provinceId": 0,
            "districtId": 0,
            "wardsId": body.whole("WARDS_ID", required=True),
        }
        self.db.put("inventories", number, row)
        return ok([row])

    def _proved(self, request: Request) -> dict[str, Any]:
        body = body_of(request)
        name, password = body.text("USERNAME", required=True), body.text("PASSWORD", required=True)
        for account in ACCOUNTS:
            if (account["username"], account["password"]) == (name, password):
                return account
        raise refusal("Tên đăng nhập hoặc mật khẩu không đúng")

    def _given(self, account: dict[str, Any], *, long: bool) -> Reply:
        number = self.db.next("tokens")
        until = self.clock.now() + (LONG_SECONDS if long else SHORT_SECONDS)
        digest = hashlib.sha256(f"token {number}".encode()).hexdigest()
        token = f"eyJhbGciOiJFUzI1NiJ9.{digest}"
        kept = {"userId": account["userId"], "long": long, "until": until}
        self.db.put("tokens", token, kept)
        return ok(
            {
                "userId": account["userId"],
                "token": token,
                "partner": account["userId"],
                "phone": account["username"],
                "expired": int(until * 1000),
                "encrypted": None,
                "source": 5,
            }
        )
