"""The sellers GHN knows: a demo account, and another one whose shop the first does not own."""

from typing import Any

from oms.sandbox.core import Refusal, Request, Store
from oms.sandbox.ghn.envelope import bad_token, refusal

CLIENTS = (
    {"client_id": 2500001, "token": "a1b2c3d4-0000-4000-8000-000000190001", "name": "Đơn Nhanh"},
    {"client_id": 2500002, "token": "a1b2c3d4-0000-4000-8000-000000190002", "name": "Tiệm Khác"},
)
SHOPS = (
    {
        "_id": 190001, "client_id": 2500001, "name": "Đơn Nhanh - Kho Quận 10",
        "phone": "0901000001", "address": "12 Thành Thái", "ward_code": "21014",
        "district_id": 1452, "status": 1,
    },
    {
        "_id": 190002, "client_id": 2500002, "name": "Tiệm Khác - Kho Cầu Giấy",
        "phone": "0902000002", "address": "8 Trần Thái Tông", "ward_code": "1A0601",
        "district_id": 1485, "status": 1,
    },
)  # fmt: skip


def seed_shops(db: Store) -> None:
    for shop in SHOPS:
        if db.get("shops", str(shop["_id"])) is None:
            db.put("shops", str(shop["_id"]), dict(shop))


def client_of(request: Request) -> int:
    """The account a Token belongs to; 401 for any other."""
    token = request.headers.get("token", "")
    for client in CLIENTS:
        if client["token"] == token:
            return int(str(client["client_id"]))
    raise Refusal(bad_token())


def shop_of(request: Request, db: Store) -> dict[str, Any]:
    """The shop of the ShopId header, owned by the Token's client."""
    client_id = client_of(request)
    text = request.headers.get("shopid", request.headers.get("shop_id", ""))
    if not text:
        raise refusal("header ShopId is required")
    if not text.isdigit():
        raise refusal(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    shop = db.get("shops", str(int(text)))
    if shop is None or shop["client_id"] != client_id:
        raise refusal("client is not owner of shop", "CLIENT_NOT_OWNER_OF_SHOP")
    return shop
