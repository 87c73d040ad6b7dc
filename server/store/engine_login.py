"""The embedded engine's one login, made so that nobody else on the machine can make another or learn its password.

The engine takes its first user only while it asks for none, from whoever reaches its port. So in that moment it speaks
TLS with those alone who have a certificate that was made for it, and whoever has taken the port before the engine could
is told nothing, having none to show.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

log = structlog.get_logger(__name__)

USER = "activation"
_VALID = timedelta(days=1)
_NO_SUCH_USER = 11


class Introduction:
    """A certificate that engine and service show each other, and with which they trust nobody else."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def engine_arguments(self) -> list[str]:
        """The engine's part of it."""
        file = str(self._file)
        files = ["--tls-cert-file", file, "--tls-key-file", file, "--tls-ca-file", file]
        return [*files, "--tls-require-client-cert"]

    @property
    def client_options(self) -> dict[str, Any]:
        """The driver's part of it."""
        return {"tls": True, "tlsCAFile": str(self._file), "tlsCertificateKeyFile": str(self._file)}


@contextmanager
def introduction(directory: Path) -> Iterator[Introduction]:
    """One for the first start, readable by this user only while it is needed, and worth nothing afterwards."""
    file = directory / "introduction.pem"
    file.unlink(missing_ok=True)  # of a start that was killed
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing:
            writing.write(_made())
        yield Introduction(file)
    finally:
        file.unlink(missing_ok=True)


async def make_login(client: AsyncMongoClient[Any], password: str) -> None:
    """The user, with this password. Over a connection of an :class:`Introduction` only."""
    try:
        await client.admin.command("createUser", USER, pwd=password, roles=["root"])
    except OperationFailure:
        # The user is there, with another password.
        await client.admin.command("updateUser", USER, pwd=password, roles=["root"])


async def drop_strangers(client: AsyncMongoClient[Any]) -> None:
    """End every login that is not ours: another one can only have been made by somebody who had no right to."""
    while strangers := await _strangers(client):
        for database, name in strangers:
            log.error("the embedded database had a login that is none of this service, and has it no more", user=name)
            try:
                await client[database].command("dropUser", name)
            except OperationFailure as error:
                if error.code != _NO_SUCH_USER:
                    raise


async def _strangers(client: AsyncMongoClient[Any]) -> list[tuple[str, str]]:
    users = client.admin["system.users"].find({}, {"user": 1, "db": 1})
    return [(user["db"], user["user"]) async for user in users if (user["db"], user["user"]) != ("admin", USER)]


def _made() -> bytes:
    """Key and certificate, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string("CN=activation-desk")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _VALID)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.public_bytes(Encoding.PEM)
