"""A Celery worker in processes of its own, which can be killed as a machine that loses power."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

LONGEST_WAIT = 60.0


def until(condition: Callable[[], object], seconds: float = LONGEST_WAIT, why: str = "") -> None:
    """Look until something is so; never sleep for a time that somebody guessed."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain {why}"
        time.sleep(0.05)


class Worker:
    """A worker with one pool process, and with the clock of the sweeps when `beat` is on."""

    def __init__(self, home: Path, partners: dict[str, str], *, beat: bool) -> None:
        self.log = home / f"worker-{time.monotonic_ns()}.log"
        argv = [sys.executable, "-m", "celery", "-A", "oms", "worker", "--loglevel", "INFO"]
        argv += ["--without-gossip", "--without-mingle", "--pool", "prefork", "--concurrency", "1"]
        if beat:
            argv += ["--beat", "--schedule", str(home / f"beat-{time.monotonic_ns()}")]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                argv,
                env={**os.environ, **partners, **self._servers(home)},
                cwd=settings.BASE_DIR,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _servers(self, home: Path) -> dict[str, str]:
        """This test's own database and Redis number, and a folder of its own."""
        name = connection.settings_dict["NAME"]
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}")
        return {
            "DJANGO_SETTINGS_MODULE": "oms.settings.test",
            "DATABASE_URL": urlunsplit(database),
            "REDIS_URL": settings.REDIS_URL,
            "OMS_HOME": str(home),
            "OMS_CHANNELS_POLL_SECONDS": "2",
        }

    def kill(self) -> None:
        """SIGKILL for the worker and its children at once; nobody gets to tidy up."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


@contextmanager
def working(home: Path, partners: dict[str, str], *, beat: bool = True) -> Iterator[Worker]:
    worker = Worker(home, partners, beat=beat)
    try:
        yield worker
    finally:
        worker.kill()
