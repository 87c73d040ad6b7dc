"""What sites need of the connection: authorities and certificates of their own, and bounces without the message."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from server.smtp_accounts import SmtpSecurity, Trust
from tests.integration.mail.certificates import Authority
from tests.integration.mail.conftest import SOON, Queue, running, until_blocked
from tests.integration.mail.scripted_smtp import ScriptedSmtp


async def test_an_authority_of_the_sites_own_is_trusted_as_soon_as_its_file_is_there(
    queue: Queue, smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    smtp.security, smtp.certificate = SmtpSecurity.STARTTLS, authority.server()
    file = tmp_path / "site.pem"
    (tmp_path / "stranger").mkdir()
    file.write_bytes(Authority(tmp_path / "stranger").file.read_bytes())
    server = replace(smtp.address, trust=Trust(ca_file=file))
    await queue.add("ann@firm.example")
    async with running(queue.worker(server, **SOON)):
        assert (await until_blocked(queue, server.name))[0] == "tlsFailed"
        file.write_bytes(authority.file.read_bytes())
        await queue.until_empty()
    assert len(smtp.accepted) == 1


async def test_a_file_of_authorities_that_is_none_is_said(queue: Queue, smtp: ScriptedSmtp, tmp_path: Path) -> None:
    smtp.security, smtp.certificate = SmtpSecurity.STARTTLS, Authority(tmp_path).server()
    server = replace(smtp.address, trust=Trust(ca_file=tmp_path / "none.pem"))
    await queue.add("ann@firm.example")
    async with running(queue.worker(server, **SOON)):
        code, message = await until_blocked(queue, server.name)
    assert (code, "none.pem" in message) == ("tlsFailed", True)


async def test_our_certificate_is_shown_where_the_server_asks_for_one(
    queue: Queue, smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    context = authority.server()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile=str(authority.file))
    smtp.security, smtp.certificate = SmtpSecurity.STARTTLS, context
    ours = authority.server_file("desk.sender.example")
    server = replace(smtp.address, trust=Trust(ca_file=authority.file, certificate=ours))
    await queue.add("ann@firm.example")
    async with running(queue.worker(server, **SOON)):
        await queue.until_empty()
    assert len(smtp.accepted) == 1


@pytest.mark.parametrize("offers", [True, False])
async def test_bounces_are_asked_for_without_the_message_where_the_server_knows_how(
    queue: Queue, smtp: ScriptedSmtp, offers: bool
) -> None:
    smtp.hello = ["250-scripted\r\n250 DSN" if offers else "250 scripted"]
    (email_id,) = await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        await queue.until_empty()
    (mail,) = [each for each in smtp.commands if each.startswith("MAIL")]
    (rcpt,) = [each for each in smtp.commands if each.startswith("RCPT")]
    assert mail.endswith(f" RET=HDRS ENVID={email_id}") == offers
    assert rcpt.endswith(" NOTIFY=FAILURE ORCPT=rfc822;ann@firm.example") == offers
