"""The writing side of an import of products: whole batches, a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from inventory.imports.parsers import unit_pairs
from inventory.imports.rows import fold_word
from inventory.models import Barcode, ProductOption, ProductUnit, Variant
from inventory.services import goods_sql
from inventory.services.catalogue import searchable
from inventory.services.categories import find_brands, find_categories
from inventory.services.goods_known import VALUES, KnownProduct, KnownVariant
from inventory.services.goods_values import Changes, told, write_values
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import array_text, copy_rows, run

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
        described = {f.product.pk: f.shared for f in new}
        described |= {
            renamed[group].product.pk: {key: pair[1] for key, pair in changes.items()}
            for group, changes in moved.items()
        }
        _write_units({pk: s["units"] for pk, s in described.items() if "units" in s})
        self.events += [
            EventRow("product.created", "product", f.product.pk, {"name": f.product.name})
            for f in new
        ]

    def _make_options(self, growing: Sequence[Family]) -> None:
        made: list[tuple[int, int, str, str]] = []
        grown: list[ProductOption] = []
        for family in growing:
            for index, name in enumerate(family.option_names):
                said = [(row.choices[index], row.folded[index]) for row in family.new]
                if family.is_new:
                    values = array_text(list(first_of_each(said).values()))
                    made.append((family.product.pk, index + 1, name, values))
                else:
                    option = family.options[index]
                    before = [(value, fold_word(value)) for value in option.values]
                    option.values = list(first_of_each([*before, *said]).values())
                    grown.append(option)
        copy_rows("inventory_productoption", ("product_id", "position", "name", "values"), made)
        ProductOption.objects.bulk_update(grown, ["values"])

    def _make_variants(self, growing: Sequence[Family]) -> None:
        new = [(family, row) for family in growing for row in family.new]
        if not new:
            return
        ids = [row[0] for row in run(goods_sql.VARIANT_IDS, {"count": len(new)})]
        pairs = list(zip(ids, new, strict=True))
        moment = now()
        copy_rows(
            "inventory_variant",
            ("id", "product_id", *VARIANT_TEXTS, *VALUES, "created_at"),
            [_variant(pk, family.product, row, moment) for pk, (family, row) in pairs],
        )
        _insert_barcodes([(pk, row.values.get("barcode", "")) for pk, (_family, row) in pairs])
        self.events += [
            EventRow(
                "variant.created", "variant", pk, {"sku": row.sku}, "product", family.product.pk
            )
            for pk, (family, row) in pairs
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
            products.append(family.product)
            if "name" in values:
                self.stale.add(family.product.pk)
            self.events.append(
                EventRow("product.updated", "product", family.product.pk, {"changes": moved[group]})
            )
        _update_products(products)

    def change(
        self, moved: Sequence[tuple[KnownVariant, Changes]], codes: Sequence[tuple[int, str]]
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
    product: KnownProduct, values: Mapping[str, Any], ids: Mapping[str, Mapping[str, int]]
) -> None:
    product.name = values.get("name", product.name)
    product.vat_rate = values.get("vat_rate", product.vat_rate)
    product.description = values.get("description", product.description)
    product.unit = values.get("unit", product.unit)
    if "brand" in values:
        product.brand_id = ids["brand"].get(values["brand"])
    if "category" in values:
        product.category_id = ids["category"].get(values["category"])


def first_of_each(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first writing of each value by its folded form, in the order of the rows."""
    found: dict[str, str] = {}
    for value, key in said:
        found.setdefault(key, value)
    return found


def _variant(pk: int, product: KnownProduct, row: Row, moment: datetime) -> tuple[Any, ...]:
    """A row for COPY, in the order of its columns."""
    values = row.values
    title = ", ".join(row.choices)
    return (
        pk,
        product.pk,
        row.sku,
        title,
        array_text(row.choices),
        searchable(row.sku, product.name, title, [values.get("barcode", "")]),
        *[values.get(key, 0) for key in VALUES],
        moment,
    )


def _insert_products(products: Sequence[KnownProduct]) -> None:
    if not products:
        return
    ids = run(goods_sql.PRODUCT_IDS, {"count": len(products)})
    for product, (pk,) in zip(products, ids, strict=True):
        product.pk = pk
    moment = now()
    copy_rows(
        "inventory_product",
        ("id", "name", "name_folded", "vat_rate", "brand_id", "category_id", "description", "unit",
         "created_at", "updated_at"),
        [
            (p.pk, p.name, fold_word(p.name), p.vat_rate, p.brand_id, p.category_id, p.description,
             p.unit, moment, moment)
            for p in products
        ],
    )  # fmt: skip


def _update_products(products: Sequence[KnownProduct]) -> None:
    if products:
        columns = ("name", "vat_rate", "brand_id", "category_id", "description", "unit")
        run(
            goods_sql.UPDATE_PRODUCTS,
            {"id": [p.pk for p in products], "moment": now()}
            | {"name_folded": [fold_word(p.name) for p in products]}
            | {key: [getattr(p, key) for p in products] for key in columns},
        )


def _write_units(texts: Mapping[int, str]) -> None:
    """The larger units of products, as the file says them, in place of those before."""
    if texts:
        ProductUnit.objects.filter(product__in=texts).delete()
        copy_rows(
            "inventory_productunit",
            ("product_id", "name", "name_folded", "factor"),
            [
                (pk, name, fold_word(name), factor)
                for pk, text in texts.items()
                for name, factor in unit_pairs(text)
            ],
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
