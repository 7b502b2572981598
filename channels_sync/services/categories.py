"""Categories of a marketplace, kept so that a person can search them."""

from datetime import timedelta

from django.db import transaction

from channels_sync.models import MarketCategory, Shop
from channels_sync.ports import CategoryRules, CreatesProducts, RemoteCategory, creator_of_products
from channels_sync.services.access import ask
from oms.kernel.clock import now
from oms.kernel.text import fold

STALE = timedelta(days=7)
AT_ONCE = 1000


def categories_are_stale(marketplace_code: str) -> bool:
    return not MarketCategory.objects.filter(
        marketplace=marketplace_code, seen_at__gt=now() - STALE
    ).exists()


def pull_categories(shop: Shop) -> int:
    """Read the marketplace's tree through one of its shops; what is gone there goes here too."""
    creator = creator_of_products(shop.marketplace)
    if creator is None:
        return 0
    rows = ask(shop.pk, lambda _adapter, access: list(creator.list_categories(access)))
    _keep(shop.marketplace, rows)
    return len(rows)


@transaction.atomic
def _keep(code: str, rows: list[RemoteCategory]) -> None:
    moment = now()
    MarketCategory.objects.bulk_create(
        [
            MarketCategory(
                marketplace=code,
                remote_id=row.remote_id,
                path=row.path[:500],
                path_folded=fold(row.path)[:500],
                seen_at=moment,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["marketplace", "remote_id"],
        update_fields=["path", "path_folded", "seen_at"],
        batch_size=AT_ONCE,
    )
    MarketCategory.objects.filter(marketplace=code, seen_at__lt=moment).delete()


def rules_of(shop: Shop, creator: CreatesProducts, category_id: str) -> CategoryRules:
    """What the category asks, at this moment."""
    return ask(shop.pk, lambda _adapter, access: creator.category_rules(access, category_id))
