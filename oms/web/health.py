"""GET /healthz: green only when database, Redis, a worker for each queue and the beat live."""

import contextlib

import redis
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from oms import __version__
from oms.kernel import alive


def database_lives() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def redis_lives() -> tuple[bool, bool, bool]:
    """Whether Redis answers, and whether worker and beat have signed lately."""
    with contextlib.suppress(redis.RedisError, OSError):
        *queues, beat = alive.connection().mget(*alive.WORKERS, alive.BEAT)
        return True, None not in queues, beat is not None
    return False, False, False


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything is up, 503 with the same body when something is down."""
    redis_up, worker, beat = redis_lives()
    parts = {"database": database_lives(), "redis": redis_up, "worker": worker, "beat": beat}
    status = 200 if all(parts.values()) else 503
    return JsonResponse({**parts, "version": __version__}, status=status)
