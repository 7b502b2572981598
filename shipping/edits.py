"""What shipping says about changing an order: a parcel that carries the old words must go first."""

from django.urls import reverse
from django.utils.translation import gettext as _

from orders.edit_ports import Obstacle, register_edit_obstacle, register_line_forgetter
from orders.models import Order
from shipping.models import FulfilmentLine, PackageStatus
from shipping.services.shipments import active_package


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
    return Obstacle(
        _("Đơn đã có vận đơn %(number)s: hủy vận đơn, sửa đơn, rồi tạo vận đơn mới.")
        % {"number": number},
        label=_("Hủy vận đơn %(number)s") % {"number": number},
        url=reverse("shipping:cancel", args=[package.pk]),
        permission="shipping.cancel_shipment",
    )


def forget_lines(line_ids: list[int]) -> None:
    """A fulfilment that was cancelled keeps its package, not the lines that left the order."""
    rows = FulfilmentLine.objects.filter(order_line__in=line_ids)
    rows.filter(fulfilment__status=PackageStatus.CANCELLED).delete()
