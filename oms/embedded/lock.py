"""One run per data folder, held by the kernel: a killed run leaves nothing to clean up."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oms.embedded.errors import StartRefused


@contextmanager
def folder_lock(home: Path) -> Iterator[None]:
    """Hold OMS_HOME for this process; StartRefused when another run has it."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = (home / "lock").open("a+")
    except OSError as error:
        raise StartRefused(
            f"The data folder {home} cannot be written: {error.strerror}."
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            pid = handle.read().strip() or "unknown"
            raise StartRefused(
                f"Another run (process {pid}) already uses the data folder {home}: "
                "stop it first, or set OMS_HOME to another folder."
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
