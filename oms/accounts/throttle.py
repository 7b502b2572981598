"""Wrong passwords are counted per user name and caller; too many close the door for a while.

An address here is what `client_network` says: a home has more addresses of version 6 than guesses.
"""

import hashlib

from django.core.cache import cache

LIMIT = 8
WINDOW_SECONDS = 300


def _key(username: str, address: str) -> str:
    """Hashed: neither the name nor the address shows in a cache key."""
    digest = hashlib.sha256(f"{username.casefold()}|{address}".encode()).hexdigest()[:32]
    return f"login:{digest}"


def is_locked(username: str, address: str) -> bool:
    return int(cache.get(_key(username, address), 0)) >= LIMIT


def count_failure(username: str, address: str) -> bool:
    """Count a wrong password; True for the one that closes the door."""
    key = _key(username, address)
    if cache.add(key, 1, WINDOW_SECONDS):
        return LIMIT == 1
    return bool(cache.incr(key) == LIMIT)


def forget_failures(username: str, address: str) -> None:
    cache.delete(_key(username, address))
