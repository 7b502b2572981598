"""What shipping says about changing an order: a parcel that carries the old words must go first."""

from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from orders.edit_ports import Obstacle, register_edit_obstacle, register_line_forgetter
from orders.models import Order
from shipping.models import FulfilmentLine, PackageStatus
from shipping.services.replacing import change_order
from shipping.services.shipments import active_package
from shipping.services.voiding import void_package


def register() -> None:
    """Called once by wiring."""
    register_edit_obstacle(obstacle)
    register_line_forgetter(forget_lines)


def obstacle(order: Order, fields: frozenset[str]) -> Obstacle | None:
    """Receiver, goods and cash are on the carrier's slip: any of them needs a new one."""
    package = active_package(order.pk)
    if package is None:
        return None
    if package.is_external:
        return Obstacle(_("Sàn đã xếp vận đơn cho đơn này; hãy sửa ở trang của sàn."))
    if package.cancel_requested_at:
        return Obstacle(_("Đang chờ hãng vận chuyển xác nhận hủy vận đơn cũ; xong rồi sửa được."))
    number = package.tracking_number or package.reference
    may_redo = package.status == PackageStatus.RELEASED
    return Obstacle(
        _("Đơn đã có vận đơn %(number)s: hủy vận đơn, sửa đơn, rồi tạo vận đơn mới.")
        % {"number": number},
        lift=lift if may_redo else None,
        redo=change_order if may_redo else None,
        redo_label=_("Lưu và làm lại vận đơn"),
        redo_done=_(
            "Đang hủy vận đơn %(number)s. Hãng đồng ý là đơn được sửa và có vận đơn mới ngay."
        )
        % {"number": number},
        redo_permissions=("shipping.cancel_shipment", "shipping.create_shipment"),
        label=_("Hủy vận đơn %(number)s") % {"number": number},
        url=reverse("shipping:cancel", args=[package.pk]),
        permission="shipping.cancel_shipment",
    )


def lift(order_id: int, actor: Actor) -> None:
    """Void the parcel inside the house; the caller takes it back."""
    package = active_package(order_id)
    if package is not None:
        void_package(package, actor=actor)


def forget_lines(line_ids: list[int]) -> None:
    """A fulfilment that was cancelled keeps its package, not the lines that left the order."""
    rows = FulfilmentLine.objects.filter(order_line__in=line_ids)
    rows.filter(fulfilment__status=PackageStatus.CANCELLED).delete()
