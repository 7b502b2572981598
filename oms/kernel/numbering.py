"""Numbers: from a sequence where holes do not matter, from a locked row where law forbids them."""

from django.db import connection, transaction
from django.db.models import F

from oms.kernel.models import LegalSeries

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
}


def next_code(name: str) -> int:
    """The next number of a sequence; fast, never twice, with holes after a rollback."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [SEQUENCES[name]])
        return cursor.fetchone()[0]


def next_legal_number(series: str) -> int:
    """The next number without holes; the series stays locked to the end of the transaction."""
    with transaction.atomic():
        LegalSeries.objects.get_or_create(name=series)
        row = LegalSeries.objects.select_for_update().get(name=series)
        LegalSeries.objects.filter(pk=row.pk).update(last_number=F("last_number") + 1)
        return row.last_number + 1
