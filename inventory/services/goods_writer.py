"""The writing side of an import of products: whole batches, a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inventory.models import Barcode, Product, ProductOption, Variant
from inventory.services import goods_sql
from inventory.services.catalogue import searchable
from inventory.services.categories import find_brands, find_categories
from inventory.services.goods_values import VALUES, Changes, told, write_values
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import array_text, copy_rows, run
from oms.kernel.text import fold

if TYPE_CHECKING:
    from inventory.imports.rows import Row
    from inventory.services.goods_products import Family

VARIANT_TEXTS = ("sku", "title", "option_values", "search_folded")


class GoodsWriter:
    """Writes families and changes, keeps what has to be searchable anew, tells the history."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.events: list[EventRow] = []
        self.stale: set[int] = set()

    def make(
        self,
        growing: Sequence[Family],
        renamed: Mapping[str, Family],
        moved: Mapping[str, Changes],
    ) -> None:
        """New products with their variants, new variants of old ones, and changed products."""
        new = [family for family in growing if family.is_new]
        said = [family.shared for family in new]
        said += [{key: pair[1] for key, pair in changes.items()} for changes in moved.values()]
        brands = find_brands({s["brand"] for s in said if "brand" in s})
        categories = find_categories({s["category"] for s in said if "category" in s})
        ids = {"brand": brands, "category": categories}
        for family in new:
            _describe(family.product, family.shared, ids)
        _insert_products([family.product for family in new])
        self._make_options(growing)
        self._make_variants(growing)
        self._rename(renamed, moved, ids)
        self.events += [
            EventRow("product.created", "product", f.product.pk, {"name": f.product.name})
            for f in new
        ]

    def _make_options(self, growing: Sequence[Family]) -> None:
        made, grown = [], []
        for family in growing:
            rows = [values for _row, values in family.new]
            for index, name in enumerate(family.option_names):
                if family.is_new:
                    option = ProductOption(position=index + 1, name=name, values=[])
                    made.append((family.product.pk, option))
                else:
                    option = family.options[index]
                    grown.append(option)
                _add_values(option, [values[index] for values in rows])
        copy_rows(
            "inventory_productoption",
            ("product_id", "position", "name", "values"),
            ((pk, o.position, o.name, array_text(o.values)) for pk, o in made),
        )
        ProductOption.objects.bulk_update(grown, ["values"])

    def _make_variants(self, growing: Sequence[Family]) -> None:
        new = [(family, row, values) for family in growing for row, values in family.new]
        if not new:
            return
        ids = [row[0] for row in run(goods_sql.VARIANT_IDS, {"count": len(new)})]
        moment = now()
        copy_rows(
            "inventory_variant",
            ("id", "product_id", *VARIANT_TEXTS, *VALUES, "created_at"),
            (
                (
                    *(pk, family.product.pk, row.sku, ", ".join(options), array_text(options)),
                    _searchable(family, row, options),
                    *(row.values.get(key, 0) for key in VALUES),
                    moment,
                )
                for pk, (family, row, options) in zip(ids, new, strict=True)
            ),
        )
        pairs = list(zip(ids, new, strict=True))
        _insert_barcodes([(pk, row.values.get("barcode", "")) for pk, (_f, row, _o) in pairs])
        self.events += [
            EventRow(
                "variant.created", "variant", pk, {"sku": row.sku}, "product", family.product.pk
            )
            for pk, (family, row, _options) in pairs
            if not family.is_new
        ]

    def _rename(
        self,
        renamed: Mapping[str, Family],
        moved: Mapping[str, Changes],
        ids: Mapping[str, Mapping[str, int]],
    ) -> None:
        products = []
        for group, family in renamed.items():
            values = {key: pair[1] for key, pair in moved[group].items()}
            _describe(family.product, values, ids)
            family.product.updated_at = now()
            products.append(family.product)
            if "name" in values:
                self.stale.add(family.product.pk)
            self.events.append(
                EventRow("product.updated", "product", family.product.pk, {"changes": moved[group]})
            )
        columns = ["name", "name_folded", "vat_rate", "brand", "category", "updated_at"]
        Product.objects.bulk_update(products, columns)

    def change(
        self, moved: Sequence[tuple[Variant, Changes]], codes: Sequence[tuple[int, str]]
    ) -> None:
        """Values and barcodes of variants that exist."""
        write_values([variant for variant, _changes in moved])
        _insert_barcodes(codes)
        coded = {pk for pk, _code in codes}
        self.stale |= {variant.product_id for variant, _c in moved if variant.pk in coded}
        self.events += [told(variant, changes) for variant, changes in moved]

    def finish(self) -> None:
        """Make searchable what changed its name or codes, and tell everything at once."""
        if self.stale:
            _index(self.stale)
        record_events(self.events, actor=self.actor)


def _describe(
    product: Product, values: Mapping[str, Any], ids: Mapping[str, Mapping[str, int]]
) -> None:
    if "name" in values:
        product.name, product.name_folded = values["name"], fold(values["name"])
    if "vat_rate" in values:
        product.vat_rate = values["vat_rate"]
    if "brand" in values:
        product.brand_id = ids["brand"].get(values["brand"])
    if "category" in values:
        product.category_id = ids["category"].get(values["category"])


def _add_values(option: ProductOption, values: Sequence[str]) -> None:
    known = {fold(value) for value in option.values}
    for value in values:
        if fold(value) not in known:
            known.add(fold(value))
            option.values.append(value)


def _searchable(family: Family, row: Row, options: Sequence[str]) -> str:
    code = [row.values["barcode"]] if "barcode" in row.values else []
    return searchable(row.sku, family.product.name, ", ".join(options), code)


def _insert_products(products: Sequence[Product]) -> None:
    if not products:
        return
    ids = run(goods_sql.PRODUCT_IDS, {"count": len(products)})
    for product, (pk,) in zip(products, ids, strict=True):
        product.pk = pk
    columns = ("id", "name", "name_folded", "vat_rate", "brand_id", "category_id")
    moment = now()
    copy_rows(
        "inventory_product",
        (*columns, "created_at", "updated_at"),
        ((*(getattr(p, key) for key in columns), moment, moment) for p in products),
    )


def _insert_barcodes(pairs: Sequence[tuple[int, str]]) -> None:
    given = [pair for pair in pairs if pair[1]]
    if given:
        copy_rows("inventory_barcode", ("variant_id", "code"), given)


def _index(product_ids: set[int]) -> None:
    codes: dict[int, list[str]] = defaultdict(list)
    barcodes = Barcode.objects.filter(variant__product__in=product_ids).order_by("pk")
    for variant_id, code in barcodes.values_list("variant", "code"):
        codes[variant_id].append(code)
    rows = Variant.objects.filter(product__in=product_ids).values_list(
        "pk", "sku", "product__name", "title"
    )
    texts = {pk: searchable(sku, name, title, codes[pk]) for pk, sku, name, title in rows}
    run(goods_sql.UPDATE_SEARCH, {"id": list(texts), "search_folded": list(texts.values())})
