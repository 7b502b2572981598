"""What a parcel must have before a carrier is asked, refused here as the carrier would."""

from django.utils.translation import gettext as _

from oms.kernel.errors import ServiceRefused
from shipping.ports import Parcel, Party


def sender_of(parcel: Parcel) -> Party:
    """The pick-up point, for carriers that have none registered."""
    if parcel.sender is None:
        raise ServiceRefused(
            _("Kho chưa có đủ điện thoại và địa chỉ lấy hàng."), "sender.missing", field="warehouse"
        )
    return parcel.sender


def note_of(parcel: Parcel, words: str, *, carrier: str, most: int, unit: str) -> str:
    """The note to the courier after `words`; never cut in silence."""
    note = f"{words} {parcel.note}".strip()
    size = len(note.encode()) if unit == "byte" else len(note)
    if size > most:
        message = _("Ghi chú quá dài cho %(carrier)s (tối đa %(most)s %(unit)s); hãy viết gọn lại.")
        raise ServiceRefused(
            message % {"carrier": carrier, "most": most, "unit": unit},
            "note.too_long",
            field="note",
        )
    return note
