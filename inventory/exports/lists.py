"""What the lists show, as columns and rows that our own import takes back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.imports.parsers import units_text
from inventory.imports.profiles import PRODUCTS
from inventory.models import Barcode, Product, ProductOption, StockLevel, Variant
from inventory.selectors.catalogue import ProductFilter, products_matching
from inventory.selectors.costing import value_rows
from inventory.selectors.stock import stock_matching
from oms.kernel.clock import today
from oms.kernel.tables import Column
from oms.kernel.tables.grid import LIMITS

PIECE = 2_000
# What an import reads of one cell; an empty cell changes nothing when the file comes back.
LONGEST_CELL = LIMITS.cell_length
Row = list[Any]


@dataclass(frozen=True, slots=True)
class ListExport:
    """`rows(user, params)` are dicts by column key; `params` are the list's own filters.

    `paper` takes the place of columns and rows where the file is a PDF, of so many pieces at once.
    """

    title: str | Promise
    permission: str
    columns: Callable[[Any], list[Column]]
    count: Callable[[Any, Mapping[str, str]], int]
    rows: Callable[[Any, Mapping[str, str]], Iterator[dict[str, Any]]]
    file_name: str | Promise = ""
    # Who may take such a file out, and the pages where its owner follows and fetches it.
    needs: str = "inventory.export_goods"
    detail_url: str = "inventory:export_detail"
    file_url: str = "inventory:export_file"
    paper: Callable[[Any, Mapping[str, str]], bytes] | None = None
    at_once: int = 0  # 0: as lists have it


def write_order(columns: list[Column], rows: Iterator[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        yield [row.get(column.key, "") for column in columns]


def product_columns(user: Any) -> list[Column]:
    return [field.column for field in PRODUCTS.fields_for(user)]


def _variants(params: Mapping[str, str]) -> QuerySet[Variant]:
    products = products_matching(product_filter(params))
    return Variant.objects.filter(product__in=products, is_active=True)


def product_filter(params: Mapping[str, str]) -> ProductFilter:
    """The product list's address as its filter."""
    category, brand = params.get("category", ""), params.get("brand", "")
    return ProductFilter(
        q=params.get("q", "").strip(),
        status=params.get("status", "active"),
        category_id=int(category) if category.isdecimal() else None,
        brand_id=int(brand) if brand.isdecimal() else None,
    )


def product_rows(user: Any, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One row a variant, the newest product first as in the list."""
    codes = ArrayAgg("barcodes__code", default=[], order_by="barcodes__id", distinct=False)
    names = ProductOption.objects.filter(product=OuterRef("product_id")).order_by("position")
    rows = (
        _variants(params)
        .select_related("product__brand", "product__category")
        .prefetch_related("product__units")
        .annotate(codes=codes, names=ArraySubquery(names.values("name")))
        .order_by("-product_id", "id")
    )
    may_see_cost = user.has_perm("inventory.view_cost")
    for variant in rows.iterator(chunk_size=PIECE):
        yield _product_row(variant, may_see_cost=may_see_cost)


def _product_row(variant: Any, *, may_see_cost: bool) -> dict[str, Any]:
    product: Product = variant.product
    row = {
        "sku": variant.sku,
        "name": product.name,
        "barcode": next((code for code in variant.codes if code), ""),
        "price_vnd": variant.price_vnd,
        "vat_rate": vat_text(product.vat_rate),
        "brand": product.brand.name if product.brand else "",
        "category": product.category.path if product.category else "",
        "description": product.description if len(product.description) <= LONGEST_CELL else "",
        "unit": product.unit,
        "units": units_text((unit.factor, unit.name) for unit in product.units.all()),
        "weight_g": variant.weight_g,
        "length_cm": variant.length_cm,
        "width_cm": variant.width_cm,
        "height_cm": variant.height_cm,
    }
    for number, (name, value) in enumerate(
        zip(variant.names, variant.option_values, strict=False), start=1
    ):
        row[f"option{number}_name"], row[f"option{number}_value"] = name, value
    if may_see_cost:
        row["cost_vnd"] = variant.cost_vnd
    return row


def vat_text(rate: int) -> str:
    words = {Product.VatRate.NOT_SUBJECT: "KCT", Product.VatRate.NOT_DECLARED: "KKKNT"}
    return words.get(Product.VatRate(rate), str(rate))


def stock_columns(user: Any) -> list[Column]:
    columns = [
        Column("sku", _("Mã SKU"), "text", 20),
        Column("name", _("Sản phẩm"), "text", 36),
        Column("barcode", _("Mã vạch"), "text", 18),
        Column("warehouse", _("Kho"), "text", 18),
        Column("on_hand", _("Tồn thực tế"), "number", 12),
        Column("reserved", _("Đang giữ chỗ"), "number", 12),
        Column("safety_stock", _("Tồn an toàn"), "number", 12),
        Column("available", _("Có thể bán"), "number", 12),
    ]
    if user.has_perm("inventory.view_cost"):
        columns.append(Column("value_vnd", _("Giá trị tồn"), "money", 16))
    return columns


def stock_rows(user: Any, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One row a balance, in the order of the list, within the user's warehouses."""
    code = Barcode.objects.filter(variant=OuterRef("variant_id")).order_by("id").values("code")
    rows = stock_matching(user, **stock_filter(params)).annotate(code=ArraySubquery(code[:1]))
    may_see_cost = user.has_perm("inventory.view_cost")
    for level in rows.order_by("variant_id", "warehouse_id").iterator(chunk_size=PIECE):
        row = {
            "sku": level.variant.sku,
            "name": level.variant.full_name,
            "barcode": next(iter(level.code), ""),
            "warehouse": level.warehouse.name,
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "safety_stock": level.safety_stock,
            "available": level.available,
        }
        if may_see_cost:
            row["value_vnd"] = level.value_vnd
        yield row


def stock_filter(params: Mapping[str, str]) -> dict[str, Any]:
    """The stock list's address as its filter."""
    warehouse = params.get("warehouse", "")
    return {
        "q": params.get("q", "").strip(),
        "warehouse_id": int(warehouse) if warehouse.isdecimal() else None,
        "low_only": params.get("show", "") == "low",
    }


def count_stock(user: Any, params: Mapping[str, str]) -> int:
    rows: QuerySet[StockLevel] = stock_matching(user, **stock_filter(params))
    return rows.count()


def value_columns(user: Any) -> list[Column]:
    return [
        Column("sku", _("Mã SKU"), "text", 20),
        Column("name", _("Sản phẩm"), "text", 36),
        Column("category", _("Danh mục"), "text", 26),
        Column("warehouse", _("Kho"), "text", 18),
        Column("day", _("Cuối ngày"), "text", 12),
        Column("units", _("Số lượng"), "number", 12),
        Column("value_vnd", _("Giá trị"), "money", 16),
    ]


def value_lines(user: Any, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One row a balance that had pieces at the end of the day."""
    asked = value_filter(params)
    rows = value_rows(user, **asked).select_related("variant__product__category")
    for level in rows.order_by("variant_id", "warehouse_id").iterator(chunk_size=PIECE):
        category = level.variant.product.category
        yield {
            "sku": level.variant.sku,
            "name": level.variant.full_name,
            "category": category.path if category else "",
            "warehouse": level.warehouse.name,
            "day": f"{asked['day']:%d/%m/%Y}",
            "units": level.units_then,
            "value_vnd": level.value_then,
        }


def value_filter(params: Mapping[str, str]) -> dict[str, Any]:
    """The address of the stock value report as its filter; a day to come is today."""
    warehouse = params.get("warehouse", "")
    try:
        day = date.fromisoformat(params.get("day", ""))
    except ValueError:
        day = today()
    return {
        "q": params.get("q", "").strip(),
        "warehouse_id": int(warehouse) if warehouse.isdecimal() else None,
        "day": min(day, today()),
    }


EXPORTS = {
    "products": ListExport(
        gettext_lazy("Sản phẩm và phiên bản"), "inventory.view_product", product_columns,
        lambda user, params: _variants(params).count(), product_rows,
        gettext_lazy("san-pham"),
    ),
    "stock": ListExport(
        gettext_lazy("Tồn kho"), "inventory.view_stock", stock_columns, count_stock, stock_rows,
        gettext_lazy("ton-kho"),
    ),
    "stock_value": ListExport(
        gettext_lazy("Giá trị tồn kho"), "inventory.view_cost", value_columns,
        lambda user, params: value_rows(user, **value_filter(params)).count(), value_lines,
        gettext_lazy("gia-tri-ton"),
    ),
}  # fmt: skip


def register_export(kind: str, export: ListExport) -> None:
    """Add a list of an app on the right; the same kind again replaces it."""
    EXPORTS[kind] = export
