"""Reads the mailbox of bounces, one service at a time, for as long as it runs.

What a message reports is written down first, then the message is put away: killed in between, it is read and put away
once more, and what it reports is known already. What is no report about an email of ours is left as it is.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from server.bounce_sources import BounceMailbox
from server.bounces.imap import BrokenOff, ImapMailbox, NotReadable, Refused, Trouble
from server.bounces.ours import Ours
from server.bounces.report import read
from server.errors import DatabaseAway
from server.mail.outcome import probe_wait
from server.oauth.refusals import NoToken, TokenServerAway
from server.smtp_accounts import Tokens
from server.store.bounce_mailbox import BounceMailboxStore, Mark
from server.store.bounces import BounceInbox
from server.store.connections import ConnectionStore
from server.store.limits import Blocked, LimitStore
from server.threads import Pool

log = structlog.get_logger(__name__)

#: After so long without a sign of life another service reads the mailbox; it is asked for anew at half of that.
_LEASE = timedelta(minutes=2)
#: Seconds until a service that does not read asks whether it may.
_ASK_AGAIN = 30.0
#: Seconds until a server that would tell of new messages (IDLE) is asked all the same: longer each time that nothing
#: has come. Servers end the wait after 30 minutes (RFC 2177, 3), and routers on the way forget it after 10.
_IDLE = (10.0, 60.0, 540.0)
#: Seconds between two looks where the server does not tell.
_LOOK_AGAIN = 60.0
#: Of so many messages that were looked at it is written down.
_MARKED_AT_ONCE = 20
#: A mailbox that cannot be reached is tried again after so long at the latest.
_LONGEST_PROBE = timedelta(minutes=5)
#: Seconds until a connection that broke off is made anew: longer each time, unless it has stood for as long.
_ANEW, _ANEW_AT_MOST = 1.0, 300.0
_WELL = 60.0


class BounceReader:
    """One service's part in reading the mailbox."""

    def __init__(
        self,
        mailbox: BounceMailbox,
        ours: Ours,
        *,
        inbox: BounceInbox,
        marks: BounceMailboxStore,
        limits: LimitStore,
        connections: ConnectionStore,
        tokens: Tokens | None = None,
        connect: Callable[[BounceMailbox], ImapMailbox] = ImapMailbox,
    ) -> None:
        """``tokens``: its access tokens, where it logs in by them."""
        self.name = mailbox.name
        self._mailbox = mailbox
        self._ours = ours
        self._inbox = inbox
        self._marks = marks
        self._limits = limits
        self._connections = connections
        self._tokens = tokens
        self._connect = connect
        self._owner = secrets.token_hex(8)
        self._lease_until = float("-inf")
        self._woken = asyncio.Event()
        self._is_first_try = True
        self._thread = Pool("bounces", 1)

    def wake(self) -> None:
        """An admin does not want to wait for the next try."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            if self._is_first_try:  # its settings may be others since it was tried last
                await self._limits.probe_at_once(self.name)
                self._is_first_try = False
            again = _ANEW
            while True:
                seconds = await self._until_its_turn()
                if seconds > 0:
                    await self._pause(seconds)
                    continue
                begun = time.monotonic()
                await self._session()
                again = _ANEW if time.monotonic() - begun > _WELL else min(2 * again, _ANEW_AT_MOST)
                await self._pause(again)
        finally:
            await self._leave()

    async def _until_its_turn(self) -> float:
        """Seconds; 0: it may connect."""
        if not await self._holds():
            return _ASK_AGAIN
        blocked = await self._limits.blocked(self.name)
        if blocked is None or await self._limits.take_probe(self.name, blocked, wait=_wait(blocked.code, blocked)):
            return 0
        return max(1.0, (blocked.probe_at - await self._limits.now()).total_seconds())

    async def _pause(self, seconds: float) -> None:
        """So long, or until woken; the lease is kept meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LEASE.total_seconds() / 2)):
                    await self._woken.wait()
            if self._woken.is_set():
                self._woken.clear()
                return
            if self._lease_until > time.monotonic():
                await self._holds()

    # --- Connected ---

    async def _session(self) -> None:
        """One connection, from its beginning until it breaks off or another service is to read."""
        connection = self._connect(self._mailbox)
        try:
            await self._open(connection)
            if await self._limits.blocked(self.name) is not None:
                await self._limits.unblock(self.name)
                log.info("bounces are read again", mailbox=self.name)
            await self._read(connection)
        except NotReadable as error:
            code = error.trouble.value
            is_new = await self._limits.block(
                self.name, code, error.sentence.english, wait=_wait(code, await self._limits.blocked(self.name))
            )
            (log.warning if is_new else log.info)("bounces cannot be read", mailbox=self.name, reason=str(error))
        except BrokenOff as error:
            log.info("the connection to the mailbox of bounces broke off", mailbox=self.name, reason=str(error))
        except BaseException:
            connection.interrupt()
            raise
        finally:
            # Not waited for when this is cancelled: whoever hears no answer gives up by himself.
            closing = asyncio.ensure_future(self._thread.run(connection.close))
            with suppress(asyncio.CancelledError):
                await asyncio.shield(closing)

    async def _open(self, connection: ImapMailbox) -> None:
        """Raises :class:`NotReadable` or :class:`BrokenOff`."""
        if self._tokens is None:
            await self._thread.run(connection.open)
            return
        began = time.monotonic()
        if not await self._opens_by_token(connection, self._tokens, fetched_since=began):
            await self._thread.run(connection.close)  # and once more by a fresh one
            await self._opens_by_token(connection, self._tokens, fetched_since=float("-inf"))

    async def _opens_by_token(self, connection: ImapMailbox, tokens: Tokens, *, fetched_since: float) -> bool:
        """False: an older token than that is refused. It may have ended, or been revoked."""
        try:
            token = await tokens.get()
        except NoToken as error:
            passes = isinstance(error, TokenServerAway)
            raise NotReadable(Trouble.UNREACHABLE if passes else Trouble.LOGIN_REFUSED, error.sentence) from error
        try:
            await self._thread.run(connection.open, token.value)
        except NotReadable as error:
            if error.trouble is not Trouble.LOGIN_REFUSED:
                raise
            tokens.drop(token)  # what is repaired at the provider shows in a new one only
            if token.fetched_at >= fetched_since:
                raise
            return False
        return True

    async def _read(self, connection: ImapMailbox) -> None:
        quiet = 0
        while await self._holds():
            found = await self._round(connection)
            quiet = 0 if found else min(quiet + 1, len(_IDLE) - 1)
            waiting = asyncio.ensure_future(self._thread.run(connection.wait, _IDLE[quiet], without_idle=_LOOK_AGAIN))
            try:
                while not waiting.done():
                    await asyncio.wait({waiting}, timeout=_LEASE.total_seconds() / 2)
                    if not waiting.done() and not await self._holds():
                        return
                waiting.result()
            finally:
                if not waiting.done():
                    connection.interrupt()
                    with suppress(BrokenOff):
                        await waiting

    async def _round(self, connection: ImapMailbox) -> bool:
        """Look at what has come; answers whether there was anything."""
        messages = await self._thread.run(connection.new, await self._marks.mark(self.name))
        for number, message in enumerate(messages, start=1):
            content = await self._thread.run(connection.beginning, message)
            if content is not None and await self._take(content):
                await self._put_away(connection, message)
            if number % _MARKED_AT_ONCE == 0 or number == len(messages):
                await self._marks.keep(self.name, message)
                if not await self._holds():
                    break
        return bool(messages)

    async def _take(self, content: bytes) -> bool:
        """Write down what it reports; answers whether that is about an email of ours."""
        try:
            reports = await self._thread.run(read, content, self._ours)
            if not reports:
                return False
            taken = await self._inbox.take(reports, via="imap")
        except DatabaseAway:
            raise
        except Exception:
            # What cannot be understood here is left to people: it stays in the mailbox, and the next one is read.
            log.exception("unexpected error, a message is left in the mailbox of bounces", mailbox=self.name)
            return False
        return taken.unknown < len(reports)

    async def _put_away(self, connection: ImapMailbox, message: Mark) -> None:
        try:
            await self._thread.run(connection.put_away, message)
        except Refused as error:
            # It is written down, so that it is only in the way.
            log.warning(
                "a bounce was read, and stays where it is",
                mailbox=self.name,
                folder=self._mailbox.folder,
                reason=str(error),
            )

    # --- One service at a time ---

    async def _holds(self) -> bool:
        """Whether it is this service that reads; asked of the database only when that is due."""
        if time.monotonic() > self._lease_until - _LEASE.total_seconds() / 2:
            held = await self._connections.lease(self.name, self._owner, total=1, lease=_LEASE, seconds_per_email=None)
            self._lease_until = time.monotonic() + _LEASE.total_seconds() if held else float("-inf")
        return self._lease_until > time.monotonic()

    async def _leave(self) -> None:
        """Let others read, and not wait for this one either."""
        self._lease_until = float("-inf")
        with suppress(DatabaseAway):
            await self._connections.release(self.name, self._owner)


def _wait(code: str, before: Blocked | None) -> timedelta:
    again = before is not None and before.code == code
    return probe_wait(before.probes + 1 if before and again else 0, _LONGEST_PROBE, code)
