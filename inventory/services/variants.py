"""Variants edited together: codes, prices, weight and size of a whole product in one go."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from inventory.models import Barcode, Product, Variant
from inventory.services.catalogue import searchable, taken
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_events
from oms.kernel.text import clean_line

MAX_BARCODES = 20
COLUMNS = (
    "sku", "price_vnd", "cost_vnd", "weight_g", "length_cm", "width_cm", "height_cm",
    "allow_backorder", "is_active",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantEdit:
    """What one variant shall be. A price or cost of None stays as it is."""

    variant_id: int
    sku: str
    barcodes: Sequence[str]
    weight_g: int
    price_vnd: int | None = None
    cost_vnd: int | None = None
    length_cm: int = 0
    width_cm: int = 0
    height_cm: int = 0
    allow_backorder: bool = True
    is_active: bool = True


def update_variants(
    product_id: int, edits: Sequence[VariantEdit], *, actor: Actor
) -> list[Variant]:
    """Write what changed, all or nothing; the statements do not grow with the variants.

    Each changed variant leaves its before and after on the product's timeline. Returns the
    changed ones. Raises DomainError for a SKU or barcode in use.
    """
    try:
        with transaction.atomic():
            return _update(product_id, edits, actor)
    except IntegrityError as error:
        raise taken(error) from error


def _update(product_id: int, edits: Sequence[VariantEdit], actor: Actor) -> list[Variant]:
    product = Product.objects.select_for_update().get(pk=product_id)
    rows = {v.pk: v for v in product.variants.select_for_update().order_by("pk")}
    codes = codes_of(product)
    changes: dict[int, dict[str, list[Any]]] = {}
    wanted_codes: dict[int, list[str]] = {}
    for edit in edits:
        variant = rows.get(edit.variant_id)
        if variant is None:
            raise DomainError(_("Phiên bản không thuộc sản phẩm này."), code="variant.other")
        changes[variant.pk] = _apply(variant, edit)
        wanted = clean_codes(edit.barcodes)
        if wanted != codes[variant.pk]:
            changes[variant.pk]["barcodes"] = [codes[variant.pk], wanted]
            wanted_codes[variant.pk] = wanted
    changed = [rows[pk] for pk, moved in changes.items() if moved]
    if not changed:
        return []
    _write_codes(wanted_codes, codes)
    _free_codes(changed, changes)
    Variant.objects.bulk_update(changed, COLUMNS)
    index_variants(product, changed)
    record_events(
        [
            EventRow(
                "variant.updated",
                "variant",
                variant.pk,
                {"sku": variant.sku, "changes": changes[variant.pk]},
                "product",
                product.pk,
            )
            for variant in changed
        ],
        actor=actor,
    )
    return changed


def _apply(variant: Variant, edit: VariantEdit) -> dict[str, list[Any]]:
    """Put the edit on the row; returns {column: [before, after]} of what it changed."""
    sku = clean_line(edit.sku, 100, field="sku")
    if not sku:
        raise DomainError(_("Thiếu mã SKU."), code="sku.missing", field="sku")
    wanted = {name: getattr(edit, name) for name in COLUMNS} | {"sku": sku}
    for name in ("price_vnd", "cost_vnd"):
        if wanted[name] is None:
            wanted[name] = getattr(variant, name)
    moved = {}
    for name, value in wanted.items():
        before = getattr(variant, name)
        if before != value:
            moved[name] = [before, value]
            setattr(variant, name, value)
    return moved


def clean_codes(codes: Iterable[str]) -> list[str]:
    """Barcodes in their order, each once."""
    clean = [clean_line(code, 64, field="barcodes") for code in codes]
    clean = list(dict.fromkeys(code for code in clean if code))
    if len(clean) > MAX_BARCODES:
        raise DomainError(
            _("Một phiên bản có tối đa %(most)d mã vạch.") % {"most": MAX_BARCODES},
            code="barcode.too_many",
            field="barcodes",
        )
    return clean


def codes_of(product: Product) -> dict[int, list[str]]:
    """The barcodes of a product's variants, oldest first."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Barcode.objects.filter(variant__product=product).order_by("pk")
    for variant_id, code in rows.values_list("variant_id", "code"):
        found[variant_id].append(code)
    return found


def _write_codes(wanted: dict[int, list[str]], before: dict[int, list[str]]) -> None:
    """Drop first, then add: a code may move from one variant to another in one go."""
    if not wanted:
        return
    gone = {code for pk, codes in wanted.items() for code in before[pk] if code not in codes}
    Barcode.objects.filter(variant__in=wanted, code__in=gone).delete()
    Barcode.objects.bulk_create(
        Barcode(variant_id=pk, code=code)
        for pk, codes in wanted.items()
        for code in codes
        if code not in before[pk]
    )


def _free_codes(variants: Sequence[Variant], changes: dict[int, dict[str, list[Any]]]) -> None:
    """Take SKUs off variants whose old one goes to another: the rule holds row by row."""
    moved = {v.pk: changes[v.pk]["sku"] for v in variants if "sku" in changes[v.pk]}
    freed = {before for before, _after in moved.values()}
    if any(after in freed for _before, after in moved.values()):
        parked = Concat(Value(f"{uuid4().hex}-"), Cast("pk", CharField()))
        Variant.objects.filter(pk__in=moved).update(sku=parked)


def index_variants(product: Product, variants: Sequence[Variant]) -> None:
    """Write again what the search finds these variants by."""
    codes = codes_of(product)
    for variant in variants:
        variant.search_folded = searchable(
            variant.sku, product.name, variant.title, codes[variant.pk]
        )
    Variant.objects.bulk_update(variants, ["search_folded"])
