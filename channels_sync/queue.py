"""Hurrying a task after the commit; when the queue is down a sweep finds the work instead."""

from functools import partial
from typing import Any

from django.db import transaction

from oms.kernel import queue


def hurry(task: str, *args: Any) -> None:
    """Send channels_sync.tasks.<task> once the transaction has committed."""
    transaction.on_commit(partial(_send, task, args))


def _send(task: str, args: tuple[Any, ...]) -> None:
    from channels_sync import tasks

    queue.hurry(getattr(tasks, task), *args)
