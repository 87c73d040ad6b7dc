"""What a token server is sent, and what its answers are taken for."""

from __future__ import annotations

import base64
import json
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from server.mail.trust import tls_context
from server.oauth.endpoint import TokenEndpoint
from server.oauth.forms import form_for
from server.oauth.refusals import NoToken, TokenRefused, TokenServerAway
from server.operations.redaction import hide
from server.smtp_accounts import Trust
from tests.integration.mail.certificates import Authority
from tests.integration.oauth.conftest import MAILBOX, certificate, client, key, service_account
from tests.integration.oauth.token_server import DROP, HANG, Said, TokenServer, refusal, token, token_server

MICROSOFT = {"provider": "microsoft", "tenant": "firm.example", "client_id": "app"}
SCOPE = "https://outlook.office365.com/.default"


def asking(server: TokenServer, *, seconds: float = 30) -> TokenEndpoint:
    return TokenEndpoint(server.url, ssl.create_default_context, seconds=seconds)


async def refused(server: TokenServer, *said: Said | str, seconds: float = 30) -> NoToken:
    server.script = list(said)
    with pytest.raises(NoToken) as caught:
        await asking(server, seconds=seconds).ask({"grant_type": "client_credentials"})
    return caught.value


# --- What is sent ---


def claims_of(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, what was signed, and the signature."""
    header, claims, signature = (base64.urlsafe_b64decode(f"{part}==") for part in assertion.split("."))
    return json.loads(header), json.loads(claims), assertion.rpartition(".")[0].encode(), signature


def test_a_secret_asks_by_client_credentials() -> None:
    form = form_for(client(**MICROSOFT, client_secret="s3cret~"), MAILBOX, SCOPE, None)
    assert form == {
        "grant_type": "client_credentials",
        "client_id": "app",
        "client_secret": "s3cret~",
        "scope": SCOPE,
    }


def test_a_certificate_proves_the_client_as_microsoft_wants_it() -> None:
    pem = certificate()
    asker = client(**MICROSOFT, certificate=pem)
    form = form_for(asker, MAILBOX, SCOPE, None)
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert "client_secret" not in form
    header, claims, signed, signature = claims_of(form["client_assertion"])
    key().public_key().verify(signature, signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    thumbprint = base64.urlsafe_b64decode(f"{header['x5t#S256']}==")
    assert (header["alg"], thumbprint) == ("PS256", x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA256()))
    assert (claims["iss"], claims["sub"]) == ("app", "app")
    assert claims["aud"] == asker.token_url == "https://login.microsoftonline.com/firm.example/oauth2/v2.0/token"
    assert 300 <= claims["exp"] - claims["nbf"] <= 600
    other = claims_of(form_for(asker, MAILBOX, SCOPE, None)["client_assertion"])[1]
    assert claims["jti"] != other["jti"]


def test_a_service_account_speaks_for_the_mailbox_as_google_wants_it() -> None:
    form = form_for(client(provider="google", service_account=service_account()), MAILBOX, "scope", None)
    assert form.keys() == {"grant_type", "assertion"}
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    header, claims, signed, signature = claims_of(form["assertion"])
    key().public_key().verify(signature, signed, padding.PKCS1v15(), SHA256())
    assert header == {"alg": "RS256", "typ": "JWT", "kid": "key1"}
    assert (claims["iss"], claims["sub"]) == ("desk@project.iam.gserviceaccount.com", MAILBOX)
    assert (claims["aud"], claims["scope"]) == ("https://oauth2.googleapis.com/token", "scope")
    assert claims["iat"] <= time.time() < claims["exp"] <= claims["iat"] + 3600


def test_a_refresh_token_is_shown_as_it_is_now() -> None:
    public = client(token_url="https://login.example/token", client_id="app", refresh_token="old")
    assert form_for(public, MAILBOX, "", "newer") == {
        "grant_type": "refresh_token",
        "refresh_token": "newer",
        "client_id": "app",
    }


async def test_it_goes_over_the_wire_as_a_form(endpoint: TokenServer) -> None:
    grant = await asking(endpoint).ask({"scope": "a b", "client_secret": "&=%ü"})
    assert (grant.access_token, grant.lifetime) == ("first", 3600)
    assert endpoint.forms == [{"scope": "a b", "client_secret": "&=%ü"}]
    assert endpoint.heads[0].startswith("POST /oauth2/v2.0/token HTTP/1.1\r\n")


async def test_a_token_server_with_the_organisations_own_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with token_server(authority.server()) as server:
        trusting = TokenEndpoint(server.url, lambda: tls_context(Trust(ca_file=authority.file)))
        assert (await trusting.ask({"a": "b"})).access_token == "first"
        with pytest.raises(TokenServerAway, match="CERTIFICATE_VERIFY_FAILED"):
            await asking(server).ask({"a": "b"})
        assert len(server.forms) == 1, "nothing was told to whom nobody trusts"


# --- What passes ---


@pytest.mark.parametrize(
    ("said", "words", "wait"),
    [
        (Said(429, {"error": "x"}, {"Retry-After": "120"}), "asks to come back later: 429 Too Many Requests", 120),
        (Said(429, "", {"Retry-After": "99999999"}), "asks to come back later", 3600),
        (Said(429, "", {"Retry-After": "soon"}), "asks to come back later", None),
        (Said(503, "<html>"), "asks to come back later: 503 Service Unavailable", None),
        (refusal("temporarily_unavailable", "AADSTS90033: A transient error has occurred."), "AADSTS90033", None),
        (Said(404, "<html>"), "no token server: 404 Not Found", None),
        (Said(302, "", {"Location": "http://portal.example/"}), "no token server: 302 Found", None),
        (Said(200, "[]"), "no token server: 200 OK", None),
        (Said(200, {"access_token": "two\r\nlines"}), "no token server: 200 OK", None),
        (Said(200, "x" * 300_000), "the answer has no end", None),
        (DROP, "cannot be reached", None),
        (HANG, "it took too long", None),
    ],
)
async def test_what_passes_is_told_from_a_refusal(
    endpoint: TokenServer, said: Said | str, words: str, wait: float | None
) -> None:
    away = await refused(endpoint, said, seconds=1 if said == HANG else 30)
    assert isinstance(away, TokenServerAway)
    assert words in str(away)
    assert "127.0.0.1" in str(away)
    assert (away.wait.total_seconds() if away.wait is not None else None) == wait
    assert len(endpoint.forms) == 1, "asked once, and nowhere else"


# --- What somebody has to put right: the providers' own wordings ---

_IDS = (
    " Trace ID: 41a1b4a2-1c3c-4b0e-8d5d-8a1f37c90a00 Correlation ID: 0a5f8f0c-6d7d-4d0c-9a1e-1f1c4e1b2d3e "
    "Timestamp: 2026-11-28 09:12:44Z"
)


@pytest.mark.parametrize(
    ("said", "words", "advice"),
    [
        (
            refusal(
                "invalid_client",
                "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the "
                "client secret value, not the client secret ID, for a secret added to app 'app'." + _IDS,
                401,
            ),
            "invalid_client: AADSTS7000215: Invalid client secret provided.",
            "the client secret's value, not its id",
        ),
        (
            refusal(
                "invalid_client",
                "AADSTS7000222: The provided client secret keys for app 'app' are expired. Visit the Azure portal to "
                "create new keys for your app: https://aka.ms/NewClientSecret" + _IDS,
                401,
            ),
            "AADSTS7000222: The provided client secret keys for app 'app' are expired.",
            "Make a new client secret",
        ),
        (
            refusal(
                "invalid_grant",
                "AADSTS700082: The refresh token has expired due to inactivity.\xa0The token was issued on "
                "2026-05-01T10:00:00.0000000Z and was inactive for 90.00:00:00." + _IDS,
            ),
            "AADSTS700082: The refresh token has expired due to inactivity.",
            "Give consent anew",
        ),
        (
            refusal("unauthorized_client", "AADSTS7000112: Application 'app'(Desk) is disabled." + _IDS),
            "unauthorized_client: AADSTS7000112: Application 'app'(Desk) is disabled.",
            "is disabled",
        ),
        (
            refusal(
                "invalid_grant",
                "AADSTS65001: The user or administrator has not consented to use the application with ID 'app' named "
                "'Desk'. Send an interactive authorization request for this user and resource." + _IDS,
            ),
            "AADSTS65001: The user or administrator has not consented",
            "administrator's consent",
        ),
        (
            refusal(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your "
                "iat and exp values in the JWT claim.",
            ),
            "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
            "Set this machine's clock",
        ),
        (
            refusal("invalid_grant", "Token has been expired or revoked."),
            "invalid_grant: Token has been expired or revoked.",
            "Give consent anew",
        ),
        (
            refusal(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any "
                "of the scopes requested.",
                401,
            ),
            "unauthorized_client: Client is unauthorized to retrieve access tokens",
            "domain-wide delegation",
        ),
        (refusal("invalid_scope", ""), "refuses the login: invalid_scope", None),
        (Said(400, {"error": "invalid_request", "error_description": 7}), "refuses the login: invalid_request", None),
    ],
)
async def test_a_refusal_is_said_in_the_providers_first_sentence_with_what_may_help(
    endpoint: TokenServer, said: Said, words: str, advice: str | None
) -> None:
    refusal = await refused(endpoint, said)
    assert isinstance(refusal, TokenRefused)
    text = str(refusal)
    assert words in text
    assert "Trace ID" not in text
    assert "Correlation" not in text
    assert "Timestamp" not in text
    assert (advice in text) if advice is not None else ("What may help" not in text)


async def test_a_token_server_that_quotes_the_secret_is_not_repeated(endpoint: TokenServer) -> None:
    hide(["hunter2-hunter2"])
    quoted = "aHVudGVyMi1odW50ZXIy"
    refusal_ = await refused(endpoint, refusal("invalid_client", f"wrong secret hunter2-hunter2 ({quoted})."))
    assert "hunter2" not in str(refusal_)
    assert quoted not in str(refusal_)


async def test_a_token_without_a_lifetime_is_taken_for_one_of_an_hour(endpoint: TokenServer) -> None:
    endpoint.script = [token("a", expires_in=None), token("b", expires_in="1800"), token("c", expires_in=-1)]
    asker = asking(endpoint)
    assert [(await asker.ask({"a": "b"})).lifetime for _ in range(3)] == [3600, 1800, 3600]
