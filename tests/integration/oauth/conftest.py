"""Clients of a token server, and where they keep what it gives."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from server.oauth_clients import OAuthClient, parse_oauth_clients
from server.operations import redaction
from tests.integration.oauth.token_server import TokenServer, token_server

MAILBOX = "welcome@firm.example"


@pytest.fixture
async def endpoint() -> AsyncIterator[TokenServer]:
    """A token server."""
    async with token_server() as server:
        yield server


@pytest.fixture(autouse=True)
def hidden() -> Iterator[None]:
    """What a test hides is not hidden from the next."""
    before = redaction._hidden.copy()
    yield
    redaction._hidden.clear()
    redaction._hidden.update(before)


def client(**parts: str) -> OAuthClient:
    """By these parts of the settings; ``provider`` is one of them."""
    provider = parts.pop("provider", "generic")
    values = {"SMTP_OAUTH": provider} | {f"SMTP_OAUTH_{part.upper()}": value for part, value in parts.items()}
    clients, problems = parse_oauth_clients(values)
    assert not problems
    return clients[""]


@cache
def key() -> rsa.RSAPrivateKey:
    """Of an application or a service account."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem() -> str:
    """The key as a file has it."""
    return key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def certificate(valid_for: timedelta = timedelta(days=300)) -> str:
    """One with its key, as a file has them."""
    name = x509.Name.from_rfc4514_string("CN=desk")
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + valid_for)
        .sign(key(), SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode() + pem()


def service_account() -> str:
    """As Google hands it out."""
    return json.dumps(
        {
            "type": "service_account",
            "client_email": "desk@project.iam.gserviceaccount.com",
            "private_key_id": "key1",
            "private_key": pem(),
        }
    )
