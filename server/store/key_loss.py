"""Giving up a master key that is lost, so that the service starts again. Only queued passwords are lost with it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bson import ObjectId

from server.contract import Phrase
from server.errors import Conflict, WrongSetup
from server.store.audit import NEXT_STEP, AuditLog
from server.store.audit_sealing import note_key_given_up
from server.store.client import Database, Document, Session
from server.store.emails import Reason, Stage, failed_document
from server.store.master_key import MasterKeys
from server.store.vault import open_vault, remove_data_key

_AT_ONCE = 100  # emails moved in one transaction


async def forget(database: Database, keys: MasterKeys, *, by: str) -> int:
    """Answers how many queued emails were given up; retried, each of them gets a new password. No service may run.

    1. Emails whose password nobody can read any more become failed ones, batch by batch.
    2. A new master key is made where none is given, and the data key goes, which the lost one alone could open. The
       audit log says so, and is sealed under the new one. From then on a start makes a new data key.

    Interrupted before that, it is as it was but for the emails that have failed by then; run again, it goes on.

    Raises :class:`Conflict` when the master key is there.
    """
    if await _is_readable(database, keys):
        raise Conflict(Phrase.MASTER_KEY_NOT_LOST)
    given_up = ObjectId()
    count = 0
    while moved := await _fail_some(database, given_up, by):
        count += moved
    await database.update_many(database.failed, {"password": {"$exists": True}}, {"$unset": {"password": ""}})

    master = (await asyncio.to_thread(keys.make))[0]

    async def remove(session: Session) -> None:
        await remove_data_key(database, session)
        await note_key_given_up(database, master, session)
        await AuditLog(database).note(given_up, "key.forget", by=by, count=0, session=session, is_end=True)

    await database.transaction(remove)
    vault = await open_vault(database, keys)
    await vault.close()
    return count


async def _is_readable(database: Database, keys: MasterKeys) -> bool:
    try:
        vault = await open_vault(database, keys)
    except WrongSetup:
        return False
    await vault.close()
    return True


async def _fail_some(database: Database, entry: ObjectId, by: str) -> int:
    """Move some of the queue to the failed emails; answers how many."""
    now = await database.now()
    ids = [row["_id"] for row in await database.pending.find({}, {"_id": 1}).limit(_AT_ONCE).to_list()]

    async def move(session: Session) -> int:
        rows = await database.pending.find({"_id": {"$in": ids}}, session=session).to_list()
        if rows:
            await database.pending.delete_many({"_id": {"$in": ids}}, session=session)
            await database.failed.insert_many([_without_password(row, now) for row in rows], session=session)
            emails = [row["email"] for row in rows]
            await AuditLog(database).note(
                entry,
                "key.forget",
                by=by,
                count=len(rows),
                emails=emails,
                session=session,
                more_within=NEXT_STEP,
            )
        return len(rows)

    return await database.transaction(move) if ids else 0


def _without_password(row: Document, now: datetime) -> Document:
    said = Phrase.PASSWORD_LOST.says().english
    reason = Reason(error=said, cause="Password lost", uncertain=row.get("stage") == Stage.HANDED_OVER.value)
    return {name: value for name, value in failed_document(row, reason, now).items() if name != "password"}
