"""The calls we make, each at the version that it is made at (API pages, October 2026)."""

TOKEN_GET = "/api/v2/token/get"  # noqa: S105 - a path
TOKEN_REFRESH = "/api/v2/token/refresh"  # noqa: S105 - a path
SHOPS = "/authorization/202309/shops"

ORDERS_SEARCH = "/order/202309/orders/search"
ORDERS = "/order/202507/orders"

PACKAGE = "/fulfillment/202309/packages/{package_id}"
SLOTS = PACKAGE + "/handover_time_slots"
SHIP = PACKAGE + "/ship"
DOCUMENTS = PACKAGE + "/shipping_documents"
PROVIDERS = "/logistics/202309/delivery_options/{option_id}/shipping_providers"

ELIGIBILITY = "/return_refund/202602/orders/{order_id}/aftersale_eligibility"
CANCELLATIONS = "/return_refund/202602/cancellations"
CANCELLATIONS_SEARCH = CANCELLATIONS + "/search"
APPROVE = "/return_refund/202309/cancellations/{cancel_id}/approve"
REJECT = "/return_refund/202309/cancellations/{cancel_id}/reject"
REJECT_REASONS = "/return_refund/202309/reject_reasons"

RETURNS_SEARCH = "/return_refund/202602/returns/search"
RETURN = "/return_refund/202309/returns/{return_id}"
RETURN_RECORDS, RETURN_APPROVE = RETURN + "/records", RETURN + "/approve"
RETURN_REJECT = "/return_refund/202606/returns/{return_id}/reject"

CATEGORIES = "/product/202309/categories"
ATTRIBUTES = CATEGORIES + "/{category_id}/attributes"
CATEGORY_RULES = CATEGORIES + "/{category_id}/rules"
BRANDS = "/product/202309/brands"
WAREHOUSES = "/logistics/202309/warehouses"
PRODUCTS = "/product/202309/products"
PRODUCTS_SEARCH = "/product/202502/products/search"
PRODUCT = "/product/202309/products/{product_id}"
PRODUCT_EDIT = "/product/202509/products/{product_id}/partial_edit"
IMAGES = "/product/202309/images/upload"
INVENTORY = PRODUCT + "/inventory/update"
PRICES = PRODUCT + "/prices/update"

STATEMENTS = "/finance/202309/statements"
TRANSACTIONS = "/finance/202501/statements/{statement_id}/statement_transactions"
