"""Whether a marketplace lets the seller's own carrier ship an order: asked before one is booked."""

from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, RemotePackage
from channels_sync.ports import ParcelRef, ShippingOptions
from channels_sync.services.access import ask
from channels_sync.services.arranging import SHIPPABLE, parcel_of
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import LockBusy

A = RemotePackage.Arrangement


def own_carrier_refusal(order_id: int) -> str:
    """Why the marketplace would not take a parcel of our own carrier; empty when it would.

    An order that is no marketplace's is nobody's to refuse. Asks over the network.
    """
    remote = RemoteOrder.objects.select_related("shop").filter(order_id=order_id).first()
    if remote is None:
        return ""
    if remote.packages.exclude(own_tracking_number="").filter(arrangement=A.ARRANGED).exists():
        return ""  # ours already: the parcel is only booked anew
    if remote.state not in SHIPPABLE:
        return _("Sàn chưa cho giao đơn này (%(status)s)") % {"status": remote.remote_status}
    waiting = remote.packages.filter(arrangement__in=[A.NONE, A.REFUSED]).first()
    if waiting is None and remote.packages.exists():
        return _("Đơn này đã sắp xếp giao với sàn; không tạo thêm vận đơn riêng.")
    try:
        options = _options(remote, waiting)
    except (ServiceUnreachable, LockBusy):
        return _("Chưa hỏi được sàn nên chưa tạo vận đơn; hãy bấm lại sau ít phút.")
    except ServiceRefused as refusal:
        return refusal.message
    if options.own_carrier is not None:
        return ""
    return _("Sàn không cho dùng hãng vận chuyển riêng: hãy chọn “Sắp xếp giao với sàn”.")


def _options(remote: RemoteOrder, package: RemotePackage | None) -> ShippingOptions:
    parcel = ParcelRef(remote.remote_id) if package is None else parcel_of(package)
    return ask(remote.shop_id, lambda adapter, access: adapter.shipping_options(access, parcel))
