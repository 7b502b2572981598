"""Locks: Redis for work that must not run twice at once, PostgreSQL inside a transaction."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection
from redis import RedisError

from oms.kernel.redis import redis_client

_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


class LockBusy(Exception):
    """Somebody else is doing this very thing."""


@contextmanager
def redis_lock(name: str, seconds: int) -> Iterator[None]:
    """Hold `name` for at most `seconds`; raises LockBusy at once when it is taken.

    It only saves work: what must not happen twice is also guarded by a row or a constraint. Without
    Redis nobody gets the lock; one that cannot be given back ends by itself.
    """
    client, token = redis_client(), uuid.uuid4().hex
    try:
        taken = client.set(f"lock:{name}", token, nx=True, ex=seconds)
    except RedisError as error:
        raise LockBusy(name) from error
    if not taken:
        raise LockBusy(name)
    try:
        yield
    finally:
        with suppress(RedisError):
            client.eval(_RELEASE, 1, f"lock:{name}", token)


def advisory_lock(name: str) -> None:
    """Wait for `name` and hold it to the end of the transaction."""
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
