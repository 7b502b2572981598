"""Categories of a marketplace, kept so that a person can search them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.cache import cache
from django.db import transaction

from channels_sync.models import MarketCategory, Shop
from channels_sync.ports import CategoryRules, CreatesProducts, RemoteCategory, creator_of_products
from channels_sync.services.access import ask
from oms.kernel.clock import now
from oms.kernel.text import fold

STALE = timedelta(days=7)
AT_ONCE = 1000
KEPT, FRESH = timedelta(days=1), timedelta(minutes=10)


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


@dataclass(frozen=True)
class KeptRules:
    rules: CategoryRules
    asked_at: datetime

    @property
    def is_fresh(self) -> bool:
        return self.asked_at > now() - FRESH


def kept_rules(shop: Shop, category_id: str) -> KeptRules | None:
    """What the category asked within the last day: what is typed into the form needs no partner."""
    return cache.get(_name(shop, category_id))


def rules_of(shop: Shop, creator: CreatesProducts, category_id: str) -> CategoryRules:
    """What the category asks, at this moment; kept for those who fill the form in."""
    rules = ask(shop.pk, lambda _adapter, access: creator.category_rules(access, category_id))
    kept = KeptRules(rules, now())
    cache.set(_name(shop, category_id), kept, timeout=KEPT.total_seconds())
    return rules


def _name(shop: Shop, category_id: str) -> str:
    return f"offer-rules:{shop.pk}:{sha256(category_id.encode()).hexdigest()}"
