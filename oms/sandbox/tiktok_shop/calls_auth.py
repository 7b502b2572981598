"""Tokens and shops. The token calls are GET with the secret in the query, and not signed."""

from oms.sandbox.core import Reply, Request
from oms.sandbox.tiktok_shop.access import ACCOUNT, Access, Pair
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import bad_request, data
from oms.sandbox.tiktok_shop.model import REGION

SCOPES = ("seller.authorization.info", "seller.order.info", "seller.product.basic",
          "seller.product.write", "seller.fulfillment.basic", "seller.fulfillment.package.write",
          "seller.return_refund.basic", "seller.finance.info", "seller.logistics")  # fmt: skip


def get_token(access: Access, request: Request) -> Reply:
    """Exchange an authorisation code."""
    _check_app(access, request, "authorized_code")
    return _answer(access.use_code(request.arg("auth_code")))


def refresh_token(access: Access, request: Request) -> Reply:
    """Exchange a refresh token for a new pair."""
    _check_app(access, request, "refresh_token")
    return _answer(access.refresh(request.arg("refresh_token")))


def _check_app(access: Access, request: Request, grant_type: str) -> None:
    if request.arg("app_key") != access.app_key or request.arg("app_secret") != access.secret:
        raise bad_request("Invalid app_key or app_secret")
    if request.arg("grant_type") != grant_type:
        raise bad_request("Invalid grant_type")


def _answer(pair: Pair) -> Reply:
    """Both ends are moments in seconds since the epoch."""
    return data(
        {
            "access_token": pair.access_token,
            "access_token_expire_in": pair.access_ends,
            "refresh_token": pair.refresh_token,
            "refresh_token_expire_in": pair.refresh_ends,
            "open_id": pair.account["open_id"],
            "seller_name": pair.account["seller_name"],
            "seller_base_region": REGION,
            "user_type": 0,
            "granted_scopes": list(SCOPES),
        }
    )


def get_shops(call: Call) -> Reply:
    """The shops of the account, each with its cipher."""
    names = ("name", "region", "seller_type", "cipher", "code")
    shops = [
        {"id": shop["shop_id"], **{name: shop[name] for name in names}}
        for shop in call.memory.shops_of(call.account["open_id"])
    ]
    return data({"shops": shops})


ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("GET", "/authorization/{v}/shops", "202309", ACCOUNT, get_shops),
]
