"""GHN's parcel states in our words (vendor's status list of public API v2, read November 2026)."""

from django.utils.translation import gettext_lazy as _

from shipping.ports import Meaning

STATUS: dict[str, Meaning] = {
    "ready_to_pick": Meaning(words=_("Chờ lấy hàng")),
    "picking": Meaning(words=_("Đang lấy hàng")),
    "money_collect_picking": Meaning(words=_("Đang thu tiền người gửi")),
    "picked": Meaning("in_transit", words=_("Đã lấy hàng")),
    "storing": Meaning("in_transit", words=_("Đang ở kho")),
    "transporting": Meaning("in_transit", words=_("Đang luân chuyển")),
    "sorting": Meaning("in_transit", words=_("Đang phân loại")),
    "delivering": Meaning("out_for_delivery", words=_("Đang giao hàng")),
    "money_collect_delivering": Meaning("out_for_delivery", words=_("Đang thu tiền người nhận")),
    "delivered": Meaning("delivered", words=_("Đã giao")),
    "delivery_fail": Meaning("delivery_failed", "delivery_failed", words=_("Giao thất bại")),
    "waiting_to_return": Meaning("return_pending", words=_("Chờ chuyển hoàn")),
    "return": Meaning("returning", words=_("Bắt đầu hoàn")),
    "return_transporting": Meaning("returning", words=_("Hàng hoàn đang luân chuyển")),
    "return_sorting": Meaning("returning", words=_("Hàng hoàn đang phân loại")),
    "returning": Meaning("returning", words=_("Đang hoàn")),
    "return_fail": Meaning("returning", "return_failed", words=_("Hoàn thất bại")),
    "returned": Meaning("returned", words=_("Đã hoàn")),
    "cancel": Meaning("cancelled", words=_("Hủy vận đơn")),
    "exception": Meaning("", "carrier_exception", words=_("Sự cố")),
    "lost": Meaning("lost", "parcel_lost", words=_("Thất lạc")),
    "damage": Meaning("damaged", "parcel_damaged", words=_("Hư hỏng")),
    "scrap": Meaning("damaged", "parcel_damaged", words=_("Đã thanh lý")),
}


def meaning_of(raw_status: str) -> Meaning | None:
    """Our reading of GHN's code; None for one that is not in the list: never a guess."""
    return STATUS.get(raw_status.strip().lower())
