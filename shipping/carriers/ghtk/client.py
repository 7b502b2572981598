"""GHTK's envelope and headers. Knows no business word."""

from typing import Any

from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession
from oms.kernel.text import fold

TOKEN_CODE, DUPLICATE_CODE = "TOKEN_INVALID", "ORDER_ID_EXIST"
# The list of codes is not published: these words were seen in texts.
FIELD_WORDS = (
    ("pick_", "warehouse"),
    ("so dien thoai", "recipient_phone"),
    ("tel", "recipient_phone"),
    ("ward", "ward"),
    ("district", "ward"),
    ("province", "province"),
    ("address", "street"),
    ("transport", "service_code"),
    ("note", "note"),
)


class GHTKClient:
    """One Token and partner code over the kernel's door."""

    def __init__(self, http: PartnerSession, *, token: str, partner_code: str) -> None:
        self.http = http
        self.headers = {"Token": token, "X-Client-Source": partner_code}

    def get(self, path: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        reply = self.http.get(path, params=params, headers=self.headers)
        return self._read(reply, maybe_done=False)

    def write(self, path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """A POST that is sent once; an answer that cannot be read leaves its outcome unknown."""
        reply = self.http.post(path, json=payload, headers=self.headers)
        return self._read(reply, maybe_done=True)

    def document(self, path: str, params: dict[str, Any]) -> bytes:
        """A PDF; a refusal comes as the envelope instead."""
        reply = self.http.get(path, params=params, headers=self.headers)
        if reply.content.startswith(b"%PDF"):
            if b"%%EOF" in reply.content[-64:]:
                return reply.content
            raise ServiceUnreachable("GHTK's label is cut off", maybe_done=False)
        self._read(reply, maybe_done=False)
        raise ServiceUnreachable("GHTK gave no label", maybe_done=False)

    def _read(self, reply: Any, *, maybe_done: bool) -> dict[str, Any]:
        try:
            body = reply.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("success"), bool):
            raise ServiceUnreachable("GHTK answered without its envelope", maybe_done=maybe_done)
        if not body["success"]:
            raise refusal(body, reply.status_code)
        return body


def refusal(body: dict[str, Any], http_status: int) -> ServiceRefused:
    """GHTK's "no"; the field is guessed from its words."""
    text = str(body.get("message") or "")
    error = body.get("error")
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    if http_status in (401, 403):
        code = TOKEN_CODE
    words = fold(text)
    found = next((name for word, name in FIELD_WORDS if word in words), "")
    return ServiceRefused(
        f"GHTK: {text or code}", code or "refused_by_partner", payload=body, field=found
    )
