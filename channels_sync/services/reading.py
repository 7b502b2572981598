"""Reading a marketplace's list of orders, cut into windows and pages that it takes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from channels_sync.ports import OrderPage, OrderRef
from channels_sync.services.access import ask


def windows(
    since: datetime, until: datetime, longest: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """The time between cut into pieces that the marketplace takes, oldest first."""
    while since < until:
        to = min(since + longest, until)
        yield since, to
        since = to


def order_pages(
    shop_id: int, since: datetime, until: datetime, *, by_creation: bool = False
) -> Iterator[list[OrderRef]]:
    """The marketplace's list of orders that changed (or were created) in a window, page by page."""
    cursor: str | None = ""
    while cursor is not None:
        page = _page(shop_id, since, until, cursor, by_creation)
        yield list({row.remote_id: row for row in page.rows}.values())
        cursor = page.next_cursor


def _page(
    shop_id: int, since: datetime, until: datetime, cursor: str, by_creation: bool
) -> OrderPage:
    return ask(
        shop_id,
        lambda adapter, access: adapter.list_orders(
            access, since=since, until=until, cursor=cursor, by_creation=by_creation
        ),
    )
