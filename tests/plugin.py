"""Set-up before Django reads its settings: servers, one database and one Redis number per worker.

Loaded with `-p tests.plugin`. With DATABASE_URL and REDIS_URL set nothing is started.
"""

import contextlib
import gc
import os
import re
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings.test")
# Half a million objects live as long as the process; to walk them every few pages is a waste.
gc.set_threshold(50_000, 20, 100)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


class Servers:
    """PostgreSQL and Valkey of this run, in a short folder that goes when the run ends."""

    def __init__(self) -> None:
        from oms.embedded.postgres import Postgres
        from oms.embedded.valkey import Valkey

        self.home = Path(tempfile.mkdtemp(prefix="oms-test-"))
        self.home.chmod(0o755)
        run, log = self.home / "run", self.home / "log"
        self.postgres = Postgres(self.home / "postgres", run, log / "postgres.log", fast=True)
        self.valkey = Valkey(self.home / "valkey", run, log / "valkey.log", fast=True)

    def start(self) -> None:
        if "DATABASE_URL" not in os.environ:
            self.postgres.start()
            os.environ["DATABASE_URL"] = self.postgres.url("oms")
        if "REDIS_URL" not in os.environ:
            self.valkey.start()
            os.environ["REDIS_URL"] = self.valkey.url()

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def own_redis_number(url: str, worker: str) -> str:
    """gw0 gets number 1, gw1 number 2: workers never empty each other's Redis."""
    number = int(worker.removeprefix("gw")) + 1
    if re.search(r"[?&]db=\d+", url):
        return re.sub(r"([?&]db=)\d+", rf"\g<1>{number}", url)
    return f"{url}{'&' if '?' in url else '?'}db={number}"


servers: Servers | None = None
if WORKER:
    os.environ["REDIS_URL"] = own_redis_number(os.environ["REDIS_URL"], WORKER)
elif not {"DATABASE_URL", "REDIS_URL"} <= set(os.environ):
    servers = Servers()
    servers.start()
if not os.environ.get("OMS_HOME"):
    os.environ["OMS_HOME"] = tempfile.mkdtemp(prefix="oms-home-")
    OWN_HOME: str | None = os.environ["OMS_HOME"]
else:
    OWN_HOME = None
(Path(os.environ["OMS_HOME"]) / "static").mkdir(parents=True, exist_ok=True)


class OutsideCall(RuntimeError):
    """A test tried to leave this machine."""


def is_local(family: int, address: object) -> bool:
    if family == socket.AF_UNIX:
        return True
    host = str(address[0]) if isinstance(address, tuple) else str(address)
    return host in {"localhost", "::1", "0.0.0.0", "::", ""} or host.startswith("127.")


def block_outside_sockets() -> None:
    """Every connection of this process stays on the loopback."""
    connect, connect_ex, lookup = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded(call):
        def checked(self: socket.socket, address: object) -> object:
            if not is_local(self.family, address):
                raise OutsideCall(f"tests may not connect to {address!r}")
            return call(self, address)

        return checked

    def checked_lookup(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not is_local(socket.AF_INET, (name,)):
            raise OutsideCall(f"tests may not look up {host!r}")
        return lookup(host, *args, **kwargs)

    socket.socket.connect = guarded(connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded(connect_ex)  # type: ignore[method-assign]
    socket.getaddrinfo = checked_lookup  # type: ignore[assignment]


def pytest_configure(config: pytest.Config) -> None:
    block_outside_sockets()


def pytest_unconfigure(config: pytest.Config) -> None:
    if OWN_HOME:
        shutil.rmtree(OWN_HOME, ignore_errors=True)
    if servers is not None:
        with contextlib.suppress(Exception):
            servers.stop()
