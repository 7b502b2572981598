"""PostgreSQL and Valkey for the figures, with the durability of real use, in a folder that goes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def servers() -> Iterator[None]:
    """Started unless DATABASE_URL and REDIS_URL name others."""
    if {"DATABASE_URL", "REDIS_URL"} <= set(os.environ):
        yield
        return
    from oms.embedded.postgres import Postgres
    from oms.embedded.valkey import Valkey

    home = Path(tempfile.mkdtemp(prefix="oms-bench-"))
    home.chmod(0o755)
    postgres = Postgres(home / "postgres", home / "run", home / "log" / "postgres.log")
    valkey = Valkey(home / "valkey", home / "run", home / "log" / "valkey.log")
    try:
        postgres.start()
        valkey.start()
        os.environ["DATABASE_URL"] = postgres.url("postgres")
        os.environ["REDIS_URL"] = valkey.url()
        yield
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(home, ignore_errors=True)
