"""GHTK's parcel states in our words (vendor's status list, read November 2026)."""

from django.utils.translation import gettext_lazy as _

from shipping.ports import Meaning

STATUS: dict[str, Meaning] = {
    "-1": Meaning("cancelled", words=_("Đã hủy")),
    "1": Meaning(words=_("Chưa tiếp nhận")),
    "2": Meaning(words=_("Đã tiếp nhận")),
    "3": Meaning("in_transit", words=_("Đã lấy hàng, đã nhập kho")),
    "4": Meaning("out_for_delivery", words=_("Đang giao hàng")),
    "5": Meaning("delivered", words=_("Đã giao, chưa đối soát")),
    # Delivered, and the cash has been settled.
    "6": Meaning("delivered", words=_("Đã đối soát")),
    "7": Meaning("", "pickup_failed", words=_("Không lấy được hàng")),
    "8": Meaning(words=_("Hoãn lấy hàng")),
    "9": Meaning("delivery_failed", "delivery_failed", words=_("Không giao được")),
    "10": Meaning("in_transit", "delivery_delayed", words=_("Hoãn giao hàng")),
    "11": Meaning("returned", words=_("Đã đối soát trả hàng")),
    "12": Meaning(words=_("Đang lấy hàng")),
    # Lost or damaged, and paid for.
    "13": Meaning("lost", "parcel_lost", words=_("Đã bồi hoàn")),
    "20": Meaning("returning", words=_("Đang trả hàng")),
    "21": Meaning("returned", words=_("Đã trả hàng")),
    "45": Meaning("delivered", words=_("Bưu tá báo đã giao")),
    "49": Meaning("delivery_failed", "delivery_failed", words=_("Bưu tá báo không giao được")),
    "123": Meaning("in_transit", words=_("Bưu tá báo đã lấy hàng")),
    "127": Meaning("", "pickup_failed", words=_("Bưu tá báo không lấy được")),
    "128": Meaning(words=_("Bưu tá báo hoãn lấy")),
    "410": Meaning("in_transit", words=_("Bưu tá báo hoãn giao")),
}
SETTLED = "6"


def meaning_of(raw_status: str) -> Meaning | None:
    """Our reading of a code; None for one that is not in the list: never a guess."""
    return STATUS.get(raw_status.strip())
