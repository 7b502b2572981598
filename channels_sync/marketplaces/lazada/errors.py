"""Which of Lazada's codes mean what (API pages and the error guide, April 2026)."""

from collections.abc import Mapping
from typing import Any

from channels_sync.ports import AccessExpired, AccessLost
from oms.kernel.errors import ServiceRefused, ServiceUnreachable

EXPIRED = {"IllegalAccessToken", "AccessTokenInvalid", "AccessTokenExpired"}
LOST = {"IllegalRefreshToken", "AUTH_TYPE_UNSUPPORTED"}
# The gateway turned the call away: nothing was done, and the next second is soon enough.
TURNED_AWAY = {"ApiCallLimit", "AppCallLimit", "IopSystemFlowlimit", "ServiceCurrentlimit", "901"}
# A busy backend may have done a write before it gave up.
BUSY = {"5", "6", "1000", "513"}
SYSTEM = "SYSTEM"
# Rows and results of the fulfilment calls that ask to be tried again.
TRY_AGAIN = {"700024", "1003", "40011", "6"}
NOTHING_TO_PRINT = {"700040", "34", "30012"}
NEXT_SECOND = 1.0


def failure(
    code: str, message: str, *, kind: str = "", is_write: bool, payload: object = None
) -> Exception:
    """The exception for an answer whose `code` is not "0"; HTTP says 200 for these too."""
    said = f"{code}: {message}" if message else code
    if code in EXPIRED:
        return AccessExpired(said, code=code, payload=payload)
    if code in LOST:
        return AccessLost(said, code=code, payload=payload)
    if code in TURNED_AWAY:
        return ServiceUnreachable(said, maybe_done=False, retry_after=NEXT_SECOND)
    if code in BUSY or kind == SYSTEM:
        return ServiceUnreachable(said, maybe_done=is_write)
    return ServiceRefused(said, code=code, payload=payload)


def row_failure(row: Mapping[str, Any]) -> Exception | None:
    """What is wrong with one row of a successful answer; None when it was done."""
    code = str(row.get("item_err_code") or "")
    if code == "0":
        return None
    said = f"{code}: {row.get('msg') or ''}"
    if code in TRY_AGAIN or str(row.get("retry")).lower() == "true":
        return ServiceUnreachable(said, maybe_done=False)
    return ServiceRefused(said, code=code or "no_code")
