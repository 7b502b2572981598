"""Quantities in other units: a case of 24 is 24 pieces, 53 pieces are 2 cases and 5."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from inventory.models import ProductUnit, Variant
from oms.kernel.errors import DomainError
from oms.kernel.text import fold


def units_of(variant_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Pieces in each unit by variant; the base unit comes first and counts one."""
    rows = Variant.objects.filter(pk__in=list(variant_ids))
    base = {pk: (product_id, unit) for pk, product_id, unit in rows.values_list(
        "pk", "product_id", "product__unit")}  # fmt: skip
    others: dict[int, dict[str, int]] = {}
    products = {product_id for product_id, _unit in base.values()}
    for unit in ProductUnit.objects.filter(product__in=products):
        others.setdefault(unit.product_id, {})[unit.name] = unit.factor
    return {pk: {unit: 1, **others.get(product_id, {})} for pk, (product_id, unit) in base.items()}


def to_base(rows: Sequence[tuple[int, int, str]]) -> list[int]:
    """Pieces for (variant id, quantity, unit name); an empty unit is the base unit.

    Two statements, whatever the number of rows. Raises DomainError for a unit that the product
    does not have, naming it.
    """
    known = units_of({variant_id for variant_id, _n, _unit in rows})
    pieces = []
    for variant_id, quantity, name in rows:
        units = {fold(unit): factor for unit, factor in known.get(variant_id, {}).items()}
        factor = 1 if not name.strip() else units.get(fold(name))
        if factor is None:
            raise DomainError(
                _("Hàng này không có đơn vị tính “%(name)s”.") % {"name": name},
                code="unit.unknown",
                field="unit",
            )
        pieces.append(quantity * factor)
    return pieces


def in_units(pieces: int, units: dict[str, int]) -> str:
    """53 with {"cái": 1, "thùng": 24} as `2 thùng 5 cái`; the largest units first."""
    if not units:
        return str(pieces)
    left, words = abs(pieces), []
    for name, factor in sorted(units.items(), key=lambda unit: -unit[1]):
        count, left = divmod(left, factor)
        if count:
            words.append(f"{count} {name}")
    text = " ".join(words) or f"0 {min(units, key=lambda name: units[name])}"
    return f"−{text}" if pieces < 0 else text
