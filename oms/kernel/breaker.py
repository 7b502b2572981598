"""Circuit breaker per partner, shared through Redis.

Opens after repeated failures in a row, stays open for a while, then lets calls try again. Without
Redis it is closed: what a partner answered must not be lost because it could not be counted.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import RedisError

from oms.kernel.models import PartnerCall
from oms.kernel.redis import redis_client

FAILURES_TO_OPEN = 8
OPEN_SECONDS = 20
FORGET_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Health:
    partner: str
    ok: bool
    open_until: datetime | None
    last_success_at: datetime | None
    last_error: str


class Breaker:
    def __init__(self, partner: str) -> None:
        self.partner = partner
        self.failures = f"breaker:{partner}:failures"
        self.open = f"breaker:{partner}:open"

    def is_open(self) -> bool:
        return self._open_until() is not None

    def _open_until(self) -> float | None:
        with suppress(RedisError):
            until = redis_client().get(self.open)
            return float(until) if until else None
        return None

    def failed(self) -> None:
        with suppress(RedisError):
            client = redis_client()
            count = int(client.incr(self.failures))
            client.expire(self.failures, FORGET_SECONDS)
            if count >= FAILURES_TO_OPEN:
                client.set(self.open, str(time.time() + OPEN_SECONDS), ex=OPEN_SECONDS)

    def succeeded(self) -> None:
        with suppress(RedisError):
            redis_client().delete(self.failures, self.open)

    def health(self) -> Health:
        until = self._open_until()
        calls = PartnerCall.objects.filter(partner=self.partner).order_by("-id")
        latest = calls.first()
        good = calls.filter(outcome="answered").first()
        failed_last = latest is not None and latest.outcome != "answered"
        return Health(
            partner=self.partner,
            ok=not until and not failed_last,
            open_until=datetime.fromtimestamp(until, UTC) if until else None,
            last_success_at=good.created_at if good else None,
            last_error=(latest.error or f"HTTP {latest.status}") if latest and failed_last else "",
        )


def partner_health() -> list[Health]:
    """One row per partner that was ever called."""
    names = PartnerCall.objects.order_by("partner").values_list("partner", flat=True).distinct()
    return [Breaker(name).health() for name in names]
