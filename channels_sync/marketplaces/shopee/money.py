"""What Shopee paid out: the escrow of each released order, and the wallet that it went into."""

from collections.abc import Iterator, Sequence
from datetime import date

from channels_sync.marketplaces.shopee import fees, wallet
from channels_sync.marketplaces.shopee.calls import ShopeeCalls
from channels_sync.marketplaces.shopee.client import Json
from channels_sync.ports import Access, FeeLine, FeePage, SettlementFact
from oms.kernel import clock

WALLET = "wallet:"


class ShopeeMoney(ShopeeCalls):
    longest_fee_window_days = 14
    longest_settlement_window_days = 14

    def list_fees(self, access: Access, *, since: date, until: date, cursor: str) -> FeePage:
        """Orders whose money was released, each with its escrow; then what else the wallet tells.

        Places are page numbers; those of the wallet have its name before them.
        """
        if cursor.startswith(WALLET):
            return self._adjustments(access, since, until, int(cursor.removeprefix(WALLET)))
        number = int(cursor or 1)
        answer = self.client.get(
            access,
            "/api/v2/payment/get_escrow_list",
            {
                "release_time_from": int(clock.day_bounds(since)[0].timestamp()),
                "release_time_to": int(clock.day_bounds(until)[1].timestamp()) - 1,
                "page_size": fees.PAGE,
                "page_no": number,
            },
        )["response"]
        rows: list[FeeLine] = []
        for released in answer.get("escrow_list") or []:
            detail = self.client.get(
                access, "/api/v2/payment/get_escrow_detail", {"order_sn": released["order_sn"]}
            )["response"]
            rows.extend(fees.fee_lines(released, detail.get("order_income") or {}))
        following = str(number + 1) if answer.get("more") else f"{WALLET}0"
        return FeePage(tuple(rows), following, is_whole=True)

    def _adjustments(self, access: Access, since: date, until: date, number: int) -> FeePage:
        answer = self._wallet(access, since, until, number)
        told = answer.get("transaction_list") or []
        rows = [line for line in map(wallet.adjustment, told) if line is not None]
        following = f"{WALLET}{number + 1}" if answer.get("more") else None
        return FeePage(tuple(rows), following)

    def list_settlements(
        self, access: Access, *, since: date, until: date
    ) -> Sequence[SettlementFact]:
        """A day is a statement: what orders and adjustments brought into the wallet on it."""
        days = wallet.income_by_day(self._transactions(access, since, until))
        return [
            SettlementFact(day.isoformat(), day, day, amount, amount, is_paid=True)
            for day, amount in sorted(days.items())
        ]

    def _transactions(self, access: Access, since: date, until: date) -> Iterator[Json]:
        number, more = 0, True
        while more:
            answer = self._wallet(access, since, until, number)
            yield from answer.get("transaction_list") or []
            number, more = number + 1, bool(answer.get("more"))

    def _wallet(self, access: Access, since: date, until: date, number: int) -> Json:
        query = {
            "page_no": number,
            "page_size": fees.PAGE,
            "create_time_from": int(clock.day_bounds(since)[0].timestamp()),
            "create_time_to": int(clock.day_bounds(until)[1].timestamp()) - 1,
        }
        path = "/api/v2/payment/get_wallet_transaction_list"
        told: Json = self.client.get(access, path, query)["response"]
        return told
