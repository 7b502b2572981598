"""`manage.py up` on a data folder that exists, from the start to a green /healthz.

The goal is a plain number of seconds, so the floor is one second.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.figure import Figure

ROOT = Path(__file__).parents[1]
PORT = 28_700
LONGEST = 300


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="oms-bench-") as home:
        Path(home).chmod(0o755)
        start_to_green(home)
        yield Figure("second_run", start_to_green(home), "s", floor=1, goal=10)


def start_to_green(home: str) -> float:
    """Seconds until every part is up; everything is stopped again."""
    ours = {
        "OMS_HOME": home,
        "OMS_PORT": str(PORT),
        "OMS_SANDBOX_PORT": str(PORT + 10),
        "DJANGO_SETTINGS_MODULE": "oms.settings.dev",
    }
    # A second run finds the modules compiled by the first.
    dropped = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
    environment = {k: v for k, v in os.environ.items() if k not in dropped} | ours
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not is_green():
            if process.poll() is not None or time.monotonic() - started > LONGEST:
                raise RuntimeError("manage.py up did not become healthy")
            time.sleep(0.05)
        return time.monotonic() - started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def is_green() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
