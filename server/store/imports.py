"""Imports: the uploaded files, and the durable jobs that make leads of their rows.

How far a job is and what it found is one update of one row, so that a kill leaves a number that is right. Leads of the
batch in hand may be there already: adding them again adds nothing, and at the end those that are there are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from bson import ObjectId

from server.contract import Import, ImportLines, ImportPlan, ImportProblem, ImportState, LeadStatus, Phrase
from server.errors import Conflict, NotFound, ServiceError
from server.store.audit import AuditLog, asked_from
from server.store.client import Database, Session
from server.store.job_leases import CAME_ON, JobLeases, Taken, read_request

#: How long an upload waits to be started.
UPLOAD_KEPT = timedelta(days=1)
#: How long the file of a started import is kept at most, whatever happens to it.
_FILE_KEPT = timedelta(days=30)

OPEN = (ImportState.RUNNING, ImportState.STOPPING, ImportState.UNDOING)
#: Leads that an undo takes away: nobody has become a user by them.
_UNUSED = (LeadStatus.NEW.value, LeadStatus.SKIPPED.value)

_PART = 2**20  # bytes of a file in one row
_LISTED = {"problems": 0, "plan": 0}


class ImportLost(Exception):
    """The import is not this server's (any more): leave it."""


@dataclass(frozen=True)
class ImportJob:
    """An import as the importer works on it."""

    id: ObjectId
    state: ImportState
    #: Who wants what is done now: the import, or that it is undone.
    by: str
    #: Where that was asked for.
    origin: str
    stored_plan: object
    lease_owner: str
    #: Rows dealt with, and how many of these were refused.
    done: int
    refused: int
    #: How often it was begun since it last came on, this time included.
    tries: int

    @property
    def plan(self) -> ImportPlan:
        """Raises :class:`ServiceError` for one of another version."""
        return read_request(ImportPlan, self.stored_plan)


class ImportStore:
    """Every query on imports."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._imports = database.imports
        self._leases = JobLeases(database, database.imports, OPEN)
        self._files = database.import_files
        self._audit = audit

    # --- The admins' side ---

    async def upload(self, content: bytes, file_name: str, *, by: str) -> str:
        """Keep a file for a day; answers the id of its import."""
        now = await self._database.now()
        import_id = ObjectId()
        expiry = {"expiresAt": now + UPLOAD_KEPT}
        for part, start in enumerate(range(0, len(content), _PART)):
            data = content[start : start + _PART]
            await self._files.insert_one({"importId": import_id, "part": part, "data": data, **expiry})
        row: dict[str, Any] = {
            "_id": import_id,
            "fileName": file_name,
            "by": by,
            "state": ImportState.UPLOADED.value,
            "total": 0,
            "done": 0,
            "imported": 0,
            "duplicatesInFile": 0,
            "refused": 0,
            "problems": [],
            "createdAt": now,
            "leaseOwner": None,
            "leaseExpiresAt": now,
            **expiry,
        }

        async def work(session: Session) -> None:
            await self._imports.insert_one(row, session=session)
            told = {"file": file_name}
            await self._audit.note(import_id, "import.upload", by=by, count=1, session=session, details=told)

        await self._database.transaction(work)
        return str(import_id)

    async def file(self, import_id: str | ObjectId) -> bytes:
        """The uploaded file. Raises :class:`NotFound` when it is not kept any more."""
        parts = self._files.find({"importId": ObjectId(import_id)}).sort("part", 1)
        content = b"".join([bytes(part["data"]) async for part in parts])
        if not content:
            raise NotFound(Phrase.FILE_GONE)
        return content

    async def get(self, import_id: str | ObjectId) -> Import:
        """Raises :class:`NotFound`."""
        row = await self._imports.find_one({"_id": ObjectId(import_id)}, _LISTED)
        if row is None:
            raise NotFound(Phrase.IMPORT_GONE)
        return _import(row)

    async def latest(self, *, limit: int = 100) -> list[Import]:
        """The latest first; uploads that were not started are none."""
        started = {"state": {"$ne": ImportState.UPLOADED.value}}
        rows = self._imports.find(started, _LISTED).sort([("createdAt", -1), ("_id", -1)]).limit(limit)
        return [_import(row) async for row in rows]

    async def problems(self, import_id: str) -> list[ImportProblem]:
        """The first refused rows. Raises :class:`NotFound`."""
        row = await self._imports.find_one({"_id": ObjectId(import_id)}, {"problems": 1})
        if row is None:
            raise NotFound(Phrase.NO_SUCH_IMPORT)
        return [ImportProblem.model_validate(problem) for problem in row["problems"]]

    async def start(self, import_id: str, plan: ImportPlan, *, by: str) -> Import:
        """Let an upload be imported; asking again changes nothing. Raises :class:`NotFound`."""
        asking = {"by": by, "origin": asked_from.get()}
        started = {
            "$set": {"state": ImportState.RUNNING.value, "plan": plan.model_dump(mode="json"), **asking},
            "$unset": {"expiresAt": ""},
        }
        wanted = {"_id": ObjectId(import_id), "state": ImportState.UPLOADED.value}
        if await self._imports.find_one(wanted, {"_id": 1}) is not None:
            # The file first: a kill in between leaves a file that goes by itself, not a job without one.
            kept = {"expiresAt": await self._database.now() + _FILE_KEPT}
            await self._database.update_many(self._files, {"importId": ObjectId(import_id)}, {"$set": kept})
            await self._imports.update_one(wanted, started)
        return await self.get(import_id)

    async def ask_to_stop(self, import_id: str, *, by: str) -> Import:
        """Let a running import end after the rows in hand; what came in stays.

        Raises :class:`NotFound`, or :class:`Conflict` for one that was never started.
        """
        running = {"_id": ObjectId(import_id), "state": ImportState.RUNNING.value}
        entry = ObjectId()

        async def work(session: Session) -> None:
            stopping = {"$set": {"state": ImportState.STOPPING.value}}
            row = await self._imports.find_one_and_update(running, stopping, {"fileName": 1}, session=session)
            if row is not None:
                told = {"file": str(row["fileName"])}
                await self._audit.note(entry, "import.stop", by=by, count=1, session=session, details=told)

        await self._database.transaction(work)
        found = await self.get(import_id)
        if found.state is ImportState.UPLOADED:
            raise Conflict(Phrase.IMPORT_NOT_STARTED)
        return found

    async def undo(self, import_id: str, *, by: str) -> Import:
        """Let the leads of a finished or stopped import be taken away again; whoever is a user by then stays.

        Raises :class:`NotFound`, or :class:`Conflict` when it is not over or there is nobody left but users.
        """
        found = await self.get(import_id)
        if found.state in (ImportState.UNDOING, ImportState.UNDONE):
            return found
        if not found.state.can_be_undone:
            raise Conflict(Phrase.IMPORT_NOT_FINISHED)
        its, unused = {"importId": ObjectId(import_id)}, {"status": {"$in": list(_UNUSED)}}
        leads = self._database.leads
        if await leads.find_one(its | unused) is None and await leads.find_one(its) is not None:
            raise Conflict(Phrase.IMPORT_IN_USE)
        await self._imports.update_one(
            {"_id": ObjectId(import_id), "state": found.state.value},
            {
                "$set": {
                    "state": ImportState.UNDOING.value,
                    "undoneBy": by,
                    "undoneFrom": asked_from.get(),
                    "leaseExpiresAt": await self._database.now(),
                    **CAME_ON,
                },
                "$unset": {"message": "", "sentence": ""},
            },
        )
        return await self.get(import_id)

    # --- The importer's side: each write names the lease, so a late server changes nothing ---

    async def take(self, owner: str, lease: timedelta, *, besides: Collection[ObjectId] = ()) -> Taken[ImportJob]:
        """Take over every open import that nobody works on, ``besides`` these."""
        return await self._leases.take(owner, lease, lambda row: _job(row, owner), besides=besides)

    async def free_all(self) -> None:
        """End every lease: for a server that has the database to itself, where nobody else can hold one."""
        await self._leases.free_all()

    async def release(self, job: ImportJob, *, tried: bool) -> None:
        """Give the job back, for another server or the next start. ``tried``: it does not come on here."""
        await self._leases.release(job.id, job.lease_owner, tried=tried)

    async def renew(self, job: ImportJob, lease: timedelta) -> None:
        """A sign of life. Raises :class:`ImportLost`."""
        await self._write(job, {"$set": {"leaseExpiresAt": await self._database.now() + lease}})

    async def is_to_stop(self, job: ImportJob) -> bool:
        """Whether an admin has asked for its end."""
        return (
            await self._imports.find_one({"_id": job.id, "state": ImportState.STOPPING.value}, {"_id": 1}) is not None
        )

    async def set_lines(self, job: ImportJob, lines: ImportLines, lease: timedelta) -> None:
        """What the file consists of. Raises :class:`ImportLost`."""
        found = {"total": lines.rows, "lines": lines.model_dump(mode="json")}
        await self._write(job, {"$set": {**found, "leaseExpiresAt": await self._database.now() + lease}})

    async def advance(
        self,
        job: ImportJob,
        *,
        rows: int,
        added: int,
        duplicates_in_file: int,
        refused: int,
        problems: Sequence[ImportProblem],
        lease: timedelta,
    ) -> None:
        """A batch is dealt with. Raises :class:`ImportLost`."""
        update: dict[str, Any] = {
            "$inc": {"done": rows, "imported": added, "duplicatesInFile": duplicates_in_file, "refused": refused},
            "$set": {"leaseExpiresAt": await self._database.now() + lease, **CAME_ON},
        }
        if problems:
            update["$push"] = {"problems": {"$each": [problem.model_dump(mode="json") for problem in problems]}}
        await self._write(job, update)

    async def finish(self, job: ImportJob, *, stopped: bool = False) -> None:
        """Every row is dealt with, or no more are to be. Raises :class:`ImportLost`."""
        imported = await self._database.leads.count_documents({"importId": job.id})
        state = ImportState.STOPPED if stopped else ImportState.FINISHED
        await self._end(job, state, {"imported": imported}, action="leads.import", count=imported)

    async def fail(self, job: ImportJob, why: ServiceError) -> None:
        """It cannot go on; what came in before stays. Raises :class:`ImportLost`."""
        imported = (await self.get(job.id)).imported
        action = "leads.import" if imported and job.state is not ImportState.UNDOING else ""
        await self._end(job, ImportState.FAILED, why.as_row(), action=action, count=imported)

    async def take_back(self, job: ImportJob) -> None:
        """Remove what came in and was not activated meanwhile. Raises :class:`ImportLost`."""
        before, leads = (await self.get(job.id)).imported, self._database.leads
        await self._database.delete_many(leads, {"importId": job.id, "status": {"$in": list(_UNUSED)}})
        kept = await leads.count_documents({"importId": job.id})
        found = {"removed": before - kept, "kept": kept}
        details = {"kept": str(kept)} if kept else {}
        await self._end(job, ImportState.UNDONE, found, action="leads.undoImport", count=before - kept, details=details)

    async def _end(
        self,
        job: ImportJob,
        state: ImportState,
        found: Mapping[str, Any],
        *,
        action: str,
        count: int,
        details: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        now = await self._database.now()
        row = await self._imports.find_one({"_id": job.id}, {"fileName": 1})
        name = "" if row is None else str(row["fileName"])
        entry = ObjectId()

        async def work(session: Session) -> None:
            ended = {"state": state.value, "finishedAt": now, "leaseOwner": None, **found}
            await self._write(job, {"$set": ended}, session)
            if action:
                told = {"file": name, **details}
                await self._audit.note(
                    entry, action, by=job.by, count=count, session=session, details=told, origin=job.origin
                )

        await self._database.transaction(work)
        await self._database.delete_many(self._files, {"importId": job.id})

    async def _write(self, job: ImportJob, update: Mapping[str, Any], session: Session | None = None) -> None:
        # Asked to stop meanwhile, a running import is in the same hands, and counts what it has in hand.
        states = [job.state.value, *([ImportState.STOPPING.value] if job.state is ImportState.RUNNING else [])]
        held = {"_id": job.id, "leaseOwner": job.lease_owner, "state": {"$in": states}}
        if (await self._imports.update_one(held, update, session=session)).matched_count == 0:
            raise ImportLost


def _job(row: Mapping[str, Any], owner: str) -> ImportJob:
    return ImportJob(
        id=row["_id"],
        state=ImportState(row["state"]),
        by=row.get("undoneBy", row["by"]),
        origin=row.get("undoneFrom" if "undoneBy" in row else "origin", ""),
        stored_plan=row.get("plan"),
        lease_owner=owner,
        done=row["done"],
        refused=row["refused"],
        tries=row.get("tries", 0),
    )


def _import(row: Mapping[str, Any]) -> Import:
    duplicates = row["done"] - row["refused"] - row["imported"]
    in_file = min(row.get("duplicatesInFile", 0), duplicates)  # absent: of an older version
    return Import(
        id=str(row["_id"]),
        file_name=row["fileName"],
        by=row["by"],
        state=ImportState(row["state"]),
        total=row["total"],
        done=row["done"],
        imported=row["imported"],
        duplicates=duplicates,
        duplicates_in_file=in_file,
        already_there=duplicates - in_file,
        refused=row["refused"],
        lines=ImportLines.model_validate(row["lines"]) if "lines" in row else None,
        removed=row.get("removed", 0),
        kept=row.get("kept", 0),
        message=row.get("message", ""),
        sentence=row.get("sentence"),
        created_at=row["createdAt"],
        finished_at=row.get("finishedAt"),
    )
