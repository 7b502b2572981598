"""The life of a parcel at Viettel Post. Codes are numbers on the wire, text here."""

from oms.sandbox.core import Journey

NEXT: dict[str, tuple[str, ...]] = {
    "-100": ("100", "107"),
    "100": ("102", "103", "101", "107"),
    "101": (),
    "102": ("103", "107"),
    "103": ("104", "107"),
    "104": ("105", "107"),
    "105": ("200", "106"),
    "106": (),
    "107": ("100",),
    "200": ("202", "300", "201", "500"),
    "201": (),
    "202": ("300", "500"),
    "300": ("301", "400"),
    "301": ("302", "400"),
    "302": ("303", "400"),
    "303": ("400",),
    "400": ("401", "500"),
    "401": ("402", "500"),
    "402": ("403", "500"),
    "403": ("500",),
    "500": ("501", "505", "506", "507", "509", "510"),
    "501": (),
    "502": ("504",),
    "503": (),
    "504": (),
    "505": ("515", "550", "508"),
    "506": ("500", "505"),
    "507": ("501", "505"),
    "508": ("500", "501", "505"),
    "509": ("400", "500"),
    "510": ("500",),
    "515": ("502", "504"),
    "550": ("508", "500"),
}
NAMES = {
    "-100": "Đơn hàng mới tạo, chưa duyệt", "100": "Tiếp nhận đơn hàng từ đối tác",
    "101": "ViettelPost yêu cầu hủy đơn hàng", "102": "Đơn hàng chờ xử lý",
    "103": "Giao cho bưu cục", "104": "Giao cho bưu tá đi nhận", "105": "Bưu tá đã nhận hàng",
    "106": "Đối tác yêu cầu lấy lại hàng", "107": "Đối tác yêu cầu hủy qua API",
    "200": "Nhận từ bưu tá - bưu cục gốc", "201": "Hủy nhập phiếu gửi",
    "202": "Sửa phiếu gửi", "300": "Đóng bảng kê đi", "301": "Đóng túi gói",
    "302": "Đóng chuyến thư", "303": "Đóng tuyến xe", "400": "Nhận bảng kê đến",
    "401": "Nhận túi gói", "402": "Nhận chuyến thư", "403": "Nhận tuyến xe",
    "500": "Giao bưu tá đi phát", "501": "Giao thành công", "502": "Chuyển hoàn bưu cục gốc",
    "503": "Hủy - theo yêu cầu khách hàng", "504": "Hoàn thành công - chuyển trả người gửi",
    "505": "Tồn - thông báo chuyển hoàn bưu cục gốc", "506": "Tồn - khách hàng nghỉ, hẹn lại",
    "507": "Tồn - khách hàng đến bưu cục nhận", "508": "Phát tiếp", "509": "Chuyển tiếp bưu cục",
    "510": "Hủy phân công phát", "515": "Duyệt hoàn", "550": "Đơn vị yêu cầu phát tiếp",
}  # fmt: skip
HAPPY_PATH = ("100", "103", "104", "105", "200", "300", "400", "500", "501")
JOURNEY = Journey(NEXT, happy_path=HAPPY_PATH, aside=("503",))
OPEN_BELOW = 200
RETURNING = frozenset({"502", "504", "515"})


def may_edit(status: str) -> bool:
    return int(status) < OPEN_BELOW and status not in ("101", "106", "107")


def may_cancel(status: str) -> bool:
    return int(status) < OPEN_BELOW and status not in ("101", "105", "106", "107")
