"""Leads become users: durable activations, worked off chunk by chunk.

Everything that counts is in the database: a killed activator's leads stay marked with the activation's id, and whoever
takes the activation over goes on from what is still marked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from bson import ObjectId

from server.activation.passwords import CredentialSupply
from server.addresses import is_usable
from server.contract import ActivationState, Phrase, SkipReason
from server.errors import ServiceError
from server.operations.jobs import JobRunner
from server.store.activations import (
    ActivationJob,
    ActivationStore,
    LeadsChanged,
    LeaseLost,
    NewUser,
    UserRefused,
)
from server.store.job_leases import Taken
from server.store.leads import ClaimedLead, LeadStore

log = structlog.get_logger(__name__)

PAGE = 500  # leads read at once

#: How long one transaction waits for credentials, and how many leads it is for: progress moves about twice a second.
_CHUNK_SECONDS, _CHUNK = 0.5, 100

#: How often leads may be changed by others, just before they become users, without one becoming a user in between; and
#: seconds between two tries, at first and at most.
_ROUNDS, _ROUND_PAUSE, _LONGEST_PAUSE = 12, 0.02, 2.0


class Activator(JobRunner[ActivationJob]):
    """Works off every open activation, several side by side; they share the cores fairly."""

    kind = "activation"
    lease = timedelta(seconds=15)

    def __init__(self, activations: ActivationStore, leads: LeadStore, credentials: CredentialSupply) -> None:
        super().__init__()
        self._activations = activations
        self._leads = leads
        self._credentials = credentials

    async def _take(self, *, besides: Collection[ObjectId]) -> Taken[ActivationJob]:
        return await self._activations.take(self._owner, self.lease, besides=besides)

    async def _renew(self, job: ActivationJob) -> None:
        with suppress(LeaseLost):
            await self._activations.renew(job, self.lease)

    async def _release(self, job: ActivationJob, *, tried: bool) -> None:
        await self._activations.release(job, tried=tried)

    async def _set_aside(self, job: ActivationJob, why: ServiceError) -> None:
        with suppress(LeaseLost):
            await self._activations.give_up(job)
            async with self._kept(job):
                released = await self._leads.release(job.id)
            await self._activations.finish(job, ActivationState.FAILED, why)
            log.info("activation failed", activation=str(job.id), leads_left=released)

    async def _work(self, job: ActivationJob) -> None:
        current: ActivationJob | None = job
        rounds = 0
        while current is not None:
            job = current
            try:
                current = await self._step(job)
            except LeaseLost:
                current = await self._activations.reload(job)
            except LeadsChanged:
                log.info("leads changed meanwhile, reading them again", activation=str(job.id))
                current = await self._activations.reload(job)
                rounds = rounds + 1 if current is not None and current.done == job.done else 0
                if rounds == _ROUNDS:
                    raise ServiceError(Phrase.LEADS_KEEP_CHANGING, rounds=rounds) from None
                await asyncio.sleep(min(_ROUND_PAUSE * 2**rounds, _LONGEST_PAUSE))

    async def _step(self, job: ActivationJob) -> ActivationJob | None:
        """What the activation's state asks for; answers how it stands afterwards, None when there is no more to do."""
        if self._stopping.is_set():
            await self._release(job, tried=False)
            return None
        match job.state:
            case ActivationState.CLAIMING:
                await self._claim(job)
            case ActivationState.RUNNING:
                with self._credentials.needed():
                    await self._create_users(job)
            case ActivationState.STOPPING:
                await self._leave_the_rest(job)
            case ActivationState.FINISHED | ActivationState.STOPPED | ActivationState.FAILED:
                return None
        return await self._activations.reload(job)

    async def _claim(self, job: ActivationJob) -> None:
        selection = await self._activations.selection(job)
        async with self._kept(job):
            async for looked_at, chosen in self._leads.claim(job.id, selection):
                if self._stopping.is_set():
                    return
                if looked_at < chosen:
                    await self._activations.note_claiming(job, looked_at, chosen)
            claimed = await self._leads.count_claimed(job.id)
            all_of_them = selection.ids is not None and claimed == len(selection.ids)
            passed_over = [] if all_of_them else await self._leads.passed_over(job.id, selection)
        await self._activations.start(job, claimed, passed_over)
        log.info("activation started", activation=str(job.id), leads=claimed, passed_over=len(passed_over))

    async def _create_users(self, job: ActivationJob) -> None:
        """Chunk after chunk until no lead is marked any more, then the end."""
        while leads := await self._leads.claimed(job.id, PAGE):
            usable = await self._skip_the_unusable(job, leads)
            while usable:
                if self._stopping.is_set():
                    return
                credentials = await self._credentials.take(min(len(usable), _CHUNK), within=_CHUNK_SECONDS)
                chunk = zip(usable, credentials, strict=False)  # there may be fewer credentials than leads
                users = [NewUser(lead, each.password_hash, each.sealed_password) for lead, each in chunk]
                if not users:  # the activation may have been stopped meanwhile: it is read again
                    await self._activations.renew(job, self.lease)
                    return
                await self._write(job, users)
                usable = usable[len(users) :]
        await self._activations.finish(job, ActivationState.FINISHED)
        log.info("activation finished", activation=str(job.id))

    async def _write(self, job: ActivationJob, users: Sequence[NewUser]) -> None:
        """All of them, but those that the database does not take: these are skipped."""
        rest = list(users)
        while rest:
            try:
                await self._activations.create_users(job, rest, self.lease)
            except UserRefused as refused:
                if refused.position is None and len(rest) > 1:  # which one it is shows when each is alone
                    for user in rest:
                        await self._write(job, [user])
                    return
                culprit = rest.pop(refused.position or 0)
                log.info(
                    "a lead cannot become a user", activation=str(job.id), lead=str(culprit.lead.id), why=str(refused)
                )
                await self._activations.skip(job, [(culprit.lead, refused.reason)], self.lease, index=refused.index)
            else:
                return

    async def _skip_the_unusable(self, job: ActivationJob, leads: Sequence[ClaimedLead]) -> list[ClaimedLead]:
        """Leads that can become users; the others are recorded with their reason."""
        known = await self._activations.known_addresses([lead.email for lead in leads])
        usable: list[ClaimedLead] = []
        skipped: list[tuple[ClaimedLead, SkipReason]] = []
        for lead in leads:
            if lead.email in known:
                skipped.append((lead, SkipReason.ALREADY_USER))
            elif not is_usable(lead.email):
                skipped.append((lead, SkipReason.ADDRESS_REFUSED))
            else:
                usable.append(lead)
        if skipped:
            await self._activations.skip(job, skipped, self.lease)
        return usable

    async def _leave_the_rest(self, job: ActivationJob) -> None:
        async with self._kept(job):
            released = await self._leads.release(job.id)
        await self._activations.finish(job, ActivationState.STOPPED)
        log.info("activation stopped", activation=str(job.id), leads_left=released)
