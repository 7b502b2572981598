"""Sending work to the queue. A message that is lost costs seconds: a sweep finds the row."""

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError
from redis import RedisError

log = logging.getLogger(__name__)


def hurry(task: Task, *args: Any) -> None:
    """Ask a worker to do this soon. A queue that is down is no error of the caller's."""
    try:
        task.delay(*args)
    except (OperationalError, RedisError, OSError):
        log.warning("queue_is_down task=%s", task.name)
