"""Whatever a lead is called, the email that arrives is the one that was meant: over a real connection, into a real
mailbox, and read again by the standard library."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

from bson import ObjectId
from bson.binary import Binary
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from server.mail.mailbox import Mailbox
from server.mail.outcome import Outcome
from server.mail.rendering import ActivationEmails
from server.mail.smtp import MailTransport
from server.mail.templates import compile_template, default_source
from server.mail.time_limits import TimeLimits
from server.settings import load_settings
from server.store.emails import ClaimedEmail
from server.text import one_line
from tests.messages import shown_name
from tests.waiting import LIMIT

EXAMPLES = 20_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 150
#: Each once, and no others.
HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
    "Content-Type",
)  # fmt: skip
PASSWORD = "Sampl-Passw-ord42"
#: As it is stored, and as mail servers have it.
ADDRESSES = {
    "ann@firm.example": "ann@firm.example",
    "o'hara+x=y{z}@firm.example": "o'hara+x=y{z}@firm.example",
    "ann@bücher.example": "ann@xn--bcher-kva.example",
    "ann@аррӏе.example": "ann@xn--80ak6aa92e.example",  # Cyrillic
    "ann@例え.テスト.example": "ann@xn--r8jz45g.xn--zckzah.example",
}
_PIECES = (
    "\r\n", "\n", "\r", "\x00", "\x0b", "\x1b[31m", "\x85", "\u2028", "\u2029", "\t", "\r\nBcc: eve@evil.example\r\n",
    "\r\n\r\nhello", "\r\n.\r\nMAIL FROM:<eve@evil.example>", "<script>alert(1)</script>", '"><img src=x onerror=x>',
    "</p><p>", "&amp;", "&lt;", "<!--", "]]>", "{{ password }}", "{% if", "{#", "%}", "{{ 7*7 }}", "\u202egnp\u202c",
    "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041", "=?utf-8?q?x?=", "=?", "?=", '"', "\\", "<x@y>",
    ",", ";", ":", "@", "é", "е", "例え", "👨‍👩‍👧", "می‌خواهم", "e\u0301\u0301\u0301", "\ud800", "\uffff", " ", "Ann",
)  # fmt: skip
NAMES = st.text(max_size=200) | st.lists(st.sampled_from(_PIECES) | st.characters(), max_size=30).map("".join)


class _Shown(HTMLParser):
    """The elements and the text of a page, and what stands in the attribute that holds the name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.title: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(" ".join([tag, *(name for name, _ in attrs)]))
        self.title = dict(attrs).get("title", self.title)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.elements.append("comment")


def test_the_email_that_arrives_is_the_one_that_was_meant(tmp_path: Path) -> None:
    source = default_source()
    template = compile_template(
        source.model_copy(
            update={
                "subject": "Welcome {{ name }}",
                "html": source.html.replace("</h1>", '</h1><b title="{{ name }}">To</b>'),
            }
        )
    )
    writer = ActivationEmails(
        mail_from="Désk <desk@sender.example>", login_url="https://app.example.com", fill=template.fill
    )
    elements = _Shown(template.fill(writer.facts("Ann", "ann@firm.example", PASSWORD)).html).elements
    mailbox = Mailbox(tmp_path / "mailbox")

    async def leave() -> bool:
        return True

    async def arrives(transport: MailTransport, email: ClaimedEmail) -> EmailMessage:
        sent = writer.write(email, PASSWORD)
        assert sent.recipient == ADDRESSES[email.email]
        async with transport.slot():
            verdict = await transport.send(sent, leave)
        assert verdict is not None
        assert verdict.outcome is Outcome.ACCEPTED
        file = mailbox.directory / verdict.text.rpartition(" ")[2]
        content = await asyncio.to_thread(file.read_bytes)
        assert content == sent.content
        file.unlink()
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    with asyncio.Runner() as runner:
        runner.run(mailbox.start())
        transport = MailTransport(load_settings({}).account_at(mailbox.server), time_limits=TimeLimits.each(LIMIT))

        @settings(deadline=None, max_examples=EXAMPLES, phases=(Phase.explicit, Phase.reuse, Phase.generate))
        @given(name=NAMES, address=st.sampled_from(list(ADDRESSES)))
        @example(name="".join(_PIECES), address="ann@bücher.example")
        def check(name: str, address: str) -> None:
            email = claimed(address, name)
            message = runner.run(arrives(transport, email))
            meant = one_line(name)
            assert Counter(message.keys()) == Counter(HEADERS)
            assert str(message["Subject"]) == f"Welcome {meant}".strip()
            assert [to.addr_spec for to in message["To"].addresses] == [ADDRESSES[address]]
            assert shown_name(message, "To") == meant
            (sender,) = message["From"].addresses
            assert (sender.display_name, sender.addr_spec) == ("Désk", "desk@sender.example")
            assert message["Message-ID"] == email.message_id
            assert message["Auto-Submitted"] == "auto-generated"
            assert not any(part.defects for part in message.walk())

            text, html = message.iter_parts()
            assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
            greeting = f"Hello {meant}," if meant else "Hello,"
            assert text.get_content().splitlines()[0] == greeting
            assert PASSWORD in text.get_content()
            assert address in text.get_content()
            page = _Shown(html.get_content())
            assert page.elements == elements
            assert page.title == meant
            assert f"{greeting} here is what you need" in page.text

        check()
        runner.run(transport.close())
        runner.run(mailbox.stop())


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
