"""Signs of life of the workers and the beat: keys in Redis that fade when nobody renews them."""

import contextlib
import time
from functools import cache
from typing import Any

import redis
from celery import current_app
from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent, worker_ready
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from oms.settings.queues import QUEUES

TTL_SECONDS = 10
BEAT = "alive:beat"
# One sign for each queue: work that nobody takes must not look healthy.
WORKERS = tuple(f"alive:queue:{name}" for name in QUEUES)


@cache
def connection() -> redis.Redis:
    """A client of our own: a health check must not wait long for a Redis that hangs."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0)
    )


def mark(key: str) -> None:
    """Say that we live. Redis may be away for a moment: the next beat says it again."""
    with contextlib.suppress(redis.RedisError):
        connection().set(key, int(time.time()), ex=TTL_SECONDS)


def forget() -> None:
    """Drop the signs that an earlier run left, so that green means this run."""
    connection().delete(*WORKERS, BEAT)


@worker_ready.connect
@heartbeat_sent.connect
def worker_lives(**_: Any) -> None:
    """When ready, then every two seconds from the worker's own loop: a stuck loop shows as down."""
    for queue in current_app.amqp.queues.consume_from:
        mark(f"alive:queue:{queue}")


class BeatScheduler(PersistentScheduler):
    """The scheduler with its state in a file, which says on each turn that it lives."""

    last_mark = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        wait = super().tick(*args, **kwargs)
        if time.monotonic() - self.last_mark > TTL_SECONDS / 5:
            self.last_mark = time.monotonic()
            mark(BEAT)
        return min(wait, TTL_SECONDS / 4)
