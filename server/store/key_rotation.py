"""Replacing the master key while services run. Every step leaves a database that a key on disk opens."""

from __future__ import annotations

from bson import ObjectId

from server.store.audit import AuditLog
from server.store.audit_sealing import AuditSealing
from server.store.client import Database, Session
from server.store.master_key import MasterKeys
from server.store.vault import Vault, open_vault


async def rotate(database: Database, keys: MasterKeys, *, by: str) -> None:
    """Let the newest master key encrypt the data key, and forget the one before it. May be run again at any time.

    1. The new key is on disk: services that meet a data key they cannot open look there.
    2. The data key is encrypted by it, in one write.
    3. It is tried alone.
    4. The head of the audit log is signed under it. Only then the old one goes.

    Keys that come from the settings are both given beforehand, and the old one is for the admin to remove.

    Raises :class:`WrongSetup` when the present key is not this database's; then no key was made.
    """
    vault = await open_vault(database, keys)
    try:
        new = keys.prepare() if keys.are_files else keys.load()[0]
        await vault.rewrap(new)
    finally:
        await vault.close()
    alone = await Vault.open(database, lambda: [new])
    await alone.close()

    async def note(session: Session) -> None:
        await AuditLog(database).note(ObjectId(), "key.rotate", by=by, count=1, session=session)

    await database.transaction(note)
    await AuditSealing(database, keys.load).seal()
    if keys.are_files:
        keys.adopt()
