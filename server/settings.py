"""Every setting of the service: its name, unit, default and check.

Read from the environment, or from a ``.env``-style file named by ``ACTIVATION_CONFIG``. Any secret ``NAME`` may instead
be given as ``NAME_FILE``, the path of a file that holds it (systemd credentials, container secrets). A wrong setting is
reported by name, value, reason and fix, before anything starts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import unquote, urlsplit

import platformdirs
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

DEFAULT_PORT = 4000


class SettingsError(Exception):
    """Some settings are missing or wrong; ``lines`` says for each: name, value, reason, fix."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class PasswordHash(StrEnum):
    """How users' passwords are hashed: bcrypt only where an existing application reads the ``users`` collection."""

    ARGON2ID = "argon2id"
    BCRYPT = "bcrypt"


@dataclass(frozen=True)
class SmtpServer:
    """A mail server and how to log in to it. ``name`` identifies the account in limits and logs."""

    host: str
    port: int
    security: SmtpSecurity
    username: str | None = None
    password: SecretStr | None = None

    @property
    def name(self) -> str:
        """Stable name of the account, without secrets."""
        return f"{self.username}@{self.host}:{self.port}" if self.username else f"{self.host}:{self.port}"


def _mailbox_address(value: str) -> str:
    from email.headerregistry import Address
    from email.utils import parseaddr

    name, address = parseaddr(value)
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"is not an email address ({error})") from error
    return str(Address(display_name=name, addr_spec=checked.ascii_email or checked.normalized))


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address that starts with http:// or https://")
    return value.rstrip("/")


def _origins(value: str) -> str:
    for origin in value.split(","):
        parts = urlsplit(origin.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"{origin.strip()!r} is not a web origin such as https://desk.example.com")
    return value


def _mongodb_uri(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("must start with mongodb:// or mongodb+srv://")
    return value


_FIXES = {
    "MONGODB_URI": "mongodb://user:password@host:27017/?replicaSet=rs0 (or leave it out: embedded database)",
    "ACTIVATION_PORT": "4000",
    "FRONTEND_URL": "http://localhost:3000",
    "SMTP_URL": "smtps://user:password@mail.example.com:465 (or leave it out: local mailbox)",
    "SMTP_HOST": "mail.example.com",
    "SMTP_SECURITY": "starttls, tls or none",
    "MAIL_FROM": "Example Ltd <welcome@example.com>",
    "LOGIN_URL": "https://app.example.com/login",
    "PASSWORD_HASH": "argon2id or bcrypt",
    "QUEUE_BATCH_SIZE": "50",
    "QUEUE_INTERVAL": "30",
}

#: Settings that hold a secret: never shown, and also read from ``NAME_FILE``.
SECRETS = frozenset({"MONGODB_URI", "SMTP_URL", "SMTP_PASSWORD", "ACTIVATION_MASTER_KEY"})


class Settings(BaseModel):
    """All settings, checked. The alias of each field is its name in the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    mongodb_uri: Annotated[SecretStr | None, AfterValidator(_mongodb_uri)] = Field(None, alias="MONGODB_URI")
    mongodb_database: str = Field("activation_desk", alias="MONGODB_DATABASE", pattern=r"^[A-Za-z0-9_-]{1,60}$")
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_path("activation-desk", appauthor=False)),
        alias="ACTIVATION_DATA_DIR",
    )
    master_key: SecretStr | None = Field(None, alias="ACTIVATION_MASTER_KEY")
    host: str = Field("127.0.0.1", alias="ACTIVATION_HOST", min_length=1)
    port: int = Field(DEFAULT_PORT, alias="ACTIVATION_PORT", ge=0, le=65535)
    frontend_url: Annotated[str, AfterValidator(_origins)] = Field("http://localhost:3000", alias="FRONTEND_URL")
    #: Seconds an admin's login lasts.
    token_lifetime: float = Field(30 * 86400, alias="ACTIVATION_TOKEN_LIFETIME", ge=60, le=366 * 86400)
    #: Seconds that a stop may take to finish what is in hand.
    stop_timeout: float = Field(10, alias="ACTIVATION_STOP_TIMEOUT", ge=0, le=600)

    smtp_url: SecretStr | None = Field(None, alias="SMTP_URL")
    smtp_host: str | None = Field(None, alias="SMTP_HOST", min_length=1)
    smtp_port: int | None = Field(None, alias="SMTP_PORT", ge=1, le=65535)
    smtp_username: str | None = Field(None, alias="SMTP_USERNAME", min_length=1)
    smtp_password: SecretStr | None = Field(None, alias="SMTP_PASSWORD")
    smtp_security: SmtpSecurity | None = Field(None, alias="SMTP_SECURITY")
    #: Seconds to wait for one answer of the mail server.
    smtp_timeout: float = Field(60, alias="SMTP_TIMEOUT", ge=1, le=600)
    mail_from: Annotated[str, AfterValidator(_mailbox_address)] = Field(
        "Activation Desk <no-reply@localhost.localdomain>", alias="MAIL_FROM"
    )
    login_url: Annotated[str, AfterValidator(_http_url)] = Field("http://localhost:3000/login", alias="LOGIN_URL")
    password_hash: PasswordHash = Field(PasswordHash.ARGON2ID, alias="PASSWORD_HASH")

    #: At most this many emails per ``queue_interval`` seconds.
    queue_batch_size: int = Field(50, alias="QUEUE_BATCH_SIZE", ge=1, le=10_000)
    queue_interval: float = Field(30, alias="QUEUE_INTERVAL", ge=0.1, le=86400)
    queue_connections: int = Field(5, alias="QUEUE_CONNECTIONS", ge=1, le=100)
    queue_max_attempts: int = Field(8, alias="QUEUE_MAX_ATTEMPTS", ge=1, le=100)
    #: Seconds a worker may hold an email without a sign of life before another may take it.
    queue_lease: float = Field(60, alias="QUEUE_LEASE", ge=1, le=3600)

    @model_validator(mode="after")
    def _one_way_to_the_mail_server(self) -> Self:
        if self.smtp_url is not None and self.smtp_host is not None:
            raise ValueError("SMTP_URL: is set beside SMTP_HOST. Fix: keep one of the two")
        if self.smtp_host is None:
            for name, value in (
                ("SMTP_PORT", self.smtp_port),
                ("SMTP_USERNAME", self.smtp_username),
                ("SMTP_PASSWORD", self.smtp_password),
                ("SMTP_SECURITY", self.smtp_security),
            ):
                if value is not None:
                    raise ValueError(f"{name}: is set without a mail server. Fix: set SMTP_HOST=mail.example.com")
        if (self.smtp_username is None) != (self.smtp_password is None):
            raise ValueError("SMTP_USERNAME: goes with SMTP_PASSWORD. Fix: set both or neither")
        if (
            self.smtp is not None
            and "MAIL_FROM" not in self.model_fields_set
            and "mail_from" not in self.model_fields_set
        ):
            raise ValueError(
                "MAIL_FROM: is missing, and a mail server is set. Fix: set MAIL_FROM=Example Ltd <welcome@example.com>"
            )
        return self

    @property
    def smtp(self) -> SmtpServer | None:
        """The configured mail server, or None: capture every email in the local mailbox."""
        if self.smtp_url is not None:
            return parse_smtp_url(self.smtp_url.get_secret_value())
        if self.smtp_host is None:
            return None
        security = self.smtp_security or (SmtpSecurity.TLS if self.smtp_port == 465 else SmtpSecurity.STARTTLS)
        return SmtpServer(
            host=self.smtp_host,
            port=self.smtp_port or _DEFAULT_PORTS[security],
            security=security,
            username=self.smtp_username,
            password=self.smtp_password,
        )

    @property
    def origins(self) -> list[str]:
        """Web origins that may connect (CORS)."""
        return [origin.strip().rstrip("/") for origin in self.frontend_url.split(",")]

    @property
    def interval(self) -> timedelta:
        """The time in which at most ``queue_batch_size`` emails leave."""
        return timedelta(seconds=self.queue_interval)

    @property
    def lease(self) -> timedelta:
        """How long a claim on a pending email lasts without renewal."""
        return timedelta(seconds=self.queue_lease)


_DEFAULT_PORTS = {SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465, SmtpSecurity.NONE: 25}
_SCHEMES = {"smtp": SmtpSecurity.STARTTLS, "smtps": SmtpSecurity.TLS, "smtp+plain": SmtpSecurity.NONE}


def parse_smtp_url(url: str) -> SmtpServer:
    """``smtp://`` (STARTTLS), ``smtps://`` (TLS) or ``smtp+plain://`` (neither); user and password percent-encoded.

    Raises ValueError with a sentence that holds no part of the URL's secrets.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("SMTP_URL: has a port that is not a number from 1 to 65535") from error
    if parts.scheme not in _SCHEMES:
        raise ValueError(
            "SMTP_URL: must start with smtp:// (STARTTLS), smtps:// (TLS) or smtp+plain:// (no encryption)"
        )
    if not parts.hostname:
        raise ValueError("SMTP_URL: has no host")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("SMTP_URL: has a user without a password, or the other way round")
    security = _SCHEMES[parts.scheme]
    return SmtpServer(
        host=parts.hostname,
        port=port or _DEFAULT_PORTS[security],
        security=security,
        username=unquote(parts.username) if parts.username else None,
        password=SecretStr(unquote(parts.password)) if parts.password else None,
    )


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read and check the settings. ``overrides`` (by environment name) are command line options and win.

    Raises :class:`SettingsError` that names every wrong setting at once.
    """
    environ = os.environ if environ is None else environ
    names = {str(field.alias) for field in Settings.model_fields.values()}
    lines: list[str] = []
    values: dict[str, Any] = {}
    if config := environ.get("ACTIVATION_CONFIG"):
        values |= _read_config(Path(config), names, lines)
    values |= {name: environ[name] for name in names if environ.get(name, "") != ""}
    for name in SECRETS:
        if path := environ.get(f"{name}_FILE"):
            _read_secret(name, Path(path), values, lines)
    values |= {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        lines += [_explain(detail, values) for detail in error.errors(include_url=False)]
    if lines:
        raise SettingsError(lines)
    return settings


def _read_config(path: Path, names: set[str], lines: list[str]) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        lines.append(
            f"ACTIVATION_CONFIG={path}: cannot be read ({error}). Fix: name a readable UTF-8 file of NAME=value lines"
        )
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator or name.strip() not in names:
            lines.append(
                f"{path}, line {number}: {name.strip()!r} is not a setting. Fix: NAME=value, names as in the README"
            )
            continue
        found[name.strip()] = value.strip().strip("\"'")
    return found


def _read_secret(name: str, path: Path, values: dict[str, Any], lines: list[str]) -> None:
    if name in values:
        lines.append(f"{name}_FILE: is set beside {name}. Fix: keep one of the two")
        return
    try:
        values[name] = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        lines.append(f"{name}_FILE={path}: cannot be read ({error}). Fix: name a file this service may read")


def _explain(detail: Any, values: Mapping[str, Any]) -> str:
    """One line for one wrong setting: name, value, reason, fix."""
    reason = str(detail["msg"]).removeprefix("Value error, ")
    if not detail["loc"]:
        return reason
    name = str(detail["loc"][0])
    shown = "(hidden)" if name in SECRETS else repr(str(values.get(name, "")))
    fix = f". Fix: {name}={_FIXES[name]}" if name in _FIXES else ""
    return f"{name}={shown}: {reason}{fix}"
