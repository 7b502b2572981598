"""Shops as people see them: whose, how they are doing, and what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from channels_sync.models import Listing, Shop, StockPush, SyncCursor, SyncProblem
from channels_sync.selectors.waiting import Waiting, waiting_in
from oms.kernel.clock import now
from oms.kernel.pages import Cursors, Page, keyset_page
from oms.kernel.text import fold

# When the owner is told that the consent ends.
WARN_BEFORE = timedelta(days=7)
# Orders read longer ago than this are late: several polls were missed.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class ShopCard:
    """How one connection is doing."""

    shop: Shop
    waiting: Waiting
    is_late: bool
    consent_days_left: int | None
    # Everything the marketplace changed before this was read.
    read_until: datetime | None

    @property
    def tone(self) -> str:
        """The colour of the card's badge."""
        if self.shop.status != Shop.Status.CONNECTED:
            return "red"
        if self.shop.last_error or self.is_late or self.ends_soon:
            return "amber"
        return "green"

    @property
    def ends_soon(self) -> bool:
        left = self.consent_days_left
        return left is not None and left <= WARN_BEFORE.days

    @property
    def can_connect_again(self) -> bool:
        return self.shop.status != Shop.Status.CONNECTED or self.ends_soon


def shops_visible_to(user: Any) -> QuerySet[Shop]:
    """The shops in the user's scope."""
    scope = user.shop_scope()
    shops = Shop.objects.all()
    return shops if scope is None else shops.filter(pk__in=scope)


def listings_visible_to(user: Any) -> QuerySet[Listing]:
    return Listing.objects.filter(shop__in=shops_visible_to(user))


def shop_cards(user: Any, *, shop_id: int | None = None) -> list[ShopCard]:
    """A card for each shop, or for one; the number of statements does not grow with the shops."""
    visible = shops_visible_to(user)
    shops = list(visible if shop_id is None else visible.filter(pk=shop_id))
    cursors = SyncCursor.objects.filter(shop__in=shops, kind="orders")
    read_until = dict(cursors.values_list("shop_id", "position"))
    waiting, moment = waiting_in(shops), now()
    return [
        ShopCard(
            shop=shop,
            waiting=waiting[shop.pk],
            is_late=shop.last_poll_at is not None and shop.last_poll_at < moment - LATE,
            consent_days_left=_days_left(shop.access_ends_at, moment),
            read_until=read_until.get(shop.pk),
        )
        for shop in shops
    ]


def shop_listings(shop: Shop, cursor: Cursors, *, show: str, search: str) -> Page[Listing]:
    """A page of a shop's listings by name, with their variant and the number last sent."""
    rows = Listing.objects.filter(shop=shop).select_related("variant__product", "push")
    if show == "unlinked":
        rows = rows.filter(variant__isnull=True)
    elif show == "refused":
        refused = StockPush.objects.filter(state=StockPush.State.FAILED)
        rows = rows.filter(pk__in=refused.values("listing"))
    for word in fold(search).split():
        rows = rows.filter(search_folded__contains=word)
    return keyset_page(rows, keys=("name", "id"), **cursor)


def open_problems(shop: Shop) -> QuerySet[SyncProblem]:
    return SyncProblem.objects.filter(shop=shop, resolved_at__isnull=True)


def _days_left(until: datetime | None, moment: datetime) -> int | None:
    return None if until is None else (until - moment).days


def shop_choices() -> list[tuple[str, str]]:
    """Shops by name, for price lists that hold in one of them."""
    rows = Shop.objects.exclude(status=Shop.Status.DISCONNECTED).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]
