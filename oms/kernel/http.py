"""The one door for outgoing HTTP.

Every call has a time-out, a rate limit, a circuit breaker (both in Redis, shared by all processes)
and a redacted row in the call log. Reads are retried; writes never are: after a lost answer the
caller looks the outcome up by its own key.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _

from oms.kernel.breaker import Breaker
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.models import PartnerCall
from oms.kernel.ratelimit import Pace, hold_back, wait_for_token
from oms.kernel.redaction import redact_body, redact_url
from oms.kernel.transactions import forbid_in_transaction

READ_ATTEMPTS = 3
BACKOFF_SECONDS = 0.2
USUAL_PACE = (10.0, None)
NEXT_SECOND = 1.0  # when a call that was turned away without a word may be tried again
LONGEST_PAUSE = 60.0  # that a partner may ask for; then it is asked again
LOGGED_CHARACTERS = 4000
# Nothing was sent when the connection was never made: a write may be tried again later.
_NOT_SENT = (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL)
# What a 5xx of a partner means: None for an answer after all, else the sentence of the breakdown.
Judge = Callable[[requests.Response], str | None]
Timeout = tuple[float, float]  # seconds to connect, seconds of silence
_patience_ends: ContextVar[float | None] = ContextVar("patience_ends", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """All reads of partners inside wait no longer than that together; no write is cut short.

    Nor does anything inside wait longer for its turn under a rate limit. For work that others
    stand in line behind.
    """
    before = _patience_ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _patience_ends.reset(before)


def patience_left() -> float | None:
    """Seconds, and less than nothing when it is over; None where nobody stands in line."""
    ends = _patience_ends.get()
    return None if ends is None else ends - time.monotonic()


class PartnerSession:
    """HTTP to one partner, for one account. Safe to keep for the life of a process.

    All processes together keep the account's pace, by default the partner's of the settings. One
    account may speak for many shops: a call that names its shop shares the pace fairly with the
    others', and keeps `per_shop` as well.
    With `budget_s` it is for one conversation: all its calls together wait no longer than that.
    """

    def __init__(
        self,
        partner: str,
        base_url: str,
        *,
        account: str = "",
        rate_per_second: float | None = None,
        per_shop: float | None = None,
        timeout: Timeout = (3.05, 20),
        redact: Collection[str] = (),
        budget_s: float | None = None,
    ) -> None:
        self.partner = partner
        self.base_url = base_url.rstrip("/")
        self.account = account
        known = settings.PARTNER_PACES.get(partner, USUAL_PACE)
        self.pace = Pace(rate_per_second, per_shop) if rate_per_second else Pace(*known)
        self.timeout = timeout
        self.ends_at = None if budget_s is None else time.monotonic() + budget_s
        self.redact = frozenset(name.lower() for name in redact)
        self.breaker = Breaker(partner)
        self.session = requests.Session()
        # A proxy or a .netrc of the machine must not decide where secrets go.
        self.session.trust_env = False

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, reads_only=True, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """Options: json, data, files, params, headers, shop, reads_only, timeout, judge."""
        return self.request("POST", path, **options)

    def download(self, url: str) -> requests.Response:
        """A file at an address that an answer named: over HTTPS, or from the partner's own host."""
        parts, own = urlsplit(url), urlsplit(self.base_url)
        if parts.scheme != "https" and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            raise ServiceRefused(_("Đối tác đưa địa chỉ tệp không an toàn"), code="unsafe_address")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        origin = f"{parts.scheme}://{parts.netloc}"
        return PartnerSession(self.partner, origin, redact=self.redact).get(path)

    def hold_back(self, seconds: float, shop: str = "") -> None:
        """The partner asks for a pause: no process calls it for this account meanwhile, or for
        this shop where the partner counts each shop apart.
        """
        hold_back(f"{self.partner}:{self.account}", self.pace, seconds, shop)

    def request(
        self,
        method: str,
        path: str,
        *,
        shop: str = "",
        reads_only: bool = False,
        timeout: Timeout | None = None,
        judge: Judge | None = None,
        **options: Any,
    ) -> requests.Response:
        """The answer, when it is below 500 and not 429, or a 5xx that `judge` takes for one.

        `shop` is whom the call is for, when the account speaks for several.
        Raises ServiceUnreachable otherwise; `maybe_done` is set for a write that was sent.
        """
        forbid_in_transaction("HTTP")
        attempts = READ_ATTEMPTS if reads_only else 1
        for attempt in range(1, attempts + 1):
            try:
                return self._once(method, path, shop, reads_only, timeout, judge, options)
            except ServiceUnreachable:
                if attempt == attempts or self.breaker.is_open():
                    raise
                time.sleep(BACKOFF_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _once(
        self,
        method: str,
        path: str,
        shop: str,
        reads_only: bool,
        timeout: Timeout | None,
        judge: Judge | None,
        options: dict[str, Any],
    ) -> requests.Response:
        if self.breaker.is_open():
            raise ServiceUnreachable(
                _("%(partner)s đang không phản hồi; hệ thống sẽ tự thử lại.")
                % {"partner": self.partner}
            )
        # A redirect would carry tokens and bodies to an address that nobody configured.
        options = {"allow_redirects": False, **options}
        wait_for_token(f"{self.partner}:{self.account}", self.pace, shop, longest=patience_left())
        limits = self._within_budget(timeout or self.timeout, reads_only=reads_only)
        call = _Call(self, method, path, shop, options)
        try:
            response = self.session.request(method, self.base_url + path, timeout=limits, **options)
        except requests.RequestException as error:
            self.breaker.failed()
            sent = not reads_only and not isinstance(error, _NOT_SENT) and not _refused(error)
            call.log(outcome="unknown" if sent else "unreachable", error=repr(error))
            raise ServiceUnreachable(self._no_answer(), maybe_done=sent) from error
        trouble = self._trouble_in(response, judge)
        if trouble is None:
            self.breaker.succeeded()
            call.log(outcome="answered", response=response)
            return response
        self._count(response.status_code)
        limited = response.status_code == 429
        call.log(outcome="unreachable" if limited or reads_only else "unknown", response=response)
        pause = _retry_after(response.headers)
        if limited and pause:
            self.hold_back(min(pause, LONGEST_PAUSE), shop)
        raise ServiceUnreachable(
            trouble,
            maybe_done=not limited and not reads_only,
            retry_after=pause or (NEXT_SECOND if limited else None),
        )

    def _within_budget(self, timeout: Timeout, *, reads_only: bool) -> Timeout:
        """The time-outs of one call; a write that would have to be cut short is not begun."""
        bounds = [self.ends_at, _patience_ends.get() if reads_only else None]
        ends = [moment for moment in bounds if moment is not None]
        if not ends:
            return timeout
        left = min(ends) - time.monotonic()
        if left >= sum(timeout):
            return timeout
        if left <= 0 or not reads_only:
            raise ServiceUnreachable(self._no_answer())
        connect = min(timeout[0], left / 2)
        return connect, left - connect

    def _trouble_in(self, response: requests.Response, judge: Judge | None) -> str | None:
        """The sentence of what went wrong; None for an answer."""
        if not _is_trouble(response.status_code):
            return None
        if judge is None or response.status_code == 429:
            return self._no_answer()
        return judge(response)

    def _count(self, status: int) -> None:
        """A rate limit is the partner's word that it lives; only real trouble opens the circuit."""
        if status == 429:
            self.breaker.succeeded()
        else:
            self.breaker.failed()

    def _no_answer(self) -> str:
        return _("%(partner)s chưa trả lời; hệ thống sẽ tự thử lại.") % {"partner": self.partner}


class _Call:
    """One row of the call log, written when the outcome is known."""

    def __init__(
        self,
        session: PartnerSession,
        method: str,
        path: str,
        shop: str,
        options: Mapping[str, Any],
    ) -> None:
        self.session, self.method, self.path, self.options = session, method, path, options
        self.account = session.account or shop
        self.started = time.monotonic()

    def log(
        self, *, outcome: str, response: requests.Response | None = None, error: str = ""
    ) -> None:
        secret = self.session.redact
        sent = {
            key: self.options[key] for key in ("params", "json", "data") if self.options.get(key)
        }
        PartnerCall.objects.create(
            partner=self.session.partner,
            account=self.account[:80],
            method=self.method,
            path=redact_url(self.path, secret)[:300],
            status=response.status_code if response is not None else None,
            outcome=outcome,
            duration_ms=int((time.monotonic() - self.started) * 1000),
            request=redact_body(sent, secret)[:LOGGED_CHARACTERS],
            response=_shown(response, secret)[:LOGGED_CHARACTERS],
            error=redact_url(error, secret)[:1000],
            created_at=now(),
        )


def _shown(response: requests.Response | None, secret: frozenset[str]) -> str:
    if response is None:
        return ""
    kind = response.headers.get("Content-Type", "")
    if "json" not in kind:
        return f"[{kind or 'unknown type'}, {len(response.content)} bytes]"
    return redact_body(response.text, secret)


def _is_trouble(status: int) -> bool:
    return status >= 500 or status == 429


def _refused(error: requests.RequestException) -> bool:
    """A refused or unresolved connection: not one byte of the request was read."""
    return "NewConnectionError" in repr(error) or "Connection refused" in repr(error)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None
