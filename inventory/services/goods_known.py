"""The goods that an import meets, without the cost of a model instance a row."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from inventory.models import Product, ProductOption
from inventory.services import goods_sql
from oms.kernel.sql import run

VALUES = ("price_vnd", "cost_vnd", "weight_g", "length_cm", "width_cm", "height_cm")
NEW_VAT_RATE: int = Product._meta.get_field("vat_rate").get_default()
NEW_UNIT: str = Product._meta.get_field("unit").get_default()


@dataclass(slots=True)
class KnownProduct:
    """A product as it is or as it will be; `pk` 0 is not written yet.

    `brand`, `category` and `units` are written as a file writes them.
    """

    pk: int = 0
    name: str = ""
    vat_rate: int = NEW_VAT_RATE
    brand_id: int | None = None
    category_id: int | None = None
    description: str = ""
    unit: str = NEW_UNIT
    brand: str = ""
    category: str = ""
    units: str = ""


@dataclass(slots=True)
class KnownVariant:
    """A variant with the values that a file may change."""

    pk: int
    product_id: int
    sku: str
    option_values: list[str]
    price_vnd: int
    cost_vnd: int
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int


def known_products(ids: Collection[int], *, lock: bool) -> dict[int, KnownProduct]:
    """Products by id, locked in the order in which everybody locks them."""
    sql = goods_sql.LOCK_PRODUCTS if lock else goods_sql.PRODUCTS
    return {row[0]: KnownProduct(*row) for row in _asked(sql, {"ids": sorted(ids)})}


def known_variants(skus: Collection[str], *, lock: bool) -> dict[str, KnownVariant]:
    """Variants by SKU, locked in the order of their keys."""
    sql = goods_sql.LOCK_VARIANTS if lock else goods_sql.VARIANTS
    return {row[2]: KnownVariant(*row) for row in _asked(sql, {"skus": list(skus)})}


def _asked(sql: str, params: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    return run(sql, params) if any(params.values()) else []


def options_by_product(ids: Collection[int]) -> dict[int, list[ProductOption]]:
    found: dict[int, list[ProductOption]] = defaultdict(list)
    for option in ProductOption.objects.filter(product__in=ids).order_by("position"):
        found[option.product_id].append(option)
    return found
