"""Carrying a marketplace order's state over to our order. Each step repeats without harm."""

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, RemotePackage, SyncProblem
from channels_sync.ports import RemoteState, Sale
from channels_sync.services.arranging import mark_arranged
from channels_sync.services.problems import report_problem, resolve_problems
from invoicing.models import Payment
from invoicing.services.payments import receive_payment
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, TransitionRefused
from orders.models import Order, OrderProblem
from orders.services import lifecycle
from orders.services import problems as order_problems
from orders.services.fewer import Left, take_fewer
from orders.services.states import apply_states
from orders.states import BEFORE_HAND_OVER
from shipping.models import Package
from shipping.ports import TrackingUpdate
from shipping.services.external import attach_package
from shipping.services.tracking import apply_event

S = RemoteState
KIND = OrderProblem.Kind
# What an order's own state tells about parcels of which the carrier's state says nothing.
PARCEL_OF_ORDER = {
    S.SHIPPED: "in_transit",
    S.DELIVERED: "delivered",
    S.COMPLETED: "delivered",
    S.RETURNING: "return_pending",
}
ARRANGED = {S.ARRANGED, S.SHIPPED, S.DELIVERED, S.COMPLETED, S.RETURNING}


@transaction.atomic
def follow_order(row: RemoteOrder, sale: Sale, *, actor: Actor) -> None:
    """Bring our order to what the marketplace says; a word that is out of date changes nothing."""
    rows = RemoteOrder.objects.select_related("order").select_for_update(of=("self",))
    remote = rows.get(pk=row.pk)
    if remote.version != sale.version:
        return
    _tell_unknown(remote, sale)
    if remote.order_id is None:
        return
    if sale.state is S.CANCELLED:
        _cancel(remote, sale, actor=actor)
        return
    _take_fewer(remote, sale, actor=actor)
    _cancel_request(remote.order_id, sale)
    _pickup_trouble(remote.order_id, sale)
    if sale.state in ARRANGED or any(parcel.is_arranged for parcel in sale.parcels):
        _confirm(remote.order_id, actor=actor)
        _arranged(remote, sale)
    if sale.state in PARCEL_OF_ORDER or any(parcel.fulfillment for parcel in sale.parcels):
        _move_parcels(remote, sale, actor=actor)
    _follow_money(remote, sale, actor=actor)


def _tell_unknown(remote: RemoteOrder, sale: Sale) -> None:
    kind = SyncProblem.Kind.UNKNOWN_STATUS
    message = _("Trạng thái “%(status)s” của sàn chưa được ánh xạ") % {"status": sale.remote_status}
    if sale.state is not S.UNKNOWN:
        resolve_problems(remote.shop_id, [remote.remote_id], [kind])
        if remote.order_id:
            order_problems.resolve_problem(remote.order_id, KIND.UNKNOWN_STATUS)
    elif remote.order_id:
        order_problems.open_problem(remote.order_id, KIND.UNKNOWN_STATUS, message, {})
    else:
        report_problem(remote.shop_id, kind, remote.remote_id, message)


def _cancel(remote: RemoteOrder, sale: Sale, *, actor: Actor) -> None:
    order_id = remote.order_id or 0
    reason = sale.cancel_reason or _("Sàn hủy đơn")
    try:
        lifecycle.cancel_order(order_id, actor=actor, reason=reason)
    except TransitionRefused:
        # The goods have left: the parcel comes back, and a person waits for it.
        order_problems.open_problem(
            order_id,
            KIND.CHANGED_REMOTELY,
            _("Sàn đã hủy đơn khi hàng đã rời kho: %(why)s") % {"why": reason},
            {},
        )
        _move_parcels(remote, sale, actor=actor)
    order_problems.resolve_problem(order_id, KIND.CANCEL_REQUESTED)
    remote.packages.update(next_attempt_at=None)


def _take_fewer(remote: RemoteOrder, sale: Sale, *, actor: Actor) -> None:
    """Pieces that were cancelled there leave our order, where nothing stands in the way."""
    order = remote.order
    if order is None or not order.needs_attention:
        return
    different = OrderProblem.objects.filter(
        order=order, kind=KIND.CHANGED_REMOTELY, resolved_at=None, data__has_key="after"
    )
    if not different.exists():
        return
    pieces = {line.remote_line_id: line.quantity for line in sale.lines}
    left = Left(pieces, sale.discount_vnd, sale.shipping_fee_buyer_vnd)
    reason = sale.cancel_reason or _("Sàn hủy một phần đơn")
    try:
        take_fewer(order.pk, left, reason=reason[:200], actor=actor)
    except DomainError as refusal:
        message = _("Không bớt được hàng đã hủy trên sàn: %(why)s") % {"why": refusal.message}
        data = different.values_list("data", flat=True).first()
        order_problems.open_problem(order.pk, KIND.CHANGED_REMOTELY, message, data)


def _cancel_request(order_id: int, sale: Sale) -> None:
    if sale.state is S.CANCEL_REQUESTED:
        message = _("Khách yêu cầu hủy: %(why)s") % {"why": sale.cancel_reason or "—"}
        order_problems.open_problem(order_id, KIND.CANCEL_REQUESTED, message, {})
    else:
        order_problems.resolve_problem(order_id, KIND.CANCEL_REQUESTED)


def _pickup_trouble(order_id: int, sale: Sale) -> None:
    if sale.state is S.ATTENTION:
        message = _("Sàn báo lấy hàng không thành công, cần sắp xếp giao lại")
        order_problems.open_problem(order_id, KIND.DELIVERY_FAILED, message, {})
    elif sale.state is S.ARRANGED:
        order_problems.resolve_problem(order_id, KIND.DELIVERY_FAILED)


def _confirm(order_id: int, *, actor: Actor) -> None:
    """Whoever arranged the shipment at the marketplace's own pages has agreed to the order."""
    waiting = Order.Status.PENDING_CONFIRMATION
    if Order.objects.filter(pk=order_id, status=waiting).exists():
        lifecycle.confirm_order(order_id, actor=actor)


def _follow_money(remote: RemoteOrder, sale: Sale, *, actor: Actor) -> None:
    """Cash on delivery: held by the marketplace once delivered, paid out once it is completed."""
    order = Order.objects.get(pk=remote.order_id or 0)
    if not sale.is_cod or sale.state not in (S.DELIVERED, S.COMPLETED):
        return
    if order.fulfillment_status != Order.Fulfillment.DELIVERED or _our_carrier_has_it(order):
        return
    if order.cod_status == Order.Cod.TO_COLLECT:
        order = apply_states(
            order.pk,
            actor=actor,
            event_name="channel.cod_collected",
            data={"amount_vnd": order.cod_vnd},
            cod=Order.Cod.COLLECTED,
        )
    if sale.state is S.COMPLETED and order.cod_status == Order.Cod.COLLECTED:
        settle_cash(remote, actor=actor)


@transaction.atomic
def settle_cash(remote: RemoteOrder, *, actor: Actor) -> None:
    """The cash that the marketplace collected is ours; a repeat changes nothing."""
    order = Order.objects.select_for_update().get(pk=remote.order_id or 0)
    if order.cod_status != Order.Cod.COLLECTED:
        return
    if order.balance_vnd:
        receive_payment(
            order.pk,
            order.balance_vnd,
            Payment.Method.MARKETPLACE,
            remote.remote_id,
            source=("remoteorder", str(remote.pk)),
            actor=actor,
        )
    apply_states(
        order.pk, actor=actor, event_name="channel.settled", data={}, cod=Order.Cod.REMITTED
    )


def _our_carrier_has_it(order: Order) -> bool:
    """Shipping follows such a parcel, and the carrier's statement brings its cash."""
    packages = Package.objects.filter(fulfilment__order=order, is_external=False)
    return packages.exclude(booking_state="void").exists()


def _arranged(remote: RemoteOrder, sale: Sale) -> None:
    """Arranged by us without an answer, or by somebody at the marketplace's own pages."""
    waiting = remote.packages.exclude(arrangement=RemotePackage.Arrangement.ARRANGED)
    if sale.state not in ARRANGED:
        told = [parcel.package_number for parcel in sale.parcels if parcel.is_arranged]
        waiting = waiting.filter(package_number__in=told)
    for package in waiting:
        mark_arranged(package.pk)


def _move_parcels(remote: RemoteOrder, sale: Sale, *, actor: Actor) -> None:
    """Report to shipping where each parcel is, at the marketplace's own time."""
    order = Order.objects.get(pk=remote.order_id or 0)
    numbers = dict(remote.packages.values_list("package_number", "tracking_number"))
    for parcel in sale.parcels:
        if not parcel.is_numbered:
            continue  # not packed: there is no parcel yet that could be anywhere
        status = parcel.fulfillment or PARCEL_OF_ORDER.get(sale.state, "")
        if sale.state in (S.DELIVERED, S.COMPLETED) and parcel.fulfillment == "in_transit":
            status = "delivered"
        package = _package(order, remote, parcel.package_number, numbers, actor=actor)
        if status and package is not None:
            update = TrackingUpdate(
                tracking_number=package.tracking_number,
                reference=package.reference,
                kind="marketplace",
                raw_status=_raw_status(sale.remote_status, parcel.logistics_status),
                occurred_at=sale.updated_at,
                status=status,
            )
            apply_event(package.pk, update, actor=actor)


def _raw_status(order_status: str, parcel_status: str) -> str:
    """The marketplace's own words; some have the same word for both."""
    words = [order_status, parcel_status]
    return " ".join(dict.fromkeys(word for word in words if word))[:60]


def _package(
    order: Order,
    remote: RemoteOrder,
    package_number: str,
    numbers: dict[str, str],
    *,
    actor: Actor,
) -> Package | None:
    """The parcel at shipping; our own carrier's is followed there and is left alone here."""
    reference = f"{order.number}-{package_number}"[:50]
    packages = Package.objects.filter(fulfilment__order=order)
    if _our_carrier_has_it(order):
        return None
    found = packages.filter(reference=reference).first()
    if found is not None or order.fulfillment_status not in BEFORE_HAND_OVER:
        return found
    return attach_package(
        order.pk,
        remote.shop.marketplace,
        package_number,
        numbers.get(package_number, ""),
        None,
        actor=actor,
    )
