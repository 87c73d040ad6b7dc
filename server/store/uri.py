"""What the service takes from ``MONGODB_URI``: where the database is and how to get in, not how to work with it.

Connection strings are copied from other programs, for which other things are right. Every option that the driver knows
stands in one of the tables below: it is the service's own business and left out (:data:`OURS`), is taken as it is
(:data:`TAKEN`), or has to meet a condition (:data:`CHECKED`). What no driver of Python knows is left out with a word.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_plus

import structlog
from bson.codec_options import DatetimeConversion
from pymongo.common import URI_OPTIONS_VALIDATOR_MAP
from pymongo.errors import ConfigurationError, InvalidURI
from pymongo.uri_parser import split_hosts, split_options

from server.errors import WrongSetup

log = structlog.get_logger(__name__)

#: What the driver is told, whatever the address says. Transactions and leases read from the primary, and a majority
#: confirms what is written. What another program has written is read as well as can be, and ends nothing.
PINNED: Mapping[str, Any] = MappingProxyType(
    {
        "readPreference": "primary",
        "retryReads": True,
        "retryWrites": True,
        "w": "majority",
        "journal": True,
        "tz_aware": True,
        "datetime_conversion": DatetimeConversion.DATETIME_CLAMP.name,
        "unicode_decode_error_handler": "replace",
        "appname": "activation-desk",
    }
)
#: Left out of the address: they are pinned, are no good beside what is pinned, or are set by who connects.
OURS = frozenset(name.lower() for name in PINNED) | {
    "connect",
    "driver",
    "fsync",
    "maxstalenessseconds",
    "readconcernlevel",  # the database's default: change streams take no other
    "readpreferencetags",
    "server_api",
    "serverselectiontimeoutms",
    "uuidrepresentation",
    "waitqueuemultiple",
    "wtimeoutms",
}
#: The way to the database, how to prove who is asking, and what costs or saves but breaks nothing.
TAKEN = frozenset(
    {
        "authmechanism",
        "authmechanismproperties",
        "authsource",
        "compressors",
        "directconnection",  # where there is one server only: see :func:`refuse_one_of_many`
        "enableoverloadretargeting",
        "loadbalanced",
        "localthresholdms",
        "maxadaptiveretries",
        "maxconnecting",
        "maxidletimems",
        "minpoolsize",
        "replicaset",
        "servermonitoringmode",
        "srvallowedhostssuffix",
        "srvmaxhosts",
        "srvservicename",
        "ssl",
        "tls",
        "tlsallowinvalidcertificates",
        "tlsallowinvalidhostnames",
        "tlscafile",
        "tlscertificatekeyfile",
        "tlscertificatekeyfilepassword",
        "tlscrlfile",
        "tlsdisableocspendpointcheck",
        "tlsinsecure",
        "zlibcompressionlevel",
    }
)


@dataclass(frozen=True)
class Condition:
    """What an option has to be: of its number (milliseconds, or connections), and what is said of another one."""

    is_met: Callable[[float], bool]
    reason: str
    fix: str


#: The change feed waits for half a minute for news, on a connection of its own (see :mod:`server.store.changes`).
CHECKED: Mapping[str, Condition] = MappingProxyType(
    {
        "connecttimeoutms": Condition(
            lambda ms: 1_000 <= ms <= 60_000,
            "has to be between 1 and 60 seconds, or a server that is gone is noticed too late or seen where none is",
            "leave it out, or write connectTimeoutMS=20000",
        ),
        "heartbeatfrequencyms": Condition(
            lambda ms: ms <= 30_000,
            "may be 30 seconds at most, or a new primary is found too late",
            "leave it out",
        ),
        "maxpoolsize": Condition(
            lambda connections: connections == 0 or connections >= 20,
            "has to be 20 at least, as the change feed, workers and requests hold connections at the same time",
            "leave it out, or write maxPoolSize=100",
        ),
        "sockettimeoutms": Condition(
            lambda ms: ms == 0 or ms >= 60_000,
            "has to be 60 seconds at least (60000), as the change feed waits that long for news",
            "leave it out",
        ),
        "timeoutms": Condition(
            lambda ms: ms == 0,
            "would end the change feed and transactions in the middle; the service has time limits of its own",
            "leave it out",
        ),
        "waitqueuetimeoutms": Condition(
            lambda ms: ms == 0 or ms >= 10_000,
            "has to be 10 seconds at least (10000), or a busy moment passes for a database that is away",
            "leave it out",
        ),
    }
)

_EXAMPLE = "mongodb://user:password@host:27017/?replicaSet=rs0"
_SCHEMES = ("mongodb://", "mongodb+srv://")


@dataclass(frozen=True)
class Address:
    """Where the database is."""

    #: For the driver, together with :data:`PINNED`. Holds the password.
    uri: str
    #: To be named to people.
    hosts: str
    #: Stay at the named server, whatever the others of its set become.
    direct: bool = False


def read_uri(uri: str) -> Address:
    """What is taken of the address.

    Raises :class:`WrongSetup` with one sentence that names what is wrong and how to mend it, but no secret.
    """
    base, _, query = uri.partition("?")
    hosts = _hosts(base)
    given = [each.partition("=") for each in query.replace(";", "&").split("&") if each]
    kept, unknown, direct = [], [], False
    for name, _, value in given:
        known = name.lower()
        if known in CHECKED or known in TAKEN:
            parsed = _checked(name, value)
            direct = direct or (known == "directconnection" and parsed is True)
            kept.append(f"{name}={value}")
        elif known not in OURS:
            unknown.append(name)
    if direct and ("," in hosts or base.startswith(_SCHEMES[1])):
        raise _direct()
    if unknown:
        log.warning("options of MONGODB_URI that are not known here are left out", options=sorted(unknown))
    return Address(f"{base}?{'&'.join(kept)}" if kept else base, hosts, direct)


def refuse_one_of_many(address: Address, hello: Mapping[str, Any]) -> None:
    """Raises :class:`WrongSetup` where the address ties the service to one server of several."""
    if address.direct and len(hello.get("hosts", ())) > 1:
        raise _direct()


def _direct() -> WrongSetup:
    return _refused(
        "directConnection",
        "would keep the service at one server of the set, also when another one has become the primary",
        "leave it out, with hosts that this machine can reach by the names that the set has for them",
    )


def contradictory() -> WrongSetup:
    """Of an address whose options the driver cannot have together."""
    return WrongSetup(
        "MONGODB_URI=(hidden): its options do not go together (such as tls and ssl, or those for mongodb+srv with "
        f"mongodb). Fix: leave out what is not needed, as in {_EXAMPLE}"
    )


def no_address() -> WrongSetup:
    """Of what is not even one."""
    return WrongSetup(f"MONGODB_URI=(hidden): is not a valid address. Fix: {_EXAMPLE}")


def _hosts(base: str) -> str:
    """As they are named to people."""
    scheme = next((each for each in _SCHEMES if base.startswith(each)), None)
    if scheme is None:
        raise no_address()
    _, _, hosts = base.removeprefix(scheme).partition("/")[0].rpartition("@")
    try:
        nodes = split_hosts(hosts)
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise no_address() from error
    return ", ".join(host if scheme == _SCHEMES[1] else f"{host}:{port}" for host, port in nodes)


def _checked(name: str, value: str) -> Any:
    parsed = _parse(name, value)
    condition = CHECKED.get(name.lower())
    if condition is not None:
        # The driver keeps lengths of time in seconds, and none where there is no limit.
        number = 0 if parsed is None else parsed * 1000 if name.lower().endswith("ms") else parsed
        if not condition.is_met(number):
            raise _refused(name, condition.reason, condition.fix)
    return parsed


def _parse(name: str, value: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the driver gives them again where it matters
            parsed = split_options(f"{name}={value}", validate=True, warn=False)
    except (InvalidURI, ConfigurationError, ValueError, TypeError) as error:
        raise _refused(name, "has a value that cannot be used", "correct it, or leave it out") from error
    return next(iter(parsed.values()), None)


def _refused(name: str, reason: str, fix: str) -> WrongSetup:
    return WrongSetup(f"MONGODB_URI=(hidden): the option {unquote_plus(name)} {reason}. Fix: {fix}.")


def known_options() -> frozenset[str]:
    """Every option that the driver knows in an address."""
    return frozenset(URI_OPTIONS_VALIDATOR_MAP) | {"ssl"}
