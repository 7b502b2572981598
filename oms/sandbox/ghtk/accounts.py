"""The sellers GHTK knows: a Token each, and the partner code that newer documents ask for."""

from typing import Any

from oms.sandbox.core import Refusal, Request
from oms.sandbox.ghtk.envelope import bad_token, error_reply

ACCOUNTS = (
    {"token": "ghtkSandboxToken000000000000000000000001", "code": "S22870001", "name": "Đơn Nhanh"},
    {"token": "ghtkSandboxToken000000000000000000000002", "code": "S22870002", "name": "Tiệm Khác"},
)


def account_of(request: Request) -> dict[str, Any]:
    """The account of a Token; its X-Client-Source has to fit."""
    for account in ACCOUNTS:
        if account["token"] == request.headers.get("token", ""):
            if request.headers.get("x-client-source", "") != account["code"]:
                raise Refusal(error_reply("X-Client-Source không hợp lệ", http=403))
            return account
    raise Refusal(bad_token())
