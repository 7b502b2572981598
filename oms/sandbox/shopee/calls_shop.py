"""The shop itself: its facts, profile, warehouses, ways to ship and pickup addresses."""

from oms.sandbox.core import Reply
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import flat, wrapped
from oms.sandbox.shopee.model import CHANNELS, PICKUP_ADDRESSES
from oms.sandbox.shopee.refusals import Refusal


def get_shop_info(call: Call) -> Reply:
    """Flat, with the end of the authorisation."""
    shop = call.memory.shop(call.shop_id) or {}
    return flat(
        shop_name=shop["name"],
        region="VN",
        status="NORMAL",
        is_cb=False,
        auth_time=shop["auth_time"],
        expire_time=shop["expire_time"],
        is_sip=False,
        is_upgraded_cbsc=False,
        merchant_id=None,
        shop_fulfillment_flag="Others",
        is_main_shop=False,
        is_direct_shop=False,
        linked_main_shop_id=0,
        linked_direct_shop_list=[],
        is_one_awb=False,
    )


def get_profile(call: Call) -> Reply:
    """What buyers see of the shop."""
    shop = call.memory.shop(call.shop_id) or {}
    logo = f"https://cf.shopee.vn.example.invalid/file/logo-{call.shop_id}"
    return wrapped(
        {
            "shop_logo": logo,
            "description": f"Gian hàng {shop['name']}",
            "shop_name": shop["name"],
            "invoice_issuer": "Other",
        }
    )


def get_warehouse_detail(call: Call) -> Reply:
    """Both demo shops have one warehouse, and such shops are refused here."""
    raise Refusal("warehouse.error_not_in_whitelist", "The shop is not in the whitelist.")


def get_channel_list(call: Call) -> Reply:
    """Ways to ship that the shop has on."""
    rows = [
        {
            "logistics_channel_id": channel.id,
            "logistics_channel_name": channel.name,
            "cod_enabled": channel.cod,
            "enabled": True,
            "fee_type": "SIZE_INPUT",
            "size_list": [],
            "weight_limit": {"item_max_weight": 30, "item_min_weight": 0},
            "item_max_dimension": {"height": 100, "width": 100, "length": 100, "unit": "cm"},
            "logistics_description": "",
            "force_enable": False,
            "mask_channel_id": 0,
            "block_seller_cover_shipping_fee": False,
            "support_cross_border": False,
            "seller_logistic_has_configuration": channel.own_fleet,
            "logistics_capability": {"seller_logistics": channel.own_fleet},
            "preprint": False,
        }
        for channel in CHANNELS.values()
    ]
    return wrapped({"logistics_channel_list": rows})


def get_address_list(call: Call) -> Reply:
    """Where parcels are picked up."""
    address = PICKUP_ADDRESSES[call.shop_id]
    kinds = ["DEFAULT_ADDRESS", "PICKUP_ADDRESS", "RETURN_ADDRESS"]
    return wrapped(
        {"show_pickup_address": True, "address_list": [{**address, "address_type": kinds}]}
    )


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/shop/get_shop_info", SHOP, get_shop_info),
    ("GET", "/api/v2/shop/get_profile", SHOP, get_profile),
    ("GET", "/api/v2/shop/get_warehouse_detail", SHOP, get_warehouse_detail),
    ("GET", "/api/v2/logistics/get_channel_list", SHOP, get_channel_list),
    ("GET", "/api/v2/logistics/get_address_list", SHOP, get_address_list),
]
