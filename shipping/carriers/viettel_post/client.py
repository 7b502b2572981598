"""Viettel Post's envelope and login chain. Knows no business word."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession
from oms.kernel.text import fold

TOKEN_CODE, DUPLICATE_CODE = "TOKEN_INVALID", "ORDER_EXISTS"
# Texts are not stable and codes are not published: these words were seen in them.
FIELD_WORDS = (
    ("receiver_phone", "recipient_phone"),
    ("dien thoai nguoi nhan", "recipient_phone"),
    ("receiver_fullname", "recipient_name"),
    ("receiver_address", "street"),
    ("dia chi nguoi nhan", "street"),
    ("order_service", "service_code"),
    ("product_weight", "weight_g"),
    ("money_collection", "cod_vnd"),
)
DUPLICATE_WORDS = ("da ton tai", "trung ma", "exist", "duplicate")


@dataclass(frozen=True)
class Login:
    username: str
    password: str


class ViettelPostClient:
    """One account over the kernel's door.

    The long-lived token is asked for when there is none or the service refuses it; `keep_token`
    gives it to whoever remembers it.
    """

    def __init__(
        self, http: PartnerSession, login: Login, *, token: str, keep_token: Callable[[str], None]
    ) -> None:
        self.http, self.login = http, login
        self.token, self.keep_token = token, keep_token

    def read(self, path: str, payload: dict[str, Any]) -> Any:
        """A POST that changes nothing: the whole answer, a bare list for some calls."""
        return self._call(path, payload, reads_only=True)

    def write(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        """A POST that is sent once; an answer that cannot be read leaves its outcome unknown."""
        return self._call(path, payload, reads_only=False)

    def _call(self, path: str, payload: dict[str, Any], *, reads_only: bool) -> Any:
        known = bool(self.token)
        if not known:
            self._log_in()
        try:
            return self._post(path, payload, self.token, reads_only=reads_only)
        except ServiceRefused as refused:
            if refused.code != TOKEN_CODE or not known:
                raise
        self._log_in()  # a refused token is a definite "no": nothing was done
        return self._post(path, payload, self.token, reads_only=reads_only)

    def _log_in(self) -> None:
        """Login gives a short token, ownerconnect changes it into one that lasts a year."""
        said = {"USERNAME": self.login.username, "PASSWORD": self.login.password}
        short = _token_in(self._post("/v2/user/Login", said, "", reads_only=True))
        answer = self._post("/v2/user/ownerconnect", said, short, reads_only=True)
        self.token = _token_in(answer)
        self.keep_token(self.token)

    def _post(self, path: str, payload: dict[str, Any], token: str, *, reads_only: bool) -> Any:
        headers = {"Token": token} if token else {}
        reply = self.http.post(path, json=payload, headers=headers, reads_only=reads_only)
        try:
            body = reply.json()
        except ValueError:
            body = None
        if isinstance(body, list) or (isinstance(body, dict) and "RESULT" in body):
            return body
        if not isinstance(body, dict) or not isinstance(body.get("error"), bool):
            raise ServiceUnreachable(
                "Viettel Post answered without its envelope", maybe_done=not reads_only
            )
        if body["error"]:
            raise refusal(body, reply.status_code)
        return body


def refusal(body: dict[str, Any], http_status: int) -> ServiceRefused:
    """Viettel Post's "no"; the field is guessed from its words."""
    text = str(body.get("message") or "")
    words = fold(text)
    code = "refused_by_partner"
    if http_status == 401 or body.get("status") == 401 or "token" in words:
        code = TOKEN_CODE
    elif any(word in words for word in DUPLICATE_WORDS):
        code = DUPLICATE_CODE
    found = (name for word, name in FIELD_WORDS if word in words)
    shown = text or _("không rõ lý do")
    return ServiceRefused(f"Viettel Post: {shown}", code, payload=body, field=next(found, ""))


def _token_in(body: Any) -> str:
    data = body.get("data") if isinstance(body, dict) else None
    token = data.get("token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token:
        raise ServiceUnreachable("Viettel Post gave no token", maybe_done=False)
    return token
