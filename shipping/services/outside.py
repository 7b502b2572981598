"""What a warehouse of somebody else says of its fulfilments. Each word may come late or twice."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Variant
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.models import Order, OrderProblem
from orders.selectors.demands import line_demands
from orders.services.states import apply_fulfillment, lock_order
from shipping.labels.build import packages_for_print
from shipping.models import BookingState, Fulfilment, Package, PackageStatus, ShortPick
from shipping.services import labels
from shipping.services.handover import hand_over_one
from shipping.services.packing import refuse_packing
from shipping.services.short_picks import report_unpackable
from shipping.services.writer import set_floor_status
from shipping.states import OURS, RANK

STEPS = {
    "picked": PackageStatus.PICKED,
    "packed": PackageStatus.PACKED,
    "handed-over": PackageStatus.HANDED_OVER,
}


@retry_deadlock
@transaction.atomic
def take_step(fulfilment_id: int, step: str, *, actor: Actor) -> Fulfilment:
    """Move a fulfilment on as its warehouse says.

    A step that was told before, or that a later one has passed, changes nothing. Raises DomainError
    for an order that is held or cancelled, and for a parcel without a waybill.
    """
    wanted = STEPS[step]
    order, fulfilment = _locked(fulfilment_id)
    _refuse_withdrawn(order, fulfilment)
    if RANK[fulfilment.status] >= RANK[wanted]:
        return fulfilment
    package = _live_package(fulfilment)
    if wanted == PackageStatus.HANDED_OVER:
        hand_over_one(package.pk, actor=actor)
    else:
        refuse_packing(order, package)
        if wanted == PackageStatus.PACKED:
            labels.pack(order, package, actor=actor, verified_at=now())
        else:
            _pick(order, fulfilment, actor=actor)
    fulfilment.refresh_from_db()
    return fulfilment


def _locked(fulfilment_id: int) -> tuple[Order, Fulfilment]:
    order = lock_order(Fulfilment.objects.values_list("order_id", flat=True).get(pk=fulfilment_id))
    return order, Fulfilment.objects.select_for_update().get(pk=fulfilment_id)


def _refuse_withdrawn(order: Order, fulfilment: Fulfilment) -> None:
    if order.status == Order.Status.CANCELLED or fulfilment.status == PackageStatus.CANCELLED:
        raise DomainError(_("ĐƠN ĐÃ HỦY — trả hàng về kệ."), "order.cancelled")


def _live_package(fulfilment: Fulfilment) -> Package:
    packages = fulfilment.packages.exclude(booking_state=BookingState.VOID)
    package = packages.select_for_update().order_by("-id").first()
    if package is None:
        raise DomainError(_("Kiện chưa có mã vận đơn."), "package.not_booked")
    return package


def packed_parcel(fulfilment_id: int) -> Package:
    """The parcel whose label may come out: no label before the goods are in the box (A-60).

    Raises DomainError before it was told as packed, and for an order that was cancelled.
    """
    fulfilment = Fulfilment.objects.select_related("order").get(pk=fulfilment_id)
    _refuse_withdrawn(fulfilment.order, fulfilment)
    checked = fulfilment.packages.filter(verified_at__isnull=False)
    newest = list(checked.order_by("-id").values_list("pk", flat=True))
    parcels = packages_for_print(newest, checked)
    if not parcels:
        raise DomainError(_("Báo đã đóng gói rồi mới lấy được nhãn."), "label.not_packed")
    return parcels[0]


def _pick(order: Order, fulfilment: Fulfilment, *, actor: Actor) -> None:
    set_floor_status([fulfilment.pk], PackageStatus.PICKED)
    apply_fulfillment(
        [order.pk], Order.Fulfillment.PICKED, actor=actor, event_name="shipment.picked"
    )


@retry_deadlock
@transaction.atomic
def tell_short(fulfilment_id: int, missing: Mapping[str, int], *, actor: Actor) -> ShortPick:
    """Pieces, by SKU, that the warehouse does not find: the order waits, and a person is told.

    The same again while the order waits finds the first. Raises DomainError for goods that are not
    in it, for more than are in it, and once the parcel has left.
    """
    order, fulfilment = _locked(fulfilment_id)
    _refuse_withdrawn(order, fulfilment)
    if fulfilment.status not in OURS:
        raise DomainError(_("Kiện đã rời kho."), "package.has_left")
    told = ShortPick.objects.filter(fulfilment=fulfilment).order_by("-id").first()
    waits = order.problems.filter(kind=OrderProblem.Kind.SHORT_PICK, resolved_at=None).exists()
    if told is not None and waits:
        return told
    lacking = _pieces(order.pk, missing)
    return report_unpackable(fulfilment, lacking, remedy=ShortPick.Remedy.HOLD, actor=actor)


def _pieces(order_id: int, missing: Mapping[str, int]) -> dict[tuple[int, int], int]:
    """{(order line, variant): pieces}, taken from the last line that wants them."""
    ids = dict(Variant.objects.filter(sku__in=missing).values_list("sku", "pk"))
    left = {ids[sku]: units for sku, units in missing.items() if sku in ids}
    found: dict[tuple[int, int], int] = {}
    for row in reversed(line_demands([order_id])):
        units = min(left.get(row.variant_id or 0, 0), row.quantity)
        if units and row.variant_id is not None:
            found[row.line_id, row.variant_id] = units
            left[row.variant_id] -= units
    if not found or len(ids) < len(missing) or any(left.values()):
        raise DomainError(
            _("Có mã hàng không thuộc đơn này, hoặc thiếu nhiều hơn số trong đơn."),
            "short.goods",
            field="lines",
        )
    return found
