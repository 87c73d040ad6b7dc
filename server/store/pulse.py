"""Whether the database works: not only that it listens, but that a write in a transaction comes back.

And that it is still the one that it was: a database that was dropped takes every write, and makes what it lacks, so
that nothing else would ever look wrong.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import structlog
from bson import ObjectId
from pymongo.errors import PyMongoError, ServerSelectionTimeoutError

from server.errors import DatabaseAway, DatabaseGone, DatabaseUnreachable
from server.store import identity
from server.store.calls import answered_within, ask
from server.store.client import Database, Session

log = structlog.get_logger(__name__)

#: Between two beats while nobody asks.
EVERY = timedelta(seconds=10)
#: Before the next one where one did not come back: it may have met with what passes in a moment.
AGAIN = timedelta(seconds=2)
#: For how long one that came back is taken for the next: however many ask, the database is asked once.
FRESH = timedelta(seconds=2)
#: For how long a database that answers may do nothing: a busy one, or one that elects another primary, is not in
#: trouble, and nobody has to be told.
PATIENCE = timedelta(seconds=30)
#: So far may what is confirmed by a majority lie behind what is written.
LAG = timedelta(seconds=10)

_BEAT_SECONDS = 10.0
_SECONDS = 4.0  # whoever asks whether it works wants to know soon
_HELLO_SECONDS = 2.0
_ID = "pulse"  # of its row in ``meta``
#: Not only what passes: a role that was taken away is trouble as well.
_DOES_NOTHING = (DatabaseAway, PyMongoError)


class Trouble(Enum):
    """What is wrong with a database that has done nothing for too long."""

    #: It answers nothing at all.
    SILENT = auto()
    #: It answers, but what is written is not confirmed: too few members of the replica set, a full disk, a lock.
    UNCONFIRMED = auto()
    #: It is not the database any more that it was when the service was started: it was dropped, or replaced.
    GONE = auto()


class Pulse:
    """One small write every few seconds, shared by all who want to know."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._beat: asyncio.Task[None] | None = None
        self._came_back_at: float | None = None
        self._woken = asyncio.Event()
        #: Which database it is.
        self._identity: ObjectId | None = None
        #: What is wrong, for longer than :data:`PATIENCE`.
        self.trouble: Trouble | None = None

    @property
    def age(self) -> timedelta | None:
        """Since the last one came back; None: none has."""
        return None if self._came_back_at is None else timedelta(seconds=time.monotonic() - self._came_back_at)

    def look(self) -> None:
        """Something has happened that may have been the end of the database: do not wait for the next beat."""
        self._woken.set()

    async def is_gone(self, session: Session | None = None) -> bool:
        """Whether it was dropped or replaced. Raises :class:`DatabaseAway`."""
        found = await identity.read(self._database, session)
        if self._identity is None:
            self._identity = found
        return found is None or found != self._identity

    async def feel(self) -> None:
        """Raise :class:`DatabaseUnreachable` if the database cannot be used, and :class:`DatabaseGone` for good.

        One that answers, but not within some seconds, can be: until :data:`PATIENCE` is over.
        """
        if self.age is not None and self.age < FRESH:
            return
        if self._beat is None or self._beat.done():
            self._beat = asyncio.create_task(self._write(_SECONDS), name="pulse")
        try:
            await asyncio.shield(self._beat)
        except _DOES_NOTHING as error:
            if not _is_slow(error) or self.age is None or self.age > PATIENCE:
                raise DatabaseUnreachable("The database does not do what it is asked.") from error

    async def run(self, told: Callable[[Trouble | None], None]) -> None:
        """Beat until cancelled. ``told`` when it is in trouble, when that changes, and (None) when it works again.

        Raises :class:`DatabaseGone` when that has been told.
        """
        began = time.monotonic()
        while True:
            started = time.monotonic()
            self._woken.clear()
            pause, trouble = EVERY, None
            try:
                await self._write(_BEAT_SECONDS)
            except DatabaseGone as gone:
                log.error("the database is gone", reason=gone.message)  # noqa: TRY400 - nothing is wrong here
                told(Trouble.GONE)
                raise
            except _DOES_NOTHING as error:
                pause = min(AGAIN, EVERY)
                missed = self.age or timedelta(seconds=time.monotonic() - began)
                trouble = await self._find_out(error, missed)
            if trouble is not self.trouble:
                if trouble is None:
                    log.info("the database works again")
                self.trouble = trouble
                told(trouble)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, pause.total_seconds() - (time.monotonic() - started))):
                    await self._woken.wait()

    async def _find_out(self, error: Exception, missed: timedelta) -> Trouble | None:
        """What is wrong, after a beat that did not come back."""
        try:
            behind = lag(await ask(self._database.client.admin.command("hello"), seconds=_HELLO_SECONDS))
        except _DOES_NOTHING:
            trouble, behind = Trouble.SILENT, None
        else:
            trouble = Trouble.UNCONFIRMED
        if missed < PATIENCE and (behind is None or behind < LAG):
            return self.trouble
        if trouble is not self.trouble:
            log.error(
                "the database does not work",
                trouble=trouble.name.lower(),
                seconds=round(missed.total_seconds()),
                unconfirmed_seconds=None if behind is None else round(behind.total_seconds()),
                reason=str(error)[:300],
            )
        return trouble

    async def _write(self, seconds: float) -> None:
        async def work(session: Session) -> None:
            if await self.is_gone(session):
                self.trouble = Trouble.GONE
                raise DatabaseGone
            await self._database.meta.update_one({"_id": _ID}, {"$inc": {"beats": 1}}, upsert=True, session=session)

        with answered_within(seconds):
            await self._database.transaction(work)
        self._came_back_at = time.monotonic()


def lag(hello: Mapping[str, Any]) -> timedelta | None:
    """How far what a majority has confirmed lies behind what was written; None where the server does not say.

    From ``lastWrite`` in the answer to ``hello``, which needs no privilege
    (https://www.mongodb.com/docs/manual/reference/command/hello/).
    """
    last = hello.get("lastWrite")
    match last:
        case {"lastWriteDate": datetime() as written, "majorityWriteDate": datetime() as confirmed}:
            return max(timedelta(), written - confirmed)
        case _:
            return None


def _is_slow(error: Exception) -> bool:
    """Whether it is there, and the time was over before it had done what it was asked."""
    match error.__cause__:
        case ServerSelectionTimeoutError():
            return False
        case TimeoutError():
            return True
        case PyMongoError() as cause:
            return cause.timeout
        case _:
            return False
