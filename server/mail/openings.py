"""What may be sent at a moment, by which accounts, and when there may be more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.mail.account import SendingAccount, first
from server.mail.shares import Shares
from server.sending_hours import SendingHours
from server.store.limits import Blocked, Room

#: How soon to ask again for connections that other workers hold.
_CONNECTIONS_WAIT = timedelta(seconds=1)
#: How soon to ask again for room that emails in other workers' hands may leave.
_ROOM_WAIT = timedelta(seconds=1)
#: How soon to look again at an account that was slowed, at the least.
_SOON_AGAIN = timedelta(seconds=0.1)


@dataclass(frozen=True)
class Openings:
    """What may be sent now: so many emails by each account, and one by each that is blocked and due to be tried."""

    free: Mapping[str, int]
    probes: Mapping[str, Blocked]
    #: How many of the free ones it is time to take in hand.
    timely: int
    #: When there may be more.
    more_at: datetime | None

    @property
    def emails(self) -> int:
        """How many, both together."""
        return min(sum(self.free.values()), self.timely) + len(self.probes)

    @property
    def nothing(self) -> bool:
        """Whether it is none."""
        return self.emails == 0


class Outlets:
    """The accounts of one worker, as far as they let anything out."""

    def __init__(
        self,
        accounts: Mapping[str, SendingAccount],
        shares: Shares,
        hours: SendingHours,
        now: Callable[[], Awaitable[datetime]],
    ) -> None:
        self._accounts = accounts
        self._shares = shares
        self._hours = hours
        self._now = now
        #: There may be more as soon as something in hand has come to its end; set as soon as that is seen.
        self.what_ends_makes_room = False

    async def look(self) -> Openings:
        """What each account may send now, and those that shall be tried again with one email."""
        now = await self._now()
        if (opens_at := self._hours.opens_at(now)) > now:
            return Openings({}, {}, 0, opens_at)
        rooms = {name: await account.room() for name, account in self._accounts.items()}
        if paused := next((room.paused for room in rooms.values() if room.paused is not None), None):
            return Openings({}, {}, 0, paused.until)
        probes: dict[str, Blocked] = {}
        able: list[str] = []
        more_at: list[datetime | None] = []
        for name, room in rooms.items():
            if room.blocked is None:
                able.append(name)
            elif room.emails == 0:  # also to try again is to send
                more_at.append(self._more_at(room, now))
            elif await self._accounts[name].may_probe(room.blocked):
                probes[name] = room.blocked
            else:
                more_at.append(room.blocked.probe_at)
        free: dict[str, int] = {}
        for name in self._shares.among(able):
            if rooms[name].emails == 0:
                more_at.append(self._more_at(rooms[name], now))
            elif await self._accounts[name].may_connect():
                if (emails := self._accounts[name].at_once(rooms[name].emails)) > 0:
                    free[name] = emails
                else:
                    self.what_ends_makes_room = True
            else:
                more_at.append(now + _CONNECTIONS_WAIT)
        free, timely, next_at = self._in_time(free, now)
        return Openings(free, probes, timely, first(*more_at, next_at))

    def _more_at(self, room: Room, now: datetime) -> datetime | None:
        """When to ask again: what is in hand, of this worker or of another one, may leave its room at any moment."""
        if not room.in_hand:
            return room.more_at
        self.what_ends_makes_room = True
        return first(room.more_at, now + _ROOM_WAIT)

    def _in_time(self, free: Mapping[str, int], now: datetime) -> tuple[dict[str, int], int, datetime | None]:
        """What may be sent by each account, how much of it to take in hand now, and when there may be more.

        A mail server that wants us slow keeps nobody waiting but its own account. Otherwise an account that has enough
        in hand is waited for, as the others would else get its share.
        """
        timely: dict[str, int] = {}
        waits: list[timedelta] = []
        for name in free:
            pace = self._accounts[name].transport.pace
            if room := pace.room(self._accounts[name].in_hand):
                timely[name] = min(room, free[name]) if pace.gap else room
                continue
            self.what_ends_makes_room = True
            if not pace.gap:
                return {}, 0, None
            waits.append(max(pace.room_in(), _SOON_AGAIN))
        slowed = {name for name in timely if self._accounts[name].transport.pace.gap}
        may = {name: timely[name] if name in slowed else free[name] for name in timely}
        return may, sum(timely.values()), now + min(waits) if waits else None
