"""The certificate that the service shows, read anew when its files change: renewing one needs no restart."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import structlog

from server.errors import NotNow, WrongSetup

log = structlog.get_logger(__name__)

WATCH = 5.0  # seconds between two looks at the files

Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """A certificate with its chain and key, in PEM; both may be in one file."""

    def __init__(self, certificate: Path, key: Path | None) -> None:
        """Raises :class:`StartError` with the file and the reason."""
        self._certificate = certificate
        self._key = key
        #: For whoever listens. Connections made from now on get what it holds by then.
        self.context = _context()
        try:
            self._seen = self._stamp()
            self._load(self.context)
        except OSError as error:  # not there, or half a pair: somebody may just be replacing it
            raise NotNow(f"ACTIVATION_TLS_CERTIFICATE={certificate}: {_reason(error)}") from error
        except ValueError as error:
            raise WrongSetup(f"ACTIVATION_TLS_CERTIFICATE={certificate}: {_reason(error)}") from error

    async def watch(self) -> None:
        """Follow the files until cancelled. What cannot be used is said and left: the one before goes on."""
        while True:
            await asyncio.sleep(WATCH)
            try:
                stamp = self._stamp()
            except OSError:  # just being replaced
                continue
            if stamp == self._seen:
                continue
            self._seen = stamp
            try:
                self._load(_context())  # tried before it is used: half a pair would leave nothing that works
                self._load(self.context)
            except (OSError, ValueError) as error:
                log.error("the new certificate cannot be used, the one before goes on", reason=_reason(error))  # noqa: TRY400 - says it all
            else:
                log.info("the certificate was read anew", file=str(self._certificate))

    def _load(self, context: ssl.SSLContext) -> None:
        context.load_cert_chain(self._certificate, self._key, password=_no_password)

    def _stamp(self) -> Stamp:
        files = [path.stat() for path in (self._certificate, self._key) if path is not None]
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in files)


def _context() -> ssl.SSLContext:
    """Python's defaults for servers: TLS 1.2 with forward secrecy at least."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def _no_password() -> str:
    raise ValueError("the key is protected by a password, which nobody could type at each start. Store it without one")


def _reason(error: Exception) -> str:
    match error:
        case ssl.SSLError() if error.reason == "KEY_VALUES_MISMATCH":
            return "The key does not belong to the certificate. Fix: set ACTIVATION_TLS_KEY to the one that does."
        case ssl.SSLError():
            return (
                "is not a certificate with its key in PEM. Fix: name the chain here, and its key as ACTIVATION_TLS_KEY."
            )
        case OSError():
            return f"{error.filename or 'the certificate or its key'} cannot be read ({error.strerror})."
    return f"{error}."
