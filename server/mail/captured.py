"""Reading what the local mailbox has captured, without its passwords."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from server.contract import CapturedEmail, Phrase
from server.errors import NotFound
from server.mail.mailbox import KEPT_AS, masked_beside
from server.operations.redaction import mask_passwords
from server.store.history import HistoryStore

#: The file that the mailbox's reply names; nothing else is ever opened.
_KEPT_AS = re.compile(rf"{re.escape(KEPT_AS)}(\d{{8}}T\d{{6}}-\d+-\d+\.eml)\b")


class CapturedEmails:
    """The mailbox in ``directory``, email by email. Each is found by its delivery, not by looking through all."""

    def __init__(self, directory: Path, history: HistoryStore) -> None:
        self._directory = directory
        self._history = history

    async def read(self, email_id: str) -> CapturedEmail:
        """One email that was sent into the mailbox.

        Raises :class:`NotFound` when it was not sent, went to a real mail server, was captured by another server, or
        its file is gone.
        """
        delivery = await self._history.delivery(email_id)
        named = _KEPT_AS.search(delivery.reply)
        if named is None:
            raise NotFound(Phrase.EMAIL_NOT_CAPTURED)
        try:
            message, is_masked = await asyncio.to_thread(_read, self._directory, named[1])
        except FileNotFoundError as error:
            raise NotFound(Phrase.EMAIL_FILE_GONE, file=named[1]) from error
        if message["Message-ID"] != delivery.message_id:
            raise NotFound(Phrase.EMAIL_FILE_FOREIGN, file=named[1])
        return _shown(message, _as_it_is if is_masked else mask_passwords)


def _read(directory: Path, name: str) -> tuple[EmailMessage, bool]:
    """The copy that was masked when it was captured, or the email itself where an earlier version has kept no copy."""
    content, masked = (directory / name).read_bytes(), directory / masked_beside(name)
    if is_masked := masked.exists():
        content = masked.read_bytes()
    return email.message_from_bytes(content, policy=email.policy.default), is_masked


def _as_it_is(text: str) -> str:
    return text


def _shown(message: EmailMessage, mask: Callable[[str], str]) -> CapturedEmail:
    return CapturedEmail(
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        at=message["Date"].datetime if message["Date"] is not None else None,
        message_id=str(message["Message-ID"]),
        subject=mask(str(message["Subject"] or "")),
        text=mask(_part(message, "plain")),
        html=mask(_part(message, "html")),
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
