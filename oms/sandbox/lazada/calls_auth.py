"""Tokens and the seller: the flat answers of the auth host, and who the token is for."""

from oms.sandbox.core import Reply
from oms.sandbox.lazada.access import PUBLIC, SELLER, Pair
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import data, flat
from oms.sandbox.lazada.model import COUNTRY


def _answer(pair: Pair, list_name: str) -> Reply:
    seller = pair.seller
    info = {
        "country": COUNTRY,
        "user_id": str(seller["seller_id"] + 7),
        "seller_id": str(seller["seller_id"]),
        "short_code": seller["short_code"],
    }
    return flat(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_in=pair.expires_in,
        refresh_expires_in=pair.refresh_expires_in,
        country=COUNTRY,
        account_platform="seller_center",
        account=f"seller{seller['seller_id']}@example.test",
        account_id=str(seller["seller_id"] + 7),
        **{list_name: [info]},
    )


def create_token(call: Call) -> Reply:
    """Exchange an authorisation code."""
    return _answer(call.desk.access.use_code(call.params.text("code")), "country_user_info")


def refresh_token(call: Call) -> Reply:
    """Exchange a refresh token for a new pair; the list of sellers has another name here."""
    pair = call.desk.access.refresh(call.params.text("refresh_token"))
    return _answer(pair, "country_user_info_list")


def get_seller(call: Call) -> Reply:
    """The seller the token belongs to."""
    seller = call.memory.seller(call.seller_id) or {}
    return data(
        {
            "name": seller["name"],
            "name_company": seller["name"],
            "seller_id": seller["seller_id"],
            "short_code": seller["short_code"],
            "logo_url": "",
            "email": "",
            "cb": False,
            "location": "Vietnam",
            "status": "ACTIVE",
            "verified": True,
            "marketplaceEaseMode": False,
        }
    )


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET|POST", "/auth/token/create", PUBLIC, create_token),
    ("GET|POST", "/auth/token/refresh", PUBLIC, refresh_token),
    ("GET", "/seller/get", SELLER, get_seller),
]
