"""Indexes and the version of the data.

Each index is paid for by every write to its collection, so there are no more than the queries need; the age of a row is
told by its ``_id`` (an ObjectId begins with the time).

Upgrades run at start, one step per version; an older program refuses newer data. Every step may be run twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pymongo import ASCENDING, IndexModel
from pymongo.collation import Collation
from pymongo.errors import OperationFailure

from server.contract import LeadStatus
from server.errors import WrongSetup
from server.store import bounces, identity, search, throughput
from server.store.calls import ask
from server.store.client import Collection, Database
from server.store.indexes import build, drop, refuse_expiry, tell_of_expiry

log = structlog.get_logger(__name__)

#: Version of the data that this program writes.
VERSION = 6

#: How addresses are compared: without regard to case, so that Ann@example.com and ann@example.com are one person.
ADDRESS = Collation(locale="en", strength=2)


#: The document that every change of who is an owner changes too.
ADMINS_META_ID = "admins"


def _indexes(database: Database) -> Mapping[Collection, list[IndexModel]]:
    return {
        database.leads: [
            IndexModel([("email", ASCENDING)], unique=True, collation=ADDRESS, name="address"),
            IndexModel(
                [("activationId", ASCENDING)],
                partialFilterExpression={"status": LeadStatus.ACTIVATING.value},
                name="activating",
            ),
            IndexModel([("status", ASCENDING), ("_id", ASCENDING)], name="status"),
            IndexModel([("nameKey", ASCENDING), ("_id", ASCENDING)], name="byName"),
            IndexModel([("companyKey", ASCENDING), ("_id", ASCENDING)], name="byCompany"),
            IndexModel(
                [("importId", ASCENDING), ("status", ASCENDING)],
                partialFilterExpression={"importId": {"$exists": True}},
                name="import",
            ),
        ],
        database.imports: [
            IndexModel([("state", ASCENDING), ("createdAt", ASCENDING)], name="open"),
            IndexModel([("expiresAt", ASCENDING)], expireAfterSeconds=0, name="expiry"),
        ],
        database.import_files: [
            IndexModel([("importId", ASCENDING), ("part", ASCENDING)], unique=True, name="file"),
            IndexModel([("expiresAt", ASCENDING)], expireAfterSeconds=0, name="expiry"),
        ],
        database.users: [
            IndexModel([("email", ASCENDING)], unique=True, collation=ADDRESS, name="address"),
            IndexModel([("createdAt", ASCENDING), ("_id", ASCENDING)], name="byAge"),
            # An index is looked at only by queries that name its first field.
            IndexModel(
                [("isOnline", ASCENDING), ("lastSeen", ASCENDING)],
                partialFilterExpression={"isOnline": True},
                name="seen",
            ),
        ],
        database.pending: [
            IndexModel([("status", ASCENDING), ("nextAttemptAt", ASCENDING), ("_id", ASCENDING)], name="due"),
            IndexModel([("userId", ASCENDING)], name="user"),
        ],
        database.failed: [
            IndexModel([("userId", ASCENDING)], name="user"),
            IndexModel([("lastAttemptDate", ASCENDING), ("_id", ASCENDING)], name="byAge"),
            IndexModel([("cause", ASCENDING), ("lastAttemptDate", ASCENDING), ("_id", ASCENDING)], name="byCause"),
            IndexModel(
                [("lastAttemptDate", ASCENDING)],
                partialFilterExpression={"password": {"$exists": True}},
                name="secrets",
            ),
            IndexModel([("held", ASCENDING)], partialFilterExpression={"held": {"$exists": True}}, name="held"),
            IndexModel(
                [("bounced", ASCENDING)], partialFilterExpression={"bounced": {"$exists": True}}, name="bounced"
            ),
        ],
        database.deliveries: [
            IndexModel([("sentAt", ASCENDING), ("_id", ASCENDING)], name="byAge"),
            IndexModel([("userId", ASCENDING)], name="user"),
        ],
        database.bounces: [
            IndexModel([("at", ASCENDING)], expireAfterSeconds=int(bounces.KEPT.total_seconds()), name="retention"),
            IndexModel([("waits", ASCENDING)], partialFilterExpression={"waits": True}, name="waiting"),
        ],
        database.activations: [
            IndexModel([("requestId", ASCENDING)], unique=True, name="request"),
            IndexModel([("state", ASCENDING), ("createdAt", ASCENDING)], name="open"),
        ],
        database.skips: [IndexModel([("activationId", ASCENDING), ("_id", ASCENDING)], name="activation")],
        database.admins: [
            IndexModel([("username", ASCENDING)], unique=True, collation=ADDRESS, name="username"),
            IndexModel([("isOnline", ASCENDING), ("lastSeen", ASCENDING)], name="presence"),
        ],
        database.tokens: [
            IndexModel([("expiresAt", ASCENDING)], expireAfterSeconds=0, name="expiry"),
            IndexModel([("adminId", ASCENDING)], name="admin"),
        ],
        database.audit: [
            IndexModel([("at", ASCENDING), ("_id", ASCENDING)], name="byAge"),
            IndexModel([("sealed", ASCENDING), ("at", ASCENDING), ("_id", ASCENDING)], name="sealed"),
        ],
        database.audit_seals: [],
        database.templates: [],
        database.limits: [],
        database.connections: [],
        database.meta: [],
        database.throughput: [
            IndexModel([("hour", ASCENDING)], expireAfterSeconds=int(throughput.KEPT.total_seconds()), name="retention")
        ],
        database.key_vault: [
            IndexModel(
                [("keyAltNames", ASCENDING)],
                unique=True,
                partialFilterExpression={"keyAltNames": {"$exists": True}},
                name="keyAltNames",
            )
        ],
    }


def _dropped(database: Database) -> Mapping[Collection, Sequence[str]]:
    """Indexes of earlier versions that no query needs any more."""
    return {
        database.leads: ("claimed", "byStatus", "byAge"),
        database.users: ("presence", "online"),
        database.pending: ("lease", "expiry", "byAge"),
        database.failed: ("cause",),
    }


async def ensure(database: Database) -> None:
    """Bring collections and indexes to :data:`VERSION`.

    Raises :class:`WrongSetup` when the data is newer than this program, or breaks a rule of an index.
    """
    meta: dict[str, Any] | None = await database.meta.find_one(identity.SCHEMA)
    if meta is not None and meta["version"] > VERSION:
        raise WrongSetup(
            f"The data was written by a newer version of this program (data version {meta['version']}, "
            f"this program knows {VERSION}). Fix: install the newer version again."
        )
    existing = set(await ask(database.raw.list_collection_names()))
    for collection, indexes in _indexes(database).items():
        # Made beforehand: a transaction may not have to create a collection.
        if collection.name not in existing:
            await _create_collection(database, collection.name)
        await build(collection, indexes)
    await _tell_of_other_names(database)
    await refuse_expiry(database.pending)
    for collection in (database.leads, database.users, database.failed):
        await tell_of_expiry(collection)
    if meta is not None and meta["version"] < _FEWER_INDEXES:
        for collection, names in _dropped(database).items():
            for name in names:
                await drop(collection, name)
    if meta is not None and meta["version"] < _SEALED_AUDIT:
        await drop(database.audit, "retention")
    if meta is not None and meta["version"] < _LIMITS_BY_RATE:
        # What was granted in the last seconds before the upgrade is forgotten.
        await database.update_many(database.limits, {"grants": {"$exists": True}}, {"$set": {"grants": {}}})
    if meta is not None and meta["version"] < _SEARCH_TEXTS:
        await search.fill_in_keys(database)
    await database.meta.update_one({"_id": ADMINS_META_ID}, {"$setOnInsert": {"changes": 0}}, upsert=True)
    await database.meta.update_one(identity.SCHEMA, {"$set": {"version": VERSION}}, upsert=True)
    await identity.stamp(database)


async def _tell_of_other_names(database: Database) -> None:
    """Mongoose calls a collection by its model's name in the plural and in small letters, unless it is told another."""
    existing = set(await ask(database.raw.list_collection_names()))
    for collection in (database.pending, database.failed):
        theirs = f"{collection.name.lower()}s"
        if theirs in existing and theirs not in (database.pending.name, database.failed.name):
            log.warning(
                "another program keeps its emails elsewhere; MONGODB_COLLECTIONS says what they are called",
                here=collection.name,
                there=theirs,
            )


async def _create_collection(database: Database, name: str) -> None:
    try:
        await ask(database.raw.create_collection(name, check_exists=False))
    except OperationFailure as error:
        if error.code != _NAMESPACE_EXISTS:  # another server starting in the same moment made it
            raise


_NAMESPACE_EXISTS = 48

#: Since this version a limit keeps what was granted under each of its rates apart.
_LIMITS_BY_RATE = 2
#: Since this version the audit log is sealed, and the database removes none of its entries by itself.
_SEALED_AUDIT = 6
#: Since this version only the indexes of :func:`_indexes` are there.
_FEWER_INDEXES = 5
#: Since this version rows have what searches look at.
_SEARCH_TEXTS = 4
