"""GHN's envelope and headers. Knows no business word."""

from typing import Any

from django.utils.translation import gettext as _

from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession

PREFIX = "/shiip/public-api"
FIELD_OF_CODE = {
    "PHONE_INVALID": "recipient_phone",
    "WARD_IS_INVALID": "ward",
    "TO_ADDRESS_CONVERT_FAIL": "ward",
    "TO_ADDRESS_CONFLICT": "street",
}

# The place that it cannot find is ours, not the buyer's.
SENDER_CODES = {"FROM_ADDRESS_CONVERT_FAIL", "FROM_ADDRESS_CONFLICT"}


class GHNClient:
    """One Token and ShopId over the kernel's door."""

    def __init__(self, http: PartnerSession, *, token: str, shop_id: str) -> None:
        self.http = http
        self.headers = {"Token": token, "ShopId": str(shop_id)}

    def read(self, path: str, payload: dict[str, Any]) -> Any:
        """A POST that changes nothing: it may be repeated freely."""
        return self._post(path, payload, reads_only=True)

    def get(self, path: str) -> Any:
        """The few calls that are documented as GET."""
        return self._read(self.http.get(PREFIX + path, headers=self.headers), reads_only=True)

    def write(self, path: str, payload: dict[str, Any]) -> Any:
        """A POST that is sent once; an answer that cannot be read leaves its outcome unknown."""
        return self._post(path, payload, reads_only=False)

    def _post(self, path: str, payload: dict[str, Any], *, reads_only: bool) -> Any:
        reply = self.http.post(
            PREFIX + path, json=payload, headers=self.headers, reads_only=reads_only
        )
        return self._read(reply, reads_only=reads_only)

    def _read(self, reply: Any, *, reads_only: bool) -> Any:
        try:
            body = reply.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or "code" not in body:
            raise ServiceUnreachable("GHN answered without its envelope", maybe_done=not reads_only)
        if body["code"] != 200:
            raise refusal(body)
        return body.get("data")


def refusal(body: dict[str, Any]) -> ServiceRefused:
    """GHN's "no" as an error that names the field when GHN does."""
    text = str(body.get("message") or "")
    code = str(body.get("code_message") or "")
    if "to address conflict" in text.lower():
        code = "TO_ADDRESS_CONFLICT"
    elif body.get("code") == 401:
        code = "TOKEN_INVALID"
    elif "from address conflict" in text.lower():
        code = "FROM_ADDRESS_CONFLICT"
    shown = str(body.get("code_message_value") or body.get("message_display") or text or code)
    if code in SENDER_CODES:
        shown = _("không nhận địa chỉ lấy hàng; hãy sửa địa chỉ của kho (%(why)s)") % {"why": shown}
    elif code == "TO_ADDRESS_CONFLICT":
        told = _("tỉnh ghi trong số nhà, đường khác tỉnh đã chọn; hãy sửa địa chỉ (%(why)s)")
        shown = told % {"why": shown}
    error = ServiceRefused(f"GHN: {shown}", code or "refused_by_partner", payload=body)
    error.field = FIELD_OF_CODE.get(code, "")
    return error
