"""A test of the template on a real mail server: sent right now, to whoever an admin says, with a made-up password."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta

from bson import ObjectId

from server.addresses import usable_address
from server.contract import EmailTemplate, Phrase, TrialResult
from server.errors import Conflict
from server.mail.account import CONNECTION_LEASE, SendingAccount
from server.mail.outcome import Outcome, Verdict
from server.mail.rendering import ActivationEmails, envelope_address
from server.mail.rooms import use_of
from server.mail.smtp import Message
from server.mail.template_actions import TemplateActions, source_of
from server.mail.templates import Letter
from server.store.audit import AuditLog
from server.store.budget import Use
from server.store.client import Database, Session
from server.store.emails import message_id

#: Workers renew their leases within half of one.
_PATIENCE = CONNECTION_LEASE
_ASK_AGAIN = timedelta(seconds=1)

#: Seconds to wait for one answer of the mail server: somebody looks on.
TIMEOUT = 20.0


class TrialSender:
    """Sends tests by one account, within its limits and beside what the queue sends.

    Also while sending is paused: so a template can be put right before the next email leaves. To the mail server it is
    an email like any other, and so it counts.
    """

    def __init__(
        self,
        database: Database,
        templates: TemplateActions,
        writer: ActivationEmails,
        account: Callable[[], SendingAccount],
    ) -> None:
        """``account``: opens the account for one email."""
        self._database = database
        self._audit = AuditLog(database)
        self._templates = templates
        self._writer = writer
        self._account = account

    async def send(self, to: str, source: EmailTemplate | None, *, by: str) -> TrialResult:
        """Send the template (None: the one in use) there, and tell what the mail server says.

        Raises :class:`Invalid` for what is no address, :class:`BrokenTemplate`, and :class:`Conflict` when the limits
        leave no room at this moment.
        """
        to = envelope_address(usable_address(to))
        version = None
        if source is None:
            stored = await self._templates.current()
            source, version = source_of(stored), stored.version
        letter, _ = await self._templates.preview(source, email=to)
        message = self._message(letter, to)
        account = self._account()
        claim, use = secrets.token_hex(12), Use.NOTHING
        try:
            if await account.take(claim, 1) == 0:
                more_at = (await account.room()).more_at
                if more_at is None:
                    raise Conflict(Phrase.LIMIT_USED_UP_LATER, account=account.name)
                raise Conflict(Phrase.LIMIT_USED_UP, account=account.name, at=more_at)
            await self._wait_for_connection(account)
            await self._note(to, _told_of(account.name, letter, source, version), by)
            use = Use.SENT  # for all that is known, until there is an answer
            verdict = await self._deliver(account, message)
            use = use_of(verdict)
        finally:
            await account.settle({(claim, use): 1})
            await account.close()
            await account.leave()
        return TrialResult(accepted=verdict.outcome is Outcome.ACCEPTED, account=account.name, reply=verdict.text)

    async def _wait_for_connection(self, account: SendingAccount) -> None:
        """Workers that hold all connections leave one when they renew their leases."""
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                while not await account.may_connect():  # noqa: ASYNC110 - it is other servers that make room
                    await asyncio.sleep(_ASK_AGAIN.total_seconds())
        except TimeoutError as error:
            raise Conflict(Phrase.ALL_CONNECTIONS_IN_USE, account=account.name) from error

    def _message(self, letter: Letter, to: str) -> Message:
        test = Letter(subject=f"[Test] {letter.subject}", text=letter.text, html=letter.html)
        facts = self._writer.facts("", to, "")
        return self._writer.message(test, facts, message_id=message_id(ObjectId(), self._writer.sender))

    async def _note(self, to: str, details: Mapping[str, str], by: str) -> None:
        """Beforehand: what may have left must be known."""
        note = ObjectId()

        async def work(session: Session) -> None:
            await self._audit.note(note, "template.test", by=by, count=1, emails=[to], details=details, session=session)

        await self._database.transaction(work)

    async def _deliver(self, account: SendingAccount, message: Message) -> Verdict:
        async def leave() -> bool:
            return True

        async with account.transport.slot():
            verdict = await account.transport.send(message, leave, urgent=True)
        assert verdict is not None  # noqa: S101 - nobody objects to its leaving
        return verdict


def _told_of(account: str, letter: Letter, source: EmailTemplate, version: int | None) -> dict[str, str]:
    """What was sent: the version in use, or else which template it was, for who has its text."""
    in_use = {} if version is None else {"version": str(version)}
    return {"account": account, "subject": letter.subject, **in_use, "template": digest_of(source)}


def digest_of(source: EmailTemplate) -> str:
    """SHA-256 of the template as JSON in UTF-8, its parts by name in order and nothing between them."""
    parts = json.dumps(source.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(parts.encode()).hexdigest()
