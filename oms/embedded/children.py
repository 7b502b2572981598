"""The commands of our kinds of process; docker-compose.yml runs the same ones."""

import sys
from collections.abc import Sequence
from pathlib import Path

from oms.embedded.supervisor import Child
from oms.settings.queues import INBOX, OUTBOX, QUEUES, SLOW

GRANIAN_OPTIONS = (
    *("--interface", "wsgi", "--blocking-threads", "1", "--no-ws"),
    *("--respawn-failed-workers", "--workers-kill-timeout", "10s"),
)
WORKER_OPTIONS = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
SLOW_NICENESS = "5"


def web(log: Path, *, host: str, port: int, processes: int) -> Child:
    """Pages: processes of one thread each."""
    argv = [sys.executable, "-m", "granian", *GRANIAN_OPTIONS, "--host", host]
    argv += ["--port", str(port), "--workers", str(processes), "oms.wsgi:application"]
    return Child("web", argv, log / "web.log", stop_seconds=12)


def workers(log: Path, *, processes: int) -> list[Child]:
    """One for each queue, so that none waits for another; the slow one yields to everybody."""
    prompt = max(1, processes // 2)
    inbox = worker(log, processes=prompt, queues=(INBOX,), name="worker-inbox")
    outbox = worker(log, processes=prompt, queues=(OUTBOX,), name="worker-outbox")
    slow = worker(log, processes=processes, queues=(SLOW,), name="worker-slow")
    slow.argv = ["nice", "-n", SLOW_NICENESS, *slow.argv]
    return [inbox, outbox, slow]


def worker(
    log: Path, *, processes: int, queues: Sequence[str] = QUEUES, name: str = "worker"
) -> Child:
    """One that serves these queues, the first of them first."""
    argv = [sys.executable, "-m", "celery", "-A", "oms", "worker", *WORKER_OPTIONS]
    argv += ["--hostname", f"{name}@%h", "--queues", ",".join(queues)]
    return Child(name, [*argv, "--concurrency", str(processes)], log / f"{name}.log")


def beat(log: Path) -> Child:
    argv = [sys.executable, "-m", "celery", "-A", "oms", "beat", "--pidfile=", "--loglevel", "INFO"]
    return Child("beat", argv, log / "beat.log", stop_seconds=10)


def sandbox(log: Path, manage: Path) -> Child:
    argv = [sys.executable, str(manage), "sandbox"]
    return Child("sandbox", argv, log / "sandbox.log", stop_seconds=10)
