"""Logins that fail and certificates that must not be trusted: nothing leaves, and sending goes on by itself later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from server.smtp_accounts import SmtpSecurity
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
    async with running(queue.worker(smtp.address, **soon(answer))):
        assert (await until_blocked(queue, smtp.address.name))[0] == code
        smtp.login = [""]
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


@pytest.mark.parametrize("offer", ["SIZE 1000000", "AUTH GSSAPI", "AUTH"])
async def test_a_server_without_a_login_we_know_gets_no_password(queue: Queue, smtp: ScriptedSmtp, offer: str) -> None:
    smtp.username = "desk"
    smtp.hello = [f"250-scripted\r\n250 {offer}"]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        code, message = await until_blocked(queue, smtp.address.name)
    expected = "The mail server refuses the login: it offers no kind of login that is known here"
    assert (code, message) == ("loginRefused", expected)
    assert (smtp.logins, smtp.received) == (0, [])


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
