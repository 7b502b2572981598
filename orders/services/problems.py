"""What needs a person: opened by checks and partners, closed by whoever fixed it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Variant
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import fold
from orders.models import Order, OrderLine, OrderProblem
from orders.services.drafting import search_text
from orders.services.lifecycle import promise_stock
from orders.services.states import Change, lock_order, save_changes

SYSTEM = Actor.system("orders")
MESSAGE_LENGTH = 500


@retry_deadlock
@transaction.atomic
def open_problem(
    order_id: int,
    kind: str,
    message: str,
    data: dict[str, Any] | None = None,
    *,
    actor: Actor = SYSTEM,
) -> OrderProblem:
    """Put an order under "Cần xử lý". A problem of the same kind that is open gets the new text."""
    if kind not in OrderProblem.Kind.values:
        raise ValueError(f"unknown kind of problem: {kind}")
    message = message if len(message) <= MESSAGE_LENGTH else message[: MESSAGE_LENGTH - 1] + "…"
    change = Change(
        lock_order(order_id), "order.problem_opened", {"kind": kind, "message": message}
    )
    problem, created = OrderProblem.objects.get_or_create(
        order_id=order_id,
        kind=kind,
        resolved_at=None,
        defaults={"message": message, "data": data or {}, "created_at": now()},
    )
    if not created and (problem.message, problem.data) != (message, data or {}):
        problem.message, problem.data = message, data or {}
        problem.save(update_fields=["message", "data"])
    change.order.needs_attention = True
    save_changes([change], actor=actor, always=created)
    return problem


@retry_deadlock
@transaction.atomic
def resolve_problem(order_id: int, kind: str, *, actor: Actor = SYSTEM) -> bool:
    """Close the open problem of a kind. Returns whether there was one."""
    change = Change(lock_order(order_id), "order.problem_resolved", {"kind": kind})
    closed = _close(change.order, kind)
    if closed:
        save_changes([change], actor=actor, always=True)
    return closed


@retry_deadlock
@transaction.atomic
def link_line(order_id: int, line_id: int, variant_id: int, *, actor: Actor) -> OrderLine:
    """Say which variant an unknown line means; the last one linked closes the problem."""
    change = Change(lock_order(order_id), "order.line_linked", {"line": line_id})
    line = OrderLine.objects.get(pk=line_id, order_id=order_id)
    if line.variant_id is not None:
        raise DomainError(_("Dòng hàng này đã có sản phẩm."), code="line.linked")
    variant = Variant.objects.select_related("product").get(pk=variant_id)
    change.data |= {"from": line.sku, "sku": variant.sku}
    line.variant, line.sku = variant, variant.sku
    line.vat_rate = variant.product.vat_rate
    line.save(update_fields=["variant", "sku", "vat_rate"])
    order = change.order
    lines = [{"sku": sku} for sku in order.lines.values_list("sku", flat=True)]
    order.search_folded = search_text(fold(order.recipient_name), lines)
    if not order.lines.filter(variant=None).exists():
        _close(order, OrderProblem.Kind.UNKNOWN_SKU)
        if order.status in {Order.Status.PENDING_CONFIRMATION, Order.Status.CONFIRMED}:
            promise_stock([change], actor=actor)
    save_changes([change], actor=actor, always=True)
    return line


def close_problems(order: Order, kinds: set[str]) -> None:
    """Close several kinds on a locked order; the caller saves it."""
    for kind in kinds:
        _close(order, kind)


def _close(order: Order, kind: str) -> bool:
    still_open = OrderProblem.objects.filter(order=order, resolved_at=None)
    closed = still_open.filter(kind=kind).update(resolved_at=now())
    order.needs_attention = still_open.exists()
    return bool(closed)
