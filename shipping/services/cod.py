"""Cash collected by carriers: ours only when it has arrived."""

from django.db import transaction
from django.utils.translation import gettext as _

from invoicing.services.payments import receive_payment
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.text import clean_line
from orders.services.states import apply_states
from shipping.models import BookingState, CodStatus, Package
from shipping.services.writer import order_of, set_cod

WAITING = frozenset(
    {CodStatus.TO_COLLECT, CodStatus.COLLECTED, CodStatus.IN_STATEMENT, CodStatus.MISMATCH}
)


@transaction.atomic
def record_remittance(package_id: int, amount_vnd: int, reference: str, *, actor: Actor) -> Package:
    """The carrier's money for one package has arrived: it pays the order.

    Less or more than was to be collected leaves the package in mismatch. A second call for a
    package whose money is in changes nothing.
    """
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    if package.cod_received_vnd is not None:
        return package
    if package.cod_status not in WAITING or package.booking_state == BookingState.VOID:
        raise DomainError(_("Kiện này không thu hộ."), "cod.none")
    if amount_vnd <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), "cod.amount", "amount")
    status = CodStatus.REMITTED if amount_vnd == package.cod_vnd else CodStatus.MISMATCH
    set_cod(
        package,
        status,
        cod_received_vnd=amount_vnd,
        cod_received_at=now(),
        cod_reference=clean_line(reference, 100, field="reference"),
    )
    receive_payment(
        order.pk,
        amount_vnd,
        "cod",
        package.cod_reference,
        source=("package", str(package.pk)),
        actor=actor,
    )
    apply_states(
        order.pk,
        actor=actor,
        event_name="cod.remitted",
        data={
            "package_id": package.pk,
            "tracking_number": package.tracking_number,
            "amount_vnd": amount_vnd,
            "expected_vnd": package.cod_vnd,
            "reference": package.cod_reference,
        },
        cod=str(status),
    )
    return package
