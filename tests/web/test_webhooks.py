"""Addresses that partners call: bounded, and their secrets stay out of the log."""

import logging
from collections.abc import Iterator

import pytest
import redis
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.kernel.inbox import rejected_count
from oms.kernel.redaction import WithoutHookSecrets
from oms.kernel.redis import redis_client
from tests.architecture.test_urls import addresses

pytestmark = pytest.mark.django_db

HOOKS = ["/hooks/shopee/", "/hooks/ghn/khong-dung/", "/hooks/lazada/", "/hooks/tiktok_shop/"]


@pytest.fixture
def slow(settings, redis_clean: redis.Redis) -> None:
    """Two calls at once, then one every 20 seconds."""
    settings.WEBHOOK_BURST, settings.WEBHOOK_RATE_PER_SECOND = 2, 0.05


def call(client: Client, address: str, **extra: str):
    return client.post(address, b"{}", content_type="application/json", **extra)


@pytest.mark.parametrize("address", HOOKS)
def test_a_body_beyond_the_limit_is_refused_unread(client, redis_clean, address) -> None:
    answer = client.generic("POST", address, b"{}", CONTENT_LENGTH=str(5_000_000))
    assert answer.status_code == 413


@pytest.mark.parametrize("address", HOOKS)
def test_too_many_calls_are_told_when_to_come_back_before_any_database_work(
    client, slow, address
) -> None:
    assert [call(client, address).status_code for _ in range(2)] == [401, 401]
    with CaptureQueriesContext(connection) as asked:
        answer = call(client, address)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert len(asked) == 0


def test_sources_and_addresses_have_a_limit_each(client, slow) -> None:
    for _ in range(3):
        last = call(client, HOOKS[0])
    assert last.status_code == 429
    assert call(client, HOOKS[1]).status_code == 401
    assert call(client, HOOKS[0], REMOTE_ADDR="203.0.113.9").status_code == 401


def test_a_forged_forwarded_address_does_not_escape_the_limit(client, slow, settings) -> None:
    def forged(number: int) -> int:
        header = f"198.51.100.{number}, 203.0.113.9" if settings.TRUSTED_PROXIES else "6.6.6.6"
        return call(client, HOOKS[0], HTTP_X_FORWARDED_FOR=header).status_code

    settings.TRUSTED_PROXIES = 1
    assert [forged(number) for number in range(3)] == [401, 401, 429]
    settings.TRUSTED_PROXIES = 0
    assert [forged(number) for number in range(3)] == [401, 401, 429]


def test_genuine_bursts_pass_with_the_shipped_limits(client, redis_clean, settings) -> None:
    assert settings.WEBHOOK_BURST >= 2000
    assert settings.WEBHOOK_RATE_PER_SECOND >= 100
    assert {call(client, HOOKS[0]).status_code for _ in range(100)} == {401}


@pytest.fixture
def no_redis(settings) -> Iterator[None]:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock?db=0"
    redis_client.cache_clear()
    yield
    redis_client.cache_clear()


def test_without_redis_every_call_is_taken(client, settings, no_redis) -> None:
    settings.WEBHOOK_BURST, settings.WEBHOOK_RATE_PER_SECOND = 1, 0.05
    assert [call(client, HOOKS[0]).status_code for _ in range(3)] == [401] * 3


def test_a_refused_call_is_counted_and_logged_with_its_address(
    client, redis_clean, settings, caplog
) -> None:
    settings.TRUSTED_PROXIES = 1
    call(client, HOOKS[1], HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9")
    assert rejected_count("ghn") == 1
    assert "hook_refused source=ghn address=203.0.113.9" in caplog.text


def test_every_address_for_partners_has_the_limits() -> None:
    bare = [route for route, _name, view in addresses()
            if route.startswith("hooks/") and not hasattr(view, "webhook_source")]  # fmt: skip
    assert bare == []


def test_a_secret_in_an_address_is_not_logged() -> None:
    address = reverse("shipping:hook_ghn", args=["rat-bi-mat"])
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "Internal Server Error: %s", (address,), None
    )
    assert WithoutHookSecrets().filter(record)
    assert record.getMessage() == "Internal Server Error: /hooks/ghn/•••/"
