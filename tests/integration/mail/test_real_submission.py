"""Emails leave through a real Postfix that wants TLS and a login, and lie in a real Dovecot's mailboxes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from server.settings import load_settings
from server.smtp_accounts import SmtpAccount
from tests.integration.mail.certificates import Authority
from tests.integration.mail.conftest import MAIL_FROM, SOON, Queue, running, until_blocked
from tests.integration.mail.dovecot import Dovecot, running_dovecot
from tests.integration.mail.postfix import PASSWORD, SUBMISSION, USER, Listeners, Postfix, running_postfix

BOX = "box.example"
LOGIN = f"{USER}:{PASSWORD}"
_LISTENERS: Listeners = SUBMISSION | {
    "tokens only": ("smtpd_sasl_mechanism_filter=xoauth2,oauthbearer",),
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


def parsed(content: bytes) -> EmailMessage:
    """An email as mail programs see it."""
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
