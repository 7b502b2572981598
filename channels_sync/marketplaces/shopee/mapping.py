"""Shopee's JSON to our words and back; no input or output.

Order fields: get_order_detail (August 2026). Prices are decimals in the shop's currency and whole
numbers in Vietnam.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.marketplaces.shopee.status import ARRANGED_PARCELS, order_state, parcel_state
from channels_sync.ports import (
    Grant,
    PriceNumber,
    Recipient,
    RemoteListing,
    Sale,
    SaleLine,
    SaleParcel,
    ShippingOptions,
    StockNumber,
    Tokens,
    UnreadableSale,
)
from channels_sync.ports.reading import Unreadable, plain, vnd
from oms.kernel.text import fold

Json = Mapping[str, Any]

ORDER_FIELDS = (
    "buyer_user_id,buyer_username,recipient_address,note,item_list,pay_time,buyer_cancel_reason,"
    "cancel_by,cancel_reason,fulfillment_flag,pickup_done_time,package_list,shipping_carrier,"
    "payment_method,total_amount,split_up,estimated_shipping_fee,actual_shipping_fee"
)
# A value above this in `expire_in` is a moment, not a number of seconds.
LARGEST_LIFETIME = 10**9
# Of a refresh token; the answer does not tell it.
REFRESH_LIFE = timedelta(days=30)


def moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


def tokens(body: Json, *, now: datetime) -> Tokens:
    lifetime = int(body["expire_in"])
    ends = lifetime if lifetime > LARGEST_LIFETIME else int(now.timestamp()) + lifetime
    return Tokens(
        access_token=str(body["access_token"]),
        refresh_token=str(body["refresh_token"]),
        expires_at=datetime.fromtimestamp(ends, UTC),
        refresh_until=now + REFRESH_LIFE,
    )


def grant(body: Json, *, shop_id: str, now: datetime) -> Grant:
    shops = [str(number) for number in body.get("shop_id_list") or []]
    if shop_id and shop_id not in shops:
        shops.insert(0, shop_id)
    return Grant(tuple(shops), tokens(body, now=now))


def sale(order: Json) -> Sale | UnreadableSale:
    """One order of get_order_detail in our words, or why it cannot be read."""
    remote_id = str(order.get("order_sn") or "")
    try:
        return _sale(remote_id, order)
    except Unreadable as why:
        return UnreadableSale(remote_id, str(why), plain(order))
    except (KeyError, TypeError, ValueError, ArithmeticError) as why:
        reason = _("Dữ liệu đơn của sàn không đọc được: %(why)s") % {"why": repr(why)[:200]}
        return UnreadableSale(remote_id, reason, plain(order))


def _sale(remote_id: str, order: Json) -> Sale:
    currency = str(order.get("currency") or "")
    if currency != "VND":
        raise Unreadable(
            _("Đơn dùng tiền %(currency)s, gian hàng Việt Nam dùng VND") % {"currency": currency}
        )
    lines = tuple(_lines(order.get("item_list") or []))
    if not lines:
        raise Unreadable(_("Đơn không có sản phẩm"))
    goods = sum(line.quantity * line.unit_price_vnd for line in lines)
    total = vnd(order["total_amount"]) if order.get("total_amount") is not None else goods
    status = str(order.get("order_status") or "")
    parcels = tuple(_parcel(row) for row in order.get("package_list") or [])
    return Sale(
        remote_id=remote_id,
        remote_status=status,
        state=order_state(status),
        version=int(order["update_time"]),
        placed_at=datetime.fromtimestamp(int(order["create_time"]), UTC),
        updated_at=datetime.fromtimestamp(int(order["update_time"]), UTC),
        currency=currency,
        is_cod=bool(order.get("cod")),
        recipient=_recipient(order.get("recipient_address") or {}),
        lines=lines,
        goods_vnd=goods,
        # Shopee tells the total only; vouchers and shipping are told apart in the escrow detail.
        discount_vnd=max(goods - total, 0),
        shipping_fee_buyer_vnd=max(total - goods, 0),
        total_vnd=total,
        paid_at=moment(order.get("pay_time")),
        ship_by_at=moment(order.get("ship_by_date")),
        carrier_name=str(
            order.get("shipping_carrier") or order.get("checkout_shipping_carrier") or ""
        ),
        buyer_note=str(order.get("message_to_seller") or ""),
        cancel_by=str(order.get("cancel_by") or ""),
        cancel_reason=str(order.get("buyer_cancel_reason") or order.get("cancel_reason") or ""),
        is_split=bool(order.get("split_up")) or len(parcels) > 1,
        parcels=parcels,
        payload=plain(order),
    )


def _lines(items: Sequence[Json]) -> list[SaleLine]:
    used: set[str] = set()
    lines = []
    for position, item in enumerate(items, start=1):
        key = _line_key(item)
        if key in used:
            key = f"{key}#{position}"
        used.add(key)
        quantity = int(item["model_quantity_purchased"])
        if quantity <= 0:
            raise Unreadable(_("Dòng hàng %(n)s có số lượng 0") % {"n": position})
        name = str(item.get("item_name") or "")
        model = str(item.get("model_name") or "")
        lines.append(
            SaleLine(
                listing_ref=listing_ref(item),
                remote_line_id=key,
                sku=str(item.get("model_sku") or item.get("item_sku") or "").strip(),
                name=f"{name} - {model}" if model else name,
                quantity=quantity,
                unit_price_vnd=vnd(item["model_discounted_price"]),
            )
        )
    return lines


def listing_ref(item: Json) -> str:
    return f"{item['item_id']}:{item.get('model_id') or 0}"


def _line_key(item: Json) -> str:
    """A bundle deal repeats item and order item; only `line_item_id` is the line's own."""
    if item.get("line_item_id"):
        return str(item["line_item_id"])
    order_item = item.get("order_item_id") or item["item_id"]
    return f"{order_item}:{item.get('model_id') or 0}:{item.get('promotion_group_id') or 0}"


def _recipient(address: Json) -> Recipient:
    return Recipient(
        name=str(address.get("name") or ""),
        phone=str(address.get("phone") or ""),
        street=_street(address),
        ward=str(address.get("town") or address.get("district") or ""),
        district=str(address.get("city") or "") if not address.get("town") else _district(address),
        province=str(address.get("state") or ""),
        full_address=str(address.get("full_address") or ""),
    )


def _street(address: Json) -> str:
    """`full_address` without the ward, district and province that it ends in: those come apart.

    What is left must not be empty: then the text is kept as it came.
    """
    full = str(address.get("full_address") or "")
    units = {fold(str(address.get(key) or "")) for key in ("town", "district", "city", "state")}
    parts = [part.strip() for part in full.split(",")]
    while len(parts) > 1 and fold(parts[-1]) in units:
        parts.pop()
    return ", ".join(parts) if len(parts) > 1 or fold(parts[0]) not in units else full


def _district(address: Json) -> str:
    return ", ".join(str(address[key]) for key in ("district", "city") if address.get(key))


def _parcel(row: Json) -> SaleParcel:
    status = str(row.get("logistics_status") or "")
    return SaleParcel(
        package_number=str(row["package_number"]),
        logistics_status=status,
        carrier_name=str(row.get("shipping_carrier") or ""),
        fulfillment=parcel_state(status),
        is_arranged=status in ARRANGED_PARCELS,
    )


# Products


def listings(item: Json, models: Sequence[Json] | None) -> list[RemoteListing]:
    """The sellable rows of one product: its models, or itself when it has none."""
    if models is None:
        return [_listing(item, item, "0", str(item.get("item_name") or ""))]
    name = str(item.get("item_name") or "")
    return [
        _listing(item, model, str(model["model_id"]), f"{name} - {_options(item, model)}")
        for model in models
    ]


def _options(item: Json, model: Json) -> str:
    """The chosen options, from the tiers when they are known."""
    tiers = item.get("tier_variation") or []
    chosen = [
        str(tier["option_list"][index]["option"])
        for tier, index in zip(tiers, model.get("tier_index") or [], strict=False)
        if index < len(tier.get("option_list") or [])
    ]
    return ",".join(chosen) or str(model.get("model_name") or model["model_id"])


def _listing(item: Json, row: Json, model_id: str, name: str) -> RemoteListing:
    stock = row.get("stock_info_v2") or {}
    seller = stock.get("seller_stock") or []
    prices = row.get("price_info") or []
    price = prices[0].get("original_price") if prices else None
    return RemoteListing(
        remote_item_id=str(item["item_id"]),
        remote_model_id=model_id,
        name=name,
        sku=str(row.get("model_sku") or row.get("item_sku") or "").strip(),
        barcode=str(row.get("gtin_code") or "").strip(),
        remote_status=str(item.get("item_status") or ""),
        price_vnd=vnd(price) if price is not None else None,
        quantity=sum(int(place.get("stock") or 0) for place in seller) if seller else None,
        location_ids=(),
    )


def stock_request(remote_item_id: str, numbers: Sequence[StockNumber]) -> dict[str, Any]:
    return {
        "item_id": int(remote_item_id),
        "stock_list": [
            {
                "model_id": int(number.remote_model_id),
                "seller_stock": [
                    {"location_id": number.location_ids[0], "stock": number.quantity}
                    if number.location_ids
                    else {"stock": number.quantity}
                ],
            }
            for number in numbers
        ],
    }


def price_request(remote_item_id: str, numbers: Sequence[PriceNumber]) -> dict[str, Any]:
    rows = [
        {"model_id": int(number.remote_model_id), "original_price": number.price_vnd}
        for number in numbers
    ]
    return {"item_id": int(remote_item_id), "price_list": rows}


# Shipping


def shipping_options(answer: Json) -> ShippingOptions:
    """What each possible hand-over asks, filled with the default address and first free slot."""
    needed = answer.get("info_needed") or {}
    return ShippingOptions(
        pickup=_pickup(needed["pickup"], answer) if "pickup" in needed else None,
        dropoff=_dropoff(needed["dropoff"], answer) if "dropoff" in needed else None,
        own_carrier={} if "non_integrated" in needed else None,
    )


def _pickup(inputs: Sequence[str], answer: Json) -> dict[str, Any] | None:
    addresses = (answer.get("pickup") or {}).get("address_list") or []
    if "address_id" not in inputs:
        return {}
    if not addresses:
        return None
    flagged = [a for a in addresses if "default_address" in (a.get("address_flag") or [])]
    flagged += [a for a in addresses if "pickup_address" in (a.get("address_flag") or [])]
    address = (flagged or addresses)[0]
    chosen: dict[str, Any] = {"address_id": address["address_id"]}
    slots = address.get("time_slot_list") or []
    if "pickup_time_id" in inputs:
        if not slots:
            return None
        recommended = [s for s in slots if "recommended" in (s.get("flags") or [])]
        chosen["pickup_time_id"] = (recommended or slots)[0]["pickup_time_id"]
    return chosen


def _dropoff(inputs: Sequence[str], answer: Json) -> dict[str, Any] | None:
    if "branch_id" not in inputs:
        return {}
    branches = (answer.get("dropoff") or {}).get("branch_list") or []
    return {"branch_id": branches[0]["branch_id"]} if branches else None
