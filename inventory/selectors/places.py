"""Warehouses a user may see."""

from typing import Any

from django.db.models import QuerySet

from inventory.models import Warehouse


def warehouses_visible_to(user: Any) -> QuerySet[Warehouse]:
    scope = user.warehouse_scope()
    rows = Warehouse.objects.all()
    return rows if scope is None else rows.filter(pk__in=scope)
