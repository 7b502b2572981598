"""The life of a parcel at GHTK. Codes are numbers on the wire, text here."""

from oms.sandbox.core import Journey

NEXT: dict[str, tuple[str, ...]] = {
    "-1": (),
    "1": ("2", "-1"),
    "2": ("12", "-1"),
    "12": ("123", "3", "7", "8", "127", "128", "-1"),
    "127": ("7",),
    "128": ("8",),
    "7": ("12", "-1"),
    "8": ("12", "-1"),
    "123": ("3",),
    "3": ("4", "20", "13"),
    "4": ("45", "5", "9", "10", "49", "410", "13"),
    "45": ("5",),
    "49": ("9",),
    "410": ("10",),
    "10": ("4", "9", "20"),
    "9": ("4", "20"),
    "5": ("6",),
    "6": (),
    "20": ("21", "13"),
    "21": ("11",),
    "11": (),
    "13": (),
}
TEXT = {
    "-1": "Hủy đơn hàng", "1": "Chưa tiếp nhận", "2": "Đã tiếp nhận",
    "3": "Đã lấy hàng/Đã nhập kho", "4": "Đã điều phối giao hàng/Đang giao hàng",
    "5": "Đã giao hàng/Chưa đối soát", "6": "Đã đối soát", "7": "Không lấy được hàng",
    "8": "Hoãn lấy hàng", "9": "Không giao được hàng", "10": "Delay giao hàng",
    "11": "Đã đối soát công nợ trả hàng", "12": "Đã điều phối lấy hàng/Đang lấy hàng",
    "13": "Đơn hàng bồi hoàn", "20": "Đang trả hàng (COD cầm hàng đi trả)",
    "21": "Đã trả hàng (COD đã trả xong hàng)", "123": "Shipper báo đã lấy hàng",
    "127": "Shipper (nhân viên lấy/giao hàng) báo không lấy được hàng",
    "128": "Shipper báo delay lấy hàng", "45": "Shipper báo đã giao hàng",
    "49": "Shipper báo không giao được giao hàng", "410": "Shipper báo delay giao hàng",
}  # fmt: skip
HAPPY_PATH = ("2", "12", "3", "4", "5")
JOURNEY = Journey(NEXT, happy_path=HAPPY_PATH)
CANCELLABLE = frozenset({"1", "2", "12", "7", "8"})
