"""Workers of ours as `make run` starts them; nothing beats: each bench says what is due."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from _sandbox import ROOT, Market, environment

PATIENCE = 180


@contextmanager
def workers(markets: dict[str, Market], database_url: str, processes: int = 2) -> Iterator[list]:
    """Both kinds with so many processes each, ready when the block begins; what was started."""
    from oms.embedded.children import workers as commands
    from oms.kernel import alive

    env = environment(markets) | {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "bench._web_settings",
    }
    alive.forget()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    children = commands(Path(tempfile.gettempdir()), processes=processes)
    with ExitStack() as stack:
        running = [
            stack.enter_context(subprocess.Popen(child.argv, env=env, cwd=ROOT, **quiet))
            for child in children
        ]
        try:
            end = time.monotonic() + PATIENCE
            while None in alive.connection().mget(alive.WORKERS):
                assert time.monotonic() < end, "no worker"
                assert all(process.poll() is None for process in running), "a worker ended"
                time.sleep(0.1)
            yield running
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(PATIENCE)
