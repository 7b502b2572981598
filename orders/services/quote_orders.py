"""A quotation that was accepted becomes an order, once, at the prices that were quoted."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import retry_deadlock
from orders.models import Order, Quotation, QuotationLine
from orders.selectors.quotations import Short, shortages_now
from orders.services.granting import lock_buyer
from orders.services.intake import place_and_confirm
from orders.services.lifecycle import confirm_order
from orders.services.new_order import NewLine, NewOrder
from orders.services.quoting import lock_quotation, move_quotation
from orders.services.terms import grant_terms
from orders.states import QUOTATION_FLOW

Status = Quotation.Status


class QuotationShort(DomainError):
    """There is not enough of the goods; somebody may insist, and the order waits for them."""

    def __init__(self, missing: Sequence[Short]) -> None:
        self.missing = list(missing)
        text = "; ".join(
            _("%(sku)s cần %(wanted)d, còn %(left)d")
            % {"sku": row.sku, "wanted": row.wanted, "left": row.left}
            for row in self.missing
        )
        super().__init__(_("Không đủ hàng: %s.") % text, code="quotation.short")


@retry_deadlock
@transaction.atomic
def convert_quotation(
    quotation_id: int,
    *,
    actor: Actor,
    accept_shortage: bool = False,
    accept_terms: bool = False,
) -> Order:
    """Place the order of an accepted quotation and confirm it. A repeat finds the order.

    Prices are those that were quoted, whatever the lists say today. Raises QuotationShort, and
    keeps nothing, when stock does not suffice and nobody insisted; goods that may not be ordered
    beyond the stock are refused even then. An order outside what was agreed with the customer
    raises TermsRefused, unless that is accepted. One with a problem (an address) is placed and
    waits for its confirmation.
    """
    quotation = lock_quotation(quotation_id)
    if quotation.order is not None:
        return quotation.order
    if quotation.status != Status.ACCEPTED:
        raise DomainError(
            _("Chỉ tạo đơn từ báo giá mà khách đã đồng ý."), code="quotation.not_accepted"
        )
    QUOTATION_FLOW.check(quotation.status, Status.CONVERTED)
    lines = list(quotation.newest.lines.order_by("position"))
    lock_buyer(quotation.recipient_phone)
    placed = place_and_confirm(_order_of(quotation, lines), actor=actor)
    order_id = placed.order_id or 0
    order = grant_terms(
        order_id,
        actor=actor,
        accept=accept_terms,
        quoted_days=quotation.newest.payment_days,
    )
    if order.fulfillment_status == Order.Fulfillment.UNALLOCATED:
        _refuse_shortage(lines, accept_shortage)
    if not placed.problem:
        order = confirm_order(order_id, actor=actor)
    quotation.order = order
    data = {"text": order.number, "order_id": order.pk}
    move_quotation(quotation, Status.CONVERTED, "quotation.converted", data, actor=actor)
    record_event("order.from_quotation", order, actor=actor, data={"text": quotation.number})
    return order


def _order_of(quotation: Quotation, lines: Sequence[QuotationLine]) -> NewOrder:
    version = quotation.newest
    return NewOrder(
        source=quotation.source,
        request_key=f"quotation:{quotation.pk}",
        recipient_name=quotation.recipient_name,
        recipient_phone=quotation.recipient_phone,
        street=quotation.street,
        ward=quotation.ward,
        district=quotation.district,
        province=quotation.province,
        new_ward_code=quotation.new_ward_code,
        internal_note=quotation.internal_note,
        discount_vnd=version.discount_vnd,
        shipping_fee_buyer_vnd=version.shipping_fee_vnd,
        lines=tuple(
            NewLine(
                variant_id=line.variant_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price_vnd=line.unit_price_vnd,
                discount_vnd=line.discount_vnd,
                vat_rate=line.vat_rate,
            )
            for line in lines
        ),
    )


def _refuse_shortage(lines: Sequence[QuotationLine], accept: bool) -> None:
    missing = shortages_now(lines)
    if missing and not accept:
        raise QuotationShort(missing)
