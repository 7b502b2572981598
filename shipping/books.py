"""Proofs that what carriers have collected and booked is what orders and payments say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

COD, PARCELS = "COD received = payments", "parcels = orders"

_COD = """
SELECT coalesce(p.reference, '#' || m.package), coalesce(p.cod_received_vnd, 0),
    coalesce(m.amount, 0)
FROM (SELECT * FROM shipping_package WHERE cod_received_vnd IS NOT NULL) AS p
-- a source is the package and, since it may be paid in parts, the reference of the transfer
FULL JOIN (SELECT split_part(source_id, ':', 1) AS package, sum(amount_vnd) AS amount
    FROM invoicing_payment WHERE source_kind = 'package' GROUP BY 1) AS m ON m.package = p.id::text
WHERE coalesce(p.cod_received_vnd, 0) <> coalesce(m.amount, 0) ORDER BY 1 LIMIT %(most)s
"""
_PARCELS = """
SELECT o.number, o.tracking_number, p.tracking_number
FROM shipping_package p JOIN shipping_fulfilment f ON f.id = p.fulfilment_id
JOIN orders_order o ON o.id = f.order_id
WHERE p.booking_state = 'booked' AND NOT p.is_external AND o.status <> 'cancelled'
    AND o.tracking_number <> p.tracking_number ORDER BY 1 LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        COD, cod_equals_payments, title=gettext_lazy("Tiền thu hộ hãng trả = khoản thanh toán")
    )
    register_check(
        PARCELS, parcels_equal_orders, title=gettext_lazy("Mã vận đơn của đơn = của kiện hàng")
    )


def cod_equals_payments() -> list[Finding]:
    """Cash that a carrier has handed in is booked as a payment, once."""
    text = _("Kiện %s: hãng đã trả %s, tổng các khoản thanh toán %s")
    return [Finding(COD, text % row) for row in run(_COD, {"most": MOST_SHOWN})]


def parcels_equal_orders() -> list[Finding]:
    """An order shows the tracking number of its parcel."""
    text = _("%s: mã vận đơn %s, kiện hàng có mã %s")
    return [Finding(PARCELS, text % row) for row in run(_PARCELS, {"most": MOST_SHOWN})]
