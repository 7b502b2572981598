"""An order as the platform shows it: little by default, the rest only when it is named."""

from collections.abc import Callable
from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.shopee.model import BEFORE_SHIPMENT, CHANNELS

IMAGE = "https://down-vn.img.example.invalid/file/vn-{item_id}"


def masked(order: Document) -> dict[str, str]:
    """The recipient with everything hidden that could be used to reach them."""
    clear = clear_address(order)
    name = clear["name"]
    return {
        **clear,
        "name": f"{name[:1]}******{name[-1:]}",
        "phone": f"******{clear['phone'][-2:]}",
        "full_address": f"{clear['full_address'][:2]}******",
    }


def clear_address(order: Document) -> dict[str, str]:
    """The recipient as the carrier gets it: the ward in `district`, the province in `state`."""
    address = order["address"]
    parts = (address["street"], address["ward"], address.get("district", ""), address["province"])
    return {
        "name": address["name"],
        "phone": address["phone"],
        "town": "",
        "district": address["ward"],
        "city": address.get("district", ""),
        "state": address["province"],
        "region": "VN",
        "zipcode": "",
        "full_address": ", ".join(part for part in parts if part),
    }


def goods_total(order: Document) -> int:
    return sum(line["price"] * line["quantity"] for line in order["lines"])


def buyer_total(order: Document) -> int:
    """What the buyer pays: goods and the shipping that is theirs."""
    return goods_total(order) + int(order["shipping_fee"])


def line_view(order: Document, at: int) -> dict[str, Any]:
    line = order["lines"][at]
    cancelled = order["status"] == "CANCELLED"
    return {
        "item_id": line["item_id"],
        "item_name": line["item_name"],
        "item_sku": line["item_sku"],
        "model_id": line["model_id"],
        "model_name": line["model_name"],
        "model_sku": line["model_sku"],
        "model_quantity_purchased": line["quantity"],
        "model_original_price": line["original_price"],
        "model_discounted_price": line["price"],
        "wholesale": False,
        "weight": line["weight_g"] / 1000,
        "add_on_deal": False,
        "main_item": False,
        "add_on_deal_id": 0,
        "promotion_type": "",
        "promotion_id": 0,
        "order_item_id": line["item_id"],
        "line_item_id": order["number"] * 100 + at + 1,
        "promotion_group_id": 0,
        "image_info": {"image_url": IMAGE.format(item_id=line["item_id"])},
        "product_location_id": ["VNZ01"],
        "is_b2c_owned_item": False,
        "promotion_list": [],
        "hot_listing_item": False,
        "active_qty": 0 if cancelled else line["quantity"],
        "cancel_requested_qty": line["quantity"] if order["status"] == "IN_CANCEL" else 0,
        "cancelled_qty": line["quantity"] if cancelled else 0,
        "return_requested_qty": line["quantity"] if order["status"] == "TO_RETURN" else 0,
        "returned_qty": 0,
    }


def package_view(order: Document, package: Document) -> dict[str, Any]:
    lines = [order["lines"][at] for at in package["line_at"]]
    return {
        "package_number": package["package_number"],
        "logistics_status": package["logistics_status"],
        "logistics_channel_id": order["channel_id"],
        "shipping_carrier": CHANNELS[order["channel_id"]].name,
        "allow_self_design_awb": False,
        "item_list": [
            {
                "item_id": line["item_id"],
                "model_id": line["model_id"],
                "model_quantity": line["quantity"],
                "order_item_id": line["item_id"],
                "promotion_group_id": 0,
                "product_location_id": "VNZ01",
            }
            for line in lines
        ],
        "parcel_chargeable_weight_gram": sum(li["weight_g"] * li["quantity"] for li in lines),
        "group_shipment_id": 0,
    }


def default_view(order: Document) -> dict[str, Any]:
    """What comes without asking."""
    return {
        "order_sn": order["order_sn"],
        "region": "VN",
        "currency": "VND",
        "cod": order["cod"],
        "order_status": order["status"],
        "message_to_seller": order["note"],
        "create_time": order["create_time"],
        "update_time": order["update_time"],
        "days_to_ship": order["days_to_ship"],
        "ship_by_date": order["ship_by_date"],
        "booking_sn": "",
        "advance_package": False,
        "can_full_cancel_order": order["status"] in BEFORE_SHIPMENT,
        "can_partial_cancel_order": False,
    }


def _total(order: Document) -> int | None:
    return None if order["status"] == "UNPAID" else buyer_total(order)


def _pickup_time(order: Document) -> int | None:
    times = [package["pickup_done_time"] for package in order["packages"]]
    return max(times) if all(times) else None


def _weight(order: Document) -> int:
    return sum(line["weight_g"] * line["quantity"] for line in order["lines"])


# A value of None means that the platform leaves the field out for now.
OPTIONAL: dict[str, Callable[[Document], Any]] = {
    "buyer_user_id": lambda o: o["buyer"]["user_id"],
    "buyer_username": lambda o: o["buyer"]["username"],
    "estimated_shipping_fee": lambda o: 22_000,
    "recipient_address": lambda o: masked(o) if o["masked"] else clear_address(o),
    "actual_shipping_fee": lambda o: 0,
    "goods_to_declare": lambda o: False,
    "note": lambda o: o.get("seller_note", ""),
    "note_update_time": lambda o: o.get("seller_note_at", 0),
    "item_list": lambda o: [line_view(o, at) for at in range(len(o["lines"]))],
    "pay_time": lambda o: o["pay_time"],
    "dropshipper": lambda o: "",
    "dropshipper_phone": lambda o: "",
    "split_up": lambda o: len(o["packages"]) > 1,
    "buyer_cancel_reason": lambda o: o["buyer_cancel_reason"],
    "cancel_by": lambda o: o["cancel_by"],
    "cancel_reason": lambda o: o["cancel_reason"],
    "actual_shipping_fee_confirmed": lambda o: False,
    "buyer_cpf_id": lambda o: None,
    "fulfillment_flag": lambda o: "fulfilled_by_local_seller",
    "pickup_done_time": _pickup_time,
    "package_list": lambda o: [package_view(o, package) for package in o["packages"]],
    "shipping_carrier": lambda o: CHANNELS[o["channel_id"]].name,
    "payment_method": lambda o: o["payment_method"],
    "total_amount": _total,
    "invoice_data": lambda o: None,
    "order_chargeable_weight_gram": _weight,
    "return_request_due_date": lambda o: None,
    "edt": lambda o: None,
    "payment_info": lambda o: [],
    "international_label": lambda o: None,
}


def order_view(order: Document, optional: list[str]) -> dict[str, Any]:
    """The order with exactly the optional fields asked for."""
    shown = default_view(order)
    for name in optional:
        value = OPTIONAL[name](order)
        if value is not None:
            shown[name] = value
    if "shipping_carrier" in optional:
        shown["checkout_shipping_carrier"] = shown["shipping_carrier"]
    return shown
