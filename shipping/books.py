"""Proofs that what carriers have collected and booked is what orders and payments say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

COD, PARCELS = "COD received = payments", "parcels = orders"
PICKS, CHECKS = "pick lines = promises", "packed = checked"

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
_PICKS = """
SELECT w.number || '-' || m.letter, l.asked, coalesce(a.promised, 0)
FROM shipping_pickorder m JOIN shipping_pickwave w ON w.id = m.wave_id
JOIN LATERAL (SELECT sum(quantity - missing) AS asked FROM shipping_pickline
    WHERE member_id = m.id AND withdrawn_at IS NULL) AS l ON true
LEFT JOIN LATERAL (SELECT sum(p.quantity) AS promised
    FROM shipping_fulfilmentline f JOIN inventory_allocation p
        ON p.holder_kind = 'order_line' AND p.holder_id = f.order_line_id AND p.status = 'open'
        AND p.warehouse_id = w.warehouse_id
    WHERE f.fulfilment_id = m.fulfilment_id) AS a ON true
JOIN shipping_fulfilment s ON s.id = m.fulfilment_id
JOIN orders_order o ON o.id = s.order_id
-- a cancelled order gives its promises back at once and leaves its wave a moment later
WHERE m.outcome = 'open' AND o.status <> 'cancelled' AND l.asked <> coalesce(a.promised, 0)
ORDER BY 1 LIMIT %(most)s
"""
_CHECKS = """
SELECT p.reference, sum(l.quantity), sum(l.packed)
FROM shipping_package p JOIN shipping_packcheck c ON c.fulfilment_id = p.fulfilment_id
JOIN shipping_packline l ON l.check_id = c.id
WHERE p.verified_at IS NOT NULL AND l.packed <> l.quantity
GROUP BY p.id ORDER BY 1 LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        COD, cod_equals_payments, title=gettext_lazy("Tiền thu hộ hãng trả = khoản thanh toán")
    )
    register_check(
        PARCELS, parcels_equal_orders, title=gettext_lazy("Mã vận đơn của đơn = của kiện hàng")
    )
    register_check(PICKS, picks_equal_promises, title=gettext_lazy("Hàng phải nhặt = hàng đã giữ"))
    register_check(CHECKS, boxes_hold_all, title=gettext_lazy("Kiện đã kiểm = đủ từng món"))


def cod_equals_payments() -> list[Finding]:
    """Cash that a carrier has handed in is booked as a payment, once."""
    text = _("Kiện %s: hãng đã trả %s, tổng các khoản thanh toán %s")
    return [Finding(COD, text % row) for row in run(_COD, {"most": MOST_SHOWN})]


def parcels_equal_orders() -> list[Finding]:
    """An order shows the tracking number of its parcel."""
    text = _("%s: mã vận đơn %s, kiện hàng có mã %s")
    return [Finding(PARCELS, text % row) for row in run(_PARCELS, {"most": MOST_SHOWN})]


def picks_equal_promises() -> list[Finding]:
    """Who picks for a parcel walks for exactly what is promised to it."""
    text = _("Ngăn %s: phải nhặt %s món, đơn đang giữ %s món")
    return [Finding(PICKS, text % row) for row in run(_PICKS, {"most": MOST_SHOWN})]


def boxes_hold_all() -> list[Finding]:
    """A box that was checked holds every piece of its order."""
    text = _("Kiện %s: cần %s món, đã quét %s món")
    return [Finding(CHECKS, text % row) for row in run(_CHECKS, {"most": MOST_SHOWN})]
