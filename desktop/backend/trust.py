"""Which servers are trusted with a password: those on this machine, and those that show a good certificate."""

from __future__ import annotations

import os
import ssl
from functools import cache
from urllib.parse import urlsplit

import aiohttp
import truststore

from desktop.backend.address import is_this_machine
from desktop.backend.errors import DeskError, Refused
from desktop.wording.troubles import Trouble
from server.contract import IDLE_CONNECTION_SECONDS

#: Environment variable: a PEM file of authorities that are trusted besides the system's own.
CA_FILE = "ACTIVATION_CA_FILE"

#: How long a connection is kept for the next request: a little less than the server keeps it.
_KEPT_SECONDS = IDLE_CONNECTION_SECONDS - 2.0

# Numbers of OpenSSL (X509_V_ERR_…).
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME = (62, 64)  # host, address


def tls_context() -> ssl.SSLContext:
    """The system's trust store, and one's own authorities. Raises OSError when these cannot be read."""
    return _context(os.environ.get(CA_FILE) or None)


@cache
def _context(ca_file: str | None) -> ssl.SSLContext:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def connector(server_url: str) -> aiohttp.TCPConnector:
    """For connections to that server."""
    checked = tls_context() if server_url.startswith("https:") else True
    return aiohttp.TCPConnector(ssl=checked, keepalive_timeout=_KEPT_SECONDS)


def refuse_in_the_clear(server_url: str) -> None:
    """Raises :class:`Refused` where whoever is on the way could read everything."""
    parts = urlsplit(server_url)
    if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
        raise Refused(Trouble.INSECURE, server=server_url)


def untrusted(server_url: str, error: ssl.SSLCertVerificationError) -> DeskError:
    """A certificate that is not good, explained. There is no way around it but a good one."""
    host = urlsplit(server_url).hostname or ""
    details = f"{server_url}: {error.verify_message} ({error.verify_code})"
    if error.verify_code == _EXPIRED:
        return Refused(Trouble.CERTIFICATE_EXPIRED, details=details)
    if error.verify_code == _NOT_YET_VALID:
        return Refused(Trouble.CERTIFICATE_NOT_YET_VALID, details=details)
    if error.verify_code in _OTHER_NAME:
        return Refused(Trouble.CERTIFICATE_OF_ANOTHER, details=details, host=host)
    return Refused(Trouble.CERTIFICATE_UNKNOWN, details=details, variable=CA_FILE)
