"""Words and small facts of the platform: statuses, channels, addresses, time slots."""

from dataclasses import dataclass

DAY_S = 86_400
LOCAL_OFFSET_S = 7 * 3600  # Vietnam has no daylight saving

STATUSES = (
    "UNPAID",
    "PENDING",
    "READY_TO_SHIP",
    "PROCESSED",
    "RETRY_SHIP",
    "SHIPPED",
    "TO_CONFIRM_RECEIVE",
    "IN_CANCEL",
    "CANCELLED",
    "TO_RETURN",
    "COMPLETED",
)
LIST_FILTERS = (
    "UNPAID",
    "READY_TO_SHIP",
    "PROCESSED",
    "SHIPPED",
    "COMPLETED",
    "IN_CANCEL",
    "CANCELLED",
    "INVOICE_PENDING",
)
SHIPPABLE = ("READY_TO_SHIP", "RETRY_SHIP")
BEFORE_SHIPMENT = ("UNPAID", "PENDING", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP", "IN_CANCEL")

LOGISTICS = {
    "UNPAID": "LOGISTICS_NOT_START",
    "PENDING": "LOGISTICS_PENDING_ARRANGE",
    "READY_TO_SHIP": "LOGISTICS_READY",
    "PROCESSED": "LOGISTICS_REQUEST_CREATED",
    "RETRY_SHIP": "LOGISTICS_PICKUP_RETRY",
    "SHIPPED": "LOGISTICS_PICKUP_DONE",
    "TO_CONFIRM_RECEIVE": "LOGISTICS_DELIVERY_DONE",
    "COMPLETED": "LOGISTICS_DELIVERY_DONE",
}
PLACED_LOGISTICS = {
    **LOGISTICS,
    "IN_CANCEL": "LOGISTICS_READY",
    "TO_RETURN": "LOGISTICS_DELIVERY_DONE",
    "CANCELLED": "LOGISTICS_INVALID",
}
HAVE_LEFT = ("SHIPPED", "TO_CONFIRM_RECEIVE", "TO_RETURN", "COMPLETED")
ARRANGED = ("PROCESSED", "RETRY_SHIP", *HAVE_LEFT)
CANCELLED_LOGISTICS = {
    "LOGISTICS_REQUEST_CREATED": "LOGISTICS_REQUEST_CANCELED",
    "LOGISTICS_PICKUP_RETRY": "LOGISTICS_REQUEST_CANCELED",
    "LOGISTICS_PICKUP_DONE": "LOGISTICS_DELIVERY_FAILED",
    "LOGISTICS_DELIVERY_DONE": "LOGISTICS_DELIVERY_DONE",
}

DOCUMENT_TYPES = ("NORMAL_AIR_WAYBILL", "THERMAL_AIR_WAYBILL")
CANCEL_REASONS = ("OUT_OF_STOCK", "CUSTOMER_REQUEST", "UNDELIVERABLE_AREA", "COD_NOT_SUPPORTED")
ITEM_STATUSES = ("NORMAL", "BANNED", "UNLIST", "REVIEWING", "SELLER_DELETE", "SHOPEE_DELETE")


@dataclass(frozen=True)
class Channel:
    """A way to ship. `needs` names the possible ways to arrange it and the inputs of each."""

    id: int
    name: str
    needs: dict[str, list[str]]
    prefix: str
    cod: bool = True

    @property
    def usual_way(self) -> str:
        """How its parcels are announced when nobody says otherwise."""
        return next(iter(self.needs))

    @property
    def own_fleet(self) -> bool:
        """The seller carries the parcel, so the seller sees where it goes."""
        return "non_integrated" in self.needs


SPX = Channel(
    50021, "SPX Express", {"pickup": ["address_id", "pickup_time_id"], "dropoff": []}, "SPXVN0"
)
GHN = Channel(
    50011,
    "Giao Hàng Nhanh",
    {"pickup": ["address_id", "pickup_time_id"], "dropoff": ["branch_id"]},
    "GHNVN0",
)
OWN_FLEET = Channel(50066, "Người bán tự vận chuyển", {"non_integrated": ["tracking_no"]}, "")
CHANNELS = {channel.id: channel for channel in (SPX, GHN, OWN_FLEET)}

PICKUP_ADDRESSES = {
    88012345: {
        "address_id": 310001,
        "region": "VN",
        "state": "TP. Hồ Chí Minh",
        "city": "",
        "district": "Phường Tân Định",
        "town": "",
        "address": "25 Trần Quang Khải, Phường Tân Định, TP. Hồ Chí Minh",
        "zipcode": "",
    },
    88067890: {
        "address_id": 310002,
        "region": "VN",
        "state": "Hà Nội",
        "city": "",
        "district": "Phường Cửa Nam",
        "town": "",
        "address": "8 Phan Bội Châu, Phường Cửa Nam, Hà Nội",
        "zipcode": "",
    },
}
BRANCHES = (
    {
        "branch_id": 7001,
        "region": "VN",
        "state": "TP. Hồ Chí Minh",
        "city": "",
        "address": "60 Hai Bà Trưng, Phường Sài Gòn, TP. Hồ Chí Minh",
        "zipcode": "",
        "district": "Phường Sài Gòn",
        "town": "",
    },
    {
        "branch_id": 7002,
        "region": "VN",
        "state": "Hà Nội",
        "city": "",
        "address": "15 Tràng Thi, Phường Cửa Nam, Hà Nội",
        "zipcode": "",
        "district": "Phường Cửa Nam",
        "town": "",
    },
)


def time_slots(now: int) -> list[dict[str, object]]:
    """The pickup windows on offer: an afternoon and a morning on each of the next two days."""
    midnight = now + LOCAL_OFFSET_S - (now + LOCAL_OFFSET_S) % DAY_S - LOCAL_OFFSET_S
    slots: list[dict[str, object]] = []
    for day in (1, 2):
        date = midnight + day * DAY_S
        for part, text in ((1, "08:00-12:00"), (2, "13:00-18:00")):
            slots.append(
                {
                    "date": date,
                    "time_text": text,
                    "pickup_time_id": f"{date}_{part}",
                    "flags": ["recommended"] if (day, part) == (1, 1) else [],
                }
            )
    return slots
