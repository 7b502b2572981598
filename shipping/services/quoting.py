"""Fee and day for a parcel that is not made yet."""

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError, ServiceUnreachable
from orders.models import Order
from shipping.ports import Parcel, Quote, carrier_for
from shipping.services.booking import item_of
from shipping.services.preflight import (
    ShipmentRequest,
    active_account,
    check_own_carrier,
    check_parcel,
    check_receiver,
    due_cod_vnd,
)
from shipping.services.receivers import address_form_of, receiver_of


def quote_shipment(order_id: int, request: ShipmentRequest) -> list[Quote]:
    """What each service would cost, cheapest first. Stores nothing, here or there.

    Raises DomainError for a parcel or an address that the carrier would refuse.
    """
    order = Order.objects.get(pk=order_id)
    account = active_account(request.account_id)
    carrier = carrier_for(account)
    due_vnd = due_cod_vnd(order, fee_payer=request.fee_payer)
    cod_vnd = due_vnd if request.cod_vnd is None else request.cod_vnd
    check_receiver(order)
    check_parcel(request, cod_vnd, carrier.limits)
    check_own_carrier(order_id)
    lines = order.lines.select_related("variant").order_by("position")
    parcel = Parcel(
        reference="",
        service_code=request.service_code,
        receiver=receiver_of(order, address_form_of(account.carrier)),
        weight_g=request.weight_g,
        length_cm=request.length_cm,
        width_cm=request.width_cm,
        height_cm=request.height_cm,
        cod_vnd=cod_vnd,
        declared_vnd=min(order.goods_vnd, carrier.limits.max_declared_vnd),
        fee_payer=request.fee_payer,
        inspection_note=request.inspection_note,
        items=tuple(item_of(line, line.quantity) for line in lines),
    )
    try:
        quotes = carrier.quote(parcel)
    except ServiceUnreachable as lost:
        message = _(
            "Chưa có giá vì hãng chưa trả lời. Vẫn tạo được vận đơn: "
            "hệ thống tự gửi khi hãng hoạt động lại."
        )
        raise DomainError(message, "carrier.unreachable") from lost
    return sorted(quotes, key=lambda quote: quote.fee_vnd)
