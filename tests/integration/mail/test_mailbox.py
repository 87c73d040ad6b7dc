"""The local mailbox keeps what it says it keeps."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import aiosmtplib
import pytest
from bson import ObjectId
from bson.binary import Binary
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from server.mail.mailbox import Mailbox
from server.mail.outcome import Outcome
from server.mail.rendering import ActivationEmails, one_line
from server.mail.smtp import MailTransport
from server.mail.templates import compile_template, default_source
from server.settings import load_settings
from server.store.emails import ClaimedEmail
from tests.integration.mail.conftest import Queue, running
from tests.unit.test_mime import shown_name


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


async def test_it_answers_only_when_the_file_is_there(mailbox: Mailbox) -> None:
    server = mailbox.server
    async with aiosmtplib.SMTP(hostname=server.host, port=server.port) as client:
        for number in range(5):
            _, reply = await client.sendmail("a@b.example", ["c@d.example"], f"Subject: {number}\r\n\r\nhello\r\n")
            name = reply.rpartition(" ")[2]
            assert (mailbox.directory / name).exists()


async def test_a_disk_that_takes_nothing_more_is_a_temporary_refusal(mailbox: Mailbox) -> None:
    await asyncio.to_thread(mailbox.directory.rmdir)
    server = mailbox.server
    async with aiosmtplib.SMTP(hostname=server.host, port=server.port) as client:
        with pytest.raises(aiosmtplib.SMTPDataError) as refusal:
            await client.sendmail("a@b.example", ["c@d.example"], "Subject: x\r\n\r\nhello\r\n")
    assert refusal.value.code == 452


NAMES = st.text(max_size=200) | st.text(alphabet=list("aZ é😀,;:<>()[]\"'\\@=?_.\r\n\t\x00\u2028\u202e"), max_size=200)


def test_whatever_a_lead_is_called_the_email_that_arrives_has_the_headers_that_were_meant(tmp_path: Path) -> None:
    """Over a real connection, and read again by the standard library."""
    template = compile_template(default_source().model_copy(update={"subject": "Welcome {{ name }}"}))
    writer = ActivationEmails(
        mail_from="Désk <desk@sender.example>", login_url="https://app.example.com", fill=template.fill
    )
    mailbox = Mailbox(tmp_path / "mailbox")

    async def leave() -> bool:
        return True

    async def arrives(transport: MailTransport, email: ClaimedEmail) -> EmailMessage:
        async with transport.slot():
            verdict = await transport.send(writer.write(email, "Sampl-Passw-ord42"), leave)
        assert verdict is not None
        assert verdict.outcome is Outcome.ACCEPTED
        file = mailbox.directory / verdict.text.rpartition(" ")[2]
        message = message_from_bytes(await asyncio.to_thread(file.read_bytes), policy=default)
        assert isinstance(message, EmailMessage)
        return message

    with asyncio.Runner() as runner:
        runner.run(mailbox.start())
        transport = MailTransport(load_settings({}).account_at(mailbox.server), timeout=10)

        @settings(deadline=None, max_examples=150, phases=(Phase.reuse, Phase.generate))
        @given(name=NAMES)
        def check(name: str) -> None:
            email = claimed("ann@firm.example", name)
            message = runner.run(arrives(transport, email))
            meant = one_line(name)
            assert Counter(message.keys()) == Counter(HEADERS)
            assert str(message["Subject"]) == f"Welcome {meant}".strip()
            assert [address.addr_spec for address in message["To"].addresses] == ["ann@firm.example"]
            assert shown_name(message, "To") == meant
            (sender,) = message["From"].addresses
            assert (sender.display_name, sender.addr_spec) == ("Désk", "desk@sender.example")
            assert message["Message-ID"] == email.message_id
            assert message["Auto-Submitted"] == "auto-generated"
            assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
            assert not any(part.defects for part in message.walk())

        check()
        runner.run(transport.close())
        runner.run(mailbox.stop())


#: Each once, and no others.
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type")


def claimed(address: str, name: str) -> ClaimedEmail:
    """An email to that person, in the hands of a worker."""
    now = datetime.now(UTC)
    return ClaimedEmail(
        id=ObjectId(),
        token="t",
        user_id=ObjectId(),
        email=address,
        name=name,
        password=Binary(b""),
        message_id="<1@sender.example>",
        attempts=1,
        created_at=now,
        queued_at=now,
    )
