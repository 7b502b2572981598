"""Reads of products and variants: the list, the product's page, and finding what was typed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from inventory.models import Barcode, BundleComponent, Product, ProductImage, StockLevel, Variant
from inventory.selectors.bundles import sets_available, sets_by_warehouse
from inventory.selectors.categories import in_category
from inventory.selectors.expired import sellable, with_available
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.errors import DomainError
from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which products: a category counts with all under it; an empty `status` means any."""

    q: str = ""
    status: str = "active"
    category_id: int | None = None
    brand_id: int | None = None


def products_matching(wanted: ProductFilter) -> QuerySet[Product]:
    rows = Product.objects.filter(status=wanted.status) if wanted.status else Product.objects.all()
    if wanted.q:
        rows = rows.filter(_matches(wanted.q))
    if wanted.category_id is not None:
        rows = rows.filter(in_category(wanted.category_id))
    if wanted.brand_id is not None:
        rows = rows.filter(brand_id=wanted.brand_id)
    return rows


def product_list(
    wanted: ProductFilter = ProductFilter(), *, after: str = "", before: str = "", size: int = 50
) -> Page[Product]:
    """Products newest first, with what their row shows; the number of queries is fixed."""
    rows = products_matching(wanted).select_related("brand", "category")
    page = keyset_page(rows, keys=("-id",), after=after, before=before, size=size)
    _dress(page.rows)
    return page


def _matches(q: str) -> Q:
    variants = Variant.objects.filter(search_folded__contains=fold(q)).values("product_id")
    return Q(name_folded__contains=fold(q)) | Q(pk__in=variants)


def _dress(products: Sequence[Product]) -> None:
    """Add variant_count, first_sku, lowest_price, highest_price, available and thumbnail."""
    ids = [product.pk for product in products]
    left = StockLevel.objects.filter(variant=OuterRef("pk")).values("variant")
    facts = {
        row["product_id"]: row
        for row in Variant.objects.filter(product__in=ids, is_active=True)
        .annotate(left=Coalesce(Subquery(left.annotate(n=Sum(sellable())).values("n")), 0))
        .values("product_id")
        .annotate(
            variant_count=Count("id"),
            first_sku=Min("sku"),
            lowest_price=Min("price_vnd"),
            highest_price=Max("price_vnd"),
            available=Sum("left"),
        )
        .order_by()
    }
    pictures = ProductImage.objects.filter(product__in=ids).order_by("-position")
    images = dict(pictures.values_list("product_id", "pk"))
    nothing = dict.fromkeys(("lowest_price", "highest_price", "available", "variant_count"), 0)
    for pk, units in _bundle_units(products).items():
        facts[pk]["available"] = units
    for product in products:
        facts_of = facts.get(product.pk, nothing | {"first_sku": ""})
        for name, value in facts_of.items():
            if name != "product_id":
                setattr(product, name, value)
        product.thumbnail = images.get(product.pk)  # type: ignore[attr-defined]


def thumbnails_of(variant_ids: Collection[int]) -> dict[int, int]:
    """{variant: its product's first picture}; one statement, none without variants."""
    if not variant_ids:
        return {}
    goods = Variant.objects.filter(pk__in=list(variant_ids), product__images__isnull=False)
    pairs = goods.order_by("-product__images__position")
    return dict(pairs.values_list("pk", "product__images"))


def _bundle_units(products: Sequence[Product]) -> dict[int, int]:
    """What the bundles among the products can sell, by product."""
    bundles = [product.pk for product in products if product.kind == Product.Kind.BUNDLE]
    if not bundles:
        return {}
    owners = dict(
        Variant.objects.filter(product__in=bundles, is_active=True).values_list("pk", "product_id")
    )
    units: dict[int, int] = defaultdict(int)
    for variant_id, sets in sets_available(owners).items():
        units[owners[variant_id]] += sets
    return dict(units)


def variants_with_stock(product: Product, user: Any) -> list[Variant]:
    """The product's variants with `codes`, `stock` (rows per warehouse) and `available`.

    A bundle's have `parts` and, in place of stock, `sets` (whole sets per warehouse).
    """
    codes = ArrayAgg("barcodes__code", filter=Q(barcodes__isnull=False), default=[])
    variants: list[Variant] = list(product.variants.annotate(codes=codes).order_by("id"))
    levels: dict[int, list[StockLevel]] = defaultdict(list)
    visible = StockLevel.objects.filter(
        variant__product=product, warehouse__in=warehouses_visible_to(user)
    )
    rows = with_available(visible).annotate(warehouse_name=F("warehouse__name"))
    for level in rows.order_by("warehouse__priority", "warehouse_id"):
        levels[level.variant_id].append(level)
    for variant in variants:
        variant.stock = levels[variant.pk]  # type: ignore[attr-defined]
        variant.available = sum(level.available for level in variant.stock)  # type: ignore[attr-defined]
    if product.kind == Product.Kind.BUNDLE:
        _add_sets(variants, user)
    return variants


def _add_sets(variants: Sequence[Variant], user: Any) -> None:
    scope = user.warehouse_scope()
    sets = sets_by_warehouse([variant.pk for variant in variants], scope)
    parts: dict[int, list[BundleComponent]] = defaultdict(list)
    rows = BundleComponent.objects.filter(bundle__in=variants).select_related("component")
    for part in rows:
        parts[part.bundle_id].append(part)
    for variant in variants:
        variant.parts = parts[variant.pk]  # type: ignore[attr-defined]
        variant.sets = sets.get(variant.pk, [])  # type: ignore[attr-defined]
        variant.available = sum(place.units for place in variant.sets)  # type: ignore[attr-defined]


def find_variants(codes: Sequence[str]) -> dict[str, list[Variant]]:
    """Variants by what was scanned or typed: an exact SKU or barcode."""
    wanted = [code.strip() for code in codes if code.strip()]
    found: dict[str, list[Variant]] = defaultdict(list)
    by_sku = Variant.objects.select_related("product").filter(sku__in=wanted)
    for variant in by_sku:
        found[variant.sku].append(variant)
    for barcode in Barcode.objects.select_related("variant__product").filter(code__in=wanted):
        if barcode.variant not in found[barcode.code]:
            found[barcode.code].append(barcode.variant)
    return dict(found)


def only_variant(code: str, found: Mapping[str, Sequence[Variant]]) -> Variant:
    """The one variant that `code` names among what `find_variants` found.

    Raises DomainError when it names none or more than one.
    """
    matches = found.get(code.strip(), ())
    if len(matches) == 1:
        return matches[0]
    told = {"code": code.strip()[:60]}
    if matches:
        raise DomainError(
            _("Mã “%(code)s” là của nhiều phiên bản, hãy quét mã SKU.") % told,
            code="variant.ambiguous_code",
            field="code",
        )
    raise DomainError(
        _("Không có hàng mang mã “%(code)s”.") % told, code="variant.unknown_code", field="code"
    )


def variant_of_code(code: str) -> Variant:
    """The one variant of an exact SKU or barcode. Raises DomainError."""
    return only_variant(code, find_variants([code]))


def search_variants(text: str, *, limit: int) -> list[Variant]:
    """Active variants whose SKU, name, option values or barcode hold every word of `text`."""
    rows: QuerySet[Variant] = Variant.objects.select_related("product").filter(is_active=True)
    for word in fold(text).split():
        rows = rows.filter(search_folded__contains=word)
    return list(rows.order_by("-id")[:limit])
