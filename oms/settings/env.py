"""Every environment variable, read once and typed; a secret may come from NAME_FILE."""

import hashlib
import os
import tempfile
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

ROOT = Path(__file__).resolve().parents[2]


def secret(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
    return value


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def socket_folder(home: Path) -> Path:
    """Where the embedded servers put their sockets: var/run, or a short path when that is too long.

    A unix socket's path holds 107 bytes at most, and the longest name is `.s.PGSQL.5432.lock`.
    """
    folder = home / "run"
    if len(os.fsencode(folder)) + len("/.s.PGSQL.5432.lock") <= 107:
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"oms-{digest}"


HOME = Path(env.str("OMS_HOME", default=str(ROOT / "var"))).resolve()
HOST = env.str("OMS_HOST", default="127.0.0.1")
PORT = env.int("OMS_PORT", default=8000)
SANDBOX_PORT = env.int("OMS_SANDBOX_PORT", default=8900)
PUBLIC_URL = env.str("OMS_PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
RUN = socket_folder(HOME)
