"""The commands of our four kinds of process; docker-compose.yml runs the same ones."""

import sys
from pathlib import Path

from oms.embedded.supervisor import Child

GRANIAN_OPTIONS = (
    *("--interface", "wsgi", "--blocking-threads", "1", "--no-ws"),
    *("--respawn-failed-workers", "--workers-kill-timeout", "10s"),
)
WORKER_OPTIONS = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")


def web(log: Path, *, host: str, port: int, processes: int) -> Child:
    """Pages: processes of one thread each."""
    argv = [sys.executable, "-m", "granian", *GRANIAN_OPTIONS, "--host", host]
    argv += ["--port", str(port), "--workers", str(processes), "oms.wsgi:application"]
    return Child("web", argv, log / "web.log", stop_seconds=12)


def worker(log: Path, *, processes: int) -> Child:
    argv = [sys.executable, "-m", "celery", "-A", "oms", "worker", *WORKER_OPTIONS]
    return Child("worker", [*argv, "--concurrency", str(processes)], log / "worker.log")


def beat(log: Path) -> Child:
    argv = [sys.executable, "-m", "celery", "-A", "oms", "beat", "--pidfile=", "--loglevel", "INFO"]
    return Child("beat", argv, log / "beat.log", stop_seconds=10)


def sandbox(log: Path, manage: Path) -> Child:
    argv = [sys.executable, str(manage), "sandbox"]
    return Child("sandbox", argv, log / "sandbox.log", stop_seconds=10)
