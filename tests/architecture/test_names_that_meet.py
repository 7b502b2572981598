"""Names that one app writes and another reads: events, scheduled tasks."""

import ast
import re
from pathlib import Path

from django.conf import settings

from oms.celery import app
from oms.embedded import children
from oms.kernel.events import registry
from oms.settings import queues
from tests.architecture.source import modules

EVENT_NAME = re.compile(r"[a-z_]+\.[a-z_]+\Z")


def written_names() -> set[str]:
    """Every dotted name in our code outside the modules that listen."""
    found = set()
    for module in modules():
        if module.name.endswith(".handlers"):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return {name for name in found if EVENT_NAME.match(name)}


def test_every_event_that_is_heard_is_recorded_somewhere() -> None:
    heard = {name for name in registry._handlers if registry.is_heard(name)}
    heard = {name for name in heard if not name.startswith("test")}
    assert heard >= {"order.cancelled", "stock.changed", "shipment.booked", "order.placed"}
    assert heard - written_names() == set()


def test_every_task_with_a_queue_of_its_own_exists() -> None:
    app.loader.import_default_modules()
    assert set(queues.ROUTES) - set(app.tasks) == set()


def test_each_queue_has_a_worker_of_its_own() -> None:
    for processes in (1, 4):
        commands = [child.argv for child in children.workers(Path(), processes=processes)]
        assert [argv[argv.index("--queues") + 1] for argv in commands] == list(queues.QUEUES)
    assert list(app.amqp.queues) == ["inbox", "outbox", "slow"]


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named - set(app.tasks) == set()
