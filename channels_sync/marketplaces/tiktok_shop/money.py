"""What TikTok Shop paid out: its daily statements, and the transactions that they hold."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from channels_sync.marketplaces.tiktok_shop import fees, paths
from channels_sync.marketplaces.tiktok_shop.calls import TikTokCalls
from channels_sync.marketplaces.tiktok_shop.client import Json
from channels_sync.ports import Access, FeeLine, FeePage, SettlementFact
from oms.kernel import clock


class TikTokMoney(TikTokCalls):
    longest_fee_window_days = 31
    longest_settlement_window_days = 31

    def list_fees(self, access: Access, *, since: date, until: date, cursor: str) -> FeePage:
        """One page of one statement; statements are listed a hundred at a time."""
        place = fees.Place.of(cursor)
        if not place.left:
            page = self._page(access, since, until, place.following or "")
            left = tuple(fees.statement(row) for row in page.get("statements") or [])
            place = fees.Place(left, "", str(page.get("next_page_token") or "") or None)
        if not place.left:
            return FeePage((), place.cursor())
        current, *others = place.left
        query = {
            "sort_field": "order_create_time",
            "sort_order": "ASC",
            "page_size": fees.PAGE,
            "page_token": place.page,
        }
        path = paths.TRANSACTIONS.format(statement_id=current.number)
        page = self.client.get(access, path, query)
        lines: list[FeeLine] = []
        for row in page.get("transactions") or []:
            lines.extend(fees.fee_lines(current, row))
        following = str(page.get("next_page_token") or "")
        left = place.left if following else tuple(others)
        return FeePage(tuple(lines), fees.Place(left, following, place.following).cursor())

    def list_settlements(
        self, access: Access, *, since: date, until: date
    ) -> Sequence[SettlementFact]:
        return [fees.settlement(row) for row in self._statements(access, since, until)]

    def _statements(self, access: Access, since: date, until: date) -> Iterator[Json]:
        following, more = "", True
        while more:
            page = self._page(access, since, until, following)
            yield from page.get("statements") or []
            following = str(page.get("next_page_token") or "")
            more = bool(following)

    def _page(self, access: Access, since: date, until: date, following: str) -> Json:
        query: dict[str, Any] = {
            "sort_field": "statement_time",
            "sort_order": "ASC",
            "page_size": fees.STATEMENT_PAGE,
            "page_token": following,
            "statement_time_ge": int(clock.day_bounds(since)[0].timestamp()),
            "statement_time_lt": int(clock.day_bounds(until)[1].timestamp()),
        }
        return self.client.get(access, paths.STATEMENTS, query)
