"""An order and its units as the platform shows them: amounts and times are text."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.lazada.model import LOCAL_OFFSET_S

VIETNAM = timezone(timedelta(seconds=LOCAL_OFFSET_S))


def amount(dong: int) -> str:
    """Two decimals, dong too."""
    return f"{dong}.00"


def local_text(at: int) -> str:
    """As in `2025-12-01 09:15:00 +0700`."""
    return datetime.fromtimestamp(at, VIETNAM).strftime("%Y-%m-%d %H:%M:%S %z")


def iso_text(at: int) -> str:
    return datetime.fromtimestamp(at, VIETNAM).isoformat()


def address(order: Document, *, unmasked: bool, district_key: str) -> dict[str, str]:
    """The recipient; without the unmasking permission letters are hidden."""
    told = order["address"]
    clear = unmasked or any(item["sof"] for item in order["items"])
    name, phone, street = told["name"], told["phone"], told["street"]
    phone = "84" + phone.removeprefix("0")
    if not clear:
        name = f"{name[:1]}***{name[-1:]}"
        phone = f"{phone[:2]}******{phone[-2:]}"
        street = f"{street.split(' ')[0]} ****"
    return {
        "first_name": name,
        "last_name": "",
        "phone": phone,
        "phone2": "",
        "address1": street,
        "address2": "",
        "address3": told["province"],
        "address4": told.get("district", ""),
        "address5": told["ward"],
        "city": told.get("district", ""),
        "post_code": "",
        "country": "Vietnam",
        district_key: told.get("district", ""),
    }


def goods_total(order: Document) -> int:
    return sum(item["price"] for item in order["items"])


def buyer_total(order: Document) -> int:
    """What the buyer pays for the units that were not cancelled."""
    kept = [item for item in order["items"] if item["status"] != "canceled"]
    return sum(
        item["price"] - item["voucher_seller"] - item["voucher_platform"] + item["shipping_fee"]
        for item in kept
    )


def order_view(order: Document, *, unmasked: bool, in_list: bool) -> dict[str, Any]:
    """The order object. The list misspells a key and tells vouchers apart, the detail does not."""
    items = order["items"]
    where = address(
        order,
        unmasked=unmasked,
        district_key="addressDsitrict" if in_list else "addressDistrict",
    )
    waits = any(item["cancel_at"] for item in items)
    view: dict[str, Any] = {
        "order_id": order["order_id"],
        "order_number": order["order_id"],
        "statuses": sorted({item["status"] for item in items}),
        "items_count": len(items),
        "price": amount(goods_total(order)),
        "shipping_fee": amount(order["shipping_fee"]),
        "shipping_fee_original": amount(order["shipping_fee"]),
        "shipping_fee_discount_seller": amount(0),
        "shipping_fee_discount_platform": amount(0),
        "voucher": amount(order["voucher_seller"] + order["voucher_platform"]),
        "voucher_code": "",
        "payment_method": "COD" if order["cod"] else "MIXEDCARD",
        "customer_first_name": where["first_name"],
        "customer_last_name": "",
        "created_at": local_text(order["created"]),
        "updated_at": local_text(order["updated"]),
        "address_shipping": where,
        "address_billing": where,
        "buyer_note": order["note"],
        "remarks": "",
        "gift_message": "",
        "gift_option": False,
        "tax_code": "",
        "branch_number": "",
        "delivery_info": "",
        "extra_attributes": "",
        "national_registration_number": "",
        "promised_shipping_times": "",
        "warehouse_code": items[0]["warehouse_code"],
        "need_cancel_confirm": waits,
        "is_cancel_pending": waits,
    }
    if in_list:
        view["voucher_seller"] = amount(order["voucher_seller"])
        view["voucher_platform"] = amount(order["voucher_platform"])
    return view


def item_view(order: Document, item: Document) -> dict[str, Any]:
    """One unit."""
    return {
        "order_id": order["order_id"],
        "order_item_id": item["order_item_id"],
        "purchase_order_id": "",
        "purchase_order_number": "",
        "name": item["name"],
        "sku": item["sku"],
        "shop_sku": item["shop_sku"],
        "sku_id": str(item["sku_id"]),
        "product_id": str(item["product_id"]),
        "shop_id": str(order["seller_id"]),
        "buyer_id": str(order["buyer_id"]),
        "variation": item["variation"],
        "product_main_image": f"https://vn-live.example.invalid/p/{item['product_id']}.jpg",
        "product_detail_url": "",
        "order_flag": "NORMAL",
        "order_type": "Normal",
        "stage_pay_status": "",
        "extra_attributes": "",
        "invoice_number": str(item.get("invoice_number", "")),
        "created_at": local_text(order["created"]),
        "updated_at": local_text(item["updated"]),
        **_money(order, item),
        **_state(item),
        **_shipping(order, item),
    }


def _money(order: Document, item: Document) -> dict[str, Any]:
    vouchers = item["voucher_seller"] + item["voucher_platform"]
    none = ("voucher_seller_lpi", "voucher_platform_lpi", "tax_amount", "wallet_credits",
            "shipping_fee_discount_seller", "shipping_fee_discount_platform")  # fmt: skip
    return {
        **dict.fromkeys(none, amount(0)),
        **dict.fromkeys(("voucher_code", "voucher_code_seller", "voucher_code_platform"), ""),
        "currency": "VND",
        "item_price": amount(item["price"]),
        "paid_price": amount(item["price"] - vouchers),
        "voucher_amount": amount(vouchers),
        "voucher_seller": amount(item["voucher_seller"]),
        "voucher_platform": amount(item["voucher_platform"]),
        "shipping_amount": amount(item["shipping_fee"]),
        "shipping_fee_original": amount(item["shipping_fee"]),
        "shipping_service_cost": 0,
        "payment_time": 0 if item["status"] == "unpaid" or order["cod"] else order["created"],
    }


def _state(item: Document) -> dict[str, Any]:
    return {
        "status": item["status"],
        "return_status": "",
        "reason": item["reason"],
        "reason_detail": "",
        "cancel_return_initiator": item["initiator"],
        "reverse_order_id": item["reverse_order_id"],
        "need_cancel_confirm": bool(item["cancel_at"]),
        "is_cancel_pending": bool(item["cancel_at"]),
        "cancel_trigger_time": item["cancel_at"] * 1000,
    }


def _shipping(order: Document, item: Document) -> dict[str, Any]:
    return {
        "sla_time_stamp": iso_text(order["ship_by"]),
        "promised_shipping_time": "",
        "package_id": item["package_id"],
        "tracking_code": item["tracking_code"],
        "tracking_code_pre": "",
        "shipment_provider": item["shipment_provider"],
        "shipping_type": "Dropshipping",
        "shipping_provider_type": "SELLER_OWN_FLEET" if item["sof"] else "STANDARD",
        "delivery_option_sof": str(item["sof"]),
        "is_fbl": str(item["is_fbl"]),
        "is_digital": 0,
        "is_reroute": "0",
        "warehouse_code": item["warehouse_code"],
    }


def day_of(at: int) -> str:
    """The Vietnamese day in which a moment lies."""
    return datetime.fromtimestamp(at, UTC).astimezone(VIETNAM).strftime("%Y-%m-%d")
