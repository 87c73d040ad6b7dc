"""Imports are worked off batch by batch, and resumed after a kill where they stood."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

import structlog
from bson import ObjectId

from server.contract import ImportState
from server.errors import ServiceError
from server.importing.batches import SeenAddresses, batches, lines_of, refused_by_the_database
from server.importing.check import MAX_PROBLEMS
from server.operations.jobs import JobRunner
from server.store.client import Database
from server.store.imports import ImportJob, ImportLost, ImportStore
from server.store.job_leases import Taken
from server.store.leads import LeadStore
from server.threads import IMPORTS

log = structlog.get_logger(__name__)


class Importer(JobRunner[ImportJob]):
    """Works off every open import, several side by side. Files are read in threads: the service goes on meanwhile."""

    kind = "import"
    lease = timedelta(seconds=60)

    def __init__(self, database: Database, imports: ImportStore, leads: LeadStore) -> None:
        super().__init__()
        self._database = database
        self._imports = imports
        self._leads = leads

    async def _take(self, *, besides: Collection[ObjectId]) -> Taken[ImportJob]:
        return await self._imports.take(self._owner, self.lease, besides=besides)

    async def _renew(self, job: ImportJob) -> None:
        with suppress(ImportLost):
            await self._imports.renew(job, self.lease)

    async def _release(self, job: ImportJob, *, tried: bool) -> None:
        await self._imports.release(job, tried=tried)

    async def _set_aside(self, job: ImportJob, why: ServiceError) -> None:
        with suppress(ImportLost):
            await self._imports.fail(job, why)

    async def _work(self, job: ImportJob) -> None:
        try:
            async with self._kept(job):
                if job.state is ImportState.UNDOING:
                    await self._imports.take_back(job)
                else:
                    await self._read(job)
        except ImportLost:
            return

    async def _read(self, job: ImportJob) -> None:
        content = await self._imports.file(job.id)
        plan = job.plan
        await self._imports.set_lines(job, await IMPORTS.run(lines_of, content, plan), self.lease)
        rest, seen = batches(content, plan), SeenAddresses()
        done, listed = 0, job.refused
        while (batch := await IMPORTS.run(next, rest, None)) is not None:
            new = seen.new_among(batch.good)
            done += batch.rows
            if done <= job.done:  # by whoever worked on it before
                continue
            if self._stopping.is_set():
                await self._release(job, tried=False)
                return
            added = await self._leads.add(new, by=job.by, now=await self._database.now(), import_id=job.id)
            bad = batch.bad + refused_by_the_database(added)
            problems = bad[: max(0, MAX_PROBLEMS - listed)]
            listed += len(bad)
            await self._imports.advance(
                job,
                rows=batch.rows,
                added=added.count,
                duplicates_in_file=len(batch.good) - len(new),
                refused=len(bad),
                problems=problems,
                lease=self.lease,
            )
            # Only now: a killed server may have left leads of this batch that were not counted.
            if await self._imports.is_to_stop(job):
                await self._imports.finish(job, stopped=True)
                return
        await self._imports.finish(job)
        log.info("import finished", id=str(job.id), rows=done)
