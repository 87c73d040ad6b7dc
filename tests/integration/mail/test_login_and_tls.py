"""Logins that fail and certificates that must not be trusted: nothing leaves, and sending goes on by itself later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.smtp_accounts import SmtpSecurity
from server.store.limits import LimitStore
from tests.integration.mail.certificates import Authority
from tests.integration.mail.conftest import SOON, Queue, running, soon, until_blocked
from tests.integration.mail.scripted_smtp import DROP, HANG, SPOIL, ScriptedSmtp

# --- Login ---


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("535 5.7.8 no", "loginRefused"),
        ("534 5.7.9 too weak", "loginRefused"),
        ("454 4.7.0 not now", "busy"),
        (DROP, "unreachable"),
        (HANG, "unreachable"),
    ],
)
async def test_a_login_that_fails_blocks_the_account_until_it_succeeds(
    queue: Queue, smtp: ScriptedSmtp, answer: str, code: str
) -> None:
    smtp.username = "desk"
    smtp.login = [answer]
    await queue.add("ann@firm.example")
    async with running(worker := queue.worker(smtp.address, **soon(answer))):
        assert (await until_blocked(queue, smtp.address.name))[0] == code
        smtp.login = [""]
        await LimitStore(queue.database).try_now("ann")
        worker.wake()
        await queue.until_empty()
    assert smtp.logins == 1
    assert [row["attempts"] async for row in queue.database.deliveries.find({})] == [1]


async def test_a_wrong_password_is_said_and_never_shown(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.username, smtp.told_password = "desk", "not this one"
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        code, message = await until_blocked(queue, smtp.address.name)
    assert (code, "535 5.7.8 wrong user or password" in message) == ("loginRefused", True)
    assert "not this one" not in message
    assert smtp.received == []


@pytest.mark.parametrize(
    ("offer", "said"),
    [
        ("SIZE 1000000", "It asks for no login: leave out the user and the password."),
        ("AUTH", "It asks for no login: leave out the user and the password."),
        ("STARTTLS", "It offers a login only on an encrypted connection: write smtp:// for smtp+plain://."),
        (
            "AUTH XOAUTH2 OAUTHBEARER",
            "It offers only XOAUTH2, OAUTHBEARER, and takes no passwords: set SMTP_OAUTH, and leave the password out.",
        ),
        ("AUTH NTLM GSSAPI", "It offers only NTLM, GSSAPI, and known here are PLAIN, LOGIN and CRAM-MD5."),
    ],
)
async def test_a_server_without_a_login_we_know_gets_no_password_and_is_told_apart(
    queue: Queue, smtp: ScriptedSmtp, offer: str, said: str
) -> None:
    smtp.username = "desk"
    smtp.hello = [f"250-scripted\r\n250 {offer}"]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        code, message = await until_blocked(queue, smtp.address.name)
    assert (code, message) == ("loginRefused", f"There is no way to log in to the mail server: {said}")
    assert (smtp.logins, smtp.received) == (0, [])


async def test_a_refused_login_is_made_once_and_probed_slowly(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.username, smtp.told_password = "desk", "wrong"
    await queue.add_many(10)
    async with running(queue.worker(smtp.address, proven=False, **SOON)):
        await until_blocked(queue, smtp.address.name)
        blocked = await LimitStore(queue.database).blocked(smtp.address.name)
        assert blocked is not None
        assert blocked.probe_at - blocked.since >= timedelta(minutes=1)
    assert smtp.auths == ["PLAIN"]


async def test_connections_that_log_in_at_once_are_not_refused_one_by_one(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.username, smtp.told_password = "desk", "wrong"
    await queue.add_many(10)
    async with running(queue.worker(smtp.address, QUEUE_CONNECTIONS="5", **SOON)):
        await until_blocked(queue, smtp.address.name)
    assert smtp.auths == ["PLAIN"]


async def test_the_next_mechanism_is_tried_only_where_the_first_is_not_known(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.username = "desk"
    smtp.login = ["504 5.5.4 Unrecognized authentication type", ""]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        await queue.until_empty()
    assert smtp.auths == ["PLAIN", "LOGIN"]
    assert smtp.logins == 1


async def test_the_words_of_a_server_that_refuses_and_hangs_up_are_kept(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.username = "desk"
    smtp.login = ["535 5.7.139 Authentication unsuccessful, basic authentication is disabled"]
    smtp.hangs_up_after_login = True
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        code, message = await until_blocked(queue, smtp.address.name)
    assert (code, "535 5.7.139" in message) == ("loginRefused", True)


async def test_a_worker_that_starts_tries_a_refused_login_at_once(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.username = "desk"
    await queue.add("ann@firm.example")
    await LimitStore(queue.database).block(smtp.address.name, "loginRefused", "535 no", wait=timedelta(hours=1))
    async with running(queue.worker(smtp.address, **SOON)):
        await queue.until_empty()
    assert smtp.logins == 1


# --- TLS ---


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The only one that is trusted."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return authority


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def test_emails_leave_over_tls_with_a_login(
    queue: Queue, smtp: ScriptedSmtp, authority: Authority, security: SmtpSecurity
) -> None:
    smtp.security, smtp.certificate, smtp.username = security, authority.server(), "desk"
    await queue.add_many(3)
    async with running(queue.worker(smtp.address, **SOON)):
        await queue.until_empty()
    assert len(smtp.accepted) == 3
    assert smtp.secured == smtp.logins == smtp.connections


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("expired", "certificate has expired"),
        ("another host", "IP address mismatch"),
        ("unknown", "unable to get local"),
    ],
)
async def test_a_certificate_that_cannot_be_trusted_blocks_the_account(
    queue: Queue,
    smtp: ScriptedSmtp,
    authority: Authority,
    tmp_path: Path,
    security: SmtpSecurity,
    fault: str,
    text: str,
) -> None:
    (tmp_path / "stranger").mkdir()
    smtp.security, smtp.username = security, "desk"
    smtp.certificate = {
        "expired": authority.server(valid_for=-timedelta(days=1)),
        "another host": authority.server("mail.elsewhere.example"),
        "unknown": Authority(tmp_path / "stranger").server(),
    }[fault]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        code, message = await until_blocked(queue, smtp.address.name)
        assert code == "tlsFailed"
        assert text in message
        assert (smtp.logins, smtp.received) == (0, [])
        smtp.certificate = authority.server()
        await queue.until_empty()
    assert [row["attempts"] async for row in queue.database.deliveries.find({})] == [1]


@pytest.mark.parametrize("answer", ["454 4.7.0 TLS not available", "501 5.5.4 no", DROP, HANG, None])
async def test_without_starttls_nothing_leaves_in_the_clear(
    queue: Queue, smtp: ScriptedSmtp, authority: Authority, answer: str | None
) -> None:
    smtp.security, smtp.username = SmtpSecurity.STARTTLS, "desk"
    if answer is not None:  # else it is not even offered
        smtp.certificate = authority.server()
        smtp.starttls = [answer]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **soon(answer))):
        assert (await until_blocked(queue, smtp.address.name))[0] == "tlsFailed"
        assert (smtp.logins, smtp.received) == (0, [])
        smtp.certificate, smtp.starttls = authority.server(), ["220 go ahead"]
        await queue.until_empty()
    assert smtp.secured == 1
    assert [row["attempts"] async for row in queue.database.deliveries.find({})] == [1]


async def test_tls_at_a_port_without_it_says_what_to_write(
    queue: Queue, smtp: ScriptedSmtp, authority: Authority
) -> None:
    server = replace(smtp.address, security=SmtpSecurity.TLS)
    await queue.add("ann@firm.example")
    async with running(queue.worker(server, **SOON)):
        code, message = await until_blocked(queue, server.name)
    assert (code, "write smtp:// (STARTTLS) for smtps://" in message) == ("tlsFailed", True)


async def test_no_greeting_says_what_to_write(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.greeting = [HANG]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **soon(HANG))):
        _, message = await until_blocked(queue, smtp.address.name)
    assert "write smtps:// for smtp://" in message


async def test_an_email_that_may_have_arrived_before_tls_failed_is_uncertain(
    queue: Queue, smtp: ScriptedSmtp, authority: Authority
) -> None:
    smtp.security, smtp.certificate = SmtpSecurity.STARTTLS, authority.server()
    smtp.message["ann@firm.example"] = [SPOIL, "250 2.0.0 taken"]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        await queue.until_empty()
    assert len(smtp.received) == 2
    assert [row["uncertain"] async for row in queue.database.deliveries.find({})] == [1]
