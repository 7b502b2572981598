"""Every environment variable, read once and typed; a secret may come from NAME_FILE."""

import os
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


HOME = Path(env.str("OMS_HOME", default=str(ROOT / "var"))).resolve()
PORT = env.int("OMS_PORT", default=8000)
SANDBOX_PORT = env.int("OMS_SANDBOX_PORT", default=8900)
PUBLIC_URL = env.str("OMS_PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
