"""Writing the lines of a revision: what changes, what comes, what leaves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Variant
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.money import allocate
from orders.edit_ports import forget_lines
from orders.models import CancelledLine, Order, OrderLine
from orders.services.drafting import MOST_LINES
from orders.services.edit_values import LINE_FIELDS, AddedLine

Told = dict[str, list[Any]]


def write_lines(
    order: Order,
    changes: Mapping[int, Mapping[str, Any]],
    added: Sequence[AddedLine],
    *,
    reason: str,
) -> Told:
    """Change, add and remove lines of a locked order. Returns before and after of each value.

    Pieces that leave a placed order are kept as cancelled, with what they were worth.
    """
    lines = {line.pk: line for line in order.lines.order_by("position")}
    told: Told = {}
    gone: list[OrderLine] = []
    cancelled: list[CancelledLine] = []
    for line_id, values in changes.items():
        line = lines.get(line_id)
        if line is None:
            raise DomainError(_("Dòng hàng không còn trong đơn."), code="line.gone")
        less = _less(line, values)
        if less is not None and order.status != Order.Status.DRAFT:
            less.reason = reason
            cancelled.append(less)
        told |= _change(line, values)
        if not line.quantity:
            gone.append(lines.pop(line_id))
    OrderLine.objects.bulk_update(lines.values(), [*LINE_FIELDS, "total_vnd"])
    told |= _add(order, lines.values(), added)
    if len(lines) + len(added) == 0:
        raise DomainError(
            _("Đơn phải còn ít nhất một dòng hàng; muốn bỏ hết thì hủy đơn."), code="order.empty"
        )
    _remove(gone)
    CancelledLine.objects.bulk_create(cancelled)
    return told


def _change(line: OrderLine, values: Mapping[str, Any]) -> Told:
    """Put the values on the line, not saved yet, and say what they were."""
    told = {
        f"line:{line.position}:{line.sku}:{name}": [getattr(line, name), value]
        for name, value in values.items()
    }
    for name, value in values.items():
        if not isinstance(value, int) or value < 0:
            raise _refused(line)
        setattr(line, name, value)
    if line.quantity:
        line.total_vnd = line.quantity * line.unit_price_vnd - line.discount_vnd
        if line.total_vnd < 0:
            raise _refused(line)
    return told


def _refused(line: OrderLine) -> DomainError:
    return DomainError(
        _("Dòng %(sku)s: số lượng hoặc số tiền không hợp lệ.") % {"sku": line.sku or line.name},
        code="line.amount",
        field="lines",
    )


def _less(line: OrderLine, values: Mapping[str, Any]) -> CancelledLine | None:
    """The pieces that this change takes from the line, as they were priced."""
    pieces = line.quantity - int(values.get("quantity", line.quantity))
    if pieces <= 0:
        return None
    return CancelledLine(
        order_id=line.order_id,
        variant_id=line.variant_id,
        sku=line.sku,
        name=line.name,
        quantity=pieces,
        total_vnd=allocate(line.total_vnd, [pieces, line.quantity - pieces])[0],
        cancelled_at=now(),
    )


def _add(order: Order, kept: Any, added: Sequence[AddedLine]) -> Told:
    variants = Variant.objects.select_related("product").in_bulk([row.variant_id for row in added])
    last = max((line.position for line in order.lines.all()), default=0)
    if len(kept) + len(added) > MOST_LINES:
        raise DomainError(_("Đơn có quá nhiều dòng hàng."), code="order.lines", field="lines")
    rows, told = list[OrderLine](), Told()
    for position, row in enumerate(added, last + 1):
        variant = variants.get(row.variant_id)
        if variant is None or row.quantity <= 0 or row.unit_price_vnd < 0:
            raise DomainError(_("Dòng hàng thêm vào không hợp lệ."), code="line.added")
        told[f"line:{position}:{variant.sku}:quantity"] = [0, row.quantity]
        told[f"line:{position}:{variant.sku}:unit_price_vnd"] = ["", row.unit_price_vnd]
        rows.append(
            OrderLine(
                order=order,
                position=position,
                variant=variant,
                sku=variant.sku,
                name=variant.full_name,
                quantity=row.quantity,
                unit_price_vnd=row.unit_price_vnd,
                total_vnd=row.quantity * row.unit_price_vnd,
                vat_rate=variant.product.vat_rate,
            )
        )
    OrderLine.objects.bulk_create(rows)
    return told


def _remove(gone: Sequence[OrderLine]) -> None:
    if gone:
        line_ids = [line.pk for line in gone]
        forget_lines(line_ids)
        OrderLine.objects.filter(pk__in=line_ids).delete()
