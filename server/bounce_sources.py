"""Where bounces are found: the mailbox that they are sent to, and the providers that tell of them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import SecretStr

from server.oauth_clients import OAuthClient
from server.smtp_accounts import SmtpSecurity, Trust, client_named

DEFAULT_FOLDER = "Activation Desk"
_INBOX = "INBOX"
_PORTS = {SmtpSecurity.TLS: 993, SmtpSecurity.STARTTLS: 143, SmtpSecurity.NONE: 143}
_SCHEMES = {"imaps": SmtpSecurity.TLS, "imap": SmtpSecurity.STARTTLS, "imap+plain": SmtpSecurity.NONE}
_LONGEST_FOLDER = 200  # characters


@dataclass(frozen=True)
class BounceMailbox:
    """A mailbox read by IMAP, and how to log in to it."""

    host: str
    port: int
    security: SmtpSecurity
    username: str
    password: SecretStr | None
    #: The folder that is read.
    inbox: str = _INBOX
    #: The folder into which goes what was understood.
    folder: str = DEFAULT_FOLDER
    trust: Trust = field(default_factory=Trust)
    #: By which it logs in with access tokens, where it has no password.
    oauth: OAuthClient | None = None

    @property
    def name(self) -> str:
        """Stable name of it, without secrets."""
        return f"{self.inbox} of {self.username}@{self.host}:{self.port}"


def parse_mailbox(
    url: str,
    *,
    folder: str = DEFAULT_FOLDER,
    trust: Trust | None = None,
    clients: Mapping[str, OAuthClient] = MappingProxyType({}),
) -> BounceMailbox:
    """``imaps://`` (TLS), ``imap://`` (STARTTLS) or ``imap+plain://`` (neither); the path is the folder that is read.

    Without a password it logs in with access tokens: by the client of that group that ``?oauth=`` names, or by the one
    without a name.

    User, password and folder are percent-encoded (RFC 5092, 3 and 4). Raises ValueError with a sentence that holds no
    part of the URL's secrets.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        hint = " (is there a /, ? or # in the password? write %2F, %3F or %23)" if "@" in url else ""
        raise ValueError(f"has no usable host or port{hint}") from error
    if parts.scheme not in _SCHEMES:
        raise ValueError("must start with imaps:// (TLS), imap:// (STARTTLS) or imap+plain:// (no encryption)")
    if not parts.hostname or " " in parts.hostname or port == 0:
        raise ValueError("has no usable host or port")
    if "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("has a /, ? or # in its user or password: write %2F, %3F or %23 there")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if options.keys() - {"oauth"} or parts.fragment:
        raise ValueError("has something behind its folder that has no meaning there")
    if not parts.username or (not parts.password and "" not in clients and not options):
        raise ValueError("needs a user and a password")
    security = _SCHEMES[parts.scheme]
    oauth = None if parts.password else client_named(options.get("oauth", ""), clients)
    if parts.password and options:
        raise ValueError("has a password, and logs in with access tokens: leave the password out")
    if oauth is not None and security is SmtpSecurity.NONE:
        raise ValueError("would send access tokens without encryption; use imap:// (STARTTLS) or imaps:// (TLS)")
    return BounceMailbox(
        host=parts.hostname,
        port=port or _PORTS[security],
        security=security,
        username=unquote(parts.username),
        password=SecretStr(unquote(parts.password)) if parts.password else None,
        inbox=unquote(parts.path.strip("/")) or _INBOX,
        folder=folder,
        trust=trust or Trust(),
        oauth=oauth,
    )


def check_folder(name: str) -> str:
    """The name of a folder. Raises ValueError with a sentence."""
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_FOLDER:
        raise ValueError(f"must be the name of a folder, in one line of at most {_LONGEST_FOLDER} characters")
    if name.strip().upper() == _INBOX:
        raise ValueError("is the folder that is read: name another one")
    return name.strip()


class Provider(StrEnum):
    """Who can tell of bounces by a call (webhook); the last part of its address."""

    SES = "ses"
    SENDGRID = "sendgrid"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"
    BREVO = "brevo"
    MAILJET = "mailjet"


@dataclass(frozen=True)
class ProviderKeys:
    """By what is known that a call comes from a provider; None: nothing is taken from it."""

    #: The SNS topic to which SES publishes: Amazon signs for everybody's topics.
    ses_topic: Topic | None = None
    sendgrid: EllipticCurvePublicKey | None = None
    mailgun: SecretStr | None = None
    postmark: SecretStr | None = None
    brevo: SecretStr | None = None
    mailjet: SecretStr | None = None


_TOPIC = re.compile(
    r"arn:(?P<part>aws|aws-cn|aws-us-gov):sns:(?P<region>[a-z]{2}(-[a-z]{1,12}){1,3}-\d):\d{12}:[\w-]{1,256}"
)


@dataclass(frozen=True)
class Topic:
    """An Amazon SNS topic, and the one host that speaks for it."""

    arn: str
    host: str


def parse_topic(arn: str) -> Topic:
    """Raises ValueError with a sentence."""
    found = _TOPIC.fullmatch(arn.strip())
    if found is None:
        raise ValueError("is not the ARN of an SNS topic")
    ending = "amazonaws.com.cn" if found["part"] == "aws-cn" else "amazonaws.com"
    return Topic(arn.strip(), f"sns.{found['region']}.{ending}")


def parse_sendgrid_key(text: str) -> EllipticCurvePublicKey:
    """The verification key as SendGrid shows it: base64 of DER, or the same as PEM.

    Raises ValueError with a sentence.
    """
    letters = "".join(line for line in text.split() if "-----" not in line and line not in ("PUBLIC", "KEY"))
    letters = re.sub(r"-----(BEGIN|END)|KEY-----", "", letters)
    try:
        key = load_der_public_key(base64.b64decode(letters, validate=True))
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as error:
        raise ValueError("is not a verification key as SendGrid shows it") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("is a key of another kind than SendGrid's")  # noqa: TRY004 - of a setting's value
    return key


def check_provider_secret(value: SecretStr | None) -> SecretStr | None:
    """What only the provider and this service know. Raises ValueError with a sentence."""
    if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
        raise ValueError(f"must have at least {_SHORTEST_SECRET} characters")
    return value


_SHORTEST_SECRET = 16
