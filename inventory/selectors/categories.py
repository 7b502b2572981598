"""Reads of the category tree and the brands."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from inventory.models import Brand, Category, Product


def category_choices() -> list[tuple[int, str]]:
    """(id, path) of every category, in the order of the tree."""
    return list(Category.objects.order_by("path").values_list("pk", "path"))


def brand_choices() -> list[tuple[int, str]]:
    return list(Brand.objects.values_list("pk", "name"))


def in_category(category_id: int) -> Q:
    """Products of a category and of all that is under it; an unknown one has none."""
    trail = Category.objects.filter(pk=category_id).values_list("trail", flat=True).first()
    return Q(category__trail__startswith=trail) if trail else Q(pk=None)


def category_tree() -> list[Any]:
    """Categories in the order of the tree with `depth`, `goods` (own) and `goods_below` (all)."""
    own = Product.objects.filter(category=OuterRef("pk")).order_by().values("category")
    rows = list(
        Category.objects.annotate(
            goods=Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)
        )
    )
    for row in rows:
        row.depth = row.trail.count("/") - 2  # type: ignore[attr-defined]
        row.goods_below = sum(  # type: ignore[attr-defined]
            other.goods for other in rows if other.trail.startswith(row.trail)
        )
    return rows


def names_of_categories(ids: Iterable[int | None]) -> dict[int | None, str]:
    """Paths by id; no category is an empty path."""
    rows = Category.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "path")
    return {None: "", **dict(rows)}
