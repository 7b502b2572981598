"""Proofs that money rows agree with orders and invoices with their lines."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

PAYMENTS, ABROAD, INVOICES, PROPOSALS = (
    "payments applied = paid",
    "foreign payments = paid",
    "invoice lines = totals",
    "adjustments = returns",
)

_PAYMENTS = """
SELECT o.number, o.paid_vnd, coalesce(a.amount, 0)
FROM orders_order o LEFT JOIN (
    SELECT order_id, sum(amount_vnd) AS amount FROM (
        SELECT order_id, amount_vnd FROM invoicing_paymentapplication
        UNION ALL SELECT order_id, -amount_vnd FROM invoicing_refund
    ) AS moves GROUP BY order_id
) AS a ON a.order_id = o.id
WHERE o.paid_vnd <> coalesce(a.amount, 0)
    -- what a source told as paid is booked by a handler, a moment later
    AND NOT EXISTS (SELECT FROM kernel_event e WHERE e.subject_kind = 'order'
        AND e.subject_id = o.id AND e.name IN ('order.placed', 'order.payment_updated')
        AND e.published_at IS NULL)
ORDER BY o.id LIMIT %(most)s
"""
_ABROAD = """
SELECT o.number, o.paid_minor, coalesce(sum(m.amount), 0)
FROM orders_order o LEFT JOIN (
    SELECT order_id, amount_minor AS amount FROM invoicing_paymentapplication
    UNION ALL SELECT order_id, -amount_minor FROM invoicing_refund
) AS m ON m.order_id = o.id
WHERE o.currency <> 'VND'
GROUP BY o.id HAVING o.paid_minor <> coalesce(sum(m.amount), 0)
ORDER BY o.id LIMIT %(most)s
"""
_INVOICES = """
SELECT i.id, i.total_vnd,
    coalesce(sum(CASE l.kind WHEN 'discount' THEN -l.gross_vnd ELSE l.gross_vnd END), 0)
FROM invoicing_invoice i LEFT JOIN invoicing_invoiceline l ON l.invoice_id = i.id
GROUP BY i.id
HAVING (i.net_vnd, i.tax_vnd, i.total_vnd) IS DISTINCT FROM (
    coalesce(sum(CASE l.kind WHEN 'discount' THEN -l.net_vnd ELSE l.net_vnd END), 0),
    coalesce(sum(CASE l.kind WHEN 'discount' THEN -l.tax_vnd ELSE l.tax_vnd END), 0),
    coalesce(sum(CASE l.kind WHEN 'discount' THEN -l.gross_vnd ELSE l.gross_vnd END), 0))
ORDER BY i.id LIMIT %(most)s
"""
_PROPOSALS = """
SELECT r.number, r.credit_vnd, p.total_vnd, coalesce(sum(l.net_vnd + l.tax_vnd), 0)
FROM invoicing_adjustmentproposal p JOIN orders_return r ON r.id = p.document_id
LEFT JOIN invoicing_adjustmentline l ON l.proposal_id = p.id
LEFT JOIN invoicing_invoice i ON i.id = p.adjusting_id
GROUP BY r.id, p.id, i.id
HAVING r.credit_vnd <> p.total_vnd OR p.total_vnd <> coalesce(sum(l.net_vnd + l.tax_vnd), 0)
    OR p.total_vnd <> coalesce(i.total_vnd, p.total_vnd)
ORDER BY r.id LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(
        PAYMENTS,
        payments_equal_paid,
        title=gettext_lazy("Đã nhận của đơn = tổng các khoản thanh toán trừ khoản hoàn"),
    )
    register_check(
        ABROAD,
        foreign_payments_equal_paid,
        title=gettext_lazy("Đã nhận nguyên tệ = tổng các khoản thanh toán trừ khoản hoàn"),
    )
    register_check(
        INVOICES,
        invoice_lines_equal_totals,
        title=gettext_lazy("Tổng tiền hóa đơn = tổng các dòng"),
    )
    register_check(
        PROPOSALS,
        adjustments_equal_returns,
        title=gettext_lazy("Đề xuất điều chỉnh hóa đơn = tiền giảm của phiếu trả"),
    )


def payments_equal_paid() -> list[Finding]:
    """What is applied to an order is what it says was paid."""
    text = _("%s: đã nhận %s, tổng các khoản thanh toán %s")
    return [Finding(PAYMENTS, text % row) for row in run(_PAYMENTS, {"most": MOST_SHOWN})]


def foreign_payments_equal_paid() -> list[Finding]:
    """The same in the currency of an order that is not in dong."""
    text = _("%s: đã nhận nguyên tệ %s, tổng các khoản thanh toán %s")
    return [Finding(ABROAD, text % row) for row in run(_ABROAD, {"most": MOST_SHOWN})]


def invoice_lines_equal_totals() -> list[Finding]:
    """The lines of an invoice sum to its net, tax and total."""
    text = _("Hóa đơn %s: tổng tiền %s, tổng các dòng %s")
    return [Finding(INVOICES, text % row) for row in run(_INVOICES, {"most": MOST_SHOWN})]


def adjustments_equal_returns() -> list[Finding]:
    """What an invoice is to be adjusted by is what the return took off, line by line."""
    text = _("Phiếu trả %s: giảm %s, đề xuất %s, các dòng %s")
    return [Finding(PROPOSALS, text % row) for row in run(_PROPOSALS, {"most": MOST_SHOWN})]
