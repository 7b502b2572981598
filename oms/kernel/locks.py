"""Locks: Redis for work that must not run twice at once, PostgreSQL inside a transaction."""

import hashlib
import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import redis
from django.db import connection

from oms.kernel.redis import redis_client

log = logging.getLogger(__name__)

# A process that is killed leaves its locks behind for no longer than this.
LEASE_SECONDS = 15
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"
_RENEW = (
    "if redis.call('get', KEYS[1]) == ARGV[1] then "
    "return redis.call('expire', KEYS[1], ARGV[2]) end return 0"
)


class LockBusy(Exception):
    """Somebody else is doing this very thing."""


@contextmanager
def redis_lock(name: str, seconds: int) -> Iterator[None]:
    """Hold `name` for at most `seconds`; raises LockBusy at once when it is taken.

    The key is short-lived and renewed while this process lives: a killed worker frees what it held
    within seconds. It only saves work: what must not happen twice is also guarded by a row or a
    constraint. Without Redis nobody gets the lock; one that cannot be given back ends by itself.
    """
    client, key, token = redis_client(), f"lock:{name}", uuid.uuid4().hex
    try:
        taken = client.set(key, token, nx=True, ex=min(seconds, LEASE_SECONDS))
    except redis.RedisError as error:
        raise LockBusy(name) from error
    if not taken:
        raise LockBusy(name)
    left = threading.Event()
    if seconds > LEASE_SECONDS:
        keeper = partial(_keep, client, key, token, seconds, left)
        threading.Thread(target=keeper, name=key, daemon=True).start()
    try:
        yield
    finally:
        left.set()
        with suppress(redis.RedisError):
            client.eval(_RELEASE, 1, key, token)


def _keep(client: redis.Redis, key: str, token: str, seconds: int, left: threading.Event) -> None:
    """Renew the key until its holder leaves, its time is over, or somebody else has it."""
    every = LEASE_SECONDS // 3
    for held in range(every, seconds, every):
        if left.wait(every):
            return
        try:
            if not client.eval(_RENEW, 1, key, token, min(LEASE_SECONDS, seconds - held)):
                return
        except redis.RedisError:
            # The next turn may still come before the lease is over.
            log.warning("lock_not_renewed key=%s", key)


def advisory_lock(name: str) -> None:
    """Wait for `name` and hold it to the end of the transaction."""
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
