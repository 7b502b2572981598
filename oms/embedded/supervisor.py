"""Keeps a handful of services running: starts them, restarts what died, stops all in order."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from oms.embedded.errors import StartRefused
from oms.embedded.process import kill_group, spawn, stop_process

MAX_LOG_BYTES = 10 * 1024 * 1024
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# A service that ran this long had recovered: its next crash begins with the short pause again.
STEADY_SECONDS = 60


class Service(Protocol):
    """Something that runs until stopped: a child process, or an embedded server."""

    @property
    def name(self) -> str: ...
    def start(self) -> None: ...
    def exit_code(self) -> int | None: ...
    def stop(self) -> None: ...


@dataclass
class Child:
    """One of our own processes, its output in a log of its own."""

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    stop_seconds: float = 20
    process: subprocess.Popen | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        if self.process is not None:
            kill_group(self.process.pid)
        env = {**os.environ, **(self.env or {}), "PYTHONUNBUFFERED": "1"}
        self.process = spawn(self.argv, log=self.log, stop=signal.SIGTERM, env=env)

    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        if self.process is not None:
            stop_process(self.process, signal.SIGTERM, self.stop_seconds)
            kill_group(self.process.pid)


@dataclass
class Watched:
    """A service and what the supervisor remembers of its crashes."""

    service: Service
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_again_at: float | None = None


def say(line: str) -> None:
    """One short line for the person at the terminal, who may have closed it."""
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)  # noqa: T201


@dataclass
class Supervisor:
    """Services in starting order; they are stopped in the opposite order."""

    say: Callable[[str], None] = say
    watched: list[Watched] = field(default_factory=list)

    def start(self, service: Service) -> None:
        """Start a service and watch it from now on."""
        watched = Watched(service, started_at=time.monotonic())
        self.watched.append(watched)
        service.start()

    def check(self) -> None:
        """One look at every service: note a crash, start again what has waited long enough."""
        for watched in self.watched:
            if watched.start_again_at is None:
                code = watched.service.exit_code()
                if code is not None:
                    self.note_crash(watched, f"{watched.service.name} stopped ({reason(code)})")
            elif time.monotonic() >= watched.start_again_at:
                self.start_again(watched)

    def note_crash(self, watched: Watched, what: str) -> None:
        if time.monotonic() - watched.started_at > STEADY_SECONDS:
            watched.pause = FIRST_PAUSE
        self.say(f"{what}; starting it again in {watched.pause:g} s")
        watched.start_again_at = time.monotonic() + watched.pause
        watched.pause = min(watched.pause * 2, LONGEST_PAUSE)

    def start_again(self, watched: Watched) -> None:
        watched.start_again_at = None
        watched.started_at = time.monotonic()
        try:
            watched.service.start()
        except StartRefused as refusal:
            self.note_crash(watched, str(refusal))
        else:
            self.say(f"{watched.service.name} started again")

    def watch(self, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Look after the services until `until()` is true; False when the time is over first."""
        end = None if seconds is None else time.monotonic() + seconds
        while not until():
            if end is not None and time.monotonic() > end:
                return False
            self.check()
            time.sleep(0.1)
        return True

    def stop(self) -> None:
        """Stop everything, last started first; a service that does not listen is killed."""
        while self.watched:
            self.watched.pop().service.stop()


def reason(code: int) -> str:
    """Say how a process ended: `exit code 1` or `signal SIGKILL`."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"


class StopAsked(BaseException):
    """Ctrl-C, a polite kill or a closed terminal; no `except Exception` may swallow it."""


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into StopAsked and ignore those that follow."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def handle(signum: int, frame: object) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked

    before = {each: signal.signal(each, handle) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
