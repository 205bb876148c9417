"""One file, driven by the environment. Production is the default; anything easier has to be asked for.

TUTELA_MODE: production | embedded (the one-command start) | test. TUTELA_DOOR: public | desk | partner; a worker
or a command has none and uses the desk's routes.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from project.doors import DOORS, door_settings
from project.env import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
OWNER_COMMANDS = {"migrate", "setup_roles"}

env = Environment()
MODE = env.text("TUTELA_MODE", "production")
PRODUCTION = MODE == "production"
if MODE not in {"production", "embedded", "test"}:
    env.problems.append(f"TUTELA_MODE must be production, embedded or test, not {MODE!r}")

# The embedded start and the tests always give these too: nothing here has a default that could be forgotten.
SECRET_KEY = env.secret("TUTELA_SECRET_KEY", least=50)
TUTELA_PEPPER = env.secret("TUTELA_PEPPER")
TUTELA_KEK = env.key("TUTELA_KEK")
TUTELA_FAILPOINT = env.text("TUTELA_FAILPOINT")
DEBUG = env.flag("DEBUG")
# The log's name stands in every entry for ever: production has to choose its own.
TUTELA_LOG_ORIGIN = env.required("TUTELA_LOG_ORIGIN") if PRODUCTION else "tutela.example.org/log"

TUTELA_DOOR = env.text("TUTELA_DOOR")
if TUTELA_DOOR and TUTELA_DOOR not in DOORS:
    env.problems.append(f"TUTELA_DOOR must be one of {', '.join(DOORS)}, not {TUTELA_DOOR!r}")
    TUTELA_DOOR = ""

# How a report reaches the INHOPE member of the hosting country: `direct`, or `iccam` for who is a member itself.
TUTELA_INHOPE_WAY = env.text("TUTELA_INHOPE_WAY", "direct")
if TUTELA_INHOPE_WAY not in {"direct", "iccam"}:
    env.problems.append(f"TUTELA_INHOPE_WAY must be direct or iccam, not {TUTELA_INHOPE_WAY!r}")
TUTELA_URLS = {name: env.required(f"TUTELA_{name.upper()}_URL") for name in DOORS}
SECURE = all(url.startswith("https://") for url in TUTELA_URLS.values())

_as_owner = Path(sys.argv[0]).name == "manage.py" and len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
_database = env.database("DATABASE_OWNER_URL" if _as_owner else "DATABASE_URL")
BROKER_URL = env.required("BROKER_URL")

if PRODUCTION:
    if DEBUG:
        env.problems.append("DEBUG is on: production never shows its insides")
    if TUTELA_FAILPOINT:
        env.problems.append("TUTELA_FAILPOINT is set: it kills the process and is for tests alone")
    if len({SECRET_KEY, TUTELA_PEPPER, TUTELA_KEK} - {""}) < sum(
        map(bool, (SECRET_KEY, TUTELA_PEPPER, TUTELA_KEK))
    ):
        env.problems.append("TUTELA_SECRET_KEY, TUTELA_PEPPER and TUTELA_KEK must differ from each other")
    if env.given("DATABASE_OWNER_URL") and not _as_owner:
        env.problems.append(
            "DATABASE_OWNER_URL is set: only migrate and setup_roles may hold the owner's key"
        )
    env.problems += [
        f"TUTELA_{name.upper()}_URL must begin with https://"
        for name, url in TUTELA_URLS.items()
        if url and not url.startswith("https://")
    ]
if env.problems:
    raise ImproperlyConfigured("Tutela does not start:\n" + "\n".join(f"  - {line}" for line in env.problems))

_hosts = {url.split("//", 1)[1].split("/")[0].rsplit(":", 1)[0] for url in TUTELA_URLS.values()}
ALLOWED_HOSTS = sorted(_hosts | ({"127.0.0.1", "localhost", "testserver"} if not PRODUCTION else set()))
CSRF_TRUSTED_ORIGINS = sorted(TUTELA_URLS.values())

INSTALLED_APPS = [
    "project.apps.ProjectConfig",
    "audit.apps.AuditConfig",
    "intake.apps.IntakeConfig",
    "referrals.apps.ReferralsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "guardian",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "project.context.hotline",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
WSGI_APPLICATION = "project.wsgi.application"

DATABASES = {
    "default": {
        **environ.Env.db_url_config(_database),
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
if MODE != "test":
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": 8,
        "max_idle": 60,
        "timeout": 10,
    }
if _as_owner:
    # A migration that cannot have its lock at once gives up instead of stopping the hotline.
    DATABASES["default"]["OPTIONS"]["options"] = "-c lock_timeout=5s"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "project.User"
AUTHENTICATION_BACKENDS = [
    "project.people.DoorBackend",
    "project.roles.RoleBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "project.people.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
# By account, not by address: behind a proxy the whole house has one address.
ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "10/5m/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "project.pages.errors.csrf_failure"
SILENCED_SYSTEM_CHECKS = ["auth.W004", "guardian.W001"]

vars().update(door_settings(TUTELA_DOOR or "desk", secure=SECURE))
TUTELA_DOOR = TUTELA_DOOR or "desk"
if not DOORS[TUTELA_DOOR].knows_people:
    # Nothing that signs people in is even loaded at a door that knows nobody.
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")]

# What a browser is told
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# No upload handler at all: nothing a person sends can become a file.
FILE_UPLOAD_HANDLERS: list[str] = []
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ro", _("Romanian"))]
LOCALE_PATHS = [BASE_DIR / "project" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.text("TUTELA_TIME_ZONE", "Europe/Bucharest")

STATIC_URL = "/static/"
STATIC_ROOT = env.text("TUTELA_STATIC_ROOT") or None
STATICFILES_DIRS = [BASE_DIR / "project" / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False

# The hotline
TUTELA_MODE = MODE
TUTELA_HOTLINE = env.text("TUTELA_HOTLINE", "Tutela")
TUTELA_HOME_COUNTRY = env.text("TUTELA_HOME_COUNTRY", "RO")
TUTELA_HOTLINE_CONTACT = env.text("TUTELA_HOTLINE_CONTACT")
TUTELA_EXIT_URL = env.text("TUTELA_EXIT_URL", "https://www.example.org/")
TUTELA_EMERGENCY = env.text("TUTELA_EMERGENCY", "112")
TUTELA_CHILD_LINE = env.text("TUTELA_CHILD_LINE", "119")
# A classification scheme of the hotline's own, in the place of the shipped one.
TUTELA_SCHEME_FILE = env.text("TUTELA_SCHEME_FILE")

# People may undo a step for so long, as long as nothing has left the house; what leaves waits for the second.
TUTELA_UNDO_MINUTES = env.number("TUTELA_UNDO_MINUTES", 15)
TUTELA_SEND_AFTER_SECONDS = env.number("TUTELA_SEND_AFTER_SECONDS", 120 if PRODUCTION else 0)
# The first notice to a host or platform waits so long, and further ones to the same contact are gathered.
TUTELA_NOTICE_AFTER_MINUTES = env.number("TUTELA_NOTICE_AFTER_MINUTES", 60 if PRODUCTION else 0)
TUTELA_NOTICE_GATHER_HOURS = env.number("TUTELA_NOTICE_GATHER_HOURS", 24 if PRODUCTION else 0)
# For so long an agency can answer by the link in a package. The referral's own due date is another thing.
TUTELA_ANSWER_LINK_DAYS = env.number("TUTELA_ANSWER_LINK_DAYS", 14)
# Mail to agencies. Without a server nothing is mailed, and the delivery says so.
TUTELA_SMTP_URL = env.text("TUTELA_SMTP_URL")
TUTELA_MAIL_FROM = env.text("TUTELA_MAIL_FROM", "hotline@example.org")
TUTELA_TEST_MAILBOX = env.text("TUTELA_TEST_MAILBOX", "test@example.org")

# Work: the broker only wakes; what has to be done is in PostgreSQL.
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 5,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "sweep"
CELERY_TASK_ROUTES = {
    "referrals.tasks.deliver": {"queue": "deliver"},
    "intake.tasks.sort": {"queue": "deliver"},
}
CELERY_BEAT_SCHEDULE = {
    "sort": {"task": "intake.tasks.sweep_reports", "schedule": 5.0},
    "deliver": {"task": "referrals.tasks.sweep_deliveries", "schedule": 5.0},
    "deadlines": {"task": "referrals.tasks.sweep_deadlines", "schedule": 60.0},
    "holds": {"task": "referrals.tasks.sweep_holds", "schedule": 15.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "project.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
