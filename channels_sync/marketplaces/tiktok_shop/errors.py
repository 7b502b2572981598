"""Which of TikTok Shop's codes mean what (page "Common errors", 2026)."""

from channels_sync.ports import AccessExpired, AccessLost
from oms.kernel.errors import ServiceRefused, ServiceUnreachable

TOKEN_EXPIRED = 105002
# The token belongs to another seller than the shop, or to another kind of user.
OTHER_OWNER = 101000
# One code for many faults of a request: only the text tells which.
BAD_REQUEST = 36009004
TOKEN_WORDS = ("access_token", "access token", "access-token")
# Too many requests, of the gateway and of the products module: nothing was done.
TURNED_AWAY = {36009002, 12052109}
# An inner failure or a time-out may come after the work.
BUSY = {36009003, 36009007, 25020008}
# Codes of the token host.
AUTHORISATION = range(36004000, 36005000)
NEXT_SECOND = 1.0
# A label that is still being drawn has no documented code.
LATER_WORDS = ("try again", "later", "being generated", "not ready", "generating")


def failure(code: int, message: str, *, is_write: bool, payload: object = None) -> Exception:
    """The exception for an answer whose `code` is not 0."""
    said = f"{code}: {message}" if message else str(code)
    if code == TOKEN_EXPIRED or (code == BAD_REQUEST and _has(message, TOKEN_WORDS)):
        return AccessExpired(said, code=str(code), payload=payload)
    if code == OTHER_OWNER:
        return AccessLost(said, code=str(code), payload=payload)
    if code in TURNED_AWAY:
        return ServiceUnreachable(said, maybe_done=False, retry_after=NEXT_SECOND)
    if code in BUSY:
        return ServiceUnreachable(said, maybe_done=is_write)
    return ServiceRefused(said, code=str(code), payload=payload)


def asks_for_patience(refusal: ServiceRefused) -> bool:
    """The refusal says that the same question may be answered a little later."""
    return _has(refusal.message, LATER_WORDS)


def _has(text: str, words: tuple[str, ...]) -> bool:
    folded = text.lower()
    return any(word in folded for word in words)
