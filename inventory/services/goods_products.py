"""Products and variants from rows: new ones made, existing ones changed where they differ."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from inventory.imports.outcomes import CREATED, Outcome, Sheet, changed, failed
from inventory.imports.rows import Row, fold_word, options_of
from inventory.models import Product, ProductOption, Variant
from inventory.services import goods_sql
from inventory.services.catalogue import MAX_VARIANTS
from inventory.services.goods_values import Changes, take_values
from inventory.services.goods_writer import GoodsWriter
from oms.kernel.actors import Actor
from oms.kernel.sql import run
from oms.kernel.text import fold


@dataclass(slots=True)
class Family:
    """A product, there or to be made, with the variants it has and will have."""

    product: Product
    option_names: list[str]
    options: list[ProductOption] = field(default_factory=list)
    combinations: dict[tuple[str, ...], str] = field(default_factory=dict)
    new: list[tuple[Row, list[str]]] = field(default_factory=list)
    shared: dict[str, Any] = field(default_factory=dict)
    is_new: bool = False


class ProductPlan:
    """What the rows would make and change. A fixed number of statements, whatever the rows."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], *, lock: bool) -> None:
        self.sheet = sheet
        self.outcomes: list[Outcome] = []
        self.done = _("Đã tạo.")
        self.families: dict[str, Family] = {}
        self.moved: list[tuple[Variant, Changes]] = []
        self.renamed: dict[str, Changes] = {}
        self.codes: list[tuple[int, str]] = []
        self._read([row for row in rows if not row.faults], lock)
        for row in rows:
            self.outcomes.append(self._decide(row))

    def _read(self, rows: Sequence[Row], lock: bool) -> None:
        """Products first, then their variants: the order in which everybody locks them."""
        found = run(goods_sql.HOMES, {"skus": [row.sku for row in rows]})
        old = homes_named(rows) | {row[1] for row in found}
        products = Product.objects.filter(pk__in=old).order_by("pk")
        products = products.select_related("brand", "category")
        if lock:
            products = products.select_for_update(of=("self",), no_key=True)
        options: dict[int, list[ProductOption]] = defaultdict(list)
        known = {product.pk: product for product in products}
        for option in ProductOption.objects.filter(product__in=known).order_by("position"):
            options[option.product_id].append(option)
        for pk, product in known.items():
            names = [option.name for option in options[pk]]
            self.families[f"id:{pk}"] = Family(product, names, options[pk])
        self._read_variants(rows, lock)

    def _read_variants(self, rows: Sequence[Row], lock: bool) -> None:
        homes = [family.product.pk for family in self.families.values()]
        skus = [row.sku for row in rows if homes]  # nothing is asked where nothing can be
        variants = Variant.objects.filter(sku__in=skus, product__in=homes).order_by("pk")
        if lock:
            variants = variants.select_for_update(no_key=True)
        self.known = {variant.sku: variant for variant in variants}
        growing = homes_named([row for row in rows if row.sku not in self.known])
        for product_id, sku, values in Variant.objects.filter(product__in=growing).values_list(
            "product_id", "sku", "option_values"
        ):
            self.families[f"id:{product_id}"].combinations[folded(values)] = sku
        wanted = [row.values["barcode"] for row in rows if "barcode" in row.values]
        found = run(goods_sql.OWNERS, {"codes": wanted}) if wanted else []
        self.owners = {row[0]: row[1] for row in found}

    def _decide(self, row: Row) -> Outcome:
        if row.faults:
            return failed(row)
        variant = self.known.get(row.sku)
        owner = self.owners.get(row.values.get("barcode", ""))
        if owner and (variant is None or owner != variant.pk):
            row.refuse("barcode", _("Mã vạch này đã thuộc về một phiên bản khác."))
            return failed(row)
        return self._change(row, variant) if variant else self._make(row)

    def _change(self, row: Row, variant: Variant) -> Outcome:
        _names, values = options_of(row)
        if values and folded(values) != folded(variant.option_values):
            said = ", ".join(variant.option_values) or "–"
            row.refuse(
                "option1_value",
                _("Phiên bản này đang là “%(values)s”; đổi thuộc tính ở trang sản phẩm.")
                % {"values": said},
            )
            return failed(row)
        group = f"id:{variant.product_id}"
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
        before = {
            "name": product.name,
            "vat_rate": product.vat_rate,
            "brand": product.brand.name if product.brand else "",
            "category": product.category.path if product.category else "",
        }
        moved = {
            key: [before[key], value]
            for key, value in said.items()
            if not _is_same(key, before[key], value)
        }
        self.renamed[group] = moved
        return moved

    def _make(self, row: Row) -> Outcome:
        names, values = options_of(row)
        family = self.families.get(row.group)
        if family is None:
            said = self.sheet.shared.get(row.group, {})
            if "name" not in said:
                row.refuse("name", _("Thiếu tên sản phẩm để tạo mới."))
                return failed(row)
            product = Product(name=said["name"], name_folded=fold(said["name"]))
            family = Family(product, names, shared=said, is_new=True)
            self.families[row.group] = family
        combination = folded(values)
        fault = _unfit(family, names, combination)
        if fault:
            row.refuse("option1_value" if values else "sku", fault)
            return failed(row)
        family.combinations[combination] = row.sku
        family.new.append((row, values))
        return Outcome(row, CREATED, self.done)

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


def folded(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold_word(value) for value in values)


def _is_same(key: str, before: Any, after: Any) -> bool:
    if key == "category":
        return [fold(p) for p in before.split(">")] == [fold(p) for p in after.split(">")]
    return fold(before) == fold(after) if key == "brand" else bool(before == after)


def _unfit(family: Family, names: Sequence[str], combination: tuple[str, ...]) -> str:
    if names != family.option_names and folded(names) != folded(family.option_names):
        return _("Sản phẩm này có thuộc tính: %(names)s.") % {
            "names": ", ".join(family.option_names) or _("không có")
        }
    if combination in family.combinations:
        return _("Trùng thuộc tính với phiên bản “%(sku)s”.") % {
            "sku": family.combinations[combination]
        }
    if len(family.combinations) >= MAX_VARIANTS:
        return _("Một sản phẩm có tối đa %(most)d phiên bản.") % {"most": MAX_VARIANTS}
    return ""
