"""The local mailbox keeps what it says it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes
from pathlib import Path

import aiosmtplib
import pytest

from server.mail.mailbox import Mailbox
from tests.integration.mail.conftest import Queue, running


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    mailbox = Mailbox(tmp_path / "mailbox")
    await mailbox.start()
    yield mailbox
    await mailbox.stop()


async def test_each_email_is_a_private_file_with_its_password(queue: Queue, mailbox: Mailbox) -> None:
    await queue.add("ann@firm.example", "zoë@bücher.example", name="Zoë")
    async with running(queue.worker(mailbox.server)):
        await queue.until_empty()
    files = sorted(mailbox.directory.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert mailbox.directory.stat().st_mode & 0o777 == 0o700
    recipients = {str(message_from_bytes(file.read_bytes())["To"]) for file in files}
    assert any("ann@firm.example" in recipient for recipient in recipients)


def client_of(mailbox: Mailbox) -> aiosmtplib.SMTP:
    """One that may send."""
    server = mailbox.server
    assert server.password is not None
    password = server.password.get_secret_value()
    return aiosmtplib.SMTP(hostname=server.host, port=server.port, username=server.username, password=password)


@pytest.mark.parametrize("password", [None, "", "guessed"])
async def test_it_takes_nothing_from_others_on_the_machine(mailbox: Mailbox, password: str | None) -> None:
    server = mailbox.server
    client = aiosmtplib.SMTP(hostname=server.host, port=server.port, start_tls=False)
    async with client:
        if password is not None:
            with pytest.raises(aiosmtplib.SMTPAuthenticationError):
                await client.login("activation-desk", password)
        with pytest.raises(aiosmtplib.SMTPResponseException) as refusal:
            await client.sendmail("a@b.example", ["c@d.example"], "Subject: x\r\n\r\nhello\r\n")
    assert refusal.value.code == 530
    assert not any(mailbox.directory.iterdir())


async def test_it_answers_only_when_the_file_is_there(mailbox: Mailbox) -> None:
    async with client_of(mailbox) as client:
        for number in range(5):
            _, reply = await client.sendmail("a@b.example", ["c@d.example"], f"Subject: {number}\r\n\r\nhello\r\n")
            name = reply.rpartition(" ")[2]
            assert (mailbox.directory / name).exists()


async def test_a_disk_that_takes_nothing_more_is_a_temporary_refusal(mailbox: Mailbox) -> None:
    await asyncio.to_thread(mailbox.directory.rmdir)
    async with client_of(mailbox) as client:
        with pytest.raises(aiosmtplib.SMTPDataError) as refusal:
            await client.sendmail("a@b.example", ["c@d.example"], "Subject: x\r\n\r\nhello\r\n")
    assert refusal.value.code == 452
