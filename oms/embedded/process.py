"""Starting and stopping one operating-system process, as root too."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from oms.embedded.errors import StartRefused

SYSTEM_USER = "oms-postgres"
PR_SET_PDEATHSIG = 1


def die_with_parent(signum: int) -> Callable[[], None] | None:
    """A preexec_fn after which Linux sends `signum` when our process dies, even by kill -9."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signum)

    return arrange


def server_user() -> pwd.struct_passwd | None:
    """The ordinary user that PostgreSQL runs as when we are root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", SYSTEM_USER):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    if shutil.which("useradd"):
        subprocess.run(
            [
                "useradd",
                "--system",
                "--no-create-home",
                "--shell",
                "/usr/sbin/nologin",
                SYSTEM_USER,
            ],
            check=False,
            capture_output=True,
        )
    for name in (SYSTEM_USER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise StartRefused(
        "PostgreSQL does not run as root and no ordinary user could be made: "
        f"add one with `useradd --system {SYSTEM_USER}`, or start as an ordinary user."
    )


def can_enter(user: pwd.struct_passwd, path: Path) -> bool:
    """Whether the user may walk down to path (the owner's or everybody's x on each parent)."""
    for parent in path.resolve().parents:
        stat = parent.stat()
        bit = 0o100 if stat.st_uid == user.pw_uid else 0o001
        if stat.st_gid == user.pw_gid and stat.st_uid != user.pw_uid:
            bit = 0o010
        if not stat.st_mode & bit:
            return False
    return True


def command_as(
    user: pwd.struct_passwd | None, argv: Sequence[str], paths: Sequence[Path], stop: signal.Signals
) -> list[str]:
    """The command that runs argv as `user`, allowed to reach `paths` below a closed folder.

    A checkout under /root is closed to everybody else; one capability opens the way without
    changing the mode of anybody's folder.
    """
    if user is None:
        return list(argv)
    setpriv = shutil.which("setpriv")
    closed = [path for path in paths if not can_enter(user, path)]
    if not setpriv and closed:
        raise StartRefused(
            f"The user {user.pw_name} cannot reach {closed[0]}: "
            "move the checkout to a folder that everybody may enter."
        )
    if not closed:
        return list(argv)
    assert setpriv
    return [
        *(setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
        *(f"--pdeathsig={stop.name.removeprefix('SIG')}", "--", *argv),
    ]


def spawn(
    argv: Sequence[str],
    *,
    log: Path | None,
    stop: signal.Signals,
    user: pwd.struct_passwd | None = None,
    reach: Sequence[Path] = (),
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen:
    """Start argv in a session of its own, its output appended to `log`."""
    command = command_as(user, argv, reach, stop)
    drop = user is not None and command == list(argv)
    with open(log if log else os.devnull, "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
            user=user.pw_uid if drop and user else None,
            group=user.pw_gid if drop and user else None,
            extra_groups=[] if drop else None,
            preexec_fn=die_with_parent(stop),
        )


def wait_for(ready: Callable[[], bool], seconds: float, pause: float = 0.03) -> bool:
    """Ask `ready` until it says yes or the time is over."""
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not collected yet does not."""
    with contextlib.suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop_process(process: subprocess.Popen, signum: int, seconds: float) -> bool:
    """Ask, wait, then kill the whole session. True when it left by itself."""
    if process.poll() is None:
        process.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return True
        kill_group(process.pid)
        process.wait(5)
        return False
    return True


def kill_group(pgid: int) -> None:
    """Kill whatever a child's own children left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pgid, signal.SIGKILL)


def last_line(path: Path) -> str:
    """The last line of a log that says something, for a one-sentence message."""
    if not path.exists():
        return ""
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - 4000))
        lines = handle.read().decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
