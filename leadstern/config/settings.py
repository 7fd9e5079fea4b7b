"""Django's settings, from Leadstern's own (see `environment.py`). Imported by Django and the entry points only."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from leadstern.config.checks import hosts
from leadstern.config.databases import database
from leadstern.config.environment import load

OWN = load()
LEADSTERN_HOME: Path = OWN["LEADSTERN_HOME"]
BASE_URL: str = OWN["LEADSTERN_BASE_URL"].rstrip("/")
PACKAGE = Path(__file__).resolve().parent.parent


def _secret_key() -> str:
    """The configured key, else one made at the first start and kept in LEADSTERN_HOME (readable by its owner only)."""
    if OWN["LEADSTERN_SECRET_KEY"]:
        return str(OWN["LEADSTERN_SECRET_KEY"])
    path = LEADSTERN_HOME / "secret_key"
    if not path.exists():
        LEADSTERN_HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *hosts(urlsplit(BASE_URL).hostname or ""), *OWN["LEADSTERN_HOSTS"]]

STAGES = [
    "leadstern.core",
    "leadstern.accounts",
    "leadstern.audit",
    "leadstern.consent",
    "leadstern.outbox",
    "leadstern.visitors",
    "leadstern.capture",
    "leadstern.leads",
    "leadstern.criteria",
    "leadstern.scoring",
    "leadstern.qualification",
    "leadstern.nurture",
    "leadstern.routing",
    "leadstern.sales",
    "leadstern.reports",
    "leadstern.journey",
    "leadstern.privacy",
    "leadstern.desk",
]
INSTALLED_APPS = [
    *STAGES,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
]
MIDDLEWARE = [
    "leadstern.core.proxies.visitor_address",
    "leadstern.core.uploads.limit_uploads",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leadstern.accounts.middleware.language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "leadstern.config.urls"
ASGI_APPLICATION = "leadstern.config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "leadstern.desk.navigation.frame",
                "leadstern.outbox.imprint.company",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "leadstern.core.templatetags.leadstern",
            ],
        },
    }
]
FORM_RENDERER = "leadstern.core.ui.FormRenderer"

DATABASES = {"default": database(OWN["DATABASE_URL"], home=LEADSTERN_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},  # used proofs of work and rate limits must not be culled early
    }
}

AUTH_USER_MODEL = "accounts.User"
# auth.W004 asks for `unique=True` on the e-mail; ours is unique without regard to letter case, which it cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "leadstern.accounts.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "leadstern.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets a mail because a stranger typed their address
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    {"login_failed": "10/m/ip,5/5m/key"} if OWN["LEADSTERN_RATE_LIMITS"] else False
)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Leadstern"

LANGUAGE_CODE = OWN["LEADSTERN_LANGUAGE"]
LOCALE_PATHS = [PACKAGE / package / "locale" for package in ("cli", "config", "demo")]
LANGUAGES = [("de", _("German")), ("en", _("English"))]
TIME_ZONE = OWN["LEADSTERN_TIME_ZONE"]
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
# The build writes into the package; WhiteNoise serves from there and from the libraries: no collectstatic.
STATIC_ROOT = None
STATICFILES_DIRS: list[Path] = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "leadstern.core.ui.AssetStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 30 * 24 * 3600  # addresses carry the build's version
FILES = LEADSTERN_HOME / "files"

EMAIL_BACKEND = "leadstern.outbox.system_mail.OutboxBackend"

SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OWN["LEADSTERN_TRUSTED_PROXIES"] else None
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "leadstern.core.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = OWN["LEADSTERN_MAX_BODY_KB"] * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
UPLOADS = ("/capture/imports/", "/capture/magnets/")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
