"""A mail server outside the service: it outlives every kill, and can withhold its answers."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import threading
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.system.processes import free_port
from tests.waiting import LIMIT

_PASSWORD = re.compile(r"\b[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){2}\b")


@dataclass(frozen=True)
class Received:
    """One message that the mail server has taken."""

    recipient: str
    message_id: str
    password: str


class MailServer:
    """Real SMTP on this machine, in a thread of its own."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._changed = threading.Condition()
        self._withhold_from: int | None = None
        self._released = threading.Event()
        self._controller = Controller(
            self, hostname="127.0.0.1", port=free_port(), ready_timeout=LIMIT, enable_SMTPUTF8=True
        )

    @property
    def settings(self) -> dict[str, str]:
        """How a service is told to use it."""
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self._controller.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "Desk <desk@firm.example>",
        }

    @property
    def recipients(self) -> set[str]:
        """Everyone who got something."""
        return {message.recipient for message in self.received}

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        self.release()
        self._controller.stop()

    def withhold_answers(self, *, after: int) -> None:
        """Take so many more messages, answer these, and keep all others' senders waiting: the message is here then."""
        self._released.clear()
        self._withhold_from = len(self.received) + after

    def release(self) -> None:
        """Answer everyone again."""
        self._withhold_from = None
        self._released.set()

    def wait_for(self, count: int, *, seconds: float = LIMIT) -> None:
        """Until so many messages are here."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.received) >= count, seconds)
        assert arrived, f"{len(self.received)} messages arrived within {seconds} s instead of {count}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """One message."""
        assert isinstance(envelope.content, bytes)
        message = read_email(envelope.content)
        assert message.recipient == envelope.rcpt_tos[0]
        withheld = self._withhold_from is not None and len(self.received) >= self._withhold_from
        with self._changed:
            self.received.append(message)
            self._changed.notify_all()
        if withheld:
            await asyncio.get_running_loop().run_in_executor(None, self._released.wait, LIMIT)
        return "250 2.0.0 taken"


def read_email(content: bytes) -> Received:
    """An activation email (RFC 5322): for whom it is, and what it says."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    text = message.get_body(("plain",))
    assert text is not None
    password = _PASSWORD.search(text.get_content())
    assert password is not None, "the email holds no password"
    return Received(message["To"].addresses[0].addr_spec, message["Message-ID"], password[0])
