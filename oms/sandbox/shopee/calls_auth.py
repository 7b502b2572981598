"""Tokens and authorisations: the flat answers of the public calls."""

from oms.sandbox.core import Reply
from oms.sandbox.shopee.access import ACCESS_S, PUBLIC
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import flat
from oms.sandbox.shopee.params import Body
from oms.sandbox.shopee.refusals import Refusal, bad_parameter

OWNERS = ("shop_id", "main_account_id", "merchant_id", "supplier_id", "user_id", "principal_id")


def _shop_named(body: Body) -> int:
    named = [name for name in OWNERS if name in body]
    if len(named) != 1:
        raise bad_parameter("Wrong parameters, detail: give exactly one owner, such as shop_id.")
    owner = body.integer(named[0])
    if named[0] == "main_account_id":
        raise Refusal("invalid_main_acount_id", "Invalid main_account_id.")
    if named[0] != "shop_id":
        raise Refusal("error_auth", f"There is no {named[0]} {owner} under this partner.")
    return owner


def get_token(call: Call) -> Reply:
    """Exchange an authorisation code."""
    body = call.body()
    code, access = body.text("code"), call.desk.access
    access.same_partner(body.integer("partner_id"))
    shop_id = _shop_named(body)
    pair = access.use_code(code, shop_id)
    return flat(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expire_in=ACCESS_S,
        shop_id_list=[shop_id],
        merchant_id_list=[],
        supplier_id_list=[],
        user_id_list=[],
    )


def refresh_token(call: Call) -> Reply:
    """Exchange a refresh token for a new pair."""
    body = call.body()
    token, access = body.text("refresh_token"), call.desk.access
    access.same_partner(body.integer("partner_id"))
    shop_id = _shop_named(body)
    pair = access.refresh(token, shop_id)
    return flat(
        partner_id=access.partner_id,
        shop_id=shop_id,
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expire_in=ACCESS_S,
    )


def get_shops_by_partner(call: Call) -> Reply:
    """Shops whose sellers have agreed, page by page."""
    size = call.query.integer("page_size", 100, low=1, high=100)
    page = max(call.query.integer("page_no", 1), 1)
    linked = [shop for shop in call.memory.shops() if shop["linked"]]
    start = (page - 1) * size
    rows = [
        {
            "region": "VN",
            "shop_id": shop["shop_id"],
            "auth_time": shop["auth_time"],
            "expire_time": shop["expire_time"],
        }
        for shop in linked[start : start + size]
    ]
    return flat(authed_shop_list=rows, more=len(linked) > start + size)


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("POST", "/api/v2/auth/token/get", PUBLIC, get_token),
    ("POST", "/api/v2/auth/access_token/get", PUBLIC, refresh_token),
    ("GET", "/api/v2/public/get_shops_by_partner", PUBLIC, get_shops_by_partner),
]
