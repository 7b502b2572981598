"""The suite's own set-up."""

import socket

import pytest
from django.conf import settings
from django.db import connection

from tests.plugin import OutsideCall, own_redis_number


def test_a_socket_to_the_outside_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(OutsideCall):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideCall):
        socket.getaddrinfo("example.com", 443)


def test_each_worker_has_its_own_redis_number() -> None:
    assert own_redis_number("unix:///run/v.sock?db=0", "gw1") == "unix:///run/v.sock?db=2"
    assert own_redis_number("redis://127.0.0.1:6379", "gw0") == "redis://127.0.0.1:6379?db=1"


@pytest.mark.django_db
def test_the_database_is_a_test_database_of_postgresql_18() -> None:
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    assert connection.pg_version >= 180000
    assert settings.SANDBOX


def test_redis_clean_starts_empty(redis_clean) -> None:
    assert redis_clean.dbsize() == 0
    redis_clean.set("a", 1)


def test_frozen_time_stands_on_a_monday(frozen) -> None:
    from django.utils import timezone

    assert timezone.localtime().strftime("%a %H:%M") == "Mon 09:00"
    frozen.shift(60)
    assert timezone.localtime().strftime("%H:%M") == "09:01"


def test_a_role_gives_its_permissions(user_factory) -> None:
    assert user_factory("warehouse").has_perm("shipping.hand_over")
    assert not user_factory("viewer").has_perm("shipping.hand_over")
