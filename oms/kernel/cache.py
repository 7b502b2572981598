"""The cache over Redis. While Redis is away nothing is cached, and no page fails for it."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis import RedisError

log = logging.getLogger(__name__)
T = TypeVar("T")


class OptionalRedisCache(RedisCache):
    """Sessions fall back to their rows, and wrong passwords are not counted for that while."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _unless_down(lambda: RedisCache.get(self, key, default, version), default)

    def set(self, key: Any, *args: Any, **options: Any) -> None:
        _unless_down(lambda: RedisCache.set(self, key, *args, **options), None)

    def add(self, key: Any, *args: Any, **options: Any) -> bool:
        return _unless_down(lambda: RedisCache.add(self, key, *args, **options), True)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return _unless_down(lambda: RedisCache.incr(self, key, delta, version), delta)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return _unless_down(lambda: RedisCache.delete(self, key, version), False)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return _unless_down(lambda: RedisCache.has_key(self, key, version), False)


def _unless_down(ask: Callable[[], T], answer: T) -> T:
    try:
        return ask()
    except RedisError:
        log.warning("cache_is_down")
        return answer
