"""Products and variants from rows: new ones made, existing ones changed where they differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from inventory.imports.outcomes import CREATED, Outcome, Sheet, changed, failed
from inventory.imports.parsers import unit_pairs
from inventory.imports.rows import Row, folded
from inventory.models import ProductOption, Variant
from inventory.services import goods_sql
from inventory.services.catalogue import MAX_VARIANTS
from inventory.services.goods_known import (
    KnownProduct,
    KnownVariant,
    known_products,
    known_variants,
    options_by_product,
)
from inventory.services.goods_values import Changes, take_values
from inventory.services.goods_writer import GoodsWriter
from oms.kernel.actors import Actor
from oms.kernel.sql import run
from oms.kernel.text import fold


@dataclass(slots=True)
class Family:
    """A product, there or to be made, with the variants it has and will have."""

    product: KnownProduct
    option_names: tuple[str, ...]
    options: list[ProductOption] = field(default_factory=list)
    combinations: dict[tuple[str, ...], str] = field(default_factory=dict)
    new: list[Row] = field(default_factory=list)
    shared: dict[str, Any] = field(default_factory=dict)
    is_new: bool = False


class ProductPlan:
    """What the rows would make and change. A fixed number of statements, whatever the rows."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], *, lock: bool) -> None:
        self.sheet = sheet
        self.outcomes: list[Outcome] = []
        self.done = _("Đã tạo.")
        self.families: dict[str, Family] = {}
        self.moved: list[tuple[KnownVariant, Changes]] = []
        self.renamed: dict[str, Changes] = {}
        self.codes: list[tuple[int, str]] = []
        self._read([row for row in rows if not row.faults], lock)
        for row in rows:
            self.outcomes.append(self._decide(row))

    def _read(self, rows: Sequence[Row], lock: bool) -> None:
        """Products first, then their variants: the order in which everybody locks them."""
        found = run(goods_sql.HOMES, {"skus": [row.sku for row in rows]})
        products = known_products(homes_named(rows) | {row[1] for row in found}, lock=lock)
        options = options_by_product(products)
        for pk, product in products.items():
            names = tuple([option.name for option in options[pk]])
            self.families[f"id:{pk}"] = Family(product, names, options[pk])
        self._read_variants(rows, lock)

    def _read_variants(self, rows: Sequence[Row], lock: bool) -> None:
        skus = [row.sku for row in rows if self.families]  # nothing is asked where nothing can be
        self.known = {
            sku: variant
            for sku, variant in known_variants(skus, lock=lock).items()
            if f"id:{variant.product_id}" in self.families
        }
        growing = homes_named([row for row in rows if row.sku not in self.known])
        for product_id, sku, values in Variant.objects.filter(product__in=growing).values_list(
            "product_id", "sku", "option_values"
        ):
            self.families[f"id:{product_id}"].combinations[folded(values)] = sku
        wanted = [row.values["barcode"] for row in rows if "barcode" in row.values]
        codes = run(goods_sql.OWNERS, {"codes": wanted}) if wanted else []
        self.owners = {row[0]: row[1] for row in codes}

    def _decide(self, row: Row) -> Outcome:
        if row.faults:
            return failed(row)
        variant = self.known.get(row.sku)
        owner = self.owners.get(row.values.get("barcode", ""))
        if owner and (variant is None or owner != variant.pk):
            row.refuse("barcode", _("Mã vạch này đã thuộc về một phiên bản khác."))
            return failed(row)
        return self._change(row, variant) if variant else self._make(row)

    def _change(self, row: Row, variant: KnownVariant) -> Outcome:
        if row.choices and row.folded != folded(variant.option_values):
            said = ", ".join(variant.option_values) or "–"
            row.refuse(
                "option1_value",
                _("Phiên bản này đang là “%(values)s”; đổi thuộc tính ở trang sản phẩm.")
                % {"values": said},
            )
            return failed(row)
        group = f"id:{variant.product_id}"
        fault = self._unit_fault(row, self.families[group].product)
        if fault:
            row.refuse("units", fault)
            return failed(row)
        keys = list(self._rename(group, row))
        changes = take_values(variant, row)
        if "barcode" in row.values and row.values["barcode"] not in self.owners:
            self.codes.append((variant.pk, row.values["barcode"]))
            changes["barcode"] = ["", row.values["barcode"]]
        if changes:
            self.moved.append((variant, changes))
        return changed(row, [*keys, *changes], self.sheet.profile.by_key)

    def _rename(self, group: str, row: Row) -> Changes:
        """What the file says of the product, once a product."""
        if group in self.renamed:
            return {}
        product = self.families[group].product
        said = self.sheet.shared.get(row.group, {})
        moved = {
            key: [getattr(product, key), value]
            for key, value in said.items()
            if not _is_same(key, getattr(product, key), value)
        }
        self.renamed[group] = moved
        return moved

    def _make(self, row: Row) -> Outcome:
        family = self.families.get(row.group)
        if family is None:
            said = self.sheet.shared.get(row.group, {})
            if "name" not in said:
                row.refuse("name", _("Thiếu tên sản phẩm để tạo mới."))
                return failed(row)
            family = Family(KnownProduct(), row.names, shared=said, is_new=True)
            self.families[row.group] = family
        fault = _unfit(family, row) or self._unit_fault(row, family.product)
        if fault:
            row.refuse("option1_value" if row.choices else "sku", fault)
            return failed(row)
        family.combinations[row.folded] = row.sku
        family.new.append(row)
        return Outcome(row, CREATED, self.done)

    def _unit_fault(self, row: Row, product: KnownProduct) -> str:
        """A larger unit may not bear the name of the piece."""
        said = self.sheet.shared.get(row.group, {})
        piece, larger = said.get("unit", product.unit), said.get("units", product.units)
        if not larger or fold(piece) not in folded(name for name, _n in unit_pairs(larger)):
            return ""
        return _("Đơn vị quy đổi “%(name)s” trùng với đơn vị gốc.") % {"name": piece}

    def write(self, actor: Actor) -> None:
        """The caller's transaction; raises IntegrityError when somebody was faster."""
        writer = GoodsWriter(actor)
        writer.make(
            [family for family in self.families.values() if family.new],
            {group: self.families[group] for group, moved in self.renamed.items() if moved},
            {group: moved for group, moved in self.renamed.items() if moved},
        )
        writer.change(self.moved, self.codes)
        writer.finish()
        for group, family in self.families.items():
            if family.is_new and family.new:
                self.sheet.remember(group, family.product.pk)


def homes_named(rows: Iterable[Row]) -> set[int]:
    """The ids of the products that the rows' groups name, where they exist."""
    return {int(row.group[3:]) for row in rows if row.group.startswith("id:")}


def _is_same(key: str, before: Any, after: Any) -> bool:
    if key == "category":
        return [fold(p) for p in before.split(">")] == [fold(p) for p in after.split(">")]
    return fold(before) == fold(after) if key == "brand" else bool(before == after)


def _unfit(family: Family, row: Row) -> str:
    if row.names != family.option_names and folded(row.names) != folded(family.option_names):
        return _("Sản phẩm này có thuộc tính: %(names)s.") % {
            "names": ", ".join(family.option_names) or _("không có")
        }
    if row.folded in family.combinations:
        return _("Trùng thuộc tính với phiên bản “%(sku)s”.") % {
            "sku": family.combinations[row.folded]
        }
    if len(family.combinations) >= MAX_VARIANTS:
        return _("Một sản phẩm có tối đa %(most)d phiên bản.") % {"most": MAX_VARIANTS}
    return ""
