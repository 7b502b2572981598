"""Celery: one application over Redis; tasks live in each app's tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings.dev")

app = Celery("oms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def show_signs_of_life(**_: object) -> None:
    """Connect the worker's heartbeat before a worker or a beat starts."""
    import oms.kernel.alive  # noqa: F401
