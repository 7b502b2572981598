"""Production: every secret must be given, HTTPS everywhere, no sandbox and no demo accounts."""

from django.core.exceptions import ImproperlyConfigured

from oms.settings.base import *  # noqa: F403
from oms.settings.base import DATABASES, partners
from oms.settings.env import choice, env, secret

if choice("OMS_SANDBOX", ("on", "off"), "off") == "on":
    raise ImproperlyConfigured(
        "OMS_SANDBOX=on belongs to make run: its demo accounts have public passwords"
    )

SECRET_KEY = secret("OMS_SECRET_KEY")
FIELD_KEYS = secret("OMS_FIELD_KEYS").split(",")
ALLOWED_HOSTS = env.list("OMS_ALLOWED_HOSTS")
PARTNERS = partners(sandbox=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "oms.web.static_files.PackedStaticFiles"},
}
# The password apart from the address, so that it can come from a file.
if password := secret("DATABASE_PASSWORD", ""):
    DATABASES["default"]["PASSWORD"] = password
SECURE_SSL_REDIRECT = env.bool("OMS_SSL_REDIRECT", default=True)
# The probe inside a container speaks plain HTTP to its own port.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("OMS_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
