"""Arranging a marketplace order's shipment, once.

The wish is committed before the first send. A send whose answer is lost leaves the parcel UNKNOWN,
and only the marketplace's own view of the order decides whether it is sent again.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, RemotePackage, Shop
from channels_sync.ports import Handover, ParcelRef, RemoteState, ShippingOptions
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.events import record_event
from oms.kernel.locks import redis_lock
from orders.models import Order, OrderProblem
from orders.services import problems as order_problems
from orders.services.states import lock_order
from shipping.models import Package

A = RemotePackage.Arrangement
RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)
LOCK_SECONDS = 120
READY = {Order.Status.CONFIRMED, Order.Status.PROCESSING}
NOT_TO_BE_SENT = {Order.Status.CANCELLED, Order.Status.DRAFT, Order.Status.PENDING_CONFIRMATION}
SHIPPABLE = {RemoteState.TO_SHIP, RemoteState.ATTENTION}


def arrange_shipment(order_id: int, *, actor: Actor) -> list[RemotePackage]:
    """Ask the marketplace to ship every parcel of this order that is not arranged yet.

    A repeat while one is on its way changes nothing. Raises DomainError when the order is not the
    marketplace's, or is not to be shipped.
    """
    return _request(order_id, own_tracking_number="", actor=actor)


def tell_own_tracking(order_id: int, tracking_number: str, *, actor: Actor) -> list[RemotePackage]:
    """Tell the marketplace that our own carrier ships this order under this number."""
    return _request(order_id, own_tracking_number=tracking_number, actor=actor)


@transaction.atomic
def _request(order_id: int, *, own_tracking_number: str, actor: Actor) -> list[RemotePackage]:
    remote = RemoteOrder.objects.select_for_update().filter(order_id=order_id).first()
    if remote is None:
        raise DomainError(_("Đơn này không thuộc gian hàng trên sàn"), code="not_a_channel_order")
    order = Order.objects.get(pk=order_id)
    if order.status not in READY:
        raise _not_ready()
    packages = list(remote.packages.select_for_update().order_by("pk"))
    waiting = [p for p in packages if p.arrangement in (A.NONE, A.REFUSED)]
    if not waiting:
        return packages
    if remote.state not in SHIPPABLE:
        raise DomainError(
            _("Sàn chưa cho giao đơn này (%(status)s)") % {"status": remote.remote_status},
            code="not_shippable",
        )
    for package in waiting:
        package.arrangement, package.last_error = A.QUEUED, ""
        package.own_tracking_number = own_tracking_number
        package.attempts, package.next_attempt_at = 0, now()
        package.save()
        hurry("send_arrangement", package.pk)
    record_event(
        "channel.shipment_requested",
        remote,
        actor=actor,
        data={"parcels": [p.package_number for p in waiting]},
        about=("order", order_id),
    )
    return packages


def _not_ready() -> DomainError:
    message = _("Đơn phải được xác nhận và không tạm giữ mới sắp xếp giao được")
    return DomainError(message, code="order.not_ready")


def send_arrangement(package_id: int) -> RemotePackage:
    """Carry out a wish, or find out what became of an earlier attempt. Raises LockBusy."""
    with redis_lock(f"channel-arrange:{package_id}", LOCK_SECONDS):
        package = _package(package_id)
        if package.arrangement == A.UNKNOWN:
            package = _look_up(package)
        if package.arrangement == A.QUEUED:
            package = _send(package)
        return package


def parcel_of(package: RemotePackage) -> ParcelRef:
    """How the marketplace is to be asked about this parcel."""
    remote = package.remote_order
    return ParcelRef(
        remote.remote_id,
        package.package_number if package.is_numbered else "",
        unit_ids=tuple(package.unit_ids),
        is_split=remote.is_split or remote.packages.count() > 1,
        carrier=_own_carrier(package),
    )


def _own_carrier(package: RemotePackage) -> str:
    """Which of our carriers has the parcel whose number is to be told."""
    if not package.own_tracking_number:
        return ""
    parcels = Package.objects.filter(
        fulfilment__order=package.remote_order.order_id,
        tracking_number=package.own_tracking_number,
    )
    return parcels.values_list("carrier_code", flat=True).first() or ""


def _send(package: RemotePackage) -> RemotePackage:
    shop = package.remote_order.shop
    parcel = parcel_of(package)
    try:
        options = ask(shop.pk, lambda adapter, access: adapter.shipping_options(access, parcel))
        handover, details = choose(options, package, shop)
        if not _claim(package):
            return _package(package.pk)
        ask(
            shop.pk,
            lambda adapter, access: adapter.arrange(
                access,
                parcel,
                handover=handover,
                details=details,
                tracking_number=package.own_tracking_number,
            ),
        )
    except ServiceUnreachable as trouble:
        return _later(package, trouble)
    except ServiceRefused as refusal:
        # "Already shipped" is a refusal too: the marketplace's own view decides.
        return _look_up(package, refusal=refusal)
    if not package.is_numbered:
        # Its number, and whether it became one parcel or several, is in the order now.
        return _look_up(package)
    return mark_arranged(package.pk)


def choose(
    options: ShippingOptions, package: RemotePackage, shop: Shop
) -> tuple[Handover, dict[str, Any]]:
    """The hand-over to use: our own carrier's when we ship, else the shop's habit, else what is."""
    if package.own_tracking_number:
        if options.own_carrier is None:
            raise ServiceRefused(
                _("Sàn không cho dùng hãng vận chuyển riêng cho đơn này"), code="own_not_allowed"
            )
        return Handover.OWN_CARRIER, options.own_carrier
    ways = [(Handover.PICKUP, options.pickup), (Handover.DROPOFF, options.dropoff)]
    if shop.handover == Shop.Handover.DROPOFF:
        ways.reverse()
    for handover, details in ways:
        if details is not None:
            return handover, details
    if options.own_carrier is not None:
        raise ServiceRefused(
            _("Đơn này người bán tự giao: hãy tạo vận đơn với hãng của mình"), code="own_carrier"
        )
    raise ServiceRefused(_("Sàn không đưa ra cách giao nào"), code="no_handover")


@transaction.atomic
def _claim(package: RemotePackage) -> bool:
    """Committed before the bytes leave: whoever comes after knows that something was sent.

    False when the order was stopped since the wish: held, it waits; cancelled, there is none.
    """
    assert package.remote_order.order_id is not None
    status = lock_order(package.remote_order.order_id).status
    if status == Order.Status.ON_HOLD:
        _later(package, None, state=A.QUEUED)
        return False
    if status in NOT_TO_BE_SENT:
        RemotePackage.objects.filter(pk=package.pk).update(
            arrangement=A.NONE, next_attempt_at=None, last_error=_not_ready().message
        )
        return False
    RemotePackage.objects.filter(pk=package.pk).update(
        arrangement=A.UNKNOWN, next_attempt_at=now() + RETRY
    )
    package.arrangement = A.UNKNOWN
    return True


def _look_up(package: RemotePackage, refusal: ServiceRefused | None = None) -> RemotePackage:
    """Read the order again. Only an answer that still asks for shipping allows another send."""
    from channels_sync.services.importing import import_orders

    remote, was_numbered = package.remote_order, package.is_numbered
    try:
        import_orders(remote.shop_id, [remote.remote_id])
    except (ServiceUnreachable, ServiceRefused) as trouble:
        return _later(package, trouble, state=package.arrangement)
    package = _package(package.pk)
    if package.arrangement in (A.ARRANGED, A.REFUSED):
        return package
    if refusal is not None and package.is_numbered == was_numbered:
        return _refuse(package, refusal)
    if package.remote_order.state not in SHIPPABLE:
        return _later(package, None, state=A.UNKNOWN)
    RemotePackage.objects.filter(pk=package.pk).update(arrangement=A.QUEUED)
    return _package(package.pk)


def _later(
    package: RemotePackage,
    trouble: ServiceUnreachable | ServiceRefused | None,
    *,
    state: str = "",
) -> RemotePackage:
    """Try again after a wait that doubles. What was surely not sent goes back to the queue."""
    if not state:
        sent = isinstance(trouble, ServiceUnreachable) and trouble.maybe_done
        state = A.UNKNOWN if sent else A.QUEUED
    retry_after = getattr(trouble, "retry_after", None)
    wait = timedelta(seconds=retry_after) if retry_after else RETRY * 2 ** min(package.attempts, 8)
    RemotePackage.objects.filter(pk=package.pk).update(
        arrangement=state,
        attempts=package.attempts + 1,
        next_attempt_at=now() + min(wait, LONGEST_RETRY),
        last_error=trouble.message if trouble else package.last_error,
    )
    return _package(package.pk)


@transaction.atomic
def _refuse(package: RemotePackage, refusal: ServiceRefused) -> RemotePackage:
    if package.remote_order.order_id:
        order_problems.open_problem(
            package.remote_order.order_id,
            OrderProblem.Kind.SHIPPING,
            _("Sàn từ chối sắp xếp giao hàng: %(why)s") % {"why": refusal.message},
            {"code": refusal.code},
        )
    RemotePackage.objects.filter(pk=package.pk).update(
        arrangement=A.REFUSED, next_attempt_at=None, last_error=refusal.message
    )
    return _package(package.pk)


@transaction.atomic
def mark_arranged(package_id: int) -> RemotePackage:
    """The marketplace took the shipment: note it once, and go for number and label."""
    remote = RemotePackage.objects.values_list("remote_order__order_id", flat=True)
    order_id = remote.get(pk=package_id)
    if order_id is not None:
        lock_order(order_id)  # before its parcels, as whoever follows the order does
    package = RemotePackage.objects.select_for_update(of=("self",)).get(pk=package_id)
    if package.arrangement == A.ARRANGED:
        return _package(package_id)
    package.arrangement, package.arranged_at = A.ARRANGED, now()
    package.attempts, package.last_error = 0, ""
    package.next_attempt_at = now()
    if not package.own_tracking_number:
        package.waybill = RemotePackage.Waybill.WANTED
        hurry("fetch_waybill", package.pk)
    else:
        package.next_attempt_at = None
    package.save()
    if order_id is not None:
        record_event(
            "channel.arranged",
            package.remote_order,
            actor=Actor.partner(package.remote_order.shop.marketplace),
            data={"parcel": package.package_number},
            about=("order", order_id),
        )
        order_problems.resolve_problem(order_id, OrderProblem.Kind.SHIPPING)
    return _package(package_id)


def due_package_ids() -> list[int]:
    """Parcels whose wish, unknown outcome or label waits and whose time has come."""
    rows = RemotePackage.objects.filter(
        next_attempt_at__lte=now(), remote_order__shop__status=Shop.Status.CONNECTED
    )
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:200])


def _package(package_id: int) -> RemotePackage:
    return RemotePackage.objects.select_related("remote_order__shop").get(pk=package_id)
