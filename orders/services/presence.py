"""Who has an order open at this moment. Kept in Redis for seconds; without Redis nobody is seen."""

from typing import Any

from redis import RedisError

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.redis import redis_client

# A page says every fifteen seconds that it is still open.
SECONDS = 40


def seen_with(order_id: int, user: Any) -> list[str]:
    """Note that this user has the order open; returns the names of the others who have."""
    moment = now().timestamp()
    key, own = f"presence:order:{order_id}", f"{user.pk}:{Actor.user(user).label}"
    try:
        with redis_client().pipeline(transaction=False) as pipe:
            pipe.zadd(key, {own: moment})
            pipe.zremrangebyscore(key, "-inf", moment - SECONDS)
            pipe.expire(key, SECONDS)
            pipe.zrange(key, 0, -1)
            members = pipe.execute()[-1]
    except RedisError:
        return []
    others = {member.partition(":")[2] for member in members if member != own}
    return sorted(others)
