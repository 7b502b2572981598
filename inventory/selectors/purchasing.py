"""Purchase orders and receipts as lists and pages show them."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet, Sum

from inventory.models import (
    GoodsReceipt,
    LandedCost,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    ReceiptLine,
    ReceiptLot,
    SupplierReturn,
)
from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold


def purchases_visible_to(user: Any) -> QuerySet[PurchaseOrder]:
    scope = user.warehouse_scope()
    rows = PurchaseOrder.objects.all()
    return rows if scope is None else rows.filter(warehouse__in=scope)


def purchases_asked_for(
    user: Any, holder_kind: str, holder_ids: Collection[int]
) -> list[PurchaseOrder]:
    """What is being bought because these holders lack it, the oldest first; one statement."""
    lines = PurchaseNeed.objects.filter(holder_kind=holder_kind, holder_id__in=holder_ids)
    over = (PurchaseOrder.Status.CANCELLED, PurchaseOrder.Status.RECEIVED)
    rows = purchases_visible_to(user).exclude(status__in=over)
    return list(rows.filter(pk__in=lines.values("line__order")).order_by("pk"))


def receipts_visible_to(user: Any) -> QuerySet[GoodsReceipt]:
    scope = user.warehouse_scope()
    rows = GoodsReceipt.objects.select_related("order__supplier", "warehouse")
    return rows if scope is None else rows.filter(warehouse__in=scope)


def purchase_list(
    user: Any, *, q: str = "", status: str = "", after: str = "", before: str = ""
) -> Page[PurchaseOrder]:
    """Newest first, with `pieces` ordered and `arrived`; the number of queries is fixed."""
    rows = purchases_visible_to(user).select_related("supplier", "warehouse")
    if status:
        rows = rows.filter(status=status)
    for word in q.split():
        rows = rows.filter(
            Q(number__icontains=word) | Q(supplier__search_folded__contains=fold(word))
        )
    page = keyset_page(rows, keys=("-id",), after=after, before=before)
    sums = PurchaseLine.objects.filter(order__in=[row.pk for row in page.rows]).order_by()
    totals = {
        key: (pieces, arrived)
        for key, pieces, arrived in sums.values_list("order_id").annotate(
            pieces=Sum("quantity"), arrived=Sum("received")
        )
    }
    for row in page.rows:
        row.pieces, row.arrived = totals.get(row.pk, (0, 0))  # type: ignore[attr-defined]
    return page


def purchase_lines(order: PurchaseOrder) -> QuerySet[PurchaseLine]:
    return order.lines.select_related("variant__product").order_by("position")


def receipt_lines(receipt: GoodsReceipt, *, only_counted: bool = False) -> QuerySet[Any]:
    """Lines with `expected`, the pieces still to come before this receipt, and their lots."""
    lots = Prefetch("lots", ReceiptLot.objects.order_by("expires_on", "id"))
    rows = receipt.lines.select_related("variant__product", "line").order_by("line__position")
    rows = rows.prefetch_related(lots)
    if only_counted:
        rows = rows.filter(quantity__gt=0)
    return rows.annotate(expected=F("line__quantity") - F("line__received"))


def returnable_lines(user: Any, variant_id: int) -> QuerySet[ReceiptLine]:
    """Lines of posted receipts of which pieces may still go back, the newest first."""
    rows = ReceiptLine.objects.filter(
        variant=variant_id, movement__isnull=False, returned__lt=F("quantity")
    )
    rows = rows.filter(receipt__in=receipts_visible_to(user))
    return rows.select_related("receipt__order__supplier").order_by("-receipt_id")


def receipts_of(order: PurchaseOrder) -> QuerySet[GoodsReceipt]:
    rows = order.receipts.exclude(status=GoodsReceipt.Status.CANCELLED).order_by("-id")
    return rows.annotate(pieces=Sum("lines__quantity"))


def landed_costs_of(receipt: GoodsReceipt) -> QuerySet[LandedCost]:
    return receipt.landed_costs.order_by("id")


def returns_of(receipt: GoodsReceipt) -> QuerySet[SupplierReturn]:
    return receipt.returns.order_by("id").annotate(pieces=Sum("lines__quantity"))


def purchase_paper(order: PurchaseOrder) -> dict[str, Any]:
    """What the printed order and the mail say, with the supplier's own codes beside ours."""
    lines = list(purchase_lines(order))
    codes = dict(
        order.supplier.prices.filter(variant__in=[line.variant_id for line in lines])
        .exclude(supplier_sku="")
        .order_by("valid_from", "id")
        .values_list("variant_id", "supplier_sku")
    )
    for line in lines:
        line.supplier_sku = codes.get(line.variant_id, "")  # type: ignore[attr-defined]
    return {"order": order, "supplier": order.supplier, "lines": lines}
