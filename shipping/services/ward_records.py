"""How carriers fare in each ward, counted anew every night from parcels that came to an end."""

from datetime import timedelta

from django.db import transaction

from oms.kernel.clock import now
from oms.kernel.sql import run
from shipping.models import WardRecord

LATELY = timedelta(days=90)
# Goods that came back, or never arrived: the delivery failed whoever was at fault.
_COUNT = """
INSERT INTO shipping_wardrecord (carrier_code, unit_path, delivered, failed)
SELECT p.carrier_code, o.new_unit_path, count(*) FILTER (WHERE p.status = 'delivered'),
    count(*) FILTER (WHERE p.status <> 'delivered')
FROM shipping_package p
JOIN shipping_fulfilment f ON f.id = p.fulfilment_id
JOIN orders_order o ON o.id = f.order_id
WHERE p.status IN ('delivered', 'returned', 'lost', 'damaged')
    AND p.created_at >= %(since)s::timestamptz AND o.new_unit_path <> ''
GROUP BY p.carrier_code, o.new_unit_path
RETURNING 1
"""


@transaction.atomic
def count_ward_records() -> int:
    """Replace the counts by those of the last 90 days; returns how many wards and carriers."""
    WardRecord.objects.all().delete()
    return len(run(_COUNT, {"since": now() - LATELY}))
