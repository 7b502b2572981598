"""Prices by channel, group, quantity and day; and the lists that say so."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from inventory.models import PriceList, PriceListItem
from inventory.pricing import Candidate, Price, choose_price
from oms.kernel.pages import Page, keyset_page
from oms.kernel.sql import run

# The variant's own price stands beside every list price that holds; lists for one shop or one
# group come before general ones of the same priority, the newest first.
_PRICES = """
SELECT v.id, v.price_vnd, p.name, i.from_quantity, i.price_vnd, p.priority,
    (p.shop_ref IS NULL)::int, (p.customer_group = '')::int, (p.source = '')::int, -p.id
FROM inventory_variant v
LEFT JOIN (inventory_pricelistitem i JOIN inventory_pricelist p ON p.id = i.price_list_id
    AND p.is_active AND p.source IN ('', %(source)s::text)
    AND (p.shop_ref IS NULL OR p.shop_ref = %(shop)s::bigint)
    AND (p.customer_group = '' OR lower(p.customer_group) = lower(%(group)s::text))
    AND (p.valid_from IS NULL OR p.valid_from <= %(on)s::date)
    AND (p.valid_to IS NULL OR p.valid_to >= %(on)s::date)) ON i.variant_id = v.id
WHERE v.id = ANY(%(variants)s::bigint[])
"""


def price_for(
    quantities: Mapping[int, int],
    *,
    source: str,
    on: date,
    shop_ref: int | None = None,
    group: str = "",
) -> dict[int, Price]:
    """The price of one piece by variant when so many are bought. One statement."""
    rows = run(
        _PRICES,
        {
            "variants": list(quantities),
            "source": source,
            "shop": shop_ref,
            "group": group,
            "on": on,
        },
    )
    own: dict[int, int] = {}
    candidates: dict[int, list[Candidate]] = defaultdict(list)
    for variant_id, own_vnd, name, from_quantity, price_vnd, *rank in rows:
        own[variant_id] = own_vnd
        if name is not None:
            candidates[variant_id].append(Candidate(tuple(rank), name, from_quantity, price_vnd))
    return {
        pk: choose_price(own_vnd, quantities[pk], candidates[pk]) for pk, own_vnd in own.items()
    }


def price_lists_visible_to(user: Any) -> QuerySet[PriceList]:
    """Lists for the user's shops, and those that hold in any shop."""
    shops = user.shop_scope()
    rows = PriceList.objects.all()
    return rows if shops is None else rows.filter(Q(shop_ref=None) | Q(shop_ref__in=shops))


def price_lists(user: Any) -> list[PriceList]:
    """The user's lists with `item_count`, in the order they are asked."""
    return list(price_lists_visible_to(user).annotate(item_count=Count("items")))


def items_of(price_list: PriceList, *, after: str = "", before: str = "") -> Page[PriceListItem]:
    """The prices of one list, by the order they were entered."""
    rows = price_list.items.select_related("variant__product")
    return keyset_page(rows, keys=("id",), after=after, before=before)
