"""Warehouses a user may see."""

from typing import Any

from django.db.models import QuerySet

from inventory.models import Warehouse


def warehouses_visible_to(user: Any) -> QuerySet[Warehouse]:
    """All places with stock, goods on their way included."""
    scope = user.warehouse_scope()
    rows = Warehouse.objects.all()
    return rows if scope is None else rows.filter(pk__in=scope)


def stocking_places(user: Any) -> QuerySet[Warehouse]:
    """The places that a person works in: everything but goods on their way."""
    return warehouses_visible_to(user).exclude(kind=Warehouse.Kind.TRANSIT)
