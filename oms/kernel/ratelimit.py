"""Token buckets in Redis: all processes together keep a pace, ours towards partners and theirs."""

import time

from redis import RedisError

from oms.kernel.errors import ServiceUnreachable
from oms.kernel.redis import redis_client

LONGEST_WAIT = 5.0

# Takes one token or says how many seconds until there is one. The clock is the server's.
# A bucket that is full again is forgotten.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local left, at = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
local tokens = math.min(burst, left + (now - at) * rate)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / rate end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return tostring(wait)
"""


def wait_for_token(name: str, rate_per_second: float) -> None:
    """Return when a call may go out; gives up with ServiceUnreachable after a few seconds."""
    deadline = time.monotonic() + LONGEST_WAIT
    burst = max(1.0, rate_per_second)
    while True:
        try:
            wait = _take(name, rate_per_second, burst)
        except RedisError:
            time.sleep(1 / rate_per_second)  # without Redis each process keeps the pace alone
            return
        if wait <= 0:
            return
        if time.monotonic() + wait > deadline:
            raise ServiceUnreachable(f"too many calls to {name}", retry_after=wait)
        time.sleep(wait)


def seconds_to_wait(name: str, rate_per_second: float, *, burst: float) -> float:
    """0 when a call that came in may pass, else how long the caller must wait.

    Without Redis everything passes: to lose genuine calls would be worse than to take too many.
    """
    try:
        return _take(name, rate_per_second, burst)
    except RedisError:
        return 0.0


def _take(name: str, rate_per_second: float, burst: float) -> float:
    return float(redis_client().eval(_TAKE, 1, f"rate:{name}", rate_per_second, burst))
