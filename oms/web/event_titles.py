"""The names, on an order's timeline, of events of the apps above orders."""

from django.utils.translation import gettext_lazy as _

from orders.models import Order

TITLES = {
    # A carrier's report is named after the state that it brought.
    **{f"shipment.{state.value}": state.label for state in Order.Fulfillment},
    "shipment.created": _("Tạo vận đơn"),
    "shipment.booked": _("Hãng vận chuyển đã nhận vận đơn"),
    "shipment.refused": _("Hãng vận chuyển từ chối vận đơn"),
    "shipment.unknown": _("Chưa rõ vận đơn đã tạo chưa, đang tra cứu"),
    "shipment.retried": _("Gửi lại vận đơn"),
    "shipment.packed": _("Đã đóng gói"),
    "shipment.cancel_requested": _("Yêu cầu hủy vận đơn"),
    "shipment.cancel_refused": _("Hãng không cho hủy vận đơn"),
    "shipment.cancelled": _("Đã hủy vận đơn"),
    "lot.chosen": _("Chọn lô khác"),
    "label.printed": _("In nhãn vận đơn"),
    "package.moved": _("Hành trình vận đơn"),
    "cod.remitted": _("Đã nhận tiền thu hộ"),
    "cod.short": _("Hãng trả thiếu tiền thu hộ"),
    "cod.written_off": _("Đã đóng chênh lệch thu hộ"),
    "payment.refunded": _("Đã hoàn tiền khách"),
    "invoice.drafted": _("Lập hóa đơn nháp"),
    "invoice.dropped": _("Bỏ hóa đơn nháp"),
    "invoice.queued": _("Gửi phát hành hóa đơn"),
    "invoice.unknown": _("Chưa rõ hóa đơn đã phát hành chưa, đang tra cứu"),
    "invoice.issued": _("Đã phát hành hóa đơn"),
    "invoice.coded": _("Cơ quan thuế đã cấp mã hóa đơn"),
    "invoice.rejected": _("Hóa đơn bị từ chối"),
    "payment.received": _("Đã nhận tiền"),
    "channel.shipment_requested": _("Yêu cầu sàn giao hàng"),
    "channel.cod_collected": _("Sàn đã thu tiền của khách"),
    "channel.settled": _("Sàn báo đơn hoàn thành"),
    "channel.cancel_accepted": _("Đã đồng ý cho khách hủy"),
    "channel.cancel_rejected": _("Đã từ chối yêu cầu hủy"),
    "channel.arranged": _("Đã báo sàn giao hàng"),
    "channel.cancelled_by_us": _("Đã hủy đơn trên sàn"),
}
