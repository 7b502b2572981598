"""Which of Shopee's error names mean what (sheet "common_error_list", August 2026)."""

from channels_sync.ports import AccessExpired, AccessLost
from oms.kernel.errors import ServiceRefused, ServiceUnreachable

EXPIRED = {"invalid_acceess_token", "invalid_access_token"}
LOST = {
    "shop_no_linked",
    "partner_shop_no_link",
    "shop_banned",
    "shop_access_expired",
    "refresh_token_expired",
    "error_shop_refresh_token",
}
BUSY = {"error_server", "error_network", "error_inner", "error_system_busy"}
NOT_TAKEN = {"error_rate_limit"}
NEXT_SECOND = 1.0
DAILY_QUOTA_WAIT_SECONDS = 3600.0


def failure(name: str, message: str, *, is_write: bool, payload: object = None) -> Exception:
    """The exception for an answer whose `error` is not empty.

    A busy backend may have done a write before it gave up; a call that the gateway turned away
    was not done.
    """
    short = name.rsplit(".", 1)[-1]
    said = f"{name}: {message}" if message else name
    if short in EXPIRED or (short == "error_auth" and "access_token" in message.lower()):
        return AccessExpired(said, code=short, payload=payload)
    if short in LOST or (short == "error_auth" and "refresh_token" in message.lower()):
        return AccessLost(said, code=short, payload=payload)
    if short in BUSY:
        return ServiceUnreachable(said, maybe_done=is_write)
    if short in NOT_TAKEN:
        return ServiceUnreachable(said, maybe_done=False, retry_after=NEXT_SECOND)
    if name == "error_limit":
        return ServiceUnreachable(said, maybe_done=False, retry_after=DAILY_QUOTA_WAIT_SECONDS)
    return ServiceRefused(said, code=name, payload=payload)
