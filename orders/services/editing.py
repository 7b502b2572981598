"""Changing an order until its goods are picked: one revision, one transaction, all of it told."""

from collections.abc import Set as AbstractSet
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.services import stock
from oms.kernel.actors import Actor
from oms.kernel.addresses import require_province, require_ward
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.phones import normalise_phone, reversed_digits
from oms.kernel.revisions import RevisionConflict
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line, fold
from orders.edit_ports import obstacles_of
from orders.models import Order, OrderLine, OrderProblem
from orders.selectors.demands import line_demands
from orders.services.addresses import locate
from orders.services.customers import customer_of_phone, in_words
from orders.services.drafting import HOME_CURRENCY, search_text
from orders.services.edit_lines import write_lines
from orders.services.edit_values import (
    CHARGES,
    FIELDS,
    LINE_FIELDS,
    NOTES,
    RECIPIENT,
    Edit,
    Value,
    Wanted,
    merge,
)
from orders.services.freezing import freeze_components
from orders.services.granting import recheck_limit
from orders.services.lifecycle import promise_stock, refuse_backorder
from orders.services.money import follow_total
from orders.services.problems import close_problems
from orders.services.states import Change, lock_order, save_changes, set_derived_status

Status, Fulfillment = Order.Status, Order.Fulfillment
# Until somebody walks to the shelf.
EDITABLE = frozenset({Fulfillment.UNALLOCATED, Fulfillment.ALLOCATED, Fulfillment.RELEASED})
EDITABLE_STATUS = frozenset(
    {
        *(Status.DRAFT, Status.PENDING_CONFIRMATION, Status.CONFIRMED),
        *(Status.ON_HOLD, Status.PROCESSING),
    }
)
# A legal paper went out, or is on its way, with these amounts on it.
ON_PAPER = frozenset(
    {
        *(Order.Invoice.QUEUED, Order.Invoice.UNKNOWN, Order.Invoice.ISSUED),
        *(Order.Invoice.CODED, Order.Invoice.ADJUSTED, Order.Invoice.REPLACED),
    }
)
# What a person sees as one: the whole part is open or closed.
PARTS = {
    "goods": frozenset({*CHARGES, *(f"line.{name}" for name in LINE_FIELDS)}),
    "recipient": frozenset(RECIPIENT),
    "notes": frozenset(NOTES),
}
LIMITS = {
    "recipient_name": 150,
    "street": 255,
    "ward": 120,
    "province": 120,
    "district": 120,
    "buyer_note": 1000,
    "internal_note": 1000,
}


class Blocked(DomainError):
    """Something stands in the way that a button takes away."""


@retry_deadlock
@transaction.atomic
def edit_order(order_id: int, edit: Edit, *, actor: Actor, accept_terms: bool = False) -> Order:
    """Save one revision of an order whose goods nobody has picked yet.

    Fields that somebody else changed meanwhile stay his; the same field changed by both raises
    RevisionConflict and saves nothing. Other goods give back the old promise and take the new one
    in this transaction, or raise InsufficientStock when they may not be ordered beyond the stock.
    What is still owed or has to be collected follows the new total; an order on terms that grows
    above its customer's limit raises TermsRefused, unless that is accepted. A repeat changes
    nothing.
    """
    change = Change(lock_order(order_id), "order.edited")
    order = change.order
    owed_before, buyer = order.balance_vnd, order.customer_id
    lines = list(order.lines.order_by("position"))
    wanted = merge(edit, editable_values(order, lines))
    touched = wanted.fields | ({"line.quantity"} if edit.added else set())
    if not touched:
        return order
    if edit.added and order.version != edit.version:
        raise RevisionConflict([])  # the same goods may have come by a second press of the button
    refuse_edit(order, touched)
    told = _write_order(change, wanted)
    if wanted.lines or edit.added:
        write_goods(change, wanted, edit, told, actor)
    if touched & {*CHARGES, *(f"line.{name}" for name in LINE_FIELDS)}:
        write_totals(order, told)
    # Another customer takes the whole of it over.
    owed_before = owed_before if order.customer_id == buyer else 0
    recheck_limit(order, owed_before, accept=accept_terms)
    order.search_folded = _search_text(order)
    set_derived_status(order)
    change.data |= {"changes": told, "reason": clean_line(edit.reason, 200, field="reason")}
    save_changes([change], actor=actor, always=True)
    return order


def editable_values(order: Order, lines: list[OrderLine]) -> dict[str, Value]:
    """The present values by the names that `Edit` uses."""
    values: dict[str, Value] = {name: getattr(order, name) for name in FIELDS}
    for line in lines:
        values |= {f"line.{line.pk}.{name}": getattr(line, name) for name in LINE_FIELDS}
    return values


def closed_parts(order: Order) -> dict[str, str]:
    """The `PARTS` of the order that cannot be changed as it stands, each with the reason.

    What a button takes out of the way closes nothing.
    """
    closed = {}
    for part, names in PARTS.items():
        try:
            refuse_edit(order, names)
        except Blocked:
            continue
        except DomainError as refusal:
            closed[part] = refusal.message
    return closed


def refuse_edit(order: Order, touched: AbstractSet[str]) -> None:
    """Say why these fields of the order may not change now; the first reason is raised."""
    if order.status not in EDITABLE_STATUS or order.fulfillment_status not in EDITABLE:
        raise TransitionRefused(
            _(
                "Đơn đã vào khâu nhặt, đã giao hoặc đã hủy: không sửa được nữa. "
                "Cần khác đi thì nhập đơn mới hoặc làm phiếu đổi trả."
            ),
            code="order.left",
        )
    told = touched - set(NOTES)
    if not told:
        return
    if order.shop_ref is not None:
        raise DomainError(
            _(
                "Đơn của sàn: người nhận, hàng và giá do sàn giữ; ở đây chỉ sửa được ghi chú. "
                "Cần đổi thì nhắn khách hủy trên sàn và đặt lại."
            ),
            code="order.of_marketplace",
        )
    if told - set(RECIPIENT):
        _refuse_amounts(order)
    for obstacle in obstacles_of(order, frozenset(told)):
        refusal = Blocked if obstacle.label else DomainError
        raise refusal(obstacle.message, code="order.obstacle")


def _refuse_amounts(order: Order) -> None:
    if order.invoice_status in ON_PAPER:
        raise DomainError(
            _(
                "Hóa đơn của đơn này đã gửi phát hành: không sửa hàng và tiền được nữa; "
                "hãy lập hóa đơn điều chỉnh hoặc thay thế trước."
            ),
            code="order.invoiced",
        )
    if order.currency != HOME_CURRENCY:
        raise DomainError(
            _(
                "Đơn ngoại tệ: chỉ sửa được người nhận và ghi chú. "
                "Cần đổi hàng hay tiền thì hủy đơn này rồi nhập đơn mới theo tỷ giá của ngày."
            ),
            code="order.foreign",
        )


def _write_order(change: Change, wanted: Wanted) -> dict[str, list[Any]]:
    """Put clean values on the order; returns before and after of each column that changed."""
    order = change.order
    clean = {name: _clean(name, value) for name, value in wanted.order.items()}
    address = {"ward", "district", "province"} & clean.keys()
    if address and order.currency == HOME_CURRENCY:
        district = clean.get("district", order.district)
        province = require_province(str(clean.get("province", order.province)))
        ward = str(clean.get("ward", order.ward))
        clean |= {
            "province": province.name,
            "ward": require_ward(ward, province, district=district),
        }
    told = {
        name: [getattr(order, name), value]
        for name, value in clean.items()
        if getattr(order, name) != value
    }
    for name, value in clean.items():
        setattr(order, name, value)
    if address and order.currency == HOME_CURRENCY:
        locate(order)
    if "recipient_phone" in told:
        order.phone_reversed = reversed_digits(order.recipient_phone)
        _follow_customer(change, told)
        close_problems(order, {OrderProblem.Kind.BAD_PHONE})
    if address or "street" in told:
        close_problems(order, {OrderProblem.Kind.BAD_ADDRESS})
    return told


def _clean(name: str, value: Any) -> Any:
    if name == "recipient_phone":
        return normalise_phone(str(value), field=name)
    if name in LIMITS:
        return clean_line(str(value), LIMITS[name], field=name)
    if name in CHARGES and (not isinstance(value, int) or value < 0):
        raise DomainError(_("Số tiền không hợp lệ."), code="order.amount", field=name)
    return value


def _follow_customer(change: Change, told: dict[str, list[Any]]) -> None:
    """The order belongs to who has its phone; a new number is a new customer."""
    order = change.order
    customer = customer_of_phone(order.recipient_phone, name=order.recipient_name)
    if customer.pk != order.customer_id:
        told["customer"] = [in_words(order.customer), in_words(customer)]
        # Both of them are counted again.
        change.data["customer_ids"] = [order.customer_id, customer.pk]
        order.customer = customer


def write_goods(
    change: Change, wanted: Wanted, edit: Edit, told: dict[str, list[Any]], actor: Actor
) -> None:
    """Write the lines; other pieces than before are promised anew."""
    order = change.order
    before = line_demands([order.pk])
    reason = clean_line(edit.reason, 200, field="reason")
    told |= write_lines(order, wanted.lines, edit.added, reason=reason)
    freeze_components([order.pk])
    after = line_demands([order.pk])
    if before == after:
        return
    stock.lock_levels({row.variant_id for row in [*before, *after] if row.variant_id})
    if order.fulfillment_status != Fulfillment.UNALLOCATED:
        stock.release("order_line", {row.line_id for row in before}, actor=actor)
        order.fulfillment_status, order.warehouse_id = Fulfillment.UNALLOCATED, None
    elif order.status in {Status.DRAFT, Status.ON_HOLD}:
        return
    short = promise_stock([change], actor=actor).get(order.pk, [])
    if order.confirmed_at is not None:
        refuse_backorder(order.pk, short)


def write_totals(order: Order, told: dict[str, list[Any]]) -> None:
    names = ("goods_vnd", "total_vnd", "cod_vnd", "payment_status", "cod_status")
    before = {name: getattr(order, name) for name in names}
    order.goods_vnd = sum(order.lines.values_list("total_vnd", flat=True))
    follow_total(order)
    for name in names[:3]:
        if before[name] != getattr(order, name):
            told[name] = [before[name], getattr(order, name)]


def _search_text(order: Order) -> str:
    skus = order.lines.order_by("position").values_list("sku", flat=True)
    return search_text(fold(order.recipient_name), [{"sku": sku} for sku in skus])
