"""Emails leave through a real Postfix that wants TLS and a login, and lie in a real Dovecot's mailboxes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator

import pytest

from server.oauth.sources import TokenSources
from server.settings import load_settings
from server.smtp_accounts import SmtpAccount
from server.store.client import Database
from server.store.vault import Vault
from tests.integration.mail.certificates import Authority
from tests.integration.mail.conftest import MAIL_FROM, SOON, Queue, running, until_blocked
from tests.integration.mail.dovecot import Dovecot, running_dovecot
from tests.integration.mail.letters import parsed
from tests.integration.mail.loopback import PASSWORD, TAKEN, USER
from tests.integration.mail.postfix import SUBMISSION, Listeners, Postfix, running_postfix
from tests.integration.oauth.token_server import TokenServer, token, token_server

BOX = "box.example"
LOGIN = f"{USER}:{PASSWORD}"
_LISTENERS: Listeners = SUBMISSION | {
    "tokens only": ("smtpd_sasl_mechanism_filter=xoauth2,oauthbearer",),
    "bearer only": ("smtpd_sasl_mechanism_filter=oauthbearer",),
    "challenges only": ("smtpd_sasl_mechanism_filter=scram-sha-256",),
    "no tls": ("smtpd_tls_security_level=none",),
    "old tls": ("smtpd_tls_protocols=<=TLSv1.1", "smtpd_tls_mandatory_protocols=<=TLSv1.1"),
    "no login": ("smtpd_sasl_auth_enable=no",),
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that nobody else knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """Judges the logins and keeps the mailboxes."""
    with running_dovecot() as dovecot:
        dovecot.add(USER)
        yield dovecot


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot, authority: Authority) -> Iterator[Postfix]:
    """One for all tests here."""
    with running_postfix(
        _LISTENERS, dovecot=dovecot, domains=[BOX], certificate=authority.server_file(), smtpd_tls_security_level="may"
    ) as server:
        yield server


def account(scheme: str, postfix: Postfix, listener: str, *, login: str = "", **settings: str) -> SmtpAccount:
    """As the settings of a site name it."""
    url = f"{scheme}://{login and login + '@'}127.0.0.1:{postfix.ports[listener]}"
    (found,) = load_settings({"SMTP_URL": url, "MAIL_FROM": MAIL_FROM, **settings}).smtp_accounts
    return found


@pytest.mark.parametrize(("scheme", "listener"), [("smtp", "submission"), ("smtps", "submissions")])
async def test_emails_are_submitted_with_tls_and_a_login_and_arrive_as_they_were_written(
    queue: Queue, postfix: Postfix, dovecot: Dovecot, authority: Authority, scheme: str, listener: str
) -> None:
    people = [f"{listener}{number}@{BOX}" for number in range(5)]
    dovecot.add(*people, mailbox=listener)
    await queue.add(*people)
    server = account(scheme, postfix, listener, login=LOGIN, SMTP_CA_FILE=str(authority.file))
    async with running(queue.worker(server, proven=False, **SOON)):
        await queue.until_empty()
    emails = [parsed(each) for each in await asyncio.to_thread(dovecot.arrived, people[0], 5)]
    assert sorted(email["To"].addresses[0].addr_spec for email in emails) == people
    for email in emails:
        assert f"secret of {email['Delivered-To']}" in email.get_body(("plain",)).get_content()
        assert " ESMTPSA " in email.get_all("Received")[-1], "encrypted, and logged in (RFC 3848)"


async def test_an_authority_that_nobody_named_is_not_trusted(queue: Queue, postfix: Postfix) -> None:
    await queue.add(f"ann@{BOX}")
    server = account("smtp", postfix, "submission", login=LOGIN)
    async with running(queue.worker(server, **SOON)):
        code, message = await until_blocked(queue, server.name)
    assert (code, "unable to get local issuer certificate" in message) == ("tlsFailed", True), message


@pytest.mark.parametrize(
    ("scheme", "listener", "code", "said"),
    [
        ("smtp", "tokens only", "loginRefused", "It offers only XOAUTH2, OAUTHBEARER"),
        ("smtp", "challenges only", "loginRefused", "It offers only SCRAM-SHA-256"),
        ("smtp+plain", "submission", "loginRefused", "write smtp:// for smtp+plain://"),
        ("smtp", "no login", "loginRefused", "leave out the user and the password"),
        ("smtps", "submission", "tlsFailed", "write smtp:// (STARTTLS) for smtps://"),
        ("smtp", "submissions", "unreachable", "write smtps:// for smtp://"),
        ("smtp", "no tls", "tlsFailed", "STARTTLS"),
        ("smtp", "old tls", "tlsFailed", "TLS before 1.2"),
    ],
)
async def test_each_wrong_way_to_begin_is_told_apart(
    queue: Queue, postfix: Postfix, authority: Authority, scheme: str, listener: str, code: str, said: str
) -> None:
    await queue.add(f"ann@{BOX}")
    server = account(scheme, postfix, listener, login=LOGIN, SMTP_CA_FILE=str(authority.file))
    never_greeted = listener == "submissions"
    async with running(queue.worker(server, **SOON, **({"SMTP_TIMEOUT": "1"} if never_greeted else {}))):
        found, message = await until_blocked(queue, server.name)
    assert (found, said in message) == (code, True), message
    assert await queue.database.pending.count_documents({"attempts": 0}) == 1


# --- Access tokens, which Dovecot judges by their signature ---


def by_token(
    postfix: Postfix, listener: str, authority: Authority, tokens: TokenServer, database: Database
) -> SmtpAccount:
    """The account of a site whose token server this is."""
    oauth = {
        "SMTP_OAUTH": "generic",
        "SMTP_OAUTH_TOKEN_URL": tokens.url,
        "SMTP_OAUTH_CLIENT_ID": "desk",
        "SMTP_OAUTH_CLIENT_SECRET": "of the application",
    }
    found = account("smtp", postfix, listener, login=USER, SMTP_CA_FILE=str(authority.file), **oauth)

    async def no_vault() -> Vault:
        raise AssertionError("nothing has to be kept")

    (equipped,) = TokenSources(database, no_vault, ssl.create_default_context).equip([found])
    return equipped


@pytest.mark.parametrize(("listener", "longer"), [("tokens only", 3000), ("bearer only", 0)])
async def test_emails_are_submitted_with_an_access_token(
    queue: Queue, postfix: Postfix, dovecot: Dovecot, authority: Authority, listener: str, longer: int
) -> None:
    name = f"{listener.replace(' ', '')}{longer}"
    people = [f"{name}.{number}@{BOX}" for number in range(3)]
    dovecot.add(*people, mailbox=name)
    await queue.add(*people)
    async with token_server() as tokens:
        tokens.script = [token(dovecot.token(USER, more="x" * longer))]
        used = by_token(postfix, listener, authority, tokens, queue.database)
        async with running(queue.worker(used, proven=False, **SOON)):
            await queue.until_empty()
        assert len(tokens.forms) == 1
    emails = [parsed(each) for each in await asyncio.to_thread(dovecot.arrived, people[0], 3)]
    assert all(" ESMTPSA " in email.get_all("Received")[-1] for email in emails)


async def test_a_token_that_has_ended_is_replaced_and_nobody_notices(
    queue: Queue, postfix: Postfix, dovecot: Dovecot, authority: Authority
) -> None:
    before = postfix.log.count("authentication failed")
    async with token_server() as tokens:
        tokens.script = [token(dovecot.token(USER, seconds=-60)), token(dovecot.token(USER))]
        used = by_token(postfix, "tokens only", authority, tokens, queue.database)
        assert used.tokens is not None
        await used.tokens.get()
        await queue.add(f"ann@{TAKEN}", f"bob@{TAKEN}")
        async with running(queue.worker(used, **SOON)):
            await queue.until_empty()
        assert len(tokens.forms) == 2
    assert postfix.log.count("authentication failed") - before == 1
    assert await queue.database.deliveries.count_documents({"attempts": 1}) == 2


async def test_a_token_for_somebody_else_is_refused_with_the_reason(
    queue: Queue, postfix: Postfix, dovecot: Dovecot, authority: Authority
) -> None:
    secret = dovecot.token("somebody@else.example")
    before = postfix.log.count("authentication failed")
    await queue.add_many(5)
    async with token_server() as tokens:
        tokens.script = [token(secret)]
        used = by_token(postfix, "tokens only", authority, tokens, queue.database)
        async with running(queue.worker(used, proven=False, **SOON)):
            code, message = await until_blocked(queue, used.name)
    assert (code, "535 5.7.8 Error: authentication failed" in message) == ("loginRefused", True), message
    assert "(status" in message
    assert secret[20:40] not in message
    assert postfix.log.count("authentication failed") - before == 1
    assert await queue.database.failed.count_documents({}) == 0
