"""Activations: durable jobs with a lease, and the one transaction that turns leads into users."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from bson.binary import Binary
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from server.contract import (
    Activation,
    ActivationState,
    LeadStatus,
    Phrase,
    Selection,
    Sentence,
    SkippedLead,
    SkipReason,
)
from server.errors import Conflict, NotFound, ServiceError
from server.store.audit import AuditLog
from server.store.clashes import Clash, clashes
from server.store.client import Database, Session
from server.store.emails import message_id, pending_document
from server.store.ids import wire_id
from server.store.job_leases import CAME_ON, MAX_TRIES, JobLeases, Taken, read_request
from server.store.leads import ClaimedLead, still_claimed
from server.store.limits import within_a_year
from server.store.schema import ADDRESS
from server.store.search import person_keys

#: Emails that are queued in the first moments of an activation leave together afterwards: in whole batches, and the
#: number on the tray shows all of a small activation before it goes down. The first leaves within two seconds.
GATHERING = timedelta(seconds=1.8)

OPEN = (ActivationState.CLAIMING, ActivationState.RUNNING, ActivationState.STOPPING)

#: An activation without the ids of the chosen leads, which may be 200,000.
_BARE = {"selection": 0}

#: Actions in the audit log.
_START, _STOP = "activation.start", "activation.stop"
#: So long its entry in the audit log waits for its end, however long no server runs.
_ENDED_WITHIN = timedelta(days=30)

_SENTENCES = {
    SkipReason.ALREADY_USER: Phrase.ALREADY_USER.says(),
    SkipReason.ADDRESS_REFUSED: Phrase.ADDRESS_REFUSED.says(),
    SkipReason.IN_ANOTHER_ACTIVATION: Phrase.IN_ANOTHER_ACTIVATION.says(),
    SkipReason.NOT_FOUND: Phrase.LEAD_GONE.says(),
    SkipReason.AGAINST_RULES: Phrase.AGAINST_RULES.says(),
    SkipReason.FOREIGN_STATUS: Phrase.FOREIGN_STATUS.says(),
    SkipReason.OTHER: Phrase.SKIPPED_OTHERWISE.says(),
}


class LeaseLost(Exception):
    """The activation is not this worker's (any more), or was asked to stop: read it again before going on."""


class LeadsChanged(Exception):
    """Some leads of the chunk are not what they were when they were read: read them again."""


class UserRefused(Exception):
    """The database does not take one of the users, and so none of the chunk was written."""

    def __init__(self, position: int | None, reason: SkipReason, index: str = "") -> None:
        """``position`` in the chunk, where the database tells it. ``index``: whose value another user has."""
        super().__init__(f"{reason.value} {index}".strip())
        self.position = position
        self.reason = reason
        self.index = index


@dataclass(frozen=True)
class ActivationJob:
    """An activation as the activator works on it."""

    id: ObjectId
    state: ActivationState
    lease_owner: str
    created_at: datetime
    #: How often it was begun since it last came on, this time included.
    tries: int
    #: Leads that have come to their end so far.
    done: int = 0
    #: No email of it leaves sooner.
    not_before: datetime | None = None


@dataclass(frozen=True)
class NewUser:
    """What becomes of one lead: a user and a pending email."""

    lead: ClaimedLead
    password_hash: str
    sealed_password: Binary


class ActivationStore:
    """Every query on activations."""

    def __init__(self, database: Database, *, mail_from: str) -> None:
        self._database = database
        self._activations = database.activations
        self._leases = JobLeases(database, database.activations, OPEN, _BARE)
        self._audit = AuditLog(database)
        self._mail_from = mail_from

    async def request(
        self, request_id: str, selection: Selection, *, admin: str, not_before: datetime | None = None
    ) -> Activation:
        """Record an admin's wish; asking again with the same id answers with the same activation.

        ``not_before``: no email of it leaves sooner.

        In the audit log it stands from the start, with the number of users that came of it at its end.

        Raises :class:`Conflict` when the id belongs to another admin's activation, and :class:`Invalid` for a moment
        more than a year ahead.
        """
        now = await self._database.now()
        within_a_year(not_before, now)
        later = {} if not_before is None or not_before <= now else {"notBefore": not_before}
        details = {name: moment.isoformat(timespec="minutes") for name, moment in later.items()}
        activation_id = ObjectId()

        async def work(session: Session) -> None:
            await self._activations.insert_one(
                {
                    "_id": activation_id,
                    "requestId": request_id,
                    "admin": admin,
                    "state": ActivationState.CLAIMING.value,
                    "selection": selection.model_dump(mode="json"),
                    "total": 0,
                    "claimed": 0,
                    "created": 0,
                    "skipped": 0,
                    "createdAt": now,
                    "finishedAt": None,
                    "leaseOwner": None,
                    "leaseExpiresAt": now,
                    **later,
                },
                session=session,
            )
            await self._audit.note(
                activation_id,
                _START,
                by=admin,
                count=0,
                details=details,
                session=session,
                more_within=_ENDED_WITHIN,
            )

        with suppress(DuplicateKeyError):  # asked before
            await self._database.transaction(work)
        row = await self._activations.find_one({"requestId": request_id}, _BARE)
        if row is None or row["admin"] != admin:
            raise Conflict(Phrase.REQUEST_ID_TAKEN)
        return _activation(row)

    async def get(self, activation_id: str | ObjectId) -> Activation:
        """Raises :class:`NotFound`."""
        row = await self._activations.find_one({"_id": ObjectId(activation_id)}, _BARE)
        if row is None:
            raise NotFound(Phrase.NO_SUCH_ACTIVATION)
        return _activation(row)

    async def latest(self, *, running: bool, limit: int = 100) -> list[Activation]:
        """The latest activations first; ``running``: only those that go on."""
        criteria = {"state": {"$in": [state.value for state in OPEN]}} if running else {}
        rows = self._activations.find(criteria, _BARE).sort([("createdAt", -1), ("_id", -1)]).limit(limit)
        return [_activation(row) async for row in rows]

    async def ask_to_stop(self, activation_id: str, *, by: str) -> Activation:
        """Let the activation end after the leads in hand. Raises :class:`NotFound`."""
        running = {
            "_id": ObjectId(activation_id),
            "state": {"$in": [ActivationState.CLAIMING.value, ActivationState.RUNNING.value]},
        }
        stopping = {"$set": {"state": ActivationState.STOPPING.value}}

        async def work(session: Session) -> None:
            if (await self._activations.update_one(running, stopping, session=session)).matched_count:
                await self._audit.note(ObjectId(), _STOP, by=by, count=1, session=session)

        await self._database.transaction(work)
        return await self.get(activation_id)

    async def skipped(self, activation_id: str) -> list[SkippedLead]:
        """The leads that did not become users, and why."""
        rows = self._database.skips.find({"activationId": ObjectId(activation_id)}).sort("_id", 1)
        return [
            SkippedLead(
                lead_id=wire_id(row["leadId"]),
                email=row["email"],
                name=row["name"],
                reason=SkipReason(row["reason"]),
                message=(said := _why(row)).english,
                sentence=said,
            )
            async for row in rows
        ]

    # --- The activator's side: each write names the lease, so a late worker changes nothing ---

    async def take(self, owner: str, lease: timedelta, *, besides: Collection[ObjectId] = ()) -> Taken[ActivationJob]:
        """Take over every open activation that nobody works on, ``besides`` these."""
        return await self._leases.take(owner, lease, lambda row: _job(row, owner), besides=besides)

    async def free_all(self) -> None:
        """End every lease: for a server that has the database to itself, where nobody else can hold one."""
        await self._leases.free_all()

    async def reload(self, job: ActivationJob) -> ActivationJob | None:
        """The job as it stands now, or None when it is somebody else's."""
        row = await self._activations.find_one({"_id": job.id, "leaseOwner": job.lease_owner}, _BARE)
        return None if row is None else _job(row, job.lease_owner)

    async def selection(self, job: ActivationJob) -> Selection:
        """The leads it is for, until it has claimed them. Raises :class:`ServiceError` for one of another version."""
        row = await self._activations.find_one({"_id": job.id}, {"selection": 1})
        return read_request(Selection, None if row is None else row.get("selection"))

    async def renew(self, job: ActivationJob, lease: timedelta) -> None:
        """A sign of life. Raises :class:`LeaseLost`."""
        await self._write(job, {"$set": {"leaseExpiresAt": await self._database.now() + lease}})

    async def release(self, job: ActivationJob, *, tried: bool) -> None:
        """Give the job back, for another server or the next start. ``tried``: it does not come on here."""
        await self._leases.release(job.id, job.lease_owner, tried=tried)

    async def note_claiming(self, job: ActivationJob, looked_at: int, chosen: int) -> None:
        """How far the claim is. Raises :class:`LeaseLost`, also when it is to be stopped."""
        await self._write(
            job, {"$set": {"claimed": looked_at, "total": chosen, **CAME_ON}}, state=ActivationState.CLAIMING
        )

    async def start(
        self, job: ActivationJob, claimed: int, passed_over: Sequence[tuple[ObjectId, str, str, SkipReason]]
    ) -> None:
        """The claim is made: from here the total is known. Raises :class:`LeaseLost`.

        The list of leads passed over is written first, and anew each time, so that a crash in between does no harm.
        """
        await self._database.delete_many(self._database.skips, {"activationId": job.id})
        await self._record_skips(job, passed_over, None)
        await self._write(
            job,
            {
                "$set": {
                    "state": ActivationState.RUNNING.value,
                    "total": claimed + len(passed_over),
                    "claimed": claimed + len(passed_over),
                    "skipped": len(passed_over),
                    **CAME_ON,
                },
                "$unset": {"selection": ""},
            },
            state=ActivationState.CLAIMING,
        )

    async def known_addresses(self, emails: Sequence[str]) -> set[str]:
        """Which of the addresses belong to users already, by the database's own comparison."""
        rows = self._database.users.find({"email": {"$in": list(emails)}}, {"email": 1}).collation(ADDRESS)
        found = {str(row["email"]).casefold() async for row in rows}
        known = {email for email in emails if email.casefold() in found}
        if found <= {email.casefold() for email in known}:
            return known
        # Some are the same as one of these to the database alone: which of them, only it can say.
        for email in emails:
            if email not in known and await self._is_known(email):
                known.add(email)
        return known

    async def _is_known(self, email: str) -> bool:
        found = await self._database.users.find_one({"email": email}, {"_id": 1}, collation=ADDRESS)
        return found is not None

    async def create_users(self, job: ActivationJob, users: Sequence[NewUser], lease: timedelta) -> None:
        """Users, pending emails, leads and the activation's counter together, in one transaction.

        Raises :class:`LeaseLost`, :class:`LeadsChanged` when a lead was changed meanwhile, or :class:`UserRefused`; in
        all cases nothing was written.
        """
        now = await self._database.now()
        user_rows, email_rows = [], []
        for user in users:
            # The lead's own key: not even a program error can make two users of one lead.
            user_id, email_id = user.lead.id, ObjectId()
            user_rows.append(
                {
                    "_id": user_id,
                    "email": user.lead.email,
                    "name": user.lead.name,
                    "passwordHash": user.password_hash,
                    "mustChangePassword": True,
                    "isOnline": False,
                    "lastSeen": None,
                    "leadId": user.lead.id,
                    "activationId": job.id,
                    "createdAt": now,
                    **person_keys(user.lead.email, user.lead.name),
                }
            )
            email_rows.append(
                pending_document(
                    email_id=email_id,
                    user_id=user_id,
                    lead_id=user.lead.id,
                    activation_id=job.id,
                    email=user.lead.email,
                    name=user.lead.name,
                    password=user.sealed_password,
                    message_id=message_id(email_id, self._mail_from),
                    now=now,
                    due_at=max(now, job.created_at + GATHERING),
                    not_before=job.not_before,
                )
            )
        claimed = still_claimed(job.id, [user.lead.id for user in users])
        activated = {
            "$set": {"status": LeadStatus.ACTIVATED.value, "activatedAt": now},
            "$unset": {"skipReason": ""},  # of an earlier attempt
        }

        async def work(session: Session) -> None:
            await self._count(job, {"created": len(users)}, now + lease, session)
            await self._database.users.insert_many(user_rows, session=session)
            await self._database.pending.insert_many(email_rows, session=session)
            updated = await self._database.leads.update_many(claimed, activated, session=session)
            if updated.matched_count != len(users):
                raise LeadsChanged

        try:
            await self._database.transaction(work)
        except (BulkWriteError, WriteError) as error:
            found = clashes(error)
            if found is None:
                raise
            raise self._refused(found[0]) from error

    def _refused(self, clash: Clash) -> UserRefused:
        """Users and their emails are inserted in one order."""
        if clash.is_same_address and clash.collection in ("", self._database.users.name):
            return UserRefused(clash.position, SkipReason.ALREADY_USER)
        if clash.fields:
            return UserRefused(clash.position, SkipReason.VALUE_TAKEN, clash.index)
        return UserRefused(clash.position, SkipReason.AGAINST_RULES)

    async def skip(
        self,
        job: ActivationJob,
        leads: Sequence[tuple[ClaimedLead, SkipReason]],
        lease: timedelta,
        *,
        index: str = "",
    ) -> None:
        """Leads that cannot become users: lead, list and counter together. ``index``: whose value is taken.

        Raises :class:`LeaseLost`.
        """
        now = await self._database.now()

        async def work(session: Session) -> None:
            await self._count(job, {"skipped": len(leads)}, now + lease, session)
            for reason in {reason for _, reason in leads}:
                await self._database.leads.update_many(
                    still_claimed(job.id, [lead.id for lead, why in leads if why == reason]),
                    {"$set": {"status": LeadStatus.SKIPPED.value, "skipReason": reason.value}},
                    session=session,
                )
            skipped = [(lead.id, lead.email, lead.name, why) for lead, why in leads]
            await self._record_skips(job, skipped, session, index=index)

        await self._database.transaction(work)

    async def give_up(self, job: ActivationJob) -> None:
        """It will be set aside, by another server if this one ends before that. Raises :class:`LeaseLost`."""
        await self._write(job, {"$set": {"tries": MAX_TRIES}})

    async def finish(self, job: ActivationJob, state: ActivationState, why: ServiceError | None = None) -> None:
        """The end; ``why`` it failed. Raises :class:`LeaseLost`."""
        now = await self._database.now()
        held = {"_id": job.id, "leaseOwner": job.lease_owner}
        ending = {"state": state.value, "finishedAt": now, "leaseOwner": None, **(why.as_row() if why else {})}
        ended = {"$set": ending, "$unset": {"selection": ""}}

        async def work(session: Session) -> None:
            row = await self._activations.find_one_and_update(held, ended, session=session)
            if row is None:
                raise LeaseLost
            await self._audit.note(job.id, _START, by=row["admin"], count=row["created"], session=session, is_end=True)

        await self._database.transaction(work)

    async def _write(
        self, job: ActivationJob, update: Mapping[str, Any], *, state: ActivationState | None = None
    ) -> None:
        criteria: dict[str, Any] = {"_id": job.id, "leaseOwner": job.lease_owner}
        if state is not None:
            criteria["state"] = state.value
        if (await self._activations.update_one(criteria, update)).matched_count == 0:
            raise LeaseLost

    async def _count(
        self, job: ActivationJob, increments: Mapping[str, int], lease_until: datetime, session: Session
    ) -> None:
        result = await self._activations.update_one(
            {"_id": job.id, "leaseOwner": job.lease_owner, "state": ActivationState.RUNNING.value},
            {"$inc": dict(increments), "$set": {"leaseExpiresAt": lease_until, **CAME_ON}},
            session=session,
        )
        if result.matched_count == 0:
            raise LeaseLost

    async def _record_skips(
        self,
        job: ActivationJob,
        leads: Sequence[tuple[ObjectId, str, str, SkipReason]],
        session: Session | None,
        *,
        index: str = "",
    ) -> None:
        if leads:
            await self._database.skips.bulk_write(
                [
                    UpdateOne(
                        {"_id": f"{job.id}:{lead_id}"},
                        {
                            "$set": {
                                "activationId": job.id,
                                "leadId": lead_id,
                                "email": email,
                                "name": name,
                                "reason": reason.value,
                                **({"index": index} if index else {}),
                            }
                        },
                        upsert=True,
                    )
                    for lead_id, email, name, reason in leads
                ],
                ordered=False,
                session=session,
            )


def _why(row: Mapping[str, Any]) -> Sentence:
    reason = SkipReason(row["reason"])
    return (
        Phrase.VALUE_TAKEN.says(index=row.get("index", "?")) if reason is SkipReason.VALUE_TAKEN else _SENTENCES[reason]
    )


def _job(row: Mapping[str, Any], owner: str) -> ActivationJob:
    return ActivationJob(
        id=row["_id"],
        state=ActivationState(row["state"]),
        lease_owner=owner,
        created_at=row["createdAt"],
        tries=row.get("tries", 0),
        done=row["created"] + row["skipped"],
        not_before=row.get("notBefore"),
    )


def _activation(row: Mapping[str, Any]) -> Activation:
    return Activation(
        id=str(row["_id"]),
        request_id=row["requestId"],
        admin=row["admin"],
        state=ActivationState(row["state"]),
        total=row["total"],
        claimed=row.get("claimed", 0),
        created=row["created"],
        skipped=row["skipped"],
        message=row.get("message", ""),
        sentence=row.get("sentence"),
        created_at=row["createdAt"],
        finished_at=row.get("finishedAt"),
        not_before=row.get("notBefore"),
    )
