"""What holds everywhere. Each variable of the environment is read in env.py or here, once."""

from celery.schedules import crontab

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
WEBHOOK_RATE_PER_SECOND = env.float("OMS_WEBHOOK_RATE", default=100.0)
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
    "lucide",
    "oms.kernel",
    "oms.accounts",
    "inventory",
    "orders",
    "invoicing",
    "shipping",
    "channels_sync",
    "oms.embedded",
    "oms.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
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
}
CELERY_BEAT_SCHEDULER = "oms.kernel.alive:BeatScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
# Marketplaces: how often shops are read, and how far each reading overlaps the one before.
CHANNELS_POLL_SECONDS = env.float("OMS_CHANNELS_POLL_SECONDS", default=60.0)
CHANNELS_OVERLAP_MINUTES = env.int("OMS_CHANNELS_OVERLAP_MINUTES", default=10)
CELERY_BEAT_SCHEDULE: dict[str, dict] = {
    "relay-events": {"task": "oms.kernel.tasks.relay_events", "schedule": 5.0},
    "sweep-inbox": {"task": "oms.kernel.tasks.sweep_inbox", "schedule": 10.0},
    "book-packages": {"task": "shipping.tasks.book_due_packages", "schedule": 10.0},
    "poll-packages": {"task": "shipping.tasks.poll_quiet_packages", "schedule": 900.0},
    "sweep-invoices": {"task": "invoicing.tasks.sweep_invoices", "schedule": 10.0},
    "poll-shops": {"task": "channels_sync.tasks.poll_shops", "schedule": CHANNELS_POLL_SECONDS},
    "refresh-tokens": {"task": "channels_sync.tasks.refresh_tokens", "schedule": 300.0},
    "push-due-stock": {"task": "channels_sync.tasks.push_due_stock", "schedule": 10.0},
    "sweep-channel-packages": {"task": "channels_sync.tasks.sweep_packages", "schedule": 10.0},
    "read-back-stock": {
        "task": "channels_sync.tasks.read_back_stock",
        "schedule": crontab(hour=2, minute=40),
    },
    "resume-bulk": {"task": "orders.tasks.resume_bulk", "schedule": 30.0},
    "remove-old-bulk": {
        "task": "orders.tasks.remove_old_bulk",
        "schedule": crontab(hour=4, minute=20),
    },
    "resume-imports": {"task": "inventory.tasks.resume_imports", "schedule": 60.0},
    "remove-old-files": {
        "task": "inventory.tasks.remove_old_files",
        "schedule": crontab(hour=4, minute=30),
    },
    "make-thumbnails": {
        "task": "inventory.tasks.make_missing_thumbnails",
        "schedule": 600.0,
    },
    "sweep-purchase-mails": {"task": "inventory.tasks.sweep_purchase_mails", "schedule": 60.0},
    "check-books": {
        "task": "oms.kernel.tasks.check_books",
        "schedule": crontab(hour=3, minute=40),
    },
    "refresh-customers": {
        "task": "orders.tasks.refresh_customers",
        "schedule": crontab(hour=4, minute=50),
    },
    "count-recent-profits": {
        "task": "orders.tasks.count_recent_profits",
        "schedule": crontab(hour=5, minute=0),
    },
    "erase-due-orders": {
        "task": "orders.tasks.erase_due_orders",
        "schedule": crontab(hour=5, minute=10),
    },
    "purge-drafts": {
        "task": "orders.tasks.purge_drafts",
        "schedule": crontab(hour=4, minute=20),
    },
    "sweep-quotation-mails": {"task": "orders.tasks.sweep_quotation_mails", "schedule": 60.0},
    "expire-quotations": {
        "task": "orders.tasks.expire_quotations",
        "schedule": crontab(hour=0, minute=10),
    },
    "make-recurring-orders": {
        "task": "orders.tasks.make_recurring_orders",
        "schedule": crontab(minute="*/5"),
    },
    "end-channel-sales": {"task": "inventory.tasks.end_channel_sales", "schedule": 60.0},
    "plan-replenishment": {
        "task": "inventory.tasks.plan_replenishment",
        "schedule": crontab(hour=4, minute=40),
    },
    "tell-expired": {
        "task": "inventory.tasks.tell_expired",
        "schedule": crontab(hour=0, minute=5),
    },
    "settle-stock-alerts": {
        "task": "inventory.tasks.settle_stock_alerts",
        "schedule": crontab(hour=4, minute=10),
    },
    "pull-channel-fees": {
        "task": "channels_sync.tasks.pull_fees",
        "schedule": crontab(hour=3, minute=40),
    },
    "reconcile-shops": {
        "task": "channels_sync.tasks.reconcile_shops",
        "schedule": crontab(hour=3, minute=10),
    },
}

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


def partners(*, sandbox: bool) -> dict[str, dict]:
    """Base URLs and application keys of the partners; the sandbox's own while it is on."""

    def local(offset: int) -> str:
        return f"http://127.0.0.1:{SANDBOX_PORT + offset}"

    def url(name: str, ours: str, theirs: str) -> str:
        return env.str(name, default=ours if sandbox else theirs).rstrip("/")

    return {
        "shopee": {
            "base_url": url("SHOPEE_BASE_URL", local(1), "https://partner.shopeemobile.com"),
            "consent_url": url(
                "SHOPEE_CONSENT_URL", local(1) + "/auth", "https://open.shopee.com/auth"
            ),
            "partner_id": env.int("SHOPEE_PARTNER_ID", default=1000001 if sandbox else 0),
            "partner_key": secret(
                "SHOPEE_PARTNER_KEY", "shpk" + "5a6e642d626f782d6b6579" * 2 if sandbox else ""
            ),
        },
        "lazada": {
            "base_url": url("LAZADA_BASE_URL", local(4) + "/rest", "https://api.lazada.vn/rest"),
            "auth_url": url("LAZADA_AUTH_URL", local(4) + "/rest", "https://auth.lazada.com/rest"),
            "consent_url": url(
                "LAZADA_CONSENT_URL",
                local(4) + "/oauth/authorize",
                "https://auth.lazada.com/oauth/authorize",
            ),
            "app_key": env.str("LAZADA_APP_KEY", default="100132" if sandbox else ""),
            "app_secret": secret(
                "LAZADA_APP_SECRET", "4c7a2d73616e64626f782d6b" * 2 if sandbox else ""
            ),
        },
        "ghn": {"base_url": url("GHN_BASE_URL", local(2), "https://online-gateway.ghn.vn")},
        "sinvoice": {
            "base_url": url("SINVOICE_BASE_URL", local(3), "https://api-vinvoice.viettel.vn")
        },
    }


PARTNERS = partners(sandbox=False)
