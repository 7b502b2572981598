"""GET /healthz says what is up, and is green only when all of it is."""

import pytest
import redis
from django.db import OperationalError
from django.test import Client
from redis.backoff import NoBackoff
from redis.retry import Retry

from oms import __version__
from oms.kernel import alive

pytestmark = pytest.mark.django_db


def workers_sign() -> None:
    for key in alive.WORKERS:
        alive.mark(key)


def test_green_when_database_redis_worker_and_beat_live(redis_clean: redis.Redis) -> None:
    workers_sign()
    alive.mark(alive.BEAT)
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "database": True,
        "redis": True,
        "worker": True,
        "beat": True,
        "version": __version__,
    }
    assert "no-store" in answer["Cache-Control"]


def test_red_when_the_worker_is_down(redis_clean: redis.Redis) -> None:
    alive.mark(alive.BEAT)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] is False
    assert answer.json()["beat"] is True


def test_red_when_nobody_serves_one_of_the_queues(redis_clean: redis.Redis) -> None:
    alive.mark(alive.BEAT)
    for key in alive.WORKERS[:-1]:
        alive.mark(key)
    assert Client().get("/healthz").json()["worker"] is False


def test_red_when_the_beat_is_down(redis_clean: redis.Redis) -> None:
    workers_sign()
    assert Client().get("/healthz").json()["beat"] is False


def test_a_sign_of_life_fades(redis_clean: redis.Redis) -> None:
    alive.mark(alive.BEAT)
    assert 0 < redis_clean.ttl(alive.BEAT) <= alive.TTL_SECONDS


def test_an_earlier_runs_signs_are_forgotten(redis_clean: redis.Redis) -> None:
    workers_sign()
    alive.forget()
    assert Client().get("/healthz").json()["worker"] is False


def test_red_without_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = redis.Redis(unix_socket_path="/nonexistent/valkey.sock", retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr("oms.kernel.alive.connection", lambda: dead)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["redis"] is False
    assert answer.json()["database"] is True
    alive.mark(alive.BEAT)  # a beat without Redis carries on


def test_red_without_the_database(
    monkeypatch: pytest.MonkeyPatch, redis_clean: redis.Redis
) -> None:
    def refuse() -> None:
        raise OperationalError("no server")

    monkeypatch.setattr("oms.web.health.connection.cursor", refuse)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] is False
    assert answer.json()["redis"] is True
