"""Orders and runs as answers tell them; what a user may not see is not in them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from oms.kernel.currencies import HOME
from orders.models import BulkRun, Order
from orders.selectors.bulk import results_of
from orders.selectors.cells import add_profits

COST = "inventory.view_cost"
PLAIN = (
    *("id", "number", "source", "shop_name", "remote_id", "status", "fulfillment_status"),
    *("payment_status", "cod_status", "invoice_status", "needs_attention", "recipient_name"),
    *("recipient_phone", "street", "ward", "district", "province", "buyer_note", "currency"),
    *("goods_vnd", "discount_vnd", "shipping_fee_buyer_vnd", "total_vnd", "paid_vnd", "cod_vnd"),
    *("returned_vnd", "carrier_code", "tracking_number"),
)
MOMENTS = ("placed_at", "ship_by_at", "confirmed_at", "shipped_at", "delivered_at", "cancelled_at")
LINE = ("sku", "name", "quantity", "unit_price_vnd", "discount_vnd", "total_vnd")


def orders_told(orders: Sequence[Order], user: Any) -> list[dict[str, Any]]:
    """Two statements for any number of orders, one of them for who may see costs."""
    prefetch_related_objects(orders, "lines")
    sees_cost = user.has_perm(COST)
    if sees_cost:
        add_profits(orders)
    return [_order(order, sees_cost=sees_cost) for order in orders]


def _order(order: Order, *, sees_cost: bool) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(order, name) for name in PLAIN}
    told |= {name: _moment(getattr(order, name)) for name in MOMENTS}
    told["lines"] = [{name: getattr(line, name) for name in LINE} for line in order.lines.all()]
    if order.currency != HOME:
        told |= {"total_minor": order.total_minor, "rate": str(order.rate)}
    if sees_cost:
        earned = order.known_profit  # type: ignore[attr-defined]
        told["profit_vnd"] = earned.profit_vnd if earned else None
    return told


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def run_told(run: BulkRun) -> dict[str, Any]:
    """How far a run is, with the result of each order that has one."""
    job = run.job
    items: Any = results_of(run).order_by("position")  # with `ok` and `message` of each
    return {
        "id": run.pk,
        "action": run.action,
        "status": job.status if job else "waiting",
        "total": run.total,
        "done": job.done if job else 0,
        "failed": job.failed if job else 0,
        "results": [
            {"id": item.order_id, "number": item.number, "ok": item.ok, "message": item.message}
            for item in items
            if item.ok is not None
        ],
    }
