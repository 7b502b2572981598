"""Viettel Post's parcel states in our words (partner document v2, read November 2026)."""

from django.utils.translation import gettext_lazy as _

from shipping.ports import Meaning

STATUS: dict[str, Meaning] = {
    "-100": Meaning(words=_("Mới tạo, chưa duyệt")),
    "100": Meaning(words=_("Đã nhận từ đối tác")),
    "101": Meaning("cancelled", words=_("Hãng yêu cầu hủy")),
    "102": Meaning(words=_("Chờ xử lý")),
    "103": Meaning(words=_("Đã giao bưu cục")),
    "104": Meaning(words=_("Đã giao bưu tá đi lấy")),
    "105": Meaning("in_transit", words=_("Bưu tá đã lấy hàng")),
    "106": Meaning("", "carrier_exception", words=_("Đối tác lấy lại hàng")),
    "107": Meaning("cancelled", words=_("Đối tác hủy")),
    "200": Meaning("in_transit", words=_("Đã nhận tại bưu cục gốc")),
    "201": Meaning("cancelled", "carrier_exception", words=_("Hủy nhập phiếu gửi")),
    "202": Meaning("in_transit", words=_("Sửa phiếu gửi")),
    "300": Meaning("in_transit", words=_("Đang rời bưu cục")),
    "301": Meaning("in_transit", words=_("Đang rời bưu cục")),
    "302": Meaning("in_transit", words=_("Đang rời bưu cục")),
    "303": Meaning("in_transit", words=_("Đang rời bưu cục")),
    "400": Meaning("in_transit", words=_("Đến bưu cục trung chuyển")),
    "401": Meaning("in_transit", words=_("Đến bưu cục trung chuyển")),
    "402": Meaning("in_transit", words=_("Đến bưu cục trung chuyển")),
    "403": Meaning("in_transit", words=_("Đến bưu cục trung chuyển")),
    "500": Meaning("out_for_delivery", words=_("Đã giao bưu tá đi phát")),
    "501": Meaning("delivered", words=_("Phát thành công")),
    "502": Meaning("returning", words=_("Chuyển hoàn về bưu cục gốc")),
    # Cancelled or destroyed on the way: a person has to hear what became of the goods.
    "503": Meaning("cancelled", "carrier_exception", words=_("Hủy theo yêu cầu của khách")),
    "504": Meaning("returned", words=_("Đã trả người gửi")),
    # The return is announced and waits for the shop: deliver again, or let it come back.
    "505": Meaning("return_pending", "delivery_failed", words=_("Phát không được, chờ duyệt hoàn")),
    "506": Meaning("delivery_failed", "delivery_failed", words=_("Khách vắng hoặc hẹn lại")),
    "507": Meaning("out_for_delivery", words=_("Khách đến bưu cục nhận")),
    "508": Meaning("out_for_delivery", words=_("Chờ phát lại")),
    "509": Meaning("in_transit", words=_("Chuyển tiếp bưu cục khác")),
    "510": Meaning("in_transit", words=_("Hủy phân công phát")),
    "515": Meaning("returning", words=_("Đã duyệt hoàn")),
    "550": Meaning("out_for_delivery", words=_("Khách yêu cầu phát lại")),
}


def meaning_of(raw_status: str) -> Meaning | None:
    """Our reading of a code; None for one that is not in the list: never a guess."""
    return STATUS.get(raw_status.strip())
