"""Hurrying a task after the commit; when the queue is down a sweep finds the work instead."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from oms.kernel import queue


def hurry(task: str, *args: Any) -> None:
    """Send channels_sync.tasks.<task> once the transaction has committed."""
    transaction.on_commit(partial(_send, queue.hurry, task, args))


def hurry_once(task: str, key: int) -> None:
    """The same for work that finds by itself what there is to do: one message waits, not many."""
    transaction.on_commit(partial(_send, queue.hurry_once, task, (key,)))


def _send(how: Callable[..., None], task: str, args: tuple[Any, ...]) -> None:
    from channels_sync import tasks

    how(getattr(tasks, task), *args)
