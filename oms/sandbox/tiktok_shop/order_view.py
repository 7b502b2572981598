"""An order and its units as the platform shows them: amounts are decimal text, ids are text."""

from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.model import (
    CURRENCY,
    DELIVERY_OPTIONS,
    PACKAGE_OF_LINE,
    PLATFORM,
    PROVIDER,
    REGION,
)

Json = dict[str, Any]
LISTED_SHIPPING = 32_000


def masked(order: Document) -> tuple[str, str, str]:
    """Name, phone and street; stars hide them where the platform carries the parcel."""
    told = order["address"]
    name, phone, street = told["name"], told["phone"], told["street"]
    if order["shipping_type"] != PLATFORM:
        return name, f"(+84){phone.removeprefix('0')}", street
    words = [f"{word[:1]}***" for word in name.split()[:2]]
    return " ".join(words), f"(+84){phone[1]}******{phone[-2:]}", "***"


def address(order: Document) -> Json:
    """The recipient. While the buyer may still change their mind there is none."""
    if order["status"] == "ON_HOLD":
        return {}
    told = order["address"]
    name, phone, street = masked(order)
    levels = [
        ("L0", "country", "Việt Nam"),
        ("L1", "province", told["province"].removeprefix("TP. ")),
        ("L2", "district", told.get("district", "")),
        ("L3", "ward", told["ward"]),
    ]
    shown = [(code, level, value) for code, level, value in levels if value]
    return {
        "name": name,
        "first_name": name,
        "last_name": "",
        "phone_number": phone,
        "region_code": REGION,
        "postal_code": "",
        "address_detail": street,
        "address_line1": street,
        "address_line2": "",
        "address_line3": "",
        "address_line4": "",
        "full_address": ", ".join([*(value for _c, _l, value in shown), street]),
        "district_info": [
            {"address_level": code, "address_level_name": level, "address_name": value}
            for code, level, value in shown
        ],
    }


def totals(order: Document) -> dict[str, int]:
    """What was sold, who pays which discount, and what the buyer pays; for the whole order."""
    items = order["items"]
    listed = sum(item["original_price"] for item in items)
    seller = sum(seller_discount(item) for item in items)
    platform = sum(item["voucher_platform"] for item in items)
    goods = listed - seller - platform
    return {
        "listed": listed,
        "seller": seller,
        "platform": platform,
        "goods": goods,
        "shipping": order["shipping_fee"],
        "total": goods + order["shipping_fee"],
    }


def buyer_total(order: Document) -> int:
    return totals(order)["total"]


def seller_discount(item: Document) -> int:
    """The lower price and the seller's voucher together."""
    return int(item["original_price"] - item["sale_price"] + item["voucher_seller"])


def payment(order: Document) -> Json:
    sums = totals(order)
    none = ("shipping_fee_seller_discount", "shipping_fee_cofunded_discount", "tax", "product_tax",
            "shipping_fee_tax", "small_order_fee", "retail_delivery_fee")  # fmt: skip
    return {
        **dict.fromkeys(none, "0"),
        "currency": CURRENCY,
        "sub_total": str(sums["goods"]),
        "shipping_fee": str(sums["shipping"]),
        "seller_discount": str(sums["seller"]),
        "platform_discount": str(sums["platform"]),
        "total_amount": str(sums["total"]),
        "original_total_product_price": str(sums["listed"]),
        "original_shipping_fee": str(max(LISTED_SHIPPING, sums["shipping"])),
        "shipping_fee_platform_discount": str(max(LISTED_SHIPPING - sums["shipping"], 0)),
    }


def line_view(item: Document) -> Json:
    """One unit."""
    return {
        "id": item["id"],
        "product_id": item["product_id"],
        "product_name": item["product_name"],
        "sku_id": item["sku_id"],
        "sku_name": item["sku_name"],
        "seller_sku": item["seller_sku"],
        "sku_image": "",
        "sku_type": "NORMAL",
        "original_price": str(item["original_price"]),
        "sale_price": str(item["sale_price"]),
        "seller_discount": str(seller_discount(item)),
        "platform_discount": str(item["voucher_platform"]),
        "currency": CURRENCY,
        "display_status": item["status"],
        "package_id": item["package_id"],
        "package_status": PACKAGE_OF_LINE.get(item["status"], "") if item["package_id"] else "",
        "tracking_number": item["tracking_number"],
        "shipping_provider_id": PROVIDER["id"] if item["package_id"] else "",
        "shipping_provider_name": PROVIDER["name"] if item["package_id"] else "",
        "cancel_user": item["cancel_user"],
        "cancel_reason": item["cancel_reason"],
        "is_gift": False,
        "rts_time": 0,
    }


def order_view(order: Document) -> Json:
    """The order object, the same in the list and in the detail."""
    items = order["items"]
    packages = sorted({item["package_id"] for item in items if item["package_id"]})
    is_cod = bool(order["cod"])
    view: Json = {
        "id": order["order_id"],
        "status": order["status"],
        "order_type": "NORMAL",
        "create_time": order["created"],
        "update_time": order["updated"],
        "paid_time": order["paid"],
        "is_cod": is_cod,
        "payment_method_name": "Thanh toán khi nhận hàng" if is_cod else "Thẻ tín dụng/ghi nợ",
        "user_id": str(order["buyer"]),
        "buyer_email": f"v4b{order['number']:05d}@scs2.tiktok.example.invalid",
        "buyer_message": order["note"],
        "seller_note": "",
        "shipping_type": order["shipping_type"],
        "fulfillment_type": order["fulfillment_type"],
        "delivery_option_id": DELIVERY_OPTIONS[order["shipping_type"]],
        "delivery_option_name": "Vận chuyển tiêu chuẩn",
        "delivery_type": "HOME_DELIVERY",
        "shipping_provider_id": PROVIDER["id"],
        "shipping_provider": PROVIDER["name"],
        "tracking_number": next((it["tracking_number"] for it in items), ""),
        "warehouse_id": order["warehouse_id"],
        "rts_sla_time": order["ship_by"],
        "tts_sla_time": order["ship_by"] + 86_400,
        "shipping_due_time": order["ship_by"] + 43_200,
        "cancel_order_sla_time": order["ship_by"] + 43_200,
        "split_or_combine_tag": "SPLIT" if len(packages) > 1 else "",
        "is_on_hold_order": order["status"] == "ON_HOLD",
        "is_buyer_request_cancel": bool(order["wish"]),
        "request_cancel_time": order.get("asked", 0) if order["wish"] else 0,
        "is_sample_order": False,
        "is_replacement_order": False,
        "has_updated_recipient_address": False,
        "payment": payment(order),
        "recipient_address": address(order),
        "line_items": [line_view(item) for item in items],
        "packages": [{"id": package_id} for package_id in packages],
    }
    if order["cancelled"]:
        view["cancel_time"] = order["cancelled"]
        view["cancel_reason"] = order["cancel_reason"]
        view["cancellation_initiator"] = order["cancelled_by"]
    return view
