"""Who this service is to a token server (OAuth2, RFC 6749), for mail accounts that log in without a password.

One group of settings is one client: ``SMTP_OAUTH=microsoft`` says of which kind, ``SMTP_OAUTH_CLIENT_ID`` and others
the rest. Where there are several, each has a name, which stands in the names of its settings and in the account's URL::

    SMTP_OAUTH_MS1=microsoft
    SMTP_OAUTH_MS1_CLIENT_ID=…
    SMTP_URL=smtp://welcome%40example.com@smtp.office365.com:587?oauth=ms1
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr


class Provider(StrEnum):
    """Whose token server it is."""

    MICROSOFT = "microsoft"
    GOOGLE = "google"
    GENERIC = "generic"


class Part(StrEnum):
    """What is said of a client, by the end of the setting's name."""

    TENANT = "TENANT"
    CLIENT_ID = "CLIENT_ID"
    CLIENT_SECRET = "CLIENT_SECRET"  # noqa: S105 - a name
    CERTIFICATE = "CERTIFICATE"
    SERVICE_ACCOUNT = "SERVICE_ACCOUNT"
    REFRESH_TOKEN = "REFRESH_TOKEN"  # noqa: S105 - a name
    TOKEN_URL = "TOKEN_URL"  # noqa: S105 - a name
    SCOPE = "SCOPE"
    SECRET_ENDS = "SECRET_ENDS"  # noqa: S105 - a name


SECRET_PARTS = frozenset({Part.CLIENT_SECRET, Part.CERTIFICATE, Part.SERVICE_ACCOUNT, Part.REFRESH_TOKEN})
_PREFIX = "SMTP_OAUTH"
#: Names of groups: none can be taken for a part.
GROUP = r"(?!(?:tenant|client|certificate|service|refresh|token|scope|secret|file)$)[a-z0-9]{1,20}"

_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
_TOKEN_URLS = {Provider.MICROSOFT: _MICROSOFT, Provider.GOOGLE: "https://oauth2.googleapis.com/token"}
_MICROSOFT_DELEGATED = "https://outlook.office365.com/SMTP.Send offline_access"
_SCOPES = {
    Provider.MICROSOFT: "https://outlook.office365.com/.default",
    Provider.GOOGLE: "https://mail.google.com/",
    Provider.GENERIC: "",
}


@dataclass(frozen=True)
class ServiceAccount:
    """Google's key of an account that may act for the mailboxes of its organisation."""

    email: str
    key_id: str
    private_key: SecretStr


class EndingKind(StrEnum):
    """What ends."""

    SECRET = "secret"  # noqa: S105 - a name
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class Ending:
    """What the login depends on is not valid any more from then on."""

    kind: EndingKind
    at: datetime
    #: The setting that takes its successor.
    setting: str


@dataclass(frozen=True)
class OAuthClient:
    """All that it takes to ask for an access token, but for the mailbox."""

    #: Of its group of settings; empty: the one without a name.
    group: str
    provider: Provider
    token_url: str
    scope: str
    client_id: str = ""
    client_secret: SecretStr | None = None
    #: PEM: the certificate and its RSA key.
    certificate: SecretStr | None = None
    service_account: ServiceAccount | None = None
    refresh_token: SecretStr | None = None
    ending: Ending | None = None

    @property
    def secrets(self) -> Iterator[str]:
        """All that nobody may see."""
        key = self.service_account.private_key if self.service_account is not None else None
        for secret in (self.client_secret, self.certificate, key, self.refresh_token):
            if secret is not None:
                yield secret.get_secret_value()


def is_oauth_setting(name: str) -> bool:
    """Whether it is one of these settings, or the file of one that is secret."""
    return _parted(name) is not None or names_a_secret(name)


def names_a_secret(name: str) -> bool:
    """Whether what the setting holds, or its file, is not to be seen."""
    parted = _parted(name.removesuffix("_FILE"))
    return parted is not None and parted[1] in SECRET_PARTS


def _parted(name: str) -> tuple[str, Part | None] | None:
    """The group and the part of a setting's name; the part is None where it says the provider."""
    if name == _PREFIX:
        return "", None
    if not name.startswith(f"{_PREFIX}_"):
        return None
    rest = name.removeprefix(f"{_PREFIX}_")
    for part in Part:
        group = rest.removesuffix(part.value)
        if group == "":
            return "", part
        if group != rest and re.fullmatch(GROUP, group.removesuffix("_").lower()) and group.endswith("_"):
            return group.removesuffix("_").lower(), part
    return (rest.lower(), None) if re.fullmatch(GROUP, rest.lower()) else None


def parse_oauth_clients(values: Mapping[str, str]) -> tuple[Mapping[str, OAuthClient], list[str]]:
    """The clients by the names of their groups, and a line for each setting that is wrong, without any secret."""
    groups: dict[str, dict[Part | None, str]] = {}
    for name, value in values.items():
        if (parted := _parted(name)) is not None:
            groups.setdefault(parted[0], {})[parted[1]] = value
    clients: dict[str, OAuthClient] = {}
    problems: list[str] = []
    for group, parts in groups.items():
        try:
            clients[group] = _client(group, parts)
        except _Wrong as wrong:
            problems += wrong.lines
    return clients, problems


def setting_name(group: str, part: Part | None = None) -> str:
    """What a setting of that group is called."""
    return "_".join(filter(None, (_PREFIX, group.upper(), "" if part is None else part.value)))


class _Wrong(Exception):
    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class _Rule:
    """For one kind of grant: what it cannot do without, and what else it may have."""

    needs: frozenset[Part]
    may_have: frozenset[Part]


_ALWAYS = frozenset({Part.TOKEN_URL, Part.SCOPE})
#: By provider; the first whose needs are met is meant. The last one says what is missing where none is.
_RULES: Mapping[Provider, tuple[_Rule, ...]] = {
    Provider.MICROSOFT: (
        _Rule(
            frozenset({Part.TENANT, Part.CLIENT_ID, Part.REFRESH_TOKEN}),
            frozenset({Part.CLIENT_SECRET, Part.CERTIFICATE, Part.SECRET_ENDS}),
        ),
        _Rule(frozenset({Part.TENANT, Part.CLIENT_ID, Part.CERTIFICATE}), frozenset()),
        _Rule(frozenset({Part.TENANT, Part.CLIENT_ID, Part.CLIENT_SECRET}), frozenset({Part.SECRET_ENDS})),
    ),
    Provider.GOOGLE: (
        _Rule(frozenset({Part.SERVICE_ACCOUNT}), frozenset()),
        _Rule(frozenset({Part.CLIENT_ID, Part.CLIENT_SECRET, Part.REFRESH_TOKEN}), frozenset({Part.SECRET_ENDS})),
    ),
    Provider.GENERIC: (
        _Rule(
            frozenset({Part.TOKEN_URL, Part.CLIENT_ID, Part.REFRESH_TOKEN}),
            frozenset({Part.CLIENT_SECRET, Part.SECRET_ENDS}),
        ),
        _Rule(frozenset({Part.TOKEN_URL, Part.CLIENT_ID, Part.CLIENT_SECRET}), frozenset({Part.SECRET_ENDS})),
    ),
}
_EXAMPLES: Mapping[Part, str] = {
    Part.TENANT: "11111111-2222-3333-4444-555555555555 (the directory's id, or its domain)",
    Part.CLIENT_ID: "the application's id",
    Part.CLIENT_SECRET: "the secret's value",
    Part.REFRESH_TOKEN: "the refresh token",
    Part.TOKEN_URL: "https://login.example.com/oauth2/token",
}


def _client(group: str, parts: Mapping[Part | None, str]) -> OAuthClient:
    provider = _provider(group, parts)
    _check_parts(group, provider, {part for part in parts if part is not None})
    given = {part: value for part, value in parts.items() if part is not None}

    def secret(part: Part) -> SecretStr | None:
        return SecretStr(given[part]) if part in given else None

    is_delegated = provider is Provider.MICROSOFT and Part.REFRESH_TOKEN in given
    return OAuthClient(
        group=group,
        provider=provider,
        token_url=_token_url(group, provider, given),
        scope=given.get(Part.SCOPE) or (_MICROSOFT_DELEGATED if is_delegated else _SCOPES[provider]),
        client_id=given.get(Part.CLIENT_ID, ""),
        client_secret=secret(Part.CLIENT_SECRET),
        certificate=secret(Part.CERTIFICATE),
        service_account=_service_account(group, given),
        refresh_token=secret(Part.REFRESH_TOKEN),
        ending=_ending(group, given),
    )


def _provider(group: str, parts: Mapping[Part | None, str]) -> Provider:
    name = setting_name(group)
    if None not in parts:
        present = next(setting_name(group, part) for part in parts)
        raise _Wrong(f"{present}: is set without {name}. Fix: {name}={', '.join(Provider)}: one of them")
    try:
        return Provider(parts[None].lower())
    except ValueError as error:
        raise _Wrong(f"{name}={parts[None][:40]!r}: is none of {', '.join(Provider)}. Fix: name one") from error


def _check_parts(group: str, provider: Provider, given: set[Part]) -> None:
    rules = _RULES[provider]
    rule = next((rule for rule in rules if rule.needs <= given), None)
    if rule is None:
        if given & {Part.CERTIFICATE, Part.SERVICE_ACCOUNT, Part.REFRESH_TOKEN}:  # it says what is meant
            rule = next((each for each in rules if given & each.needs & SECRET_PARTS), rules[-1])
        missing = sorted((rule or rules[-1]).needs - given)
        raise _Wrong(
            *(
                f"{setting_name(group, part)}: is missing for {provider}. "
                f"Fix: {setting_name(group, part)}={_EXAMPLES.get(part, 'as in the README')}"
                for part in missing
            )
        )
    if foreign := sorted(given - rule.needs - rule.may_have - _ALWAYS):
        beside = ", ".join(setting_name(group, part) for part in sorted(rule.needs & SECRET_PARTS))
        raise _Wrong(
            *(f"{setting_name(group, part)}: has no meaning for {provider} beside {beside}. Fix: leave it out"
              for part in foreign)
        )  # fmt: skip


def _token_url(group: str, provider: Provider, given: Mapping[Part, str]) -> str:
    if Part.TENANT in given and not re.fullmatch(r"[A-Za-z0-9.-]{1,100}", given[Part.TENANT]):
        raise _Wrong(f"{setting_name(group, Part.TENANT)}: is no id or domain. Fix: {_EXAMPLES[Part.TENANT]}")
    if Part.TOKEN_URL not in given:
        return _TOKEN_URLS[provider].format(tenant=given.get(Part.TENANT, ""))
    url = given[Part.TOKEN_URL]
    if not _is_safe(url):
        name = setting_name(group, Part.TOKEN_URL)
        raise _Wrong(
            f"{name}: must be a web address that starts with https://. Fix: {name}={_EXAMPLES[Part.TOKEN_URL]}"
        )
    return url


def _is_safe(url: str) -> bool:
    """Secrets go there: over TLS, or within this machine."""
    try:
        parts = urlsplit(url)
        if not parts.hostname or parts.port == 0 or parts.username or parts.fragment or not url.isascii():
            return False
    except ValueError:  # a port that is no number, or broken brackets
        return False
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"


def _service_account(group: str, given: Mapping[Part, str]) -> ServiceAccount | None:
    if Part.SERVICE_ACCOUNT not in given:
        return None
    name = setting_name(group, Part.SERVICE_ACCOUNT)
    try:
        key = json.loads(given[Part.SERVICE_ACCOUNT])
        account = ServiceAccount(key["client_email"], key.get("private_key_id", ""), SecretStr(key["private_key"]))
        rsa_key(account.private_key.get_secret_value())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _Wrong(
            f"{name}: is not the key of a service account. Fix: {name}_FILE=the JSON file that Google gave for the key"
        ) from error
    return account


def _ending(group: str, given: Mapping[Part, str]) -> Ending | None:
    if Part.CERTIFICATE in given:
        name = setting_name(group, Part.CERTIFICATE)
        try:
            certificate = x509.load_pem_x509_certificate(given[Part.CERTIFICATE].encode())
            if rsa_key(given[Part.CERTIFICATE]).public_key() != certificate.public_key():
                raise _Wrong(f"{name}: the key does not belong to the certificate. Fix: put the one that does into it")
        except (ValueError, TypeError) as error:
            raise _Wrong(
                f"{name}: is not a certificate with its RSA key in PEM. Fix: {name}_FILE=a file that holds both"
            ) from error
        return Ending(EndingKind.CERTIFICATE, certificate.not_valid_after_utc, name)
    if Part.SECRET_ENDS not in given:
        return None
    try:
        day = date.fromisoformat(given[Part.SECRET_ENDS])
    except ValueError as error:
        name = setting_name(group, Part.SECRET_ENDS)
        raise _Wrong(f"{name}={given[Part.SECRET_ENDS][:40]!r}: is no date. Fix: {name}=2027-05-31") from error
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Ending(EndingKind.SECRET, at, setting_name(group, Part.CLIENT_SECRET))


def rsa_key(pem: str) -> RSAPrivateKey:
    """The RSA key in a PEM, without a password. Raises ValueError or TypeError."""
    key = load_pem_private_key(_key_block(pem), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key


def _key_block(pem: str) -> bytes:
    """The key alone: it may stand before its certificate or after it."""
    found = re.search(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", pem, re.DOTALL)
    if found is None:
        raise ValueError("no private key")
    return found[0].encode()
