"""What holds everywhere. Each variable of the environment is read in env.py or here, once."""

from collections.abc import Callable

from oms.settings import queues
from oms.settings.beat import SCHEDULE
from oms.settings.env import HOME, PORT, PUBLIC_URL, ROOT, RUN, SANDBOX_PORT, env, secret

BASE_DIR = ROOT
OMS_HOME = HOME
OMS_PORT = PORT
OMS_PUBLIC_URL = PUBLIC_URL
OMS_SANDBOX_PORT = SANDBOX_PORT
SANDBOX = False
DEBUG = False

SECRET_KEY = ""
FIELD_KEYS: list[str] = []
ALLOWED_HOSTS = env.list("OMS_ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("OMS_TRUSTED_ORIGINS", default=[])
# How many proxies of ours each request passes; 0 believes no X-Forwarded-For at all.
TRUSTED_PROXIES = env.int("OMS_TRUSTED_PROXIES", default=0)
# Webhooks, per source and address: a burst, then so many a second; more is answered 429.
WEBHOOK_RATE_PER_SECOND = env.float("OMS_WEBHOOK_RATE", default=1000.0)
WEBHOOK_BURST = env.int("OMS_WEBHOOK_BURST", default=2000)
WEBHOOK_MAX_BYTES = 256 * 1024

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "oms.kernel",
    "oms.accounts",
    "inventory",
    "orders",
    "invoicing",
    "shipping",
    "channels_sync",
    "oms.embedded",
    "oms.rehearsal",
    "oms.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "oms.middleware.PartnersDoor",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "oms.middleware.Compression",
    "oms.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "oms.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "oms.middleware.HtmxManners",
    "oms.web.doors.Doors",
]

ROOT_URLCONF = "oms.urls"
WSGI_APPLICATION = "oms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oms.web.context.shell",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

DATABASES: dict[str, dict] = {
    "default": {
        **env.db_url("DATABASE_URL", default=f"postgresql://postgres@/oms?host={RUN}"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
# Only hand-written statements are prepared (kernel.sql), and they take arrays: the plan for any
# array is the right one, and planning anew would cost more than running. Tables lie in memory or on
# flash, where a random page costs as much as the next one; compiling a plan costs more than any
# page of ours takes to read.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c jit=off"
)
FORM_RENDERER = "oms.web.form_renderer.FormRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default=f"unix://{RUN}/valkey.sock?db=0")
CACHES = {
    "default": {
        "BACKEND": "oms.kernel.cache.OptionalRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# kombu spells a unix socket redis+socket and the database virtual_host.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
if CELERY_BROKER_URL.startswith("redis+socket"):
    CELERY_BROKER_URL = CELERY_BROKER_URL.replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    # The first queue that a worker names has something: that is taken.
    "queue_order_strategy": "priority",
}
CELERY_TASK_QUEUES = queues.DECLARED
CELERY_TASK_ROUTES = queues.ROUTES
CELERY_TASK_DEFAULT_QUEUE = queues.SLOW
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULER = "oms.kernel.alive:BeatScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
# Marketplaces: how far each reading of a shop overlaps the one before.
CHANNELS_OVERLAP_MINUTES = env.int("OMS_CHANNELS_OVERLAP_MINUTES", default=10)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["oms.accounts.backends.RoleBackend"]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

# A link that sets a password works for a day.
PASSWORD_RESET_TIMEOUT = 24 * 3600

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = env.str("OMS_STATIC_ROOT", default=str(HOME / "static"))
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "oms.web.assets.BundleFinder",
]
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/media/"
# Uploaded and exported tables: given out by views to their owner, removed after some days.
PRIVATE_ROOT = HOME / "private"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A whole request with files; each form field has its own, smaller limit.
UPLOAD_MAX_BYTES = 12 * 1024 * 1024
# One file with rows without limit (a carrier's statement); its request may be a little larger.
IMPORT_MAX_BYTES = env.int("OMS_IMPORT_MAX_MB", default=64) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "oms.web.uploads.MeasuringHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}

# smtp+tls://user:password@host:587; by default mails are files in var/mail, for a look.
_MAIL = env.email_url("OMS_EMAIL_URL", default="filemail://")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = str(HOME / "mail")
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("OMS_MAIL_FROM", default="don-nhanh@localhost")
# How often one address may open the pages that suppliers are sent to.
PUBLIC_PAGE_RATE_PER_SECOND, PUBLIC_PAGE_BURST = 0.5, 20.0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"hooks": {"()": "oms.kernel.redaction.WithoutHookSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hooks"]}
    },
    "root": {"handlers": ["console"], "level": env.str("OMS_LOG_LEVEL", default="INFO")},
    "loggers": {
        # A label or an invoice would otherwise write a dozen lines of font notices.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}


def paces() -> dict[str, tuple[float, float | None]]:
    """Calls a second that each partner takes from one account, and of those for one shop.

    No partner publishes a figure that binds; Lazada counts by application and call, not by shop.
    """
    usual: dict[str, tuple[float, float]] = {
        "shopee": (20, 10),
        "lazada": (20, 0),
        "tiktok_shop": (20, 10),
        "ghn": (10, 0),
        "viettel_post": (10, 0),
        "ghtk": (10, 0),
        "sinvoice": (10, 0),
    }
    return {
        name: (
            env.float(f"{name.upper()}_CALLS_PER_SECOND", default=total),
            env.float(f"{name.upper()}_CALLS_PER_SHOP", default=shop) or None,
        )
        for name, (total, shop) in usual.items()
    }


def partners(*, sandbox: bool) -> dict[str, dict]:
    """Base URLs and application keys of the partners; the sandbox's own while it is on."""

    def url(name: str, offset: int, path: str, theirs: str) -> str:
        ours = f"http://127.0.0.1:{SANDBOX_PORT + offset}{path}"
        return env.str(name, default=ours if sandbox else theirs).rstrip("/")

    return _marketplaces(url, sandbox=sandbox) | _carriers_and_issuers(url)


def _marketplaces(url: Callable[..., str], *, sandbox: bool) -> dict[str, dict]:
    return {
        "shopee": {
            "base_url": url("SHOPEE_BASE_URL", 1, "", "https://partner.shopeemobile.com"),
            "consent_url": url("SHOPEE_CONSENT_URL", 1, "/auth", "https://open.shopee.com/auth"),
            "partner_id": env.int("SHOPEE_PARTNER_ID", default=1000001 if sandbox else 0),
            "partner_key": secret(
                "SHOPEE_PARTNER_KEY", "shpk" + "5a6e642d626f782d6b6579" * 2 if sandbox else ""
            ),
        },
        "lazada": {
            "base_url": url("LAZADA_BASE_URL", 4, "/rest", "https://api.lazada.vn/rest"),
            "auth_url": url("LAZADA_AUTH_URL", 4, "/rest", "https://auth.lazada.com/rest"),
            "consent_url": url(
                "LAZADA_CONSENT_URL",
                4,
                "/oauth/authorize",
                "https://auth.lazada.com/oauth/authorize",
            ),
            "app_key": env.str("LAZADA_APP_KEY", default="100132" if sandbox else ""),
            "app_secret": secret(
                "LAZADA_APP_SECRET", "4c7a2d73616e64626f782d6b" * 2 if sandbox else ""
            ),
        },
        "tiktok_shop": {
            "base_url": url("TIKTOK_SHOP_BASE_URL", 5, "", "https://open-api.tiktokglobalshop.com"),
            "auth_url": url("TIKTOK_SHOP_AUTH_URL", 5, "", "https://auth.tiktok-shops.com"),
            "consent_url": url(
                "TIKTOK_SHOP_CONSENT_URL",
                5,
                "/open/authorize",
                "https://services.tiktokshop.com/open/authorize",
            ),
            "app_key": env.str("TIKTOK_SHOP_APP_KEY", default="6kc76cungq9pl" if sandbox else ""),
            "app_secret": secret(
                "TIKTOK_SHOP_APP_SECRET", "74736873616e64626f782d736563726574" if sandbox else ""
            ),
            "service_id": env.str(
                "TIKTOK_SHOP_SERVICE_ID", default="7400000000000000501" if sandbox else ""
            ),
        },
    }


def _carriers_and_issuers(url: Callable[..., str]) -> dict[str, dict]:
    return {
        "ghn": {"base_url": url("GHN_BASE_URL", 2, "", "https://online-gateway.ghn.vn")},
        "viettel_post": {
            "base_url": url("VIETTEL_POST_BASE_URL", 6, "", "https://partner.viettelpost.vn"),
            "print_url": url(
                "VIETTEL_POST_PRINT_URL",
                6,
                "/DigitalizePrint/report.do",
                "https://digitalize.viettelpost.vn/DigitalizePrint/report.do",
            ),
        },
        "ghtk": {"base_url": url("GHTK_BASE_URL", 7, "", "https://services.giaohangtietkiem.vn")},
        "sinvoice": {
            "base_url": url("SINVOICE_BASE_URL", 3, "", "https://api-vinvoice.viettel.vn")
        },
    }


PARTNERS = partners(sandbox=False)
PARTNER_PACES = paces()
