"""The mail servers emails leave by: how each is reached, how large its share is, and how much it takes.

One account is one URL; several stand one after the other, separated by white space::

    smtps://user:password@mail.example.com?weight=3&day=5000 smtp://user:password@spare.example.com?weight=0

Options: ``weight`` (its share of the emails; 0: only while no other account can send), ``batch`` and ``interval`` (at
most so many emails in so many seconds), ``day`` (at most so many in 24 hours), ``connections`` (at once, by all workers
together) and ``messages`` (over one connection). ``oauth`` names the group of settings by which the account logs in
with access tokens instead of a password (see :mod:`server.oauth_clients`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from server.oauth_clients import GROUP, Ending, OAuthClient, setting_name

DAY = timedelta(days=1)


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


DEFAULT_PORTS = {SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465, SmtpSecurity.NONE: 25}
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
#: How a machine may greet: a domain, or an address literal (RFC 5321, 4.1.2 and 4.1.3).
HELLO = rf"^({_LABEL}(\.{_LABEL}){{0,30}}|\[[0-9A-Fa-f:.IPv]{{3,60}}\])$"
_SCHEMES = {"smtp": SmtpSecurity.STARTTLS, "smtps": SmtpSecurity.TLS, "smtp+plain": SmtpSecurity.NONE}


@dataclass(frozen=True)
class Rate:
    """At most ``count`` emails in any ``interval``."""

    count: int
    interval: timedelta


@dataclass(frozen=True)
class Trust:
    """Files in PEM: authorities besides the system's own, and the certificate to show where a server asks for one."""

    ca_file: Path | None = None
    certificate: Path | None = None
    #: None: in the certificate's file.
    key: Path | None = None


@dataclass(frozen=True)
class SmtpServer:
    """A mail server and how to log in to it. ``name`` identifies the account in limits and logs, over restarts."""

    host: str
    port: int
    security: SmtpSecurity
    username: str | None = None
    password: SecretStr | None = None
    #: It logs in with access tokens instead of a password, and gets them as this client.
    oauth: OAuthClient | None = None
    #: When what it logs in with is not valid any more, as far as that is known.
    ending: Ending | None = None
    label: str | None = None
    #: The name by which this machine greets it; None: the machine's own.
    hello: str | None = None
    trust: Trust = Trust()

    @property
    def name(self) -> str:
        """Stable name of the account, without secrets."""
        if self.label is not None:
            return self.label
        return f"{self.username}@{self.host}:{self.port}" if self.username else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class AccessToken:
    """What logs in instead of a password, for about an hour; the moment is of :func:`time.monotonic`."""

    value: str = field(repr=False)
    fetched_at: float


class Tokens(Protocol):
    """Where an account's access tokens come from: one source for all its connections."""

    async def get(self) -> AccessToken:
        """One that is valid for some minutes; raises what :mod:`server.oauth.refusals` names."""

    def drop(self, token: AccessToken) -> None:
        """It was not taken: the next one is fetched anew."""


@dataclass(frozen=True)
class SmtpAccount:
    """A mail server with its share of the emails and its limits, which hold for all workers together."""

    server: SmtpServer
    #: At most ``rate.count`` emails in any ``rate.interval``.
    rate: Rate
    #: At most so many emails in any 24 hours; None: no such limit.
    per_day: int | None = None
    #: Its share of the emails against the other accounts'; 0: a spare, used while no other account can send.
    weight: int = 1
    #: Open at once.
    connections: int = 5
    messages_per_connection: int = 100
    #: Where its server's ``oauth`` is set.
    tokens: Tokens | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Stable name of the account, without secrets."""
        return self.server.name

    @property
    def rates(self) -> tuple[Rate, ...]:
        """Everything it is limited by."""
        return (self.rate,) if self.per_day is None else (self.rate, Rate(self.per_day, DAY))


def parse_smtp_url(url: str, *, by_token: bool = False) -> SmtpServer:
    """``smtp://`` (STARTTLS), ``smtps://`` (TLS) or ``smtp+plain://`` (neither); user and password percent-encoded.

    ``by_token``: a user needs no password.

    Raises ValueError with a sentence that holds no part of the URL's secrets.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        hint = " (is there a /, ? or # in the password? write %2F, %3F or %23)" if "@" in url else ""
        raise ValueError(f"has no usable host or port{hint}") from error
    if parts.scheme not in _SCHEMES:
        raise ValueError("must start with smtp:// (STARTTLS), smtps:// (TLS) or smtp+plain:// (no encryption)")
    if not parts.hostname or " " in parts.hostname:
        raise ValueError("has no host")
    if port == 0:
        raise ValueError("has the port 0")
    if "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("has a /, ? or # in its user or password: write %2F, %3F or %23 there")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError(
            "has something behind its host that has no meaning there (a / or # in a password is %2F or %23)"
        )
    if bool(parts.username) != bool(parts.password) and not (by_token and parts.username):
        raise ValueError("has a user without a password, or the other way round")
    security = _SCHEMES[parts.scheme]
    return SmtpServer(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[security],
        security=security,
        username=unquote(parts.username) if parts.username else None,
        password=SecretStr(unquote(parts.password)) if parts.password else None,
    )


def parse_smtp_accounts(
    urls: str, *, defaults: SmtpAccount | None = None, clients: Mapping[str, OAuthClient] | None = None
) -> tuple[SmtpAccount, ...]:
    """All accounts of a setting; what an account does not say itself is as in ``defaults``.

    ``clients``: as which they get access tokens, by the names of their groups.

    Raises ValueError with a sentence that holds no part of the URLs' secrets.
    """
    accounts: list[SmtpAccount] = []
    several = len(urls.split()) > 1
    for number, url in enumerate(urls.split(), start=1):
        try:
            accounts.append(_parse_account(url, defaults or _DEFAULTS, clients or {}))
        except ValueError as error:
            raise ValueError(f"account {number} {error}" if several else str(error)) from error
    if not accounts:
        raise ValueError("names no mail server")
    names = [account.name for account in accounts]
    if len(set(names)) < len(names):
        raise ValueError("names the same account twice")
    return tuple(accounts)


_DEFAULTS = SmtpAccount(
    SmtpServer("localhost", 25, SmtpSecurity.NONE), rate=Rate(50, timedelta(seconds=30))
)  # only to check the form of what is given

#: The least and the greatest value of each option.
_OPTIONS: Mapping[str, tuple[float, float]] = {
    "weight": (0, 1000),
    "batch": (1, 10_000),
    "interval": (0.1, 86400),
    "day": (1, 10_000_000),
    "connections": (1, 100),
    "messages": (1, 100_000),
}


_OAUTH = "oauth"


def _parse_account(url: str, defaults: SmtpAccount, clients: Mapping[str, OAuthClient]) -> SmtpAccount:
    asked = _asked_for(url)
    group = asked.get(_OAUTH)
    server = parse_smtp_url(url, by_token=group is not None or "" in clients)
    if group is not None or (server.username is not None and server.password is None):
        server = by_tokens(server, client_named(group or "", clients))
    options: dict[str, float] = {}
    for name, value in asked.items():
        if name == _OAUTH:
            continue
        if name not in _OPTIONS:
            # Not repeated: it may be a piece of a password.
            raise ValueError(f"has an option that is not known; there are: {', '.join([*_OPTIONS, _OAUTH])}")
        least, greatest = _OPTIONS[name]
        if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?" if name == "interval" else r"\d{1,9}", value):
            raise ValueError(f"has an option {name!r} that is not a number")
        if not least <= float(value) <= greatest:
            raise ValueError(f"has an option {name!r} that is not from {least} to {greatest}")
        options[name] = float(value)

    def whole(name: str, default: int) -> int:
        return int(options.get(name, default))

    return replace(
        defaults,
        server=replace(server, hello=defaults.server.hello, trust=defaults.server.trust),
        rate=Rate(
            whole("batch", defaults.rate.count),
            timedelta(seconds=options["interval"]) if "interval" in options else defaults.rate.interval,
        ),
        per_day=int(options["day"]) if "day" in options else defaults.per_day,
        weight=whole("weight", defaults.weight),
        connections=whole("connections", defaults.connections),
        messages_per_connection=whole("messages", defaults.messages_per_connection),
    )


def _asked_for(url: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return {}  # it is no address, as is said of it next


def client_named(group: str, clients: Mapping[str, OAuthClient]) -> OAuthClient:
    """The one of that group of settings. Raises ValueError with a sentence."""
    if group in clients:
        return clients[group]
    if not re.fullmatch(GROUP, group):
        raise ValueError("has an option 'oauth' that is no name of a group of settings: letters and digits, as ms1")
    raise ValueError(
        f"names a group of settings that is not there; set {setting_name(group)} and those that go with it"
    )


def by_tokens(server: SmtpServer, client: OAuthClient) -> SmtpServer:
    """The server with logins by access token. Raises ValueError where that cannot be."""
    if server.username is None:
        raise ValueError("needs the mailbox as its user to log in with access tokens")
    if server.password is not None:
        raise ValueError("has a password, and logs in with access tokens: leave the password out")
    if server.security is SmtpSecurity.NONE:
        raise ValueError("would send access tokens without encryption; use smtp:// (STARTTLS) or smtps:// (TLS)")
    return replace(server, oauth=client, ending=client.ending)


#: In the limits by domain: every domain that is not named, each by itself.
EVERY_OTHER = "*"

_DOMAIN_LIMIT = re.compile(r"(?P<domain>\*|[^\s=/@]+)=(?P<count>\d{1,6})/(?P<seconds>\d{1,6}(\.\d{1,3})?)")


@dataclass(frozen=True)
class DomainLimits:
    """How many emails may go to one recipient domain, for all workers and accounts together."""

    by_domain: Mapping[str, Rate]

    def of(self, address: str) -> tuple[str, Rate] | None:
        """The domain of the address and its limit, or None where there is none."""
        if not self.by_domain:
            return None
        domain = address.rpartition("@")[2].casefold()
        rate = self.by_domain.get(domain) or self.by_domain.get(EVERY_OTHER)
        return None if rate is None else (domain, rate)


def parse_domain_limits(text: str) -> DomainLimits:
    """``gmail.com=20/60 *=100/60``: at most 20 emails in 60 seconds to gmail.com, 100 to each other domain.

    Raises ValueError with a sentence.
    """
    limits: dict[str, Rate] = {}
    for part in text.split():
        found = _DOMAIN_LIMIT.fullmatch(part)
        if found is None or int(found["count"]) < 1 or float(found["seconds"]) <= 0:
            raise ValueError(f"{part[:80]!r} is not of the form domain=emails/seconds")
        domain = found["domain"].casefold()
        if domain in limits:
            raise ValueError(f"names {domain!r} twice")
        limits[domain] = Rate(int(found["count"]), timedelta(seconds=float(found["seconds"])))
    return DomainLimits(limits)
