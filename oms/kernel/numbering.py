"""Numbers of our own papers, from sequences: holes do not matter, legal ones the issuers give."""

from django.db import connection

SEQUENCES = {
    "order": "kernel_order_number",
    "package": "kernel_package_number",
    "transfer": "inventory_transfer_number",
    "stock_count": "inventory_count_number",
    "purchase": "inventory_purchase_number",
    "receipt": "inventory_receipt_number",
    "supplier_return": "inventory_supplier_return_number",
    "quotation": "orders_quotation_number",
    "recurring": "orders_recurring_number",
    "return": "orders_return_number",
    "wave": "shipping_wave_number",
    "manifest": "shipping_manifest_number",
}


def next_code(name: str) -> int:
    """The next number of a sequence; fast, never twice, with holes after a rollback."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [SEQUENCES[name]])
        return cursor.fetchone()[0]
