"""Shops as people see them: whose, how they are doing, and what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from channels_sync.models import Listing, Shop, StockPush, SyncProblem
from oms.kernel.clock import now

# When the owner is told that the consent ends.
WARN_BEFORE = timedelta(days=7)
# Orders read longer ago than this are late: several polls were missed.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class ShopCard:
    """How one connection is doing."""

    shop: Shop
    owed_pushes: int
    refused_pushes: int
    open_problems: int
    unlinked: int
    is_late: bool
    consent_days_left: int | None

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


def shop_cards(user: Any) -> list[ShopCard]:
    """A card for each shop; the number of statements does not grow with the shops."""
    shops = list(shops_visible_to(user))
    ids = [shop.pk for shop in shops]
    pushes = StockPush.objects.filter(
        listing__shop__in=ids, listing__variant__isnull=False, version__gt=F("sent_version")
    )
    owed = _counted(pushes.filter(state="pending"), "listing__shop_id")
    refused = _counted(pushes.filter(state="failed"), "listing__shop_id")
    problems = _counted(
        SyncProblem.objects.filter(shop__in=ids, resolved_at__isnull=True), "shop_id"
    )
    unlinked = _counted(Listing.objects.filter(shop__in=ids, variant__isnull=True), "shop_id")
    moment = now()
    return [
        ShopCard(
            shop=shop,
            owed_pushes=owed.get(shop.pk, 0),
            refused_pushes=refused.get(shop.pk, 0),
            open_problems=problems.get(shop.pk, 0),
            unlinked=unlinked.get(shop.pk, 0),
            is_late=shop.last_poll_at is not None and shop.last_poll_at < moment - LATE,
            consent_days_left=_days_left(shop.authorised_until, moment),
        )
        for shop in shops
    ]


def shop_listings(shop: Shop, *, show: str, search: str) -> QuerySet[Listing]:
    """The listings of a shop with their variant and the number last sent."""
    rows = Listing.objects.filter(shop=shop).select_related("variant__product", "push")
    if show == "unlinked":
        rows = rows.filter(variant__isnull=True)
    elif show == "refused":
        rows = rows.filter(push__state=StockPush.State.FAILED)
    if search:
        rows = rows.filter(
            Q(name__icontains=search)
            | Q(sku__icontains=search)
            | Q(barcode=search)
            | Q(remote_item_id=search)
        )
    return rows.order_by("name", "pk")


def open_problems(shop: Shop) -> QuerySet[SyncProblem]:
    return SyncProblem.objects.filter(shop=shop, resolved_at__isnull=True)


def expiring_shops(user: Any) -> list[ShopCard]:
    """Shops whose owner must act: access lost, or the consent ends within a week."""
    return [card for card in shop_cards(user) if card.can_connect_again]


def _counted(rows: QuerySet[Any], field: str) -> dict[int, int]:
    pairs: Iterable[tuple[int, int]] = (
        rows.order_by().values(field).annotate(n=Count("pk")).values_list(field, "n")
    )
    return dict(pairs)


def _days_left(until: datetime | None, moment: datetime) -> int | None:
    return None if until is None else (until - moment).days


def shop_choices() -> list[tuple[str, str]]:
    """Shops by name, for price lists that hold in one of them."""
    rows = Shop.objects.exclude(status=Shop.Status.DISCONNECTED).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]
