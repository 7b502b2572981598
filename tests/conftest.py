"""Fixtures that every room uses. Servers and settings come from tests/plugin.py."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as settings_of_hypothesis

from oms.accounts.models import User
from oms.celery import app
from oms.web.templatetags import ui
from orders.views import detail, lists, rows
from tests.kept import bring_rows, keep_rows, part_ids

# A busy machine draws slowly: how long an example takes says nothing about whether it is right.
settings_of_hypothesis.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings_of_hypothesis.load_profile("suite")

ICT = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('kept')")
        if cursor.fetchone() == (None,):
            part_ids()
            keep_rows("kept")


def reset_tables(test: TransactionTestCase) -> None:
    """Django's own flush truncates every table, which takes ten times as long."""
    bring_rows("kept")


TransactionTestCase._fixture_teardown = reset_tables  # type: ignore[method-assign]


# Rooms whose files take minutes. They are handed out first, so that no process ends long after the
# others with one of them.
LONG_ROOMS = ("kill", "ground", "browser", "flows", "contracts")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.parent.name not in LONG_ROOMS)


PASSWORD = "mat-khau-thu"


@pytest.fixture
def eager() -> Iterator[None]:
    """Celery tasks run at once, in the caller, and their errors rise."""
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


@pytest.fixture
def redis_clean() -> Iterator[redis.Redis]:
    """This worker's own Redis number, emptied before and after."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def user_factory(db: None) -> Callable[..., User]:
    """user_factory("warehouse", warehouse_ids=[1]) makes a user of that role, password PASSWORD."""
    made: list[User] = []

    def make(role: str = "owner", username: str = "", **fields: object) -> User:
        name = username or f"{role}{len(made) + 1}"
        user = User.objects.create_user(username=name, password=PASSWORD, role=role, **fields)
        made.append(user)
        return user

    return make


@pytest.fixture
def owner(user_factory: Callable[..., User]) -> User:
    return user_factory("owner")


@pytest.fixture
def login() -> Callable[[User], Client]:
    """login(user) is a test client where that user is logged in."""

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def owner_client(owner: User, login: Callable[[User], Client]) -> Client:
    return login(owner)


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """Time stands still on Monday 2026-03-02 09:00 in Vietnam; move it with .move_to or .shift."""
    with time_machine.travel(datetime(2026, 3, 2, 9, 0, tzinfo=ICT), tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _nothing_drawn_yet() -> None:
    """Each test begins with a process that has drawn nothing."""
    forget_drawn()


def forget_drawn() -> None:
    for store in (lists.PAGES, rows.DRAWN, detail.ENTRIES, ui.FRAME):
        store.clear()
