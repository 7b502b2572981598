"""Papers of the warehouse as what a movement was for: the number, and the page that shows it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from inventory.models import GoodsReceipt, StockCount, StockMovement, SupplierReturn, Transfer
from inventory.ports import Cause, CauseNamer, name_causes


def _numbers(model: Any, page: str, *, at: str = "pk") -> CauseNamer:
    """Names rows of a model by their number; `at` is the id that its page is found by."""

    def name(ids: Sequence[int]) -> dict[int, Cause]:
        rows = model.objects.filter(pk__in=ids).values_list("pk", "number", at)
        return {pk: Cause(number, url=reverse(page, args=[place])) for pk, number, place in rows}

    return name


DOCUMENTS: dict[str, Callable[[Sequence[int]], dict[int, Cause]]] = {
    "transfer": _numbers(Transfer, "inventory:transfer_detail"),
    "stock_count": _numbers(StockCount, "inventory:count_detail"),
    "goodsreceipt": _numbers(GoodsReceipt, "inventory:receipt"),
    "supplierreturn": _numbers(SupplierReturn, "inventory:receipt", at="receipt_id"),
}


def documents_of(movements: Sequence[StockMovement], user: Any) -> list[Cause]:
    """What each movement was for. Who is limited to some shops or warehouses is told papers of the
    warehouse only: whose order it was may not be his to know."""
    limited = user.shop_scope() is not None or user.warehouse_scope() is not None
    asked = [
        (row.cause_kind, row.cause_id) if row.cause_kind in DOCUMENTS or not limited else ("", None)
        for row in movements
    ]
    named = name_causes(asked)
    return [cause if cause.url else Cause("") for cause in named]
