"""Whatever differs between machines is read from the environment: here, and nowhere else but in
relcrm.lib.mailers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from relcrm import openapi
from relcrm.base.backoffice.theme import UNFOLD  # noqa: F401  (a setting of the admin's theme)
from relcrm.lib import broker, environment, mailers

ROOT = Path(__file__).resolve().parent.parent

DEBUG = environment.flag("RELCRM_DEBUG", False)
HTTPS = environment.flag("RELCRM_HTTPS", False)
# Health checks inside a container ask by these names; a page reached by them is no risk.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *environment.words("RELCRM_HOSTS", "")]
CSRF_TRUSTED_ORIGINS = environment.words("RELCRM_ORIGINS", "")
# The folder with database, queue and uploads of an embedded installation.
DATA = environment.folder(Path(environment.text("RELCRM_DATA", str(ROOT / "var"))).absolute())
# Several processes on several hosts must share the key; an embedded installation keeps its own.
SECRET_KEY = (
    environment.text("RELCRM_SECRET_KEY")
    if environment.text("RELCRM_DATABASE_URL", "")
    else environment.kept_secret("RELCRM_SECRET_KEY", DATA / "secret_key")
)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "relcrm.base.backoffice.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "relcrm.base",
    "customers",
    "feedback",
    "relationships",
    "campaigns",
    "relcrm.pages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "relcrm.lib.csp.ContentSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "relcrm.base.middleware.CompanyTimeMiddleware",
    "relcrm.lib.refusals.RefusalMiddleware",
    "customers.forwarding.MergedAddresses",
]
ROOT_URLCONF = "relcrm.urls"
WSGI_APPLICATION = "relcrm.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "relcrm.base.context.company",
            ],
            "builtins": ["relcrm.base.templatetags.words"],
        },
    }
]

# Writers on SQLite queue up instead of failing: WAL, immediate transactions, patience.
SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
        "PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;"
    ),
}


def database(url: str) -> dict[str, Any]:
    """Django's settings for a database address; only SQLite and PostgreSQL are supported."""
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as problem:
        raise ImproperlyConfigured(
            "RELCRM_DATABASE_URL is malformed; write postgres://user:password@host:5432/name "
            "or sqlite:////absolute/path."
        ) from problem
    if found["ENGINE"].endswith("sqlite3"):
        return found | {"OPTIONS": SQLITE}
    if found["ENGINE"].endswith("postgresql"):
        # Compiling a statement took longer than running it, on lists as on a million rows; sums
        # over everybody need memory to hash them.
        quick = {"options": "-c jit=off -c work_mem=32MB"}
        return found | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": quick}
    raise ImproperlyConfigured("RELCRM_DATABASE_URL: only sqlite:// and postgres:// are supported.")


DATABASES = {
    "default": database(
        environment.text("RELCRM_DATABASE_URL", f"sqlite:///{DATA / 'relcrm.sqlite3'}")
    )
}
EMBEDDED = DATABASES["default"]["ENGINE"].endswith("sqlite3")
# SQLite does without the columns that an index of PostgreSQL carries along, and may.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.text("RELCRM_REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }

AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "relcrm.base.accounts.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_PREVENT_ENUMERATION = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# The load balancer asks for health inside the network, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Two installations on one host (demo beside one's own) must not sign each other out.
SESSION_COOKIE_NAME = environment.text("RELCRM_COOKIE", "relcrm") + "_session"
CSRF_COOKIE_NAME = environment.text("RELCRM_COOKIE", "relcrm") + "_csrf"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = environment.text("RELCRM_STATIC", str(DATA / "static"))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "relcrm.lib.static.Storage"},
}
MEDIA_ROOT = DATA / "uploads"
# Uploads go through a temporary file on the same disk, so that keeping one is a rename.
FILE_UPLOAD_HANDLERS = ["relcrm.lib.uploads.CarefulUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(environment.folder(MEDIA_ROOT / "tmp"))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
UPLOAD_MAX_BYTES = environment.number("RELCRM_UPLOAD_MAX_MB", 4_096) * 1024 * 1024

# Mail leaves through a provider when one is named, else by SMTP when a server is, else it is
# printed.
EMAIL_GIVEN = mailers.given()
EMAIL_PROVIDER, ANYMAIL = EMAIL_GIVEN.provider, mailers.anymail(EMAIL_GIVEN)
EMAIL_BACKEND = environment.text("RELCRM_EMAIL_BACKEND", mailers.backend(EMAIL_GIVEN))
DEFAULT_FROM_EMAIL = environment.text("RELCRM_FROM_EMAIL", "relcrm@localhost")
EMAIL_HOST = environment.text("RELCRM_EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("RELCRM_EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("RELCRM_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = environment.text("RELCRM_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("RELCRM_EMAIL_STARTTLS", False)
EMAIL_USE_SSL = environment.flag("RELCRM_EMAIL_TLS", False)
EMAIL_TIMEOUT = environment.number("RELCRM_EMAIL_TIMEOUT", 20)
# What comes back goes to this mailbox, with the number of the message in the address.
BOUNCE_ADDRESS = environment.text("RELCRM_BOUNCE_ADDRESS", "")
# Links in mails lead here; a worker does not see under which name the site is reached.
NAMED_HOSTS = environment.words("RELCRM_HOSTS", "")
USUAL_URL = f"{'https' if HTTPS else 'http'}://{[*NAMED_HOSTS, 'localhost:8000'][0]}"
PUBLIC_URL = environment.text("RELCRM_URL", USUAL_URL).rstrip("/")
# Hosts in one's own network that webhooks may be sent to; every other private address is refused.
PRIVATE_HOSTS = environment.words("RELCRM_PRIVATE_HOSTS", "")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "relcrm.base.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["relcrm.base.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["relcrm.lib.rest.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["relcrm.base.rest.throttle.CallerThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": environment.text("RELCRM_API_RATE", "1200/minute")},
    "EXCEPTION_HANDLER": "relcrm.lib.problems.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = openapi.SETTINGS

# Durable work is rows in the database; the broker carries nudges only (docs/decisions).
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT = None if REDIS_URL else broker.OURS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "relcrm"
# Who was shown whose data is gathered in memory and written so often (seconds).
READINGS_EVERY = environment.number("RELCRM_READINGS_EVERY", 10)
# A worker that is silent for so long has died, and another may take its job.
# Days for which a file that was asked for can be fetched; then it is removed.
EXPORT_DAYS = environment.number("RELCRM_EXPORT_DAYS", 7)
JOB_LEASE = timedelta(seconds=environment.number("RELCRM_JOB_LEASE", 60))
# Customers in one of the shards that workers share when everyone is judged.
SHARD_SIZE = environment.number("RELCRM_SHARD_SIZE", 10_000)
# Health checks ask a worker whether it is there; a folder of messages is no place for that.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "schedule")
if not REDIS_URL:
    QUEUE = environment.folder(DATA / "queue")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE),
        "data_folder_out": str(QUEUE),
        "control_folder": str(environment.folder(QUEUE / "control")),
        "store_processed": False,
        "polling_interval": 0.02,
    }

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "relcrm.lib.logs.JsonLines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["out"],
        "level": environment.text("RELCRM_LOG_LEVEL", "INFO"),
    },
    "loggers": {"django.server": {"handlers": ["out"], "propagate": False}},
}
