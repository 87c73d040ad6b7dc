"""Leads become users: durable activations, worked off chunk by chunk.

While one chunk is written, the next is hashed. Everything that counts is in the database: a killed activator's leads stay
marked with the activation's id, and whoever takes the activation over goes on from what is still marked.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from email_validator import EmailNotValidError, validate_email
from pymongo.errors import DuplicateKeyError

from server.activation.passwords import HashingPool, new_password
from server.contract import ActivationState, SkipReason
from server.store.activations import ActivationJob, ActivationStore, LeadsChanged, LeaseLost, NewUser
from server.store.client import AWAY
from server.store.leads import ClaimedLead, LeadStore
from server.store.vault import Vault

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
SWEEP = 30.0  # seconds between looks for activations whose server died
PAGE = 500  # leads read at once

_CHUNK_SECONDS = 0.25  # how much hashing one transaction waits for: progress moves four times a second
_DATABASE_AWAY_WAIT = 1.0  # seconds


@dataclass(frozen=True)
class _Prepared:
    """A chunk that is ready to be written."""

    users: Sequence[NewUser]


class Activator:
    """Works off every open activation, several side by side; they share the cores fairly."""

    def __init__(self, activations: ActivationStore, leads: LeadStore, vault: Vault, hashing: HashingPool) -> None:
        self._activations = activations
        self._leads = leads
        self._vault = vault
        self._hashing = hashing
        self._owner = secrets.token_hex(8)
        self._chunk = 4 * hashing.threads
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """There may be new work."""
        self._woken.set()

    def stop(self) -> None:
        """Give the activations back after the chunk in hand; :meth:`run` then ends."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Work until :meth:`stop`."""
        async with asyncio.TaskGroup() as running:
            while not self._stopping.is_set():
                self._woken.clear()
                try:
                    for job in await self._activations.take(self._owner, LEASE):
                        running.create_task(self._work(job), name=f"activation {job.id}")
                except AWAY as error:
                    log.warning("database away, activations wait", reason=str(error))
                    await asyncio.sleep(_DATABASE_AWAY_WAIT)
                    continue
                try:
                    async with asyncio.timeout(SWEEP):
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def _work(self, job: ActivationJob) -> None:
        """One activation to its end, to a stop of the service, or until it is somebody else's."""
        current: ActivationJob | None = job
        while current is not None:
            try:
                if self._stopping.is_set():
                    await self._activations.release(current)
                    return
                match current.state:
                    case ActivationState.CLAIMING:
                        await self._claim(current)
                    case ActivationState.RUNNING:
                        await self._create_users(current)
                    case ActivationState.STOPPING:
                        await self._leave_the_rest(current)
                    case ActivationState.FINISHED | ActivationState.STOPPED:
                        return
                current = await self._activations.reload(current)
            except LeaseLost:
                current = await self._reload_when_possible(current)
            except (LeadsChanged, DuplicateKeyError) as error:
                log.info("leads changed meanwhile, reading them again", activation=str(current.id), reason=repr(error))
            except AWAY as error:
                log.warning("database away, activation waits", activation=str(current.id), reason=str(error))
                await asyncio.sleep(_DATABASE_AWAY_WAIT)
                current = await self._reload_when_possible(current)

    async def _reload_when_possible(self, job: ActivationJob) -> ActivationJob | None:
        while not self._stopping.is_set():
            try:
                return await self._activations.reload(job)
            except AWAY:
                await asyncio.sleep(_DATABASE_AWAY_WAIT)
        return None

    async def _claim(self, job: ActivationJob) -> None:
        claimed = await self._leads.claim(job.id, job.selection)
        passed_over = await self._leads.passed_over(job.id, job.selection)
        await self._activations.start(job, claimed, passed_over)
        log.info("activation started", activation=str(job.id), leads=claimed, passed_over=len(passed_over))

    async def _create_users(self, job: ActivationJob) -> None:
        """Chunk after chunk until no lead is marked any more, then the end."""
        writing: asyncio.Task[None] | None = None
        try:
            while leads := await self._leads.claimed(job.id, PAGE):
                usable = await self._skip_the_unusable(job, leads)
                position = 0
                while position < len(usable) and not self._stopping.is_set():
                    chunk = usable[position : position + self._chunk]
                    position += len(chunk)
                    prepared = await self._prepare(chunk)
                    if writing is not None:
                        await writing
                    writing = asyncio.create_task(self._activations.create_users(job, prepared.users, LEASE))
                if writing is not None:
                    await writing
                    writing = None
                if self._stopping.is_set():
                    return
            await self._activations.finish(job, ActivationState.FINISHED)
            log.info("activation finished", activation=str(job.id))
        finally:
            if writing is not None:
                await asyncio.wait([writing])  # its outcome is in the database, whatever ended this loop

    async def _skip_the_unusable(self, job: ActivationJob, leads: Sequence[ClaimedLead]) -> list[ClaimedLead]:
        """Leads that can become users; the others are recorded with their reason."""
        known = await self._activations.known_addresses([lead.email for lead in leads])
        usable: list[ClaimedLead] = []
        skipped: list[tuple[ClaimedLead, SkipReason]] = []
        for lead in leads:
            if lead.email.casefold() in known:
                skipped.append((lead, SkipReason.ALREADY_USER))
            elif not is_usable_address(lead.email):
                skipped.append((lead, SkipReason.ADDRESS_REFUSED))
            else:
                usable.append(lead)
        if skipped:
            await self._activations.skip(job, skipped, LEASE)
        return usable

    async def _prepare(self, leads: Sequence[ClaimedLead]) -> _Prepared:
        """Passwords: made, hashed on all cores, and sealed for the queue. The plain ones do not leave this method."""
        started = time.perf_counter()
        passwords = [new_password() for _ in leads]
        hashes, sealed = await asyncio.gather(
            self._hashing.hash(passwords), asyncio.gather(*(self._vault.encrypt(password) for password in passwords))
        )
        per_lead = (time.perf_counter() - started) / len(leads)
        self._chunk = max(self._hashing.threads, min(PAGE, int(_CHUNK_SECONDS / per_lead)))
        return _Prepared([NewUser(*each) for each in zip(leads, hashes, sealed, strict=True)])

    async def _leave_the_rest(self, job: ActivationJob) -> None:
        released = await self._leads.release(job.id)
        await self._activations.finish(job, ActivationState.STOPPED)
        log.info("activation stopped", activation=str(job.id), leads_left=released)


def is_usable_address(address: str) -> bool:
    """Whether an email can be addressed to it at all (RFC 5321 syntax; no questions to the DNS)."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
