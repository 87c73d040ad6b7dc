"""Every setting of the service: its name, unit, default and check.

Read from the environment, or from a ``.env``-style file named by ``ACTIVATION_CONFIG``. Any secret ``NAME`` may instead
be given as ``NAME_FILE``, the path of a file that holds it (container secrets), or as a systemd credential of its name,
in lower case and with dashes (``smtp-password``). A wrong setting is reported by name, value, reason and fix, before
anything starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import platformdirs
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo

from server.bounce_sources import (
    DEFAULT_FOLDER,
    BounceMailbox,
    ProviderKeys,
    check_folder,
    check_provider_secret,
    parse_mailbox,
    parse_sendgrid_key,
    parse_topic,
)
from server.collection_names import parse_collection_names
from server.letterhead import Letterhead, parse_headers, with_sample_id
from server.oauth_clients import OAuthClient, is_oauth_setting, names_a_secret, parse_oauth_clients, setting_name
from server.sending_hours import SendingHours, parse_sending_hours
from server.smtp_accounts import (
    DEFAULT_PORTS,
    HELLO,
    DomainLimits,
    Rate,
    SmtpAccount,
    SmtpSecurity,
    SmtpServer,
    Trust,
    by_tokens,
    parse_domain_limits,
    parse_smtp_accounts,
)

DEFAULT_PORT = 4000


class SettingsError(Exception):
    """Some settings are missing or wrong; ``lines`` says for each: name, value, reason, fix."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class PasswordHash(StrEnum):
    """How users' passwords are hashed: bcrypt only where an existing application reads the ``users`` collection."""

    ARGON2ID = "argon2id"
    BCRYPT = "bcrypt"


class Uncertain(StrEnum):
    """What to do when the mail server had an email but its answer was lost."""

    #: Send it again under the same Message-ID: it may arrive twice.
    RESEND = "resend"
    #: Leave it to an admin, among the failed ones: it may not have arrived.
    HOLD = "hold"


def _mailbox_address(value: str) -> str:
    if len(getaddresses([value])) != 1 or not value.isprintable():
        raise ValueError("must be exactly one address; a name with a comma stands in quotes")
    name, address = parseaddr(value)
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"is not an email address ({error})") from error
    return str(Address(display_name=name, addr_spec=checked.ascii_email or checked.normalized))


def _address_or_none(value: str | None) -> str | None:
    return None if value is None else _mailbox_address(value)


def _bounce_address(value: str | None) -> str | None:
    if value is None:
        return None
    if parseaddr(value)[1] != value.strip():
        raise ValueError("must be an address without a name")
    _mailbox_address(with_sample_id(value))
    if not value.isascii():
        raise ValueError("must be in ASCII: it may hold {id} for the id of the email")
    return value.strip()


def _headers(value: str) -> str:
    parse_headers(value)
    return value


def _http_url(value: str) -> str:
    if not _is_web_address(value):
        raise ValueError("must be a web address that starts with http:// or https://")
    return value.rstrip("/")


def _origins(value: str) -> str:
    for origin in value.split(","):
        parts = urlsplit(origin.strip())
        if not _is_web_address(origin.strip()) or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(f"{origin.strip()!r} is not a web origin such as https://desk.example.com")
    return value.lower()  # as browsers write it


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or broken brackets
        return False


def _proxies(value: str) -> str:
    for each in _listed(value):
        try:
            everybody = ip_network(each).prefixlen == 0
        except ValueError as error:
            raise ValueError(f"{each!r} is not an address or a network ({error})") from error
        if everybody:
            raise ValueError(f"{each!r} would let everybody claim any address")
    return value


def _listed(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]


def _mongodb_uri(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("must start with mongodb:// or mongodb+srv://")
    return value


def _smtp_url(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    if value is not None:
        parse_smtp_accounts(value.get_secret_value(), clients=info.data.get("oauth"))
    return value


def _sending_hours(value: str) -> str:
    return parse_sending_hours(value).text


def _bounces_url(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    if value is not None:
        parse_mailbox(value.get_secret_value(), clients=info.data.get("oauth") or {})
    return value


def _ses_topic(value: str | None) -> str | None:
    if value is not None:
        parse_topic(value)
    return value


def _sendgrid_key(value: str | None) -> str | None:
    if value is not None:
        parse_sendgrid_key(value)
    return value


def _domain_limits(value: str) -> str:
    parse_domain_limits(value)
    return value


def _collection_names(value: str) -> str:
    parse_collection_names(value)
    return value


def _a_day_at_least(value: float) -> float:
    if 0 < value < 86400:
        raise ValueError("must be at least a day (86400), or 0: for ever")
    return value


_FIXES = {
    "MONGODB_URI": "mongodb://user:password@host:27017/?replicaSet=rs0 (or leave it out: embedded database)",
    "MONGODB_COLLECTIONS": "leads=prospects, users=accounts (only those that are called otherwise)",
    "ACTIVATION_PORT": "4000",
    "FRONTEND_URL": "http://localhost:3000",
    "ACTIVATION_PROXIES": "10.0.0.5, 10.0.1.0/24 (addresses or networks, not names)",
    "SMTP_URL": "smtps://user:password@mail.example.com:465 (or leave it out: local mailbox)",
    "SMTP_HOST": "mail.example.com",
    "SMTP_HELO": "desk.example.com (a full name, or [192.0.2.1])",
    "SMTP_SECURITY": "starttls, tls or none",
    "MAIL_FROM": "Example Ltd <welcome@example.com>",
    "MAIL_REPLY_TO": "Help Desk <help@example.com>",
    "MAIL_BOUNCES_TO": "bounces@example.com, or bounces+{id}@example.com",
    "MAIL_HEADERS": "X-SES-CONFIGURATION-SET: desk; Feedback-ID: activation:desk",
    "SMTP_CA_FILE": "/etc/ssl/our-ca.pem",
    "BOUNCES_URL": "imaps://user:password@mail.example.com/INBOX",
    "BOUNCES_FOLDER": "Activation Desk",
    "BOUNCES_SES_TOPIC": "arn:aws:sns:eu-west-1:123456789012:bounces",
    "BOUNCES_SENDGRID_KEY": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE… (the verification key of its event webhook)",
    "LOGIN_URL": "https://app.example.com/login",
    "PASSWORD_HASH": "argon2id or bcrypt",
    "QUEUE_BATCH_SIZE": "50",
    "QUEUE_INTERVAL": "30",
    "QUEUE_UNCERTAIN": "resend or hold",
    "DELIVERY_RETENTION": "31536000",
    "AUDIT_RETENTION": "63072000",
    "QUEUE_HOURS": "Mon-Fri 08:00-18:00 Europe/Berlin (days may be left out; several after commas)",
    "QUEUE_DOMAIN_LIMITS": "gmail.com=20/60 *=100/60 (emails/seconds to one domain)",
    "QUEUE_SECRET_RETENTION": "604800",
}

#: Settings that hold a secret: never shown, and also read from ``NAME_FILE``.
SECRETS = frozenset(
    {
        "MONGODB_URI",
        "SMTP_URL",
        "SMTP_PASSWORD",
        "ACTIVATION_MASTER_KEY",
        "ACTIVATION_MASTER_KEY_PREVIOUS",
        "BOUNCES_URL",
        "BOUNCES_MAILGUN_KEY",
        "BOUNCES_POSTMARK_SECRET",
        "BOUNCES_BREVO_SECRET",
        "BOUNCES_MAILJET_SECRET",
    }
)


class Settings(BaseModel):
    """All settings, checked. The alias of each field is its name in the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    mongodb_uri: Annotated[SecretStr | None, AfterValidator(_mongodb_uri)] = Field(None, alias="MONGODB_URI")
    mongodb_database: str = Field("activation_desk", alias="MONGODB_DATABASE", pattern=r"^[A-Za-z0-9_-]{1,60}$")
    #: What another program calls the collections that it shares with this one.
    mongodb_collections: Annotated[str, AfterValidator(_collection_names)] = Field("", alias="MONGODB_COLLECTIONS")
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_path("activation-desk", appauthor=False)),
        alias="ACTIVATION_DATA_DIR",
    )
    master_key: SecretStr | None = Field(None, alias="ACTIVATION_MASTER_KEY")
    #: While the master key is being replaced: the one before.
    master_key_previous: SecretStr | None = Field(None, alias="ACTIVATION_MASTER_KEY_PREVIOUS")
    host: str = Field("127.0.0.1", alias="ACTIVATION_HOST", min_length=1)
    port: int = Field(DEFAULT_PORT, alias="ACTIVATION_PORT", ge=0, le=65535)
    frontend_url: Annotated[str, AfterValidator(_origins)] = Field("http://localhost:3000", alias="FRONTEND_URL")
    #: Who may say for whom they ask (``X-Forwarded-For``): addresses and networks of reverse proxies.
    forwarded_by: Annotated[str, AfterValidator(_proxies)] = Field("127.0.0.1, ::1", alias="ACTIVATION_PROXIES")
    #: PEM: the certificate with its chain, and its key where that is in a file of its own; none: no TLS.
    tls_certificate: Path | None = Field(None, alias="ACTIVATION_TLS_CERTIFICATE")
    tls_key: Path | None = Field(None, alias="ACTIVATION_TLS_KEY")
    #: Seconds an admin's login lasts.
    token_lifetime: float = Field(30 * 86400, alias="ACTIVATION_TOKEN_LIFETIME", ge=60, le=366 * 86400)
    #: Seconds that a wrong password may cost at most before the next one is looked at.
    login_wait: float = Field(30, alias="ACTIVATION_LOGIN_WAIT", ge=1, le=60)
    #: Seconds that a stop may take to finish what is in hand.
    stop_timeout: float = Field(10, alias="ACTIVATION_STOP_TIMEOUT", ge=0, le=600)

    #: By the names of their groups: as which accounts get access tokens, where they log in without a password.
    oauth: Mapping[str, OAuthClient] = Field({}, alias="SMTP_OAUTH")
    smtp_url: Annotated[SecretStr | None, AfterValidator(_smtp_url)] = Field(None, alias="SMTP_URL")
    smtp_host: str | None = Field(None, alias="SMTP_HOST", min_length=1)
    smtp_port: int | None = Field(None, alias="SMTP_PORT", ge=1, le=65535)
    smtp_username: str | None = Field(None, alias="SMTP_USERNAME", min_length=1)
    smtp_password: SecretStr | None = Field(None, alias="SMTP_PASSWORD")
    smtp_security: SmtpSecurity | None = Field(None, alias="SMTP_SECURITY")
    #: The name by which this machine greets the mail server; none: its own.
    smtp_helo: str | None = Field(None, alias="SMTP_HELO", pattern=HELLO)
    #: PEM: authorities trusted besides the system's own, and our certificate for servers that ask for one.
    smtp_ca_file: Path | None = Field(None, alias="SMTP_CA_FILE")
    smtp_client_certificate: Path | None = Field(None, alias="SMTP_CLIENT_CERTIFICATE")
    smtp_client_key: Path | None = Field(None, alias="SMTP_CLIENT_KEY")
    #: Seconds to connect to the mail server, and for each step of the login; other answers have the time of RFC 5321.
    smtp_timeout: float = Field(60, alias="SMTP_TIMEOUT", ge=1, le=600)
    mail_from: Annotated[str, AfterValidator(_mailbox_address)] = Field(
        "Activation Desk <no-reply@localhost.localdomain>", alias="MAIL_FROM"
    )
    mail_reply_to: Annotated[str | None, AfterValidator(_address_or_none)] = Field(None, alias="MAIL_REPLY_TO")
    mail_bounces_to: Annotated[str | None, AfterValidator(_bounce_address)] = Field(None, alias="MAIL_BOUNCES_TO")
    mail_headers: Annotated[str, AfterValidator(_headers)] = Field("", alias="MAIL_HEADERS")
    #: The mailbox that bounces go to, read by IMAP; and the folder into which goes what was understood.
    bounces_url: Annotated[SecretStr | None, AfterValidator(_bounces_url)] = Field(None, alias="BOUNCES_URL")
    bounces_folder: Annotated[str, AfterValidator(check_folder)] = Field(DEFAULT_FOLDER, alias="BOUNCES_FOLDER")
    #: By what it is known that a provider has called (``POST /api/bounces/…``); none: it is not listened to.
    bounces_ses_topic: Annotated[str | None, AfterValidator(_ses_topic)] = Field(None, alias="BOUNCES_SES_TOPIC")
    bounces_sendgrid_key: Annotated[str | None, AfterValidator(_sendgrid_key)] = Field(
        None, alias="BOUNCES_SENDGRID_KEY"
    )
    bounces_mailgun_key: Annotated[SecretStr | None, AfterValidator(check_provider_secret)] = Field(
        None, alias="BOUNCES_MAILGUN_KEY"
    )
    bounces_postmark_secret: Annotated[SecretStr | None, AfterValidator(check_provider_secret)] = Field(
        None, alias="BOUNCES_POSTMARK_SECRET"
    )
    bounces_brevo_secret: Annotated[SecretStr | None, AfterValidator(check_provider_secret)] = Field(
        None, alias="BOUNCES_BREVO_SECRET"
    )
    bounces_mailjet_secret: Annotated[SecretStr | None, AfterValidator(check_provider_secret)] = Field(
        None, alias="BOUNCES_MAILJET_SECRET"
    )
    login_url: Annotated[str, AfterValidator(_http_url)] = Field("http://localhost:3000/login", alias="LOGIN_URL")
    password_hash: PasswordHash = Field(PasswordHash.ARGON2ID, alias="PASSWORD_HASH")
    #: How many passwords are made and hashed ahead, so that so many leads become users without waiting for it.
    password_reserve: int = Field(500, alias="PASSWORD_RESERVE", ge=0, le=10_000)

    #: At most this many emails per ``queue_interval`` seconds, by each account that does not say otherwise.
    queue_batch_size: int = Field(50, alias="QUEUE_BATCH_SIZE", ge=1, le=10_000)
    queue_interval: float = Field(30, alias="QUEUE_INTERVAL", ge=0.1, le=86400)
    #: At most this many emails in 24 hours, likewise; none: no such limit.
    queue_per_day: int | None = Field(None, alias="QUEUE_PER_DAY", ge=1, le=10_000_000)
    queue_domain_limits: Annotated[str, AfterValidator(_domain_limits)] = Field("", alias="QUEUE_DOMAIN_LIMITS")
    #: The hours in which emails leave; empty: always.
    queue_hours: Annotated[str, AfterValidator(_sending_hours)] = Field("", alias="QUEUE_HOURS")
    queue_connections: int = Field(5, alias="QUEUE_CONNECTIONS", ge=1, le=100)
    queue_connection_messages: int = Field(100, alias="QUEUE_CONNECTION_MESSAGES", ge=1, le=100_000)
    #: Tries of an email that its own recipient or message keeps from being accepted.
    queue_max_attempts: int = Field(50, alias="QUEUE_MAX_ATTEMPTS", ge=1, le=100)
    #: Seconds after which an email that still cannot be sent is given up.
    queue_max_age: float = Field(3 * 86400, alias="QUEUE_MAX_AGE", ge=60, le=60 * 86400)
    #: What becomes of an email of which it is not known whether it was delivered.
    queue_uncertain: Uncertain = Field(Uncertain.RESEND, alias="QUEUE_UNCERTAIN")
    #: Seconds after which the password of a failed email is wiped; a later retry issues a new one.
    queue_secret_retention: float = Field(7 * 86400, alias="QUEUE_SECRET_RETENTION", ge=1, le=3660 * 86400)
    #: Seconds a worker may hold an email without a sign of life before another may take it.
    queue_lease: float = Field(60, alias="QUEUE_LEASE", ge=1, le=3600)

    #: Seconds it stays known what was sent; 0: for ever.
    delivery_retention: Annotated[float, AfterValidator(_a_day_at_least)] = Field(
        365 * 86400, alias="DELIVERY_RETENTION", ge=0, le=100 * 366 * 86400
    )

    #: Seconds it stays known who did what; 0: for ever.
    audit_retention: Annotated[float, AfterValidator(_a_day_at_least)] = Field(
        2 * 365 * 86400, alias="AUDIT_RETENTION", ge=0, le=100 * 366 * 86400
    )

    @property
    def smtp_accounts(self) -> tuple[SmtpAccount, ...]:
        """The configured mail servers; none: capture every email in the local mailbox."""
        if self.smtp_url is not None:
            defaults = self.account_at(SmtpServer("", 0, SmtpSecurity.NONE, hello=self.smtp_helo, trust=self.trust))
            return parse_smtp_accounts(self.smtp_url.get_secret_value(), defaults=defaults, clients=self.oauth)
        if self.smtp_host is None:
            return ()
        security = self.smtp_security or (SmtpSecurity.TLS if self.smtp_port == 465 else SmtpSecurity.STARTTLS)
        server = SmtpServer(
            host=self.smtp_host,
            port=self.smtp_port or DEFAULT_PORTS[security],
            security=security,
            username=self.smtp_username,
            password=self.smtp_password,
            hello=self.smtp_helo,
            trust=self.trust,
        )
        if "" in self.oauth and server.username is not None:
            server = by_tokens(server, self.oauth[""])
        return (self.account_at(server),)

    @property
    def trust(self) -> Trust:
        """Which mail servers are trusted, and how this machine shows who it is."""
        return Trust(self.smtp_ca_file, self.smtp_client_certificate, self.smtp_client_key)

    @property
    def bounce_mailbox(self) -> BounceMailbox | None:
        """The mailbox that bounces are read from; None: none is."""
        if self.bounces_url is None:
            return None
        url = self.bounces_url.get_secret_value()
        return parse_mailbox(url, folder=self.bounces_folder, trust=self.trust, clients=self.oauth)

    @property
    def provider_keys(self) -> ProviderKeys:
        """The providers that may tell of bounces."""
        return ProviderKeys(
            ses_topic=None if self.bounces_ses_topic is None else parse_topic(self.bounces_ses_topic),
            sendgrid=None if self.bounces_sendgrid_key is None else parse_sendgrid_key(self.bounces_sendgrid_key),
            mailgun=self.bounces_mailgun_key,
            postmark=self.bounces_postmark_secret,
            brevo=self.bounces_brevo_secret,
            mailjet=self.bounces_mailjet_secret,
        )

    @property
    def letterhead(self) -> Letterhead:
        """What every email carries besides what it says."""
        return Letterhead(self.mail_reply_to, self.mail_bounces_to, parse_headers(self.mail_headers))

    def account_at(self, server: SmtpServer) -> SmtpAccount:
        """The server with the limits that hold where an account names none of its own."""
        return SmtpAccount(
            server,
            rate=Rate(self.queue_batch_size, self.interval),
            per_day=self.queue_per_day,
            connections=self.queue_connections,
            messages_per_connection=self.queue_connection_messages,
        )

    @property
    def hours(self) -> SendingHours:
        """When emails leave."""
        return parse_sending_hours(self.queue_hours)

    @property
    def collections(self) -> Mapping[str, str]:
        """What the shared collections are called, by their names here."""
        return parse_collection_names(self.mongodb_collections)

    @property
    def secrets(self) -> Iterator[str]:
        """All that nobody may see, to be kept out of whatever is written down."""
        for name in type(self).model_fields:
            if isinstance(value := getattr(self, name), SecretStr):
                yield value.get_secret_value()
        for client in self.oauth.values():
            yield from client.secrets

    @property
    def domain_limits(self) -> DomainLimits:
        """How much may go to one recipient domain."""
        return parse_domain_limits(self.queue_domain_limits)

    @property
    def origins(self) -> list[str]:
        """Web origins that may connect (CORS)."""
        return [origin.strip().rstrip("/") for origin in self.frontend_url.split(",")]

    @property
    def proxies(self) -> list[str]:
        """Addresses and networks of the reverse proxies that are believed."""
        return _listed(self.forwarded_by)

    @property
    def interval(self) -> timedelta:
        """The time in which at most ``queue_batch_size`` emails leave."""
        return timedelta(seconds=self.queue_interval)

    @property
    def lease(self) -> timedelta:
        """How long a claim on a pending email lasts without renewal."""
        return timedelta(seconds=self.queue_lease)

    @property
    def keep_deliveries_for(self) -> timedelta | None:
        """How long it stays known what was sent; None: for ever."""
        return timedelta(seconds=self.delivery_retention) if self.delivery_retention else None

    @property
    def keep_audit_for(self) -> timedelta | None:
        """How long it stays known who did what; None: for ever."""
        return timedelta(seconds=self.audit_retention) if self.audit_retention else None

    @property
    def max_age(self) -> timedelta:
        """How long an email is tried before it is given up."""
        return timedelta(seconds=self.queue_max_age)


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read and check the settings. ``overrides`` (by environment name) are command line options and win.

    Raises :class:`SettingsError` that names every wrong setting at once.
    """
    environ = os.environ if environ is None else environ
    lines: list[str] = []
    given = {name: value for name, value in environ.items() if _is_setting(name) and value != ""}
    if config := environ.get("ACTIVATION_CONFIG"):
        given = _read_config(Path(config), lines) | given
    values: dict[str, Any] = {name: value for name, value in given.items() if not _is_secret_file(name)}
    for name in _secret_names(given, environ):
        if path := given.get(f"{name}_FILE"):
            _read_secret(name, Path(path), values, lines)
        elif (credential := _credential(name, environ)) is not None and name not in values:
            _read_secret(name, credential, values, lines)
    values |= {name: value for name, value in overrides.items() if value is not None}
    oauth = {name: values.pop(name) for name in list(values) if is_oauth_setting(name)}
    values["SMTP_OAUTH"], problems = parse_oauth_clients(oauth)
    lines += problems
    wrong: set[str] = {"SMTP_URL"} if problems else set()  # what it lacks may be what is wrong with those
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        lines += [_explain(detail, values) for detail in details if str(detail["loc"][0]) not in wrong]
        wrong |= {str(detail["loc"][0]) for detail in details}
    lines += [f"{name}: {problem}" for name, problem in _contradictions(values) if name not in wrong]
    if lines:
        raise SettingsError(lines)
    return settings


#: Where secrets may be read from; other settings that name a file (``SMTP_CA_FILE``) are settings like any.
_SECRET_FILES = frozenset(f"{name}_FILE" for name in SECRETS)
#: What may stand in the environment and in the file.
_NAMES = frozenset(str(field.alias) for field in Settings.model_fields.values()) | _SECRET_FILES


def environment_without_secrets() -> dict[str, str]:
    """This process's environment, for programs that it starts and that need none of its secrets."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS and not names_a_secret(name)}


def _is_setting(name: str) -> bool:
    return name in _NAMES or is_oauth_setting(name)


def _is_secret_file(name: str) -> bool:
    return name in _SECRET_FILES or (name.endswith("_FILE") and names_a_secret(name))


def _secret_names(given: Mapping[str, str], environ: Mapping[str, str]) -> set[str]:
    """Of the settings that may be in files of their own, also those of groups, whose names are the user's."""
    named = {name.removesuffix("_FILE") for name in given if names_a_secret(name)}
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory and Path(directory).is_dir():
        handed_over = (path.name.upper().replace("-", "_") for path in Path(directory).iterdir())
        named |= {name for name in handed_over if names_a_secret(name)}
    return named | SECRETS


def _contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with settings that may each be right: which one, and why."""
    for name in sorted(_SMTP_PARTS & values.keys()):
        if "SMTP_URL" in values:
            yield name, "is set beside SMTP_URL. Fix: keep one of the two ways to name the mail server"
        elif "SMTP_HOST" not in values:
            yield name, "is set without a mail server. Fix: set SMTP_HOST=mail.example.com"
        elif name == "SMTP_USERNAME" and "SMTP_PASSWORD" not in values and "" not in values["SMTP_OAUTH"]:
            yield name, "goes with SMTP_PASSWORD. Fix: set both or neither"
        elif name == "SMTP_PASSWORD" and "SMTP_USERNAME" not in values:
            yield name, "goes with SMTP_USERNAME. Fix: set both or neither"
    yield from _unused_clients(values)
    if "ACTIVATION_MASTER_KEY_PREVIOUS" in values and "ACTIVATION_MASTER_KEY" not in values:
        yield "ACTIVATION_MASTER_KEY_PREVIOUS", "is set without ACTIVATION_MASTER_KEY. Fix: set the new key there"
    if "ACTIVATION_TLS_KEY" in values and "ACTIVATION_TLS_CERTIFICATE" not in values:
        yield "ACTIVATION_TLS_KEY", "is set without ACTIVATION_TLS_CERTIFICATE. Fix: name the certificate there"
    if "SMTP_CLIENT_KEY" in values and "SMTP_CLIENT_CERTIFICATE" not in values:
        yield "SMTP_CLIENT_KEY", "is set without SMTP_CLIENT_CERTIFICATE. Fix: name the certificate there"
    if "MAIL_FROM" not in values and ("SMTP_URL" in values or "SMTP_HOST" in values):
        yield "MAIL_FROM", f"is missing, and a mail server is set. Fix: set MAIL_FROM={_FIXES['MAIL_FROM']}"


def _unused_clients(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Groups of settings for access tokens that no account logs in with, and an account in parts that cannot."""
    clients: Mapping[str, OAuthClient] = values["SMTP_OAUTH"]
    if "SMTP_URL" in values:
        try:
            accounts = parse_smtp_accounts(str(values["SMTP_URL"]), clients=clients)
        except ValueError:
            return  # said of that setting
        used = {account.server.oauth.group for account in accounts if account.server.oauth is not None}
    else:
        used = {""} if "SMTP_USERNAME" in values else set()
        if "" in clients and "SMTP_PASSWORD" in values:
            yield "SMTP_PASSWORD", "is set beside SMTP_OAUTH. Fix: leave out the one by which nobody shall log in"
        if "" in clients and values.get("SMTP_SECURITY") == SmtpSecurity.NONE:
            yield "SMTP_SECURITY", "'none' would send access tokens without encryption. Fix: starttls or tls"
    if "BOUNCES_URL" in values:
        with suppress(ValueError):  # said of that setting
            mailbox = parse_mailbox(str(values["BOUNCES_URL"]), clients=clients)
            used |= {mailbox.oauth.group} if mailbox.oauth is not None else set()
    for group in sorted(clients.keys() - used):
        option = f"?oauth={group}" if group else ""
        yield (
            setting_name(group),
            "no mail account logs in by it: one does whose user has no password. "
            f"Fix: SMTP_URL=smtp://user%40example.com@smtp.example.com:587{option}",
        )


_SMTP_PARTS = frozenset({"SMTP_HOST", "SMTP_PORT", "SMTP_USERNAME", "SMTP_PASSWORD", "SMTP_SECURITY"})


def _read_config(path: Path, lines: list[str]) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        lines.append(
            f"ACTIVATION_CONFIG={path}: cannot be read ({error}). Fix: name a readable UTF-8 file of NAME=value lines"
        )
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = (part.strip() for part in line.partition("="))
        if not separator or not name.isidentifier():
            # Not repeated: it may hold a secret.
            lines.append(f"{path}, line {number}: is not a setting. Fix: NAME=value, names as in the README")
        elif not _is_setting(name):
            lines.append(f"{path}, line {number}: {name!r} is not a setting. Fix: NAME=value, names as in the README")
        elif value:
            found[name] = value.strip("\"'")
    return found


def _credential(name: str, environ: Mapping[str, str]) -> Path | None:
    """The file systemd hands over for it (LoadCredential=smtp-password:…), if it does."""
    directory = environ.get("CREDENTIALS_DIRECTORY")
    path = Path(directory) / name.lower().replace("_", "-") if directory else None
    return path if path is not None and path.exists() else None


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
