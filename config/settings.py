"""All settings, from the environment; wrong ones fail at the start, in words.

Without ``DATABASE_URL`` the product runs on its embedded default: SQLite and a file-system
message broker in ``var/``, for one machine. ``.env.example`` lists every variable.
"""

import shlex
from datetime import timedelta
from pathlib import Path

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host
from django.utils.translation import gettext_lazy as _

from config.environment import (
    env,
    read_choice,
    read_database,
    read_mail,
    read_number,
    read_redis,
    read_secret_key,
    require_url,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

EMBEDDED = not env("DATABASE_URL", default="")
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = read_secret_key(VAR_DIR, embedded=EMBEDDED)

# Where people reach the product. An https address turns on everything that needs one.
SITE_URL = require_url("SITE_URL", default="http://127.0.0.1:8000")
HTTPS = SITE_URL.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", SITE_URL.hostname])
CSRF_TRUSTED_ORIGINS = [f"{SITE_URL.scheme}://{SITE_URL.netloc}"]
if not EMBEDDED and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS 不能为 *：请写明访问本系统的主机名，多个用英文逗号分隔。")
if not EMBEDDED and not validate_host(SITE_URL.hostname or "", ALLOWED_HOSTS):
    raise ImproperlyConfigured(f"ALLOWED_HOSTS 未包含 SITE_URL 的主机名 {SITE_URL.hostname}，谁也无法打开页面。")
if DEBUG and HTTPS:
    raise ImproperlyConfigured("正式网址（https）不能打开 DEBUG：出错页会泄露数据和配置。")
# How many reverse proxies stand before us; their headers are believed, nobody else's.
PROXY_COUNT = read_number("PROXY_COUNT", default=0)

DISTRICT_NAME = env("DISTRICT_NAME", default="示范区")

INSTALLED_APPS = [
    "config.apps.ProductConfig",
    "projects",
    "scheduling",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.OriginMiddleware",
    "config.middleware.IdleTimeoutMiddleware",
    "config.middleware.DutiesMiddleware",
    "config.middleware.PasswordAgeMiddleware",
    "config.errors.RuleViolationMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.product",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------

DATABASES = {"default": read_database(embedded=VAR_DIR / "db.sqlite3")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, who waits for the lock instead of failing half-way.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
    _database["CONN_MAX_AGE"] = read_number("DATABASE_CONN_MAX_AGE", default=60)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# SQLite keeps the covering indexes of the large lists without their extra columns: nothing to act on.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # the sheet of a long schedule: some fifteen fields for each step
UPLOAD_LIMIT_MB = read_number("UPLOAD_LIMIT_MB", default=50, least=1)
# A virus scanner that is given the path of a file: 0 says clean, 1 infected, as clamdscan does. Empty: none.
SCAN_COMMAND = shlex.split(env("SCAN_COMMAND", default=""))

REDIS_URL = read_redis()
if not EMBEDDED and not REDIS_URL and _database["ENGINE"] == "django.db.backends.postgresql":
    raise ImproperlyConfigured("设置了 DATABASE_URL 就须同时设置 REDIS_URL（如 redis://redis:6379/0）。")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "projects.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "office_phone"]},
    },
    {"NAME": "projects.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "projects.passwords.CharacterClassValidator", "OPTIONS": {"classes": 3}},
    {"NAME": "projects.passwords.HistoryValidator", "OPTIONS": {"remembered": 5}},
]
PASSWORD_MAX_AGE_DAYS = read_number("PASSWORD_MAX_AGE_DAYS", default=90)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
IDLE_TIMEOUT_MINUTES = read_number("IDLE_TIMEOUT_MINUTES", default=30, least=1)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS

# Who is locked out, from where and why: projects/lockouts.py.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=read_number("LOGIN_LOCK_MINUTES", default=20, least=1))
AXES_LOCKOUT_PARAMETERS = "projects.lockouts.lockout_parameters"
AXES_LOCKOUT_CALLABLE = "config.pages.security.locked_out"
AXES_CLIENT_IP_CALLABLE = "config.middleware.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says until when, and keeps its word
AXES_DISABLE_ACCESS_LOG = True  # our audit has it
AXES_VERBOSE = False

# --- The wire ---------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = read_number("HSTS_SECONDS", default=31536000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}

# --- Language, time, static files ---------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.StaticStorage"},
}

# --- Mail -------------------------------------------------------------------------------------

# Off until an address is given; who is owed a digest then gets it by mail as well as on the own page.
MAIL = read_mail()
SENDS_MAIL = bool(MAIL)
EMAIL_BACKEND = MAIL.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = MAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default=f"zdxm@{SITE_URL.hostname}")

# --- Background work ----------------------------------------------------------------------------

_queue = VAR_DIR / "queue"
# Celery has its own word for a unix socket.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or "filesystem://"
CELERY_BROKER_TRANSPORT = "" if REDIS_URL else "config.file_queue:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {}
    if REDIS_URL
    else {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- The API ------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "config.api.PagePagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.api_exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "重点项目建设调度平台",
    "VERSION": "1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Logs ---------------------------------------------------------------------------------------

LOG_LEVEL = read_choice("LOG_LEVEL", default="WARNING", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django_structlog": {"level": LOG_LEVEL}},
}
