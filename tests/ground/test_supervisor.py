"""The supervisor over real processes."""

import os
import signal
import sys
from pathlib import Path

import pytest

from oms.embedded.errors import StartRefused
from oms.embedded.lock import folder_lock
from oms.embedded.process import alive, wait_for
from oms.embedded.supervisor import Child, Supervisor, reason

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    *(sys.executable, "-c"),
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(600)",
]


def child(folder: Path, argv: list[str] = SLEEPER, **options: float) -> Child:
    return Child("sleeper", argv, folder / "sleeper.log", **options)


def up(child: Child) -> bool:
    return wait_for(lambda: child.log.exists() and "up" in child.log.read_text(), 10)


def pid_of(child: Child) -> int:
    assert child.process
    return child.process.pid


def test_a_killed_child_is_started_again_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor, sleeper = Supervisor(said.append), child(tmp_path)
    supervisor.start(sleeper)
    first = pid_of(sleeper)
    os.kill(first, signal.SIGKILL)
    assert supervisor.watch(lambda: "sleeper started again" in said, 10)
    assert said[0] == "sleeper stopped (signal SIGKILL); starting it again in 0.5 s"
    assert pid_of(sleeper) != first
    supervisor.stop()
    assert not alive(pid_of(sleeper))


def test_each_crash_in_a_row_waits_longer(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.start(child(tmp_path, [sys.executable, "-c", "raise SystemExit(3)"]))
    assert supervisor.watch(lambda: len([s for s in said if "exit code 3" in s]) == 3, 20)
    supervisor.stop()
    pauses = [line.rsplit(" in ", 1)[1] for line in said if "exit code" in line]
    assert pauses == ["0.5 s", "1 s", "2 s"]


def test_stop_goes_backwards_and_kills_who_does_not_listen(tmp_path: Path) -> None:
    order: list[str] = []

    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

        def start(self) -> None:
            order.append(f"start {self.name}")

        def exit_code(self) -> None:
            return None

        def stop(self) -> None:
            order.append(f"stop {self.name}")

    supervisor, stubborn = Supervisor(order.append), child(tmp_path, STUBBORN, stop_seconds=0.2)
    for service in (Named("database"), stubborn, Named("web")):
        supervisor.start(service)
    assert up(stubborn)
    supervisor.stop()
    assert order == ["start database", "start web", "stop web", "stop database"]
    assert not alive(pid_of(stubborn))


def test_a_child_dies_with_its_supervisor(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from oms.embedded.supervisor import Child; "
        f"c = Child('s', {SLEEPER!r}, Path({str(tmp_path / 's.log')!r})); c.start(); "
        f"Path({str(tmp_path / 'pid')!r}).write_text(str(c.process.pid)); time.sleep(600)"
    )
    parent = child(tmp_path, [sys.executable, "-c", code])
    parent.start()
    assert wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "s.log").exists(), 20)
    assert wait_for(lambda: (tmp_path / "pid").read_text() != "", 5)
    grandchild = int((tmp_path / "pid").read_text())
    assert parent.process
    parent.process.kill()
    parent.process.wait(5)
    assert wait_for(lambda: not alive(grandchild), 10)


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        with pytest.raises(StartRefused) as refusal, folder_lock(tmp_path):
            pytest.fail("two runs share a folder")
        assert str(refusal.value) == (
            f"Another run (process {os.getpid()}) already uses the data folder {tmp_path}: "
            "stop it first, or set OMS_HOME to another folder."
        )
    with folder_lock(tmp_path):
        pass


def test_a_big_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oms.embedded.supervisor.MAX_LOG_BYTES", 10)
    sleeper = child(tmp_path)
    sleeper.log.write_text("x" * 11)
    sleeper.start()
    assert up(sleeper)
    sleeper.stop()
    assert (tmp_path / "sleeper.log.1").read_text() == "x" * 11
    assert sleeper.log.read_text() == "up\n"


def test_an_ending_is_named() -> None:
    assert reason(1) == "exit code 1"
    assert reason(-9) == "signal SIGKILL"
