"""A whole system of its own: PostgreSQL, Valkey, web and worker, each of which can be killed."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from oms.embedded import children
from oms.embedded.postgres import Postgres
from oms.embedded.process import alive
from oms.embedded.supervisor import Child
from oms.embedded.valkey import Valkey
from oms.kernel.redis import redis_client
from tests.kill.worker import until

DATABASE = "oms"
HOST = "127.0.0.1"
PARTS = ("postgres", "valkey", "web", "worker")
NAMES = ("host", "port", "user", "password", "dbname")


class Stack:
    """Two servers with the durability of real use, and our two kinds of process over them."""

    def __init__(self, home: Path) -> None:
        run, log = home / "run", home / "log"
        self.home, self.log, self.port = home, log, free_port()
        self.postgres = Postgres(home / "postgres", run, log / "postgres.log")
        self.valkey = Valkey(home / "valkey", run, log / "valkey.log")
        self.web = children.web(log, host=HOST, port=self.port, processes=1)
        self.worker = children.worker(log, processes=1)
        schedule = str(home / "beat")
        self.worker.argv = [*self.worker.argv, "--beat", "--schedule", schedule]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start_servers(self) -> None:
        self.postgres.start()
        self.valkey.start()
        self.postgres.make_database(DATABASE)

    def start_processes(self, partners: dict[str, str]) -> None:
        """Web and worker know this stack alone; the web answers when this returns."""
        environment = {
            **partners,
            "DJANGO_SETTINGS_MODULE": "oms.settings.test",
            "DATABASE_URL": self.postgres.url(DATABASE),
            "REDIS_URL": self.valkey.url(),
            "OMS_HOME": str(self.home),
            "OMS_PUBLIC_URL": self.url,
            "OMS_CHANNELS_POLL_SECONDS": "2",
        }
        for child in (self.web, self.worker):
            child.env = environment
            child.start()
        until(self.answers)

    def answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), 1).close()
        except OSError:
            return False
        return True

    def kill(self, name: str) -> None:
        """SIGKILL: nobody gets to tidy up; then the supervisor's next look starts it again."""
        part: Postgres | Valkey | Child = getattr(self, name)
        process = part.process
        assert process is not None
        family = [process.pid, *descendants(process.pid)]
        for pid in family:
            kill_now(pid)
        process.wait(20)
        until(lambda: not any(map(alive, family)))
        part.start()

    def stop(self) -> None:
        for part in (self.web, self.worker, self.valkey, self.postgres):
            part.stop()

    def said(self) -> str:
        """The ends of all logs, for a test that failed."""
        logs = sorted(self.log.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)


def kill_now(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it went with its parent


def descendants(pid: int) -> list[int]:
    """Processes below this one, wherever they put themselves."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def free_port() -> int:
    """A port below those that the system gives to callers."""
    for port in random.sample(range(20_000, 32_000), 200):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


@contextmanager
def own_stack() -> Iterator[Stack]:
    """Both servers run, and the database is a copy of this test's; gone after the block."""
    home = Path(tempfile.mkdtemp(prefix="oms-kill-"))
    home.chmod(0o755)
    stack = Stack(home)
    try:
        stack.start_servers()
        copy_database(stack.postgres)
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(home, ignore_errors=True)


def copy_database(postgres: Postgres) -> None:
    """Tables and first rows of this test's database; what tests keep aside stays there."""
    known = connection.get_connection_params()
    dump = [str(postgres.bin / "pg_dump"), "--no-owner", "--exclude-schema=kept*"]
    dump += ["-d", make_conninfo(**{name: known[name] for name in NAMES if known.get(name)})]
    text = subprocess.run(dump, check=True, capture_output=True).stdout
    load = [str(postgres.bin / "psql"), "-q", "-1", "-v", "ON_ERROR_STOP=1"]
    load += ["-d", postgres.url(DATABASE)]
    subprocess.run(load, check=True, input=text, capture_output=True)


@contextmanager
def looking_at(stack: Stack, settings: Any) -> Iterator[None]:
    """The rows and the Redis that this test asks are the stack's own while the block runs."""
    known: Any = connection.settings_dict
    before, redis_before = dict(known), settings.REDIS_URL
    options = {name: value for name, value in known["OPTIONS"].items() if name not in NAMES}
    connection.close()
    sockets = str(stack.postgres.sockets)
    known.update(NAME=DATABASE, HOST=sockets, PORT="", USER="postgres", OPTIONS=options)
    settings.REDIS_URL = stack.valkey.url()
    redis_client.cache_clear()
    try:
        yield
    finally:
        connection.close()
        known.update(before)
        settings.REDIS_URL = redis_before
        redis_client.cache_clear()
