"""Token buckets in Redis: all processes together keep a pace, ours towards partners and theirs.

A partner counts our calls as one caller's. Who calls for different shops shares that pace fairly:
the next call is of the shop that has had the fewest turns among those that wait.
"""

import math
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from redis import RedisError
from redis.commands.core import Script

from oms.kernel.errors import ServiceUnreachable
from oms.kernel.redis import redis_client

LONGEST_WAIT = 5.0
# A part of a second's calls may go out at once.
BURST_PART = 0.2

# Takes one token or says how many seconds until there is one. The clock is the server's unless the
# caller brings one; set back, it stands still. A bucket that is full again is forgotten.
# A call for a shop needs a token of the shop's own bucket too, and waits behind the shops that have
# had fewer turns: each keeps its place for as long as it was told to wait, and a little longer.
# A shop that was idle joins at the turn that is played now, so idling earns nothing.
_TAKE = """
local rate, burst, shop, shop_rate, shop_burst =
    tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(ARGV[6]) or time[1] + time[2] / 1000000
local name = KEYS[1]
local function left(key, rate, burst)
  local bucket = redis.call('HMGET', key, 'tokens', 'at')
  local tokens, at = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
  now = math.max(now, at)
  return math.min(burst, tokens + (now - at) * rate)
end
local function keep(key, tokens, rate, burst)
  redis.call('HSET', key, 'tokens', tokens, 'at', now)
  redis.call('EXPIRE', key, math.ceil((burst - tokens) / rate) + 1)
end
local tokens, waiting, turns = left(name, rate, burst), name .. ':waiting', name .. ':turns'
local own, turn, ahead = 1, 0, 0
if shop ~= '' then
  if shop_rate > 0 then own = left(name .. ':' .. shop, shop_rate, shop_burst) end
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', waiting .. ':until', '-inf', now)) do
    redis.call('ZREM', waiting, gone)
    redis.call('ZREM', waiting .. ':until', gone)
  end
  if own < 1 then
    redis.call('ZREM', waiting, shop)
    redis.call('ZREM', waiting .. ':until', shop)
    return tostring((1 - own) / shop_rate)
  end
  local had = redis.call('HMGET', turns, 'now', 'of:' .. shop)
  turn = math.max(tonumber(had[1]) or 0, tonumber(had[2]) or 0)
  redis.call('ZADD', waiting, 'NX', turn, shop)
  turn = tonumber(redis.call('ZSCORE', waiting, shop))
  ahead = redis.call('ZRANK', waiting, shop)
end
if tokens < ahead + 1 - 1e-9 then
  local wait = (ahead + 1 - tokens) / rate
  keep(name, tokens, rate, burst)
  if shop ~= '' then
    redis.call('ZADD', waiting .. ':until', now + wait + 0.25, shop)
    redis.call('EXPIRE', waiting, 60)
    redis.call('EXPIRE', waiting .. ':until', 60)
  end
  return tostring(wait)
end
keep(name, tokens - 1, rate, burst)
if shop ~= '' then
  redis.call('ZREM', waiting, shop)
  redis.call('ZREM', waiting .. ':until', shop)
  redis.call('HSET', turns, 'of:' .. shop, turn + 1)
  if turn > (tonumber(redis.call('HGET', turns, 'now')) or 0) then
    redis.call('HSET', turns, 'now', turn)
  end
  redis.call('EXPIRE', turns, 60)
  if shop_rate > 0 then keep(name .. ':' .. shop, own - 1, shop_rate, shop_burst) end
end
return '0'
"""
# Leaves so little in the bucket that it takes `seconds` until there is a token again.
_HOLD = """
local time = redis.call('TIME')
local rate, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'tokens', 1 - rate * seconds, 'at', time[1] + time[2] / 1000000)
redis.call('EXPIRE', KEYS[1], math.ceil(seconds) + 1)
"""


@dataclass(frozen=True)
class Bucket:
    """How many tokens come back a second, and how many there are at most."""

    rate: float
    burst: float

    @classmethod
    def within(cls, per_second: float) -> "Bucket":
        """One that lets no more than so many calls out in any second, the burst included."""
        burst = max(1.0, math.floor(per_second * BURST_PART))
        return cls(per_second - burst + 1, burst)


@dataclass(frozen=True)
class Pace:
    """Calls a second that a partner takes from us, and from us for one shop (None: no limit)."""

    per_second: float
    per_shop: float | None = None

    @property
    def total(self) -> Bucket:
        return Bucket.within(self.per_second)

    @property
    def shop(self) -> Bucket | None:
        return Bucket.within(self.per_shop) if self.per_shop else None


def wait_for_token(name: str, pace: Pace, shop: str = "", *, longest: float | None = None) -> None:
    """Return when a call may go out; gives up with ServiceUnreachable after a few seconds, or
    at once when its turn comes later than `longest` seconds from now.
    """
    most = LONGEST_WAIT if longest is None else min(LONGEST_WAIT, longest)
    deadline = time.monotonic() + most
    while True:
        try:
            wait = take(name, pace.total, shop=shop, own=pace.shop)
        except RedisError:
            time.sleep(1 / pace.per_second)  # without Redis each process keeps the pace alone
            return
        if wait <= 0:
            return
        if time.monotonic() + wait > deadline:
            raise ServiceUnreachable(f"too many calls to {name}", retry_after=wait)
        time.sleep(wait)


def hold_back(name: str, pace: Pace, seconds: float, shop: str = "") -> None:
    """Let nobody's call out for so long: the partner turned one away. Without Redis: nothing.

    Where the partner counts each shop apart, only that shop waits.
    """
    own = pace.shop if shop else None
    key = f"rate:{name}:{shop}" if own else f"rate:{name}"
    with suppress(RedisError):
        _script(_HOLD)(keys=[key], args=[(own or pace.total).rate, seconds], client=redis_client())


def seconds_to_wait(name: str, rate_per_second: float, *, burst: float) -> float:
    """0 when a call that came in may pass, else how long the caller must wait.

    Without Redis everything passes: to lose genuine calls would be worse than to take too many.
    """
    try:
        return take(name, Bucket(rate_per_second, burst))
    except RedisError:
        return 0.0


def take(
    name: str,
    bucket: Bucket,
    *,
    shop: str = "",
    own: Bucket | None = None,
    moment: float | None = None,
) -> float:
    """0 and one token less, or the seconds after which to ask again.

    `moment` stands for the server's clock, in seconds.
    """
    mine = own or Bucket(0, 0)
    clock = "" if moment is None else moment
    args: list[str | float] = [bucket.rate, bucket.burst, shop, mine.rate, mine.burst, clock]
    return float(_script(_TAKE)(keys=[f"rate:{name}"], args=args, client=redis_client()))


@cache
def _script(text: str) -> Script:
    """Sent to the server once; later calls name it by its digest."""
    return redis_client().register_script(text)
