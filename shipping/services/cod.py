"""Cash collected by carriers: ours only when it has arrived."""

from django.db import transaction
from django.utils.translation import gettext as _

from invoicing.models import Payment
from invoicing.services.payments import payment_of, receive_payment
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.money import format_vnd
from oms.kernel.text import clean_line
from orders.models import Order
from orders.services.states import apply_states
from shipping.models import BookingState, CodStatus, Package
from shipping.services.ledger import follow_package, post_received
from shipping.services.writer import order_of, set_cod

WAITING = frozenset(
    {CodStatus.TO_COLLECT, CodStatus.COLLECTED, CodStatus.IN_STATEMENT, CodStatus.MISMATCH}
)
REFERENCE_LENGTH = 80  # together with the package it is the key of a payment


@transaction.atomic
def record_remittance(package_id: int, amount_vnd: int, reference: str, *, actor: Actor) -> Package:
    """Money of the carrier for one package has arrived: it pays the order.

    The package is in mismatch while less has come than was to be collected, and remitted once the
    sum is complete. A transfer is booked once by its reference: the same again changes nothing.
    Refused, with the field: another amount under that reference, and more than is missing.
    """
    package, payment = receive_cod(package_id, amount_vnd, reference, actor=actor)
    if payment is not None:
        follow_package(package, actor=actor)
        post_received(package, amount_vnd, payment.pk, actor=actor)
    return package


def receive_cod(
    package_id: int, amount_vnd: int, reference: str, *, actor: Actor
) -> tuple[Package, Payment | None]:
    """Inside the caller's transaction: the payment of the order, None when it was booked before."""
    reference = clean_line(reference, REFERENCE_LENGTH, field="reference")
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    source = ("package", f"{package.pk}:{reference}")
    if _is_booked(package, source, amount_vnd, reference):
        return package, None
    _check_amount(package, order, amount_vnd)
    received_vnd = (package.cod_received_vnd or 0) + amount_vnd
    is_complete = received_vnd == package.cod_vnd
    set_cod(
        package,
        CodStatus.REMITTED if is_complete else CodStatus.MISMATCH,
        cod_received_vnd=received_vnd,
        cod_received_at=now(),
        cod_reference=reference,
    )
    payment = receive_payment(order.pk, amount_vnd, "cod", reference, source=source, actor=actor)
    _tell_order(
        package,
        "cod.remitted" if is_complete else "cod.short",
        actor=actor,
        data={"amount_vnd": amount_vnd, "reference": reference},
    )
    return package, payment


@transaction.atomic
def close_difference(package_id: int, reason: str, *, actor: Actor) -> Package:
    """Stop waiting for the rest of a short remittance: it is lost, with the reason kept.

    The order keeps what it was paid and still owes the rest. A second call changes nothing.
    """
    reason = clean_line(reason, 200, field="reason")
    order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    if package.cod_status == CodStatus.WRITTEN_OFF:
        return package
    if package.cod_status != CodStatus.MISMATCH:
        raise DomainError(_("Kiện này không có chênh lệch để đóng."), "cod.no_difference")
    if not reason:
        raise DomainError(_("Hãy ghi lý do đóng chênh lệch."), "cod.reason", "reason")
    write_off(package, reason, actor=actor)
    return package


def write_off(package: Package, reason: str, *, actor: Actor) -> None:
    """Inside the caller's transaction, with order and package locked: the rest is lost."""
    set_cod(package, CodStatus.WRITTEN_OFF, cod_loss_reason=reason)
    follow_package(package, actor=actor)
    data = {"lost_vnd": package.cod_missing_vnd, "reason": reason}
    _tell_order(package, "cod.written_off", actor=actor, data=data)


def _is_booked(package: Package, source: tuple[str, str], amount_vnd: int, reference: str) -> bool:
    """Whether this very transfer is in the books. Without a reference nobody can tell two apart."""
    booked = payment_of(source)
    if booked is None:
        return False
    if booked.amount_vnd == amount_vnd and (reference or package.cod_missing_vnd == 0):
        return True
    message = (
        _("Mã giao dịch “%(code)s” đã ghi %(amount)s cho kiện này; khoản khác cần mã khác.")
        if reference
        else _("Đã ghi %(amount)s không mã giao dịch; hãy nhập mã giao dịch của khoản này.")
    )
    words = {"code": reference, "amount": format_vnd(booked.amount_vnd)}
    raise DomainError(message % words, "cod.reference_used", "reference")


def _check_amount(package: Package, order: Order, amount_vnd: int) -> None:
    if package.cod_status == CodStatus.REMITTED:
        text = _("Kiện đã nhận đủ %(sum)s, không còn gì để thu.")
        raise DomainError(text % {"sum": format_vnd(package.cod_vnd)}, "cod.complete", "amount")
    if package.cod_status == CodStatus.WRITTEN_OFF:
        raise DomainError(_("Chênh lệch của kiện này đã đóng."), "cod.closed", "amount")
    if package.cod_status not in WAITING or package.booking_state == BookingState.VOID:
        raise DomainError(_("Kiện này không thu hộ."), "cod.none")
    if amount_vnd <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), "cod.amount", "amount")
    missing_vnd = min(package.cod_missing_vnd, order.total_vnd - order.paid_vnd)
    if amount_vnd > missing_vnd:
        text = _(
            "Chỉ còn thiếu %(missing)s, không ghi %(amount)s được; phần thừa hãy hỏi lại hãng."
        )
        words = {"missing": format_vnd(missing_vnd), "amount": format_vnd(amount_vnd)}
        raise DomainError(text % words, "cod.too_much", "amount")


def _tell_order(
    package: Package, event_name: str, *, actor: Actor, data: dict[str, object]
) -> None:
    facts = {
        "package_id": package.pk,
        "tracking_number": package.tracking_number,
        "expected_vnd": package.cod_vnd,
        "received_vnd": package.cod_received_vnd,
    }
    apply_states(
        package.fulfilment.order_id,
        actor=actor,
        event_name=event_name,
        data={**facts, **data},
        cod=package.cod_status,
    )
