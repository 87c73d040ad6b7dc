"""The loop in which activations and imports are worked off: jobs in the database, each with one server at a time."""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

import structlog
from bson import ObjectId

from server.contract import Phrase
from server.errors import DatabaseAway, ServiceError
from server.operations.supervision import Waits, is_set_within, keep_running
from server.operations.tasks import end
from server.store.job_leases import MAX_TRIES, Taken

log = structlog.get_logger(__name__)

SWEEP = 60.0  # seconds between looks for jobs whose server died
#: Seconds before a job that does not come on is tried again; twice as many each time.
WAIT = 1.0
_RENEWALS = 4  # signs of life within a lease
_SOON = 0.1  # seconds between looks at least


class Job(Protocol):
    """Something that was begun and is worked on to its end, by whoever has it."""

    @property
    def id(self) -> ObjectId:
        """Of its row."""

    @property
    def tries(self) -> int:
        """How often it was begun since it last came on, this time included."""


AnyJob = TypeVar("AnyJob", bound=Job)


class JobRunner(ABC, Generic[AnyJob]):
    """Takes every job that is free, and works on several side by side.

    A job harms itself alone: one that raises what nobody expected is tried some times more and then set aside as
    failed, and so is one in which the server or the database ended time after time. While the database is away, jobs
    wait, and it is nobody's fault.
    """

    #: What a job is called.
    kind: ClassVar[str]
    #: How long a job is this server's after the last sign of life.
    lease: ClassVar[timedelta]

    def __init__(self) -> None:
        self._in_hand: set[ObjectId] = set()
        self._owner = secrets.token_hex(8)
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """There may be new work."""
        self._woken.set()

    def stop(self) -> None:
        """Give the jobs back after the step in hand; :meth:`run` then ends."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Work until :meth:`stop`."""
        async with asyncio.TaskGroup() as running:
            await keep_running(f"{self.kind} jobs", partial(self._take_turns, running), until=self._stopping)

    async def _take_turns(self, running: asyncio.TaskGroup) -> None:
        """Until :meth:`stop`; raises whatever taking raises, and the jobs in hand go on."""
        while not self._stopping.is_set():
            self._woken.clear()
            taken = await self._take(besides=self._in_hand)
            for job in taken.jobs:
                running.create_task(self._hold(job), name=f"{self.kind} {job.id}")
            pause = SWEEP if taken.free_in is None else min(max(taken.free_in.total_seconds(), _SOON), SWEEP)
            await is_set_within(pause, self._woken)

    async def _hold(self, job: AnyJob) -> None:
        self._in_hand.add(job.id)
        try:
            await self._attempt(job)
        except DatabaseAway as error:
            log.warning("database away, a job waits", kind=self.kind, id=str(job.id), reason=str(error))
            # Where the connection is cut in the middle, it may be this job that ends the database, and that counts.
            await self._give_back(job, tried=error.cut)
        except Exception:  # not even that it failed could be noted: its lease ends by itself
            log.exception("a job could not be set aside", kind=self.kind, id=str(job.id))
        finally:
            self._in_hand.discard(job.id)

    async def _attempt(self, job: AnyJob) -> None:
        if job.tries > MAX_TRIES:
            log.error("a job never came on and is set aside", kind=self.kind, id=str(job.id), tries=MAX_TRIES)
            await self._set_aside(job, ServiceError(Phrase.JOB_NEVER_CAME_ON, tries=MAX_TRIES))
            return
        try:
            await self._work(job)
        except DatabaseAway:
            raise
        except ServiceError as error:
            log.warning("a job failed", kind=self.kind, id=str(job.id), reason=error.message)
            await self._set_aside(job, error)
        except Exception:
            is_last = job.tries >= MAX_TRIES
            log.exception("a job failed", kind=self.kind, id=str(job.id), tries=job.tries, set_aside=is_last)
            if is_last:
                await self._set_aside(job, ServiceError(Phrase.SERVER_FAILED))
            else:
                await self._give_back(job, tried=True)

    async def _give_back(self, job: AnyJob, *, tried: bool) -> None:
        """After a while that grows with the tries, as soon as the database takes it, for whoever takes it up again."""
        waits, seconds = Waits(), WAIT * 2 ** (job.tries - 1) if tried else WAIT
        while not await is_set_within(seconds, self._stopping):
            try:
                await self._release(job, tried=tried)
            except Exception as error:  # noqa: BLE001 - told; until then nobody takes it up before its lease ends
                seconds = waits.after(error, task=f"giving back an {self.kind}")
                continue
            self.wake()
            return

    @asynccontextmanager
    async def _kept(self, job: AnyJob) -> AsyncIterator[None]:
        """Within, the job stays this server's, however long a single step takes."""
        keeping = asyncio.create_task(keep_running(f"lease of an {self.kind}", partial(self._keep, job)))
        try:
            yield
        finally:
            await end([keeping])

    async def _keep(self, job: AnyJob) -> None:
        while True:
            await asyncio.sleep(self.lease.total_seconds() / _RENEWALS)
            await self._renew(job)

    @abstractmethod
    async def _renew(self, job: AnyJob) -> None:
        """A sign of life; nothing when it is somebody else's by now."""

    @abstractmethod
    async def _release(self, job: AnyJob, *, tried: bool) -> None:
        """Give it back. ``tried``: it does not come on here."""

    @abstractmethod
    async def _set_aside(self, job: AnyJob, why: ServiceError) -> None:
        """Let it end as failed, and say why; nothing when it is somebody else's by now."""

    @abstractmethod
    async def _take(self, *, besides: Collection[ObjectId]) -> Taken[AnyJob]:
        """What is to be done and has nobody who does it, now ours.

        ``besides``: what is done here already, though a lease may have ended while the database was away.
        """

    @abstractmethod
    async def _work(self, job: AnyJob) -> None:
        """One job to its end, to a stop of the service, or until it is somebody else's."""
