"""`manage.py up` for real: servers, children, a crash, a second run, a clean stop."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from oms.embedded.process import alive, kill_group, wait_for

ROOT = Path(__file__).resolve().parents[2]


def free_port_block() -> int:
    """The first of ten ports that nobody listens on; the sandbox takes the ones that follow."""
    for first in range(20_000, 30_000, 10):
        with socket.socket() as probe:
            if all(probe.connect_ex(("127.0.0.1", first + offset)) for offset in range(10)):
                return first
    raise AssertionError("no free ports")


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    home = Path(tempfile.mkdtemp(prefix="oms-up-"))
    home.chmod(0o755)
    port = free_port_block()
    dropped = {"DATABASE_URL", "REDIS_URL", "PYTEST_CURRENT_TEST", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    yield {
        **kept,
        "DJANGO_SETTINGS_MODULE": "oms.settings.dev",
        "OMS_HOME": str(home),
        "OMS_PORT": str(port),
        "OMS_SANDBOX_PORT": str(port + 1),
    }
    shutil.rmtree(home, ignore_errors=True)


def start(environment: dict[str, str], output: Path) -> subprocess.Popen:
    with output.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "manage.py", "up", "--web-processes", "1", "--worker-processes", "1"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def children_of(pid: int) -> dict[int, str]:
    """Process number → command line of each direct child."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    lines = [line.split(None, 1) for line in listed.stdout.splitlines()]
    return {int(number): command for number, command in lines}


def test_one_command_starts_recovers_refuses_a_second_run_and_stops(
    environment: dict[str, str], tmp_path: Path
) -> None:
    output = tmp_path / "up.txt"
    run = start(environment, output)

    def says(pattern: str) -> bool:
        return bool(re.search(pattern, output.read_text()))

    try:
        assert wait_for(lambda: says("Ready after") or run.poll() is not None, 300), (
            output.read_text()
        )
        assert run.poll() is None, output.read_text()
        url = f"http://127.0.0.1:{environment['OMS_PORT']}/healthz"
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 200

        second = start(environment, tmp_path / "second.txt")
        assert second.wait(30) == 1
        refusal = (tmp_path / "second.txt").read_text()
        assert refusal.count("\n") == 1
        assert f"Another run (process {run.pid}) already uses the data folder" in refusal

        beat = next(pid for pid, command in children_of(run.pid).items() if "beat" in command)
        os.kill(beat, signal.SIGKILL)
        assert wait_for(lambda: says("beat started again"), 15), output.read_text()

        started = children_of(run.pid)
        run.send_signal(signal.SIGINT)
        assert run.wait(60) == 0
        assert output.read_text().endswith("Stopping\nStopped\n")
        assert [command for pid, command in started.items() if alive(pid)] == []
    finally:
        if run.poll() is None:
            run.terminate()
            run.wait(60)
        kill_group(run.pid)
