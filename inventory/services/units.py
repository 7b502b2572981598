"""The units of a product: its piece, and what is counted by the dozen or the case."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Product, ProductUnit
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line, fold

NAME_LENGTH = 30
MAX_UNITS, MAX_FACTOR = 10, 100_000


@transaction.atomic
def set_units(
    product_id: int, base: str, units: Sequence[tuple[str, int]], *, actor: Actor
) -> None:
    """Name the piece and say how many make each larger unit. No change records nothing.

    Raises DomainError for a name twice, or a unit of fewer than two pieces.
    """
    base = clean_line(base, NAME_LENGTH, field="unit")
    clean = [(clean_line(name, NAME_LENGTH, field="unit"), factor) for name, factor in units]
    if not is_fit([(base, MAX_FACTOR), *clean], most=MAX_UNITS + 1):
        raise DomainError(
            _("Mỗi đơn vị tính một tên, và từ 2 đơn vị gốc trở lên."),
            code="unit.rows",
            field="unit",
        )
    product = Product.objects.select_for_update().get(pk=product_id)
    before = [product.unit, *(f"{u.name} = {u.factor}" for u in product.units.all())]
    after = [base, *(f"{name} = {n}" for name, n in sorted(clean, key=lambda unit: unit[1]))]
    if before == after:
        return
    product.unit = base
    product.save(update_fields=["unit", "updated_at"])
    product.units.all().delete()
    ProductUnit.objects.bulk_create(
        ProductUnit(product=product, name=name, name_folded=fold(name)[:NAME_LENGTH], factor=n)
        for name, n in clean
    )
    data = {"changes": {"units": [before, after]}}
    record_event("product.units_changed", product, actor=actor, data=data)


def is_fit(units: Sequence[tuple[str, int]], *, most: int = MAX_UNITS) -> bool:
    """Each unit has a name of its own and stands for two pieces or more."""
    names = [fold(name) for name, _factor in units]
    return (
        all(names)
        and len(set(names)) == len(names) <= most
        and all(1 < factor <= MAX_FACTOR for _name, factor in units)
    )
