"""What the parts of a new order sum to, in dong and in the currency that it was agreed in."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import format_minor, minor_to_vnd
from orders.services.new_order import NewOrder

Sums = dict[str, int | None]


def sums_of(new: NewOrder, lines: Sequence[Mapping[str, Any]]) -> Sums:
    """The money columns of the order; lines have their VND already, each rounded once."""
    goods_vnd = sum(line["total_vnd"] for line in lines)
    discount_vnd, shipping_vnd = new.discount_vnd, new.shipping_fee_buyer_vnd
    abroad: Sums = {"total_minor": None, "discount_minor": 0, "shipping_fee_minor": 0}
    if new.currency != HOME:
        if any(line["total_minor"] is None for line in lines):
            raise DomainError(
                _("Đơn ngoại tệ cần giá từng dòng bằng %(currency)s.") % {"currency": new.currency},
                code="order.amount",
                field="lines",
            )
        abroad = _minor_sums(new, lines)
        shipping_vnd = minor_to_vnd(new.shipping_fee_minor, new.currency, Decimal(new.rate))
        discount_vnd = _discount_vnd(new, goods_vnd + shipping_vnd, abroad["total_minor"] or 0)
    return {
        "goods_vnd": goods_vnd,
        "discount_vnd": discount_vnd,
        "shipping_fee_buyer_vnd": shipping_vnd,
        "total_vnd": goods_vnd - discount_vnd + shipping_vnd,
        **abroad,
    }


def _minor_sums(new: NewOrder, lines: Sequence[Mapping[str, Any]]) -> Sums:
    goods = sum(line["total_minor"] for line in lines)
    total = goods - new.discount_minor + new.shipping_fee_minor
    if new.total_minor not in (None, total):
        raise DomainError(
            _("Tổng tiền %(said)s không bằng tổng các phần %(sum)s.")
            % {
                "said": format_minor(new.total_minor or 0, new.currency),
                "sum": format_minor(total, new.currency),
            },
            code="order.amount",
            field="total",
        )
    return {
        "total_minor": total,
        "discount_minor": new.discount_minor,
        "shipping_fee_minor": new.shipping_fee_minor,
    }


def _discount_vnd(new: NewOrder, before_vnd: int, total_minor: int) -> int:
    """Never more than what it is taken from: roundings of the lines may fall below its own."""
    if total_minor == 0:
        return before_vnd
    return min(minor_to_vnd(new.discount_minor, new.currency, Decimal(new.rate)), before_vnd)
