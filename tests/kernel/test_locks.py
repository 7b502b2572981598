"""A lock is held while its holder lives, and fades soon after a holder that was killed."""

import time
from collections.abc import Callable

import pytest
import redis

from oms.kernel import locks
from oms.kernel.locks import LockBusy, redis_lock


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_lock_that_is_taken_is_refused_at_once_and_free_afterwards(
    redis_clean: redis.Redis,
) -> None:
    with redis_lock("a", 60), pytest.raises(LockBusy), redis_lock("a", 60):
        pass
    with redis_lock("a", 60):
        assert redis_clean.exists("lock:a")
    assert not redis_clean.exists("lock:a")


def test_a_lock_for_long_work_outlives_a_killed_holder_by_seconds_only(
    redis_clean: redis.Redis,
) -> None:
    with redis_lock("a", 900):
        assert 0 < redis_clean.ttl("lock:a") <= locks.LEASE_SECONDS


def test_a_living_holder_keeps_its_lock_beyond_one_lease(
    redis_clean: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LEASE_SECONDS", 3)
    with redis_lock("a", 900):
        redis_clean.pexpire("lock:a", 1500)
        until(lambda: redis_clean.pttl("lock:a") > 1500)


def test_a_lock_that_somebody_else_has_by_now_is_left_alone(
    redis_clean: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LEASE_SECONDS", 3)
    with redis_lock("a", 900):
        redis_clean.set("lock:a", "somebody else", px=60_000)
        keepers = [t for t in locks.threading.enumerate() if t.name == "lock:a"]
        until(lambda: not any(keeper.is_alive() for keeper in keepers))
    assert redis_clean.get("lock:a") == b"somebody else"
    assert redis_clean.pttl("lock:a") > 3000
