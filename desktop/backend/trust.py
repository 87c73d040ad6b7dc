"""Which servers are trusted with a password: those on this machine, and those that show a good certificate."""

from __future__ import annotations

import ipaddress
import os
import ssl
from functools import cache
from urllib.parse import urlsplit

import aiohttp
import truststore
from PySide6.QtCore import QCoreApplication

from desktop.backend.errors import DeskError, Refused

#: Environment variable: a PEM file of authorities that are trusted besides the system's own.
CA_FILE = "ACTIVATION_CA_FILE"

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


def connector(server_url: str) -> aiohttp.TCPConnector | None:
    """For connections to that server; None where there is nothing to check."""
    return aiohttp.TCPConnector(ssl=tls_context()) if server_url.startswith("https:") else None


def refuse_in_the_clear(server_url: str) -> None:
    """Raises :class:`Refused` where whoever is on the way could read everything."""
    parts = urlsplit(server_url)
    if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
        translate = QCoreApplication.translate
        raise Refused(
            translate("Trust", "The connection would not be safe."),
            translate(
                "Trust",
                "To {0} your password would travel in the clear. Use an address that starts with https:// "
                "(the server needs a certificate for it), or run the desktop on the server's own machine.",
            ).format(server_url),
            code="insecure",
        )


def untrusted(server_url: str, error: ssl.SSLCertVerificationError) -> DeskError:
    """A certificate that is not good, explained. There is no way around it but a good one."""
    translate = QCoreApplication.translate
    host = urlsplit(server_url).hostname or ""
    if error.verify_code == _EXPIRED:
        reason = translate("Trust", "Its certificate has expired. Whoever looks after the server has to renew it.")
    elif error.verify_code == _NOT_YET_VALID:
        reason = translate("Trust", "Its certificate is not valid yet. Is the clock of this computer right?")
    elif error.verify_code in _OTHER_NAME:
        reason = translate(
            "Trust", "Its certificate is for another name than {0}. Use the name that the certificate is for."
        ).format(host)
    else:
        reason = translate(
            "Trust",
            "Its certificate comes from nobody whom this computer trusts. If your organisation has an authority "
            "of its own, have it installed on this computer, or name its file in {0}.",
        ).format(CA_FILE)
    return Refused(
        translate("Trust", "The server cannot prove who it is."),
        reason,
        code="untrusted",
        details=f"{server_url}: {error.verify_message} ({error.verify_code})",
    )


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
