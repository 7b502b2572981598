"""What Lazada paid out: its transactions, and the statements that they make up."""

from collections.abc import Sequence
from datetime import date

from channels_sync.marketplaces.lazada import fees
from channels_sync.marketplaces.lazada.calls import LazadaCalls
from channels_sync.ports import Access, FeePage, SettlementFact


class LazadaMoney(LazadaCalls):
    longest_fee_window_days = 180
    # The question names only a first day.
    longest_settlement_window_days = 180

    def list_fees(self, access: Access, *, since: date, until: date, cursor: str) -> FeePage:
        offset = int(cursor or 0)
        query = {
            "start_time": since.isoformat(),
            "end_time": until.isoformat(),
            "trans_type": -1,
            "offset": offset,
            "limit": fees.PAGE,
        }
        rows = self.client.get(access, "/finance/transaction/details/get", query).get("data") or []
        more = len(rows) == fees.PAGE
        return FeePage(tuple(map(fees.fee_line, rows)), str(offset + len(rows)) if more else None)

    def list_settlements(
        self, access: Access, *, since: date, until: date
    ) -> Sequence[SettlementFact]:
        query = {"created_after": since.isoformat()}
        rows = self.client.get(access, "/finance/payout/status/get", query).get("data") or []
        told = [fees.settlement(row) for row in rows if row.get("statement_number")]
        return [each for each in told if each.first_day <= until]
