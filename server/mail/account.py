"""One account as a worker uses it: its connections, what its limits allow, and whether it is blocked."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta

from server.mail.evidence import Evidence
from server.mail.outcome import probe_wait
from server.mail.smtp import MailTransport
from server.mail.time_limits import TimeLimits
from server.smtp_accounts import SmtpAccount
from server.store.connections import ConnectionStore
from server.store.limits import Blocked, LimitStore, Room, Used

#: For how long a worker holds its part of the connections; it asks anew at half of that.
CONNECTION_LEASE = timedelta(seconds=10)


class SendingAccount:
    """A mail server's account in the hands of one worker."""

    def __init__(
        self, account: SmtpAccount, limits: LimitStore, connections: ConnectionStore, *, time_limits: TimeLimits
    ) -> None:
        self._account = account
        self._limits = limits
        self._connections = connections
        self._owner = secrets.token_hex(8)
        self._held = 0
        self._ask_again_at = float("-inf")
        self.name = account.name
        self.transport = MailTransport(account, time_limits=time_limits)
        #: As far as this worker knows, why it is blocked: what it has in hand then need not be tried.
        self.block_code: str | None = None
        #: Emails that the worker has in hand for this account.
        self.in_hand = 0
        self._pace_told = timedelta()
        #: What its answers have shown.
        self.evidence = Evidence()

    @property
    def is_blocked(self) -> bool:
        """As far as this worker knows."""
        return self.block_code is not None

    async def room(self) -> Room:
        """What may be sent now."""
        room = await self._limits.room(self.name, *self._account.rates)
        await self._note_blocked(None if room.blocked is None else room.blocked.code)
        return room

    async def take(self, claim: str, emails: int) -> int:
        """Take room for as many as possible of a claim's emails, each to be settled; answers how many."""
        return await self._limits.take(self.name, claim, emails, *self._account.rates)

    async def settle(self, used: Used) -> None:
        """What has become of those that have taken room."""
        await self._limits.settle(self.name, used, *self._account.rates)

    @property
    def has_room_in_hand(self) -> bool:
        """Whether it is worth taking more emails in hand."""
        return self.transport.pace.room(self.in_hand) > 0

    def at_once(self, room: int) -> int:
        """Of so many that may leave: while it is not known whether it sends at all, one shows that as well as many."""
        return room if self.evidence.has_accepted else max(0, min(room, 1 - self.in_hand))

    async def may_connect(self) -> bool:
        """Whether the other workers leave this one a connection."""
        pace = self.transport.pace
        if time.monotonic() >= self._ask_again_at or pace.gap != self._pace_told:
            self._pace_told = pace.gap
            self._held = await self._connections.lease(
                self.name,
                self._owner,
                total=self._account.connections,
                lease=CONNECTION_LEASE,
                seconds_per_email=pace.seconds_per_email,
                gap=pace.gap,
            )
            self._ask_again_at = time.monotonic() + (
                CONNECTION_LEASE.total_seconds() / 2 if self._held else _ASK_SOON.total_seconds()
            )
            await self.transport.allow(self._held)
        return self._held > 0

    async def keep_connections(self) -> None:
        """Renew the lease for as long as a connection is in use, or is to be, slowly."""
        if not self.transport.is_idle or (self._held and self.transport.pace.gap):
            await self.may_connect()

    async def rest(self) -> None:
        """Nothing is to be sent: leave the connections to others."""
        if self._held and self.transport.is_idle:
            await self._release()

    async def close(self) -> None:
        """Say good-bye on every open connection."""
        await self.transport.close()

    async def leave(self) -> None:
        """Stop for good, in order."""
        if self._held:
            await self._release()

    async def _release(self) -> None:
        await self._connections.release(self.name, self._owner)
        self._held = 0
        self._ask_again_at = float("-inf")

    # --- Blocked ---

    async def may_probe(self, blocked: Blocked) -> bool:
        """Whether it is this worker that tries the account again."""
        return await self._limits.take_probe(self.name, blocked, wait=self._probe_wait(blocked.code, blocked))

    async def block(self, code: str, reason: str, probe: Blocked | None) -> bool:
        """Send nothing more by this account; answers whether that is new."""
        await self._note_blocked(code)
        return await self._limits.block(self.name, code, reason, wait=self._probe_wait(code, probe))

    async def try_at_once(self) -> None:
        """Whatever it waits for: its settings may be others since this worker was started."""
        await self._limits.probe_at_once(self.name)

    async def unblock(self) -> bool:
        """Send by this account again; answers whether that is new to this worker."""
        await self._limits.unblock(self.name)
        was_blocked, self.block_code = self.is_blocked, None
        return was_blocked

    async def _note_blocked(self, code: str | None) -> None:
        """What waits for its turn would only be turned away, and would keep whoever tries the account again waiting."""
        was_blocked, self.block_code = self.is_blocked, code
        if self.is_blocked and not was_blocked:
            await self.transport.pace.send_away()

    def _probe_wait(self, code: str, before: Blocked | None) -> timedelta:
        again = before is not None and before.code == code
        return probe_wait(before.probes + 1 if before and again else 0, self._account.rate.interval, code)


_ASK_SOON = timedelta(seconds=1)


def first(*moments: datetime | None) -> datetime | None:
    """The earliest of the moments that are known."""
    known = [moment for moment in moments if moment is not None]
    return min(known, default=None)
