"""Declaring a parcel to customs: written down once, printed as often as needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from shipping.models import CustomsDeclaration, CustomsLine, Package

CN22_MOST_G = 2_000


@dataclass(frozen=True, slots=True)
class Declared:
    description: str
    hs_code: str
    origin: str
    quantity: int
    weight_g: int
    value_vnd: int


@transaction.atomic
def declare_parcel(
    package_id: int, lines: Sequence[Declared], *, actor: Actor, **facts: Any
) -> CustomsDeclaration:
    """Keep what is declared; a repeat takes the place of what was said before.

    Raises DomainError for no goods, and for a CN22 above two kilograms.
    """
    package = Package.objects.select_for_update().get(pk=package_id)
    if not lines:
        raise DomainError(_("Hãy khai ít nhất một mặt hàng."), "customs.empty")
    weight = sum(line.weight_g for line in lines)
    if facts["form"] == CustomsDeclaration.Form.CN22 and weight > CN22_MOST_G:
        raise DomainError(_("Quá 2 kg thì dùng mẫu CN23."), "customs.form", "form")
    row, _is_new = CustomsDeclaration.objects.update_or_create(
        package=package, defaults={**facts, "declared_at": now()}
    )
    row.lines.all().delete()
    CustomsLine.objects.bulk_create(
        CustomsLine(
            declaration=row,
            position=place,
            **{name: getattr(line, name) for name in line.__slots__},
        )
        for place, line in enumerate(lines)
    )
    record_event("customs.declared", package, actor=actor, data={"form": row.form})
    return row
