"""What a token server is sent: one form for each kind of grant.

Sources: RFC 6749 (4.4 client credentials, 6 refresh token), RFC 7523 (JWT as grant and as the client's proof),
Microsoft's "application authentication certificate credentials", Google's "OAuth 2.0 for server to server
applications".
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from server.oauth_clients import OAuthClient, ServiceAccount, rsa_key

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_JWT_CLIENT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Seconds for which an assertion holds: Google takes an hour at most, Microsoft advises five to ten minutes.
_ASSERTION_SECONDS = 600
#: So much may the other side's clock be behind.
_SKEW_SECONDS = 30


def form_for(client: OAuthClient, mailbox: str, scope: str, refresh_token: str | None) -> dict[str, str]:
    """What to send; ``refresh_token``: the newest one, where the client has any."""
    named = {"scope": scope} if scope else {}
    if client.service_account is not None:
        assertion = _google_assertion(client.service_account, mailbox, scope, client.token_url)
        return {"grant_type": _JWT_BEARER, "assertion": assertion}
    named = {"client_id": client.client_id, **named, **_proof(client)}
    if refresh_token is not None:
        return {"grant_type": "refresh_token", "refresh_token": refresh_token, **named}
    return {"grant_type": "client_credentials", **named}


def _proof(client: OAuthClient) -> dict[str, str]:
    """That it is this client who asks."""
    if client.certificate is not None:
        assertion = _certificate_assertion(client, client.certificate.get_secret_value())
        return {"client_assertion_type": _JWT_CLIENT, "client_assertion": assertion}
    if client.client_secret is not None:
        return {"client_secret": client.client_secret.get_secret_value()}
    return {}


def _google_assertion(account: ServiceAccount, mailbox: str, scope: str, audience: str) -> str:
    header = {"alg": "RS256", "typ": "JWT", "kid": account.key_id}
    claims = {"iss": account.email, "sub": mailbox, "scope": scope, "aud": audience, **_lifetime()}
    return _signed(header, claims, account.private_key.get_secret_value())


def _certificate_assertion(client: OAuthClient, pem: str) -> str:
    thumbprint = x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA256())
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": _base64url(thumbprint)}
    who = {"iss": client.client_id, "sub": client.client_id, "aud": client.token_url, "jti": str(uuid.uuid4())}
    lifetime = _lifetime()
    return _signed(header, {**who, **lifetime, "nbf": lifetime["iat"]}, pem)


def _lifetime() -> dict[str, int]:
    now = int(time.time()) - _SKEW_SECONDS
    return {"iat": now, "exp": now + _ASSERTION_SECONDS}


def _signed(header: Mapping[str, str], claims: Mapping[str, Any], key: str) -> str:
    """A JWT (RFC 7515, 7.1), signed as its header says (RFC 7518, 3.3 and 3.5)."""
    text = ".".join(_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    pads = {"RS256": padding.PKCS1v15(), "PS256": padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)}
    return f"{text}.{_base64url(rsa_key(key).sign(text.encode(), pads[header['alg']], SHA256()))}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
