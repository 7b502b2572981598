"""Tests: nothing leaves the machine, cheap password hashing, static files unhashed."""

from oms.settings.base import *  # noqa: F403
from oms.settings.base import CELERY_BEAT_SCHEDULE, DATABASES, INSTALLED_APPS, partners

SANDBOX = True
SECRET_KEY = "tests-only-" + "x" * 50
FIELD_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
ALLOWED_HOSTS = ["*"]
PARTNERS = partners(sandbox=True)
# Tests that are about the pace bring their own.
PARTNER_PACES = dict.fromkeys(PARTNERS, (1000.0, None))
# A test that waits for a sweep waits a second or two.
CELERY_BEAT_SCHEDULE = {
    name: {**row, "schedule": row["schedule"] / 5} if row["schedule"] in (5.0, 10.0) else row
    for name, row in CELERY_BEAT_SCHEDULE.items()
}
INSTALLED_APPS = [*INSTALLED_APPS, "oms.sandbox", "oms.demo"]
SANDBOX_WEBHOOK_SECRET = "sandbox-webhook"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
