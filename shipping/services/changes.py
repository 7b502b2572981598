"""What a carrier is asked to do with a parcel that it has: deliver again, bring back, collect less.

The carrier is asked outside any transaction. A lost answer leaves everything as it was: each wish
may be repeated, and the carrier's own report tells what became of it.
"""

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.phones import national
from orders.models import OrderProblem
from orders.services.problems import resolve_problem
from orders.services.redirecting import redirect_order, redirection
from orders.services.states import apply_states
from shipping.models import BookingState, CodStatus, Package
from shipping.models.packages import PackageStatus as S
from shipping.ports import Ability, Carrier, Outcome, carrier_for
from shipping.services.booking import parcel_of
from shipping.services.history import record
from shipping.services.writer import order_of
from shipping.states import FINAL

UNDELIVERED = frozenset({S.DELIVERY_FAILED, S.RETURN_PENDING})
Ask = Callable[[Carrier], Outcome]


def ask_redelivery(package_id: int, *, actor: Actor) -> Package:
    """Try once more after a delivery that failed. Raises DomainError with the carrier's words."""
    return _try_again_or_return(package_id, "shipment.redelivery_asked", actor=actor)


def ask_return(package_id: int, *, actor: Actor) -> Package:
    """Let a parcel that could not be delivered come back. Raises DomainError as above."""
    return _try_again_or_return(package_id, "shipment.return_asked", actor=actor)


def _try_again_or_return(package_id: int, event: str, *, actor: Actor) -> Package:
    package = _with_carrier(package_id)
    if package.status not in UNDELIVERED:
        raise DomainError(_("Kiện không ở trạng thái giao thất bại."), "package.not_failed")
    code = package.tracking_number
    if event == "shipment.redelivery_asked":
        _ask(package, Ability.REDELIVER, lambda carrier: carrier.redeliver(code))
    else:
        _ask(package, Ability.SEND_BACK, lambda carrier: carrier.send_back(code))
    with transaction.atomic():
        order = order_of(package_id, lock=True)
        record(package, event, actor=actor)
        resolve_problem(order.pk, OrderProblem.Kind.DELIVERY_FAILED, actor=actor)
    return package


def change_receiver(package_id: int, *, phone: str, street: str, actor: Actor) -> Package:
    """Another phone or street for a parcel on its way, at the carrier and on the order."""
    package = _with_carrier(package_id)
    phone, street = redirection(phone=phone, street=street)
    parcel = parcel_of(package)
    there = replace(parcel.receiver, phone=national(phone), street=street)
    wanted = replace(parcel, receiver=there)
    number = package.tracking_number
    _ask(package, Ability.EDIT_RECEIVER, lambda carrier: carrier.edit_receiver(number, wanted))
    redirect_order(package.fulfilment.order_id, phone=phone, street=street, actor=actor)
    return package


def change_cod(package_id: int, *, cod_vnd: int, actor: Actor) -> Package:
    """Another amount to collect, at the carrier first and then in our books (A-71)."""
    package = _with_carrier(package_id)
    _check_cod(package, cod_vnd)
    wanted = replace(parcel_of(package), cod_vnd=cod_vnd)
    number = package.tracking_number
    _ask(package, Ability.EDIT_COD, lambda carrier: carrier.edit_cod(number, wanted))
    with transaction.atomic():
        order = order_of(package_id, lock=True)
        row = Package.objects.select_for_update().get(pk=package_id)
        before, row.cod_vnd = row.cod_vnd, cod_vnd
        row.save(update_fields=["cod_vnd"])
        data = {"package_id": row.pk, "cod_vnd": [before, cod_vnd]}
        apply_states(
            order.pk, actor=actor, event_name="shipment.cod_changed", data=data, cod_vnd=cod_vnd
        )
    return row


def _check_cod(package: Package, cod_vnd: int) -> None:
    if package.cod_status != CodStatus.TO_COLLECT:
        raise DomainError(_("Kiện này không còn tiền chờ thu."), "cod.not_open", "cod_vnd")
    most = carrier_for(package.account).limits.max_cod_vnd
    if not 0 < cod_vnd <= most:
        message = _("Tiền thu hộ phải từ 1 đến %(max)s ₫.") % {"max": f"{most:,}"}
        raise DomainError(message, "cod.out_of_range", "cod_vnd")


def _with_carrier(package_id: int) -> Package:
    """A parcel that a carrier of ours has. Raises DomainError for any other."""
    package = Package.objects.select_related("account", "fulfilment__order").get(pk=package_id)
    booked = package.booking_state == BookingState.BOOKED and package.account is not None
    if not booked or package.status in FINAL:
        raise DomainError(_("Hãng không còn giữ kiện này."), "package.not_with_carrier")
    return package


def _ask(package: Package, ability: Ability, ask: Ask) -> None:
    """Ask the carrier; its "no" and its silence rise as DomainError."""
    carrier = carrier_for(package.account)
    if ability not in carrier.abilities:
        raise DomainError(
            _("Hãng này không nhận yêu cầu qua hệ thống; hãy gọi hoặc làm trên trang của hãng."),
            "carrier.cannot",
        )
    try:
        outcome = ask(carrier)
    except ServiceUnreachable as lost:
        message = _("Chưa rõ hãng đã nhận yêu cầu chưa; xem hành trình rồi bấm lại nếu cần.")
        raise DomainError(message, "carrier.unreachable") from lost
    if not outcome.done:
        raise DomainError(
            _("Hãng không nhận: %(why)s") % {"why": outcome.message}, "carrier.refused"
        )
