"""Words and small facts of the platform: statuses, reasons, limits."""

DAY_S = 86_400
CURRENCY, REGION = "VND", "VN"

ORDER_STATUSES = (
    "UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING", "AWAITING_COLLECTION",
    "IN_TRANSIT", "DELIVERED", "COMPLETED", "CANCELLED",
)  # fmt: skip
# Words of a single unit; of several the order shows the one that is least far.
LINE_STATUSES = tuple(
    word for word in ORDER_STATUSES if word not in ("ON_HOLD", "PARTIALLY_SHIPPING")
)
# What a unit in this state does to its SKU: its piece is committed until it has left.
COMMITTED = ("UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "AWAITING_COLLECTION")
HAVE_PACKAGE = ("AWAITING_SHIPMENT", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED")
ARRANGED = ("AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED")
CANCELLABLE = ("UNPAID", "ON_HOLD", "AWAITING_SHIPMENT")
PACKAGE_OF_LINE = {
    "AWAITING_SHIPMENT": "TO_FULFILL",
    "AWAITING_COLLECTION": "PROCESSING",
    "IN_TRANSIT": "FULFILLING",
    "DELIVERED": "COMPLETED",
    "COMPLETED": "COMPLETED",
    "CANCELLED": "CANCELLED",
}

PLATFORM, SELLER = "TIKTOK", "SELLER"
BY_SELLER, BY_PLATFORM = "FULFILLMENT_BY_SELLER", "FULFILLMENT_BY_TIKTOK"
PICKUP, DROP_OFF = "PICKUP", "DROP_OFF"

UNPAID_REASONS = (
    "seller_cancel_unpaid_reason_out_of_stock",
    "seller_cancel_unpaid_reason_buyer_hasnt_paid_within_time_allowed",
    "seller_cancel_unpaid_reason_buyer_requested_cancellation",
)
PAID_REASONS = (
    "seller_cancel_reason_out_of_stock",
    "seller_cancel_reason_wrong_price",
    "seller_cancel_paid_reason_address_not_deliver",
    "seller_cancel_paid_reason_buyer_requested_cancellation",
)
BUYER_REASON = "ecom_order_to_ship_canceled_reason_wrong_delivery_info"
REJECT_REASONS = {
    "reverse_reject_request_reason_5": "Đã thỏa thuận với khách hàng",
    "seller_reject_apply_product_has_been_packed": "Sản phẩm đã được đóng gói",
}
PENDING, SUCCESS, CANCELLED_WISH = (
    "CANCELLATION_REQUEST_PENDING",
    "CANCELLATION_REQUEST_SUCCESS",
    "CANCELLATION_REQUEST_CANCEL",
)

COMPLETE = "RETURN_OR_REFUND_REQUEST_COMPLETE"
RETURN_REJECT_REASONS = {
    "seller_reject_refund_item_was_used": "Hàng đã qua sử dụng",
    "seller_reject_refund_item_as_described": "Hàng đúng như mô tả",
}

PROVIDER = {"id": "6841743441349706241", "name": "J&T Express"}
# Whom a seller may name for a parcel carried without the platform.
OWN_PROVIDERS = (
    {"id": "7117858858072016641", "name": "Giao Hàng Nhanh"},
    {"id": "7117858858072032001", "name": "Viettel Post"},
    {"id": "7117858858072048641", "name": "Khác"},
)
DELIVERY_OPTIONS = {PLATFORM: "7208502187360519938", SELLER: "7208502187360519939"}

# Codes of the gateway.
OK = 0
BAD_REQUEST, BAD_SIGN, TOKEN_EXPIRED = 36009004, 106001, 105002
SCOPE_MISSING, WRONG_CIPHER, CIPHER_MISSING = 105005, 101000, 106013
TOO_MANY, INTERNAL, BAD_PATH, BAD_METHOD = 36009002, 36009003, 36009009, 36009010
BAD_VERSION, BAD_BODY, BAD_TYPE, BAD_CODE = 36009014, 36009022, 36009023, 36004004
# Codes of the modules; the platform documents few of them, these have their shape.
NO_ORDER, NO_PACKAGE, WRONG_STATE = 21003001, 21011001, 21011002
NOT_PRINTABLE, NO_PRODUCT, STOCK_LOCKED = 21011010, 12052048, 12052223
BAD_STOCK, BAD_PRICE, REASON_UNFIT, NO_WISH = 12052220, 12052250, 25001021, 25001031
NO_RETURN, BAD_OFFER, BAD_EVIDENCE = 25001041, 25001051, 25001061
BAD_PRODUCT = 12052700
NO_STATEMENT, BAD_FILE, BAD_TEXT = 33001001, 36009021, 12052300
