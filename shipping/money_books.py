"""Proofs that the carrier ledger says what parcels, statements, transfers and claims say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.books import MOST_SHOWN, Finding, register_check
from oms.kernel.sql import run

CASH, STATEMENTS = "carrier ledger = cash of parcels", "statements = their lines"
TRANSFERS, CLAIMS = "carrier ledger = transfers", "carrier ledger = claims paid"

_CASH = """
SELECT p.reference, CASE
        WHEN p.cod_status IN ('collected', 'in_statement', 'mismatch', 'remitted') THEN p.cod_vnd
        WHEN p.cod_status = 'written_off'
            THEN coalesce(p.cod_received_vnd, 0) - coalesce(e.accepted, 0)
        ELSE 0 END AS said, coalesce(e.cash, 0)
FROM shipping_package p
LEFT JOIN (SELECT package_id,
        sum(amount_vnd) FILTER (WHERE kind IN ('cod', 'cod_void', 'cod_loss')) AS cash,
        sum(amount_vnd) FILTER (WHERE kind = 'cod_difference') AS accepted
    FROM shipping_carrierentry WHERE package_id IS NOT NULL GROUP BY package_id) AS e
    ON e.package_id = p.id
WHERE p.account_id IS NOT NULL AND NOT p.is_external AND coalesce(e.cash, 0) <> CASE
    WHEN p.cod_status IN ('collected', 'in_statement', 'mismatch', 'remitted') THEN p.cod_vnd
    WHEN p.cod_status = 'written_off'
        THEN coalesce(p.cod_received_vnd, 0) - coalesce(e.accepted, 0)
    ELSE 0 END
ORDER BY 1 LIMIT %(most)s
"""
_STATEMENTS = """
SELECT s.number, s.cod_vnd - s.charge_vnd, coalesce(l.net, 0)
FROM shipping_carrierstatement s
LEFT JOIN (SELECT statement_id, count(*) AS lines, sum(cod_vnd) AS cod, sum(charge_vnd) AS charge,
        sum(cod_vnd - charge_vnd) AS net, sum(apart_vnd) AS apart
    FROM shipping_statementline WHERE verdict <> 'missing' GROUP BY statement_id) AS l
    ON l.statement_id = s.id
WHERE (s.line_count, s.cod_vnd, s.charge_vnd, s.apart_vnd) IS DISTINCT FROM
    (coalesce(l.lines, 0), coalesce(l.cod, 0), coalesce(l.charge, 0), coalesce(l.apart, 0))
ORDER BY 1 LIMIT %(most)s
"""
_TRANSFERS = """
SELECT s.number, s.remitted_vnd, coalesce(-e.amount, 0)
FROM shipping_carrierstatement s
LEFT JOIN (SELECT r.statement_id, sum(r.amount_vnd) AS told, sum(c.amount_vnd) AS amount
    FROM shipping_remittance r LEFT JOIN shipping_carrierentry c
        ON c.source_kind = 'remittance' AND c.source_id = r.id
    GROUP BY r.statement_id) AS e ON e.statement_id = s.id
WHERE s.remitted_vnd <> coalesce(-e.amount, 0) OR s.remitted_vnd <> coalesce(e.told, 0)
ORDER BY 1 LIMIT %(most)s
"""
_CLAIMS = """
SELECT 'KN' || coalesce(k.id, e.source_id), coalesce(k.paid_vnd, 0), coalesce(e.amount_vnd, 0)
FROM (SELECT id, paid_vnd FROM shipping_carrierclaim WHERE status = 'paid') AS k
FULL JOIN (SELECT source_id, amount_vnd FROM shipping_carrierentry
    WHERE source_kind = 'claim') AS e ON e.source_id = k.id
WHERE k.paid_vnd IS DISTINCT FROM e.amount_vnd ORDER BY 1 LIMIT %(most)s
"""


def register() -> None:
    """Called once by wiring."""
    register_check(CASH, ledger_equals_cash, title=gettext_lazy("Sổ hãng = tiền thu hộ của kiện"))
    register_check(
        STATEMENTS, statements_equal_lines, title=gettext_lazy("Bảng kê của hãng = các dòng")
    )
    register_check(
        TRANSFERS, ledger_equals_transfers, title=gettext_lazy("Sổ hãng = tiền hãng đã chuyển")
    )
    register_check(
        CLAIMS, ledger_equals_claims, title=gettext_lazy("Sổ hãng = bồi thường hãng nhận trả")
    )


def ledger_equals_cash() -> list[Finding]:
    """What the ledger says a carrier took at the door is what the parcels say."""
    text = _("Kiện %s: kiện nói hãng nợ %s, sổ hãng ghi %s")
    return [Finding(CASH, text % row) for row in run(_CASH, {"most": MOST_SHOWN})]


def statements_equal_lines() -> list[Finding]:
    """The sums of a statement are those of its lines."""
    text = _("Bảng kê %s: tổng %s, các dòng cộng lại %s")
    return [Finding(STATEMENTS, text % row) for row in run(_STATEMENTS, {"most": MOST_SHOWN})]


def ledger_equals_transfers() -> list[Finding]:
    """Each transfer for a statement stands in the ledger once."""
    text = _("Bảng kê %s: đã ghi tiền về %s, sổ hãng ghi %s")
    return [Finding(TRANSFERS, text % row) for row in run(_TRANSFERS, {"most": MOST_SHOWN})]


def ledger_equals_claims() -> list[Finding]:
    """What a carrier agreed to pay for a claim stands in the ledger once."""
    text = _("Khiếu nại %s: hãng nhận trả %s, sổ hãng ghi %s")
    return [Finding(CLAIMS, text % row) for row in run(_CLAIMS, {"most": MOST_SHOWN})]
