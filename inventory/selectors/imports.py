"""Reads of uploads and exports: each is seen by the one who made it."""

from typing import Any

from django.db.models import QuerySet

from inventory.models import GoodsExport, GoodsImport
from oms.kernel.clock import now

SHOWN = 20


def imports_visible_to(user: Any) -> QuerySet[GoodsImport]:
    return GoodsImport.objects.filter(user_id=user.pk)


def recent_imports(user: Any) -> list[GoodsImport]:
    return list(imports_visible_to(user).select_related("job").order_by("-id")[:SHOWN])


def exports_visible_to(user: Any) -> QuerySet[GoodsExport]:
    """Those that are not over; nobody fetches another one's file."""
    return GoodsExport.objects.filter(user_id=user.pk, expires_at__gt=now())
