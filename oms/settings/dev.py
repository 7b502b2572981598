"""make run: embedded servers, sandbox partners, demo accounts; keys are kept in the data folder."""

import secrets

from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key

from oms.settings.base import *  # noqa: F403
from oms.settings.base import CELERY_BEAT_SCHEDULE, INSTALLED_APPS, partners
from oms.settings.env import HOME, choice, env


def kept_secret(name: str, make) -> str:
    """A secret made on the first start and read back on every later one."""
    path = HOME / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(make())
        path.chmod(0o600)
    return path.read_text().strip()


SANDBOX = choice("OMS_SANDBOX", ("on", "off"), "on") == "on"
DEBUG = env.bool("OMS_DEBUG", default=False)
SECRET_KEY = kept_secret("secret_key", get_random_secret_key)
FIELD_KEYS = [kept_secret("field_key", lambda: Fernet.generate_key().decode())]
ALLOWED_HOSTS = env.list("OMS_ALLOWED_HOSTS", default=["*"])
PARTNERS = partners(sandbox=SANDBOX)
if SANDBOX:
    INSTALLED_APPS = [*INSTALLED_APPS, "oms.sandbox", "oms.demo"]
    # The sandbox settles within the minute, not weeks later.
    CELERY_BEAT_SCHEDULE = {
        **CELERY_BEAT_SCHEDULE,
        "pull-channel-fees": {"task": "channels_sync.tasks.pull_fees", "schedule": 120.0},
    }
    SANDBOX_WEBHOOK_SECRET = kept_secret("sandbox_webhook", lambda: secrets.token_urlsafe(24))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "oms.web.static_files.PackedStaticFiles"},
}
