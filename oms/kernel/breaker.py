"""Circuit breaker per partner, shared through Redis.

Opens after repeated failures in a row, stays open for a while, then lets calls try again. Without
Redis it is closed: what a partner answered must not be lost because it could not be counted.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from redis import RedisError

from oms.kernel.models import PartnerCall
from oms.kernel.redis import redis_client

FAILURES_TO_OPEN = 8
OPEN_SECONDS = 20
FORGET_SECONDS = 300
# Jobs try again by themselves; what lasts longer than this needs a person.
PATIENCE = timedelta(minutes=30)


class State(StrEnum):
    """GREEN: the last call was answered. AMBER: the partner is down, and is asked again by itself.

    RED: calls have been failing for longer than PATIENCE.
    """

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Health:
    partner: str
    open_until: datetime | None
    last_success_at: datetime | None
    failing_since: datetime | None
    last_failure_at: datetime | None
    last_error: str

    @property
    def ok(self) -> bool:
        return self.failing_since is None and self.open_until is None

    @property
    def state(self) -> State:
        if self.ok:
            return State.GREEN
        if self.failing_since is None or self.last_failure_at is None:
            return State.AMBER
        lasts = self.last_failure_at - self.failing_since > PATIENCE
        return State.RED if lasts else State.AMBER


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
        calls = PartnerCall.objects.filter(partner=self.partner)
        good = calls.filter(outcome="answered").order_by("-id").first()
        failures = calls.filter(id__gt=good.pk) if good else calls
        first = failures.order_by("id").first()
        last = failures.order_by("-id").first()
        return Health(
            partner=self.partner,
            open_until=datetime.fromtimestamp(until, UTC) if until else None,
            last_success_at=good.created_at if good else None,
            failing_since=first.created_at if first else None,
            last_failure_at=last.created_at if last else None,
            last_error=(last.error or f"HTTP {last.status}") if last else "",
        )


def partner_health() -> list[Health]:
    """One row per partner that was ever called."""
    names = PartnerCall.objects.order_by("partner").values_list("partner", flat=True).distinct()
    return [Breaker(name).health() for name in names]
