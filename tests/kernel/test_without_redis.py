"""Redis away: what was committed stays committed, pages answer, partners' answers are kept."""

import time
from collections.abc import Iterator

import pytest
import redis
from celery import Task
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from kombu.exceptions import OperationalError

from oms.kernel import inbox
from oms.kernel.breaker import partner_health
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.http import PartnerSession
from oms.kernel.locks import LockBusy, redis_lock
from oms.kernel.models import InboxMessage, PartnerCall
from oms.kernel.redis import redis_client
from tests.conftest import PASSWORD

NOWHERE = "unix:///nonexistent/valkey.sock?db=0"


@pytest.fixture
def no_redis(settings, monkeypatch) -> Iterator[None]:
    """Settings point to a Redis that is not there; the broker refuses every message."""

    def refuse(*args: object, **options: object) -> None:
        raise OperationalError("Connection refused")

    settings.REDIS_URL = NOWHERE
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}
    monkeypatch.setattr(Task, "apply_async", refuse)
    redis_client.cache_clear()
    yield
    redis_client.cache_clear()
    caches.close_all()


@pytest.fixture
def silent_partner() -> PartnerSession:
    """Nothing listens there."""
    return PartnerSession("demo", "http://127.0.0.1:9", rate_per_second=1000)


@pytest.mark.django_db
def test_a_person_logs_in_works_and_leaves(no_redis, user_factory) -> None:
    user_factory("owner", username="lan")
    client = Client()
    wrong = client.post("/login/", {"username": "lan", "password": "sai"})
    assert wrong.status_code == 422
    entered = client.post("/login/", {"username": "lan", "password": PASSWORD})
    assert entered.status_code == 302
    assert client.get("/orders/").status_code == 200
    assert client.get("/").status_code == 200
    assert client.post("/logout/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_message_is_kept_although_nobody_can_be_hurried(no_redis) -> None:
    with transaction.atomic():
        inbox.receive("ghn", "1", b"{}", {})
    assert InboxMessage.objects.filter(key="1", processed_at=None).exists()
    assert not connection.in_atomic_block


def test_a_refused_message_is_no_error(no_redis) -> None:
    inbox.count_rejected("ghn")


@pytest.mark.django_db
def test_a_call_without_answer_is_still_logged_and_told(no_redis, silent_partner) -> None:
    with pytest.raises(ServiceUnreachable):
        silent_partner.post("/x", json={})
    assert PartnerCall.objects.get().outcome == "unreachable"
    assert partner_health()[0].open_until is None


def test_nobody_gets_a_lock(no_redis) -> None:
    with pytest.raises(LockBusy), redis_lock("x", 5):
        raise AssertionError("held")


def test_a_redis_that_hangs_is_given_up_soon(settings) -> None:
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
    redis_client.cache_clear()
    started = time.monotonic()
    with pytest.raises(redis.RedisError):
        redis_client().get("x")
    assert time.monotonic() - started < 30
    redis_client.cache_clear()
    server.close()
