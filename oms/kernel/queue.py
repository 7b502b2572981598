"""Sending work to the queue. A message that is lost costs seconds: a sweep finds the row."""

import logging
import math
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError
from redis import RedisError

from oms.kernel.redis import redis_client

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.1
# A message that was lost keeps others from being sent for no longer than this.
QUEUED_SECONDS = 5


def hurry(task: Task, *args: Any) -> None:
    """Ask a worker to do this soon. A queue that is down is no error of the caller's."""
    try:
        task.delay(*args)
    except (OperationalError, RedisError, OSError):
        log.warning("queue_is_down task=%s", task.name)


def hurry_once(task: Task, *args: Any) -> None:
    """The same for work that finds by itself what there is to do: one message waits, not many."""
    from oms.celery import app

    with suppress(RedisError):
        waits = not redis_client().set(_waiting(task, args), 1, nx=True, ex=QUEUED_SECONDS)
        if waits and not app.conf.task_always_eager:
            return
    hurry(task, *args)


def hurry_later(task: Task, seconds: float, *args: Any) -> None:
    """The same, once so much time has passed: one message waits for each second that is asked for.

    For what comes due before the next sweep.
    """
    from oms.celery import app

    if app.conf.task_always_eager:
        return  # it would not wait
    key = f"{_waiting(task, args)}:after:{math.ceil(seconds)}"
    with suppress(RedisError, OperationalError, OSError):
        if redis_client().set(key, 1, nx=True, px=max(1, int(seconds * 1000))):
            task.apply_async(args, countdown=seconds)


def begun(task: Task, *args: Any) -> None:
    """The task starts to look now: what comes after this needs a message of its own."""
    with suppress(RedisError):
        redis_client().delete(_waiting(task, args))


def _waiting(task: Task, args: tuple[Any, ...]) -> str:
    return ":".join(["queued", task.name, *map(str, args)])


class Gathered:
    """Row ids of a short moment go out together, off the caller's path.

    Sending one message for each commit would cost a burst of rows as much as writing them.
    """

    def __init__(self, send: Callable[[list[int]], None]) -> None:
        self.send = send
        self._gate = threading.Lock()
        self._waiting: list[int] = []

    def add(self, ids: Sequence[int]) -> None:
        from oms.celery import app

        if app.conf.task_always_eager:
            self.send(list(ids))
            return
        with self._gate:
            self._waiting.extend(ids)
            if len(self._waiting) > len(ids):
                return  # a timer is running
        threading.Timer(GATHER_SECONDS, self._send_waiting).start()

    def _send_waiting(self) -> None:
        with self._gate:
            ids = self._waiting[:]
            self._waiting.clear()
        self.send(ids)
