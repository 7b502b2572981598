"""Words and small facts of the platform: statuses, codes of rows, limits."""

DAY_S = 86_400
LOCAL_OFFSET_S = 7 * 3600
COUNTRY, SITE = "vn", "lazada_vn"

# An item (one unit) is in one of these; an order shows the set of its items'.
ITEM_STATUSES = (
    "unpaid", "pending", "packed", "repacked", "ready_to_ship_pending", "ready_to_ship", "shipped",
    "delivered", "canceled", "returned", "failed_delivery", "shipped_back", "shipped_back_success",
    "shipped_back_failed", "package_scrapped", "lost_by_3pl", "damaged_by_3pl",
)  # fmt: skip
STATUS_FILTERS = {
    "unpaid": ("unpaid",),
    "pending": ("pending",),
    "packed": ("packed", "repacked"),
    "canceled": ("canceled",),
    "ready_to_ship": ("ready_to_ship", "ready_to_ship_pending"),
    "delivered": ("delivered",),
    "returned": ("returned",),
    "shipped": ("shipped",),
    "failed": ("failed_delivery",),
    "topack": ("pending", "repacked"),
    "toship": ("packed", "ready_to_ship_pending"),
    "shipping": ("ready_to_ship", "shipped"),
    "lost": ("lost_by_3pl",),
    "lost_by_3pl": ("lost_by_3pl",),
    "damaged_by_3pl": ("damaged_by_3pl",),
    "failed_delivery": ("failed_delivery",),
    "shipped_back": ("shipped_back",),
    "shipped_back_success": ("shipped_back_success",),
    "shipped_back_failed": ("shipped_back_failed",),
    "package_scrapped": ("package_scrapped",),
}
PACKABLE = ("pending", "repacked")
CANCELLABLE = ("unpaid", "pending", "packed", "repacked", "ready_to_ship", "ready_to_ship_pending")
PRINTABLE = ("packed", "ready_to_ship_pending", "ready_to_ship")
HAVE_PACKAGE = tuple(
    s for s in ITEM_STATUSES if s not in ("unpaid", "pending", "repacked", "canceled")
)
# What the fulfilment push calls the state of a parcel.
FULFILMENT_WORDS = {
    "ready_to_ship_pending": "READY_TO_SHIP_PENDING",
    "ready_to_ship": "READY_TO_SHIP",
    "shipped": "TRANSIT_TO_SHIP",
    "delivered": "DELIVERED",
    "failed_delivery": "DELIVER_FAILED",
    "shipped_back": "ON_THE_WAY_BACK_TO_SHIPPER",
    "lost_by_3pl": "LOST_BY_3PL",
    "damaged_by_3pl": "DAMAGE_BY_3PL",
    "package_scrapped": "PACKAGE_SCRAPPED",
    "canceled": "CANCELLED",
}

# Codes of single rows in the fulfilment calls.
DONE = "0"
NO_PACKAGE, PACKAGE_CANCELLED, WRONG_STATUS = "600001", "600002", "700000"
ILLEGAL, NO_ORDER, TOO_MANY, LOCKED = "700004", "700021", "700022", "700024"
NO_ITEM, NOT_PACKABLE, FBL, OTHER_WAREHOUSE = "700025", "700026", "700027", "700029"
NOT_READY, NOT_PRINTABLE = "700031", "700040"
NO_CARRIER = "1003"

CANCEL_REASONS = (
    {"reason_id": "15", "reason_name": "Out of stock"},
    {"reason_id": "21", "reason_name": "Wrong price or pricing error"},
    {"reason_id": "10", "reason_name": "Sourcing delay (cannot meet deadline)"},
    {"reason_id": "31", "reason_name": "Customer requested to cancel"},
)

PROVIDERS = {
    "LEX VN": {"name": "LEX VN", "provider_code": "FM41", "prefix": "LXV"},
    "J&T VN": {"name": "J&T VN", "provider_code": "FM55", "prefix": "JNT"},
}
WAREHOUSE = "dropshipping"
