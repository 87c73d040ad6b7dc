"""Sealing the audit log: closed entries get their numbers, and those whose time is over go.

Every step is one transaction that moves the head on; where two services come at once, one begins anew. Killed anywhere,
the chain ends where its head says, and the next step goes on from there.

The chain is never stuck: where it is not as the head says, a seal of its own says so for good, and it goes on from what
is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from bson import ObjectId
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from server.errors import StartError
from server.store.audit_chain import (
    HEAD_ID,
    NOTHING,
    ChainKey,
    ChainKeys,
    Head,
    Place,
    Seal,
    SealKind,
    chain_keys,
    entry_digest,
)
from server.store.clashes import clashes
from server.store.client import Database, Document, Session
from server.store.patience import until_won
from server.store.vault import Locked, key_in_use

log = structlog.get_logger(__name__)

_AT_ONCE = 500  # entries sealed, or let go of, in one transaction
#: Numbers are this program's own and far smaller; whatever else stands there is not counted on from.
_LARGEST = 2**53

#: All master keys that are known here, the newest first.
LoadKeys = Callable[[], Sequence[bytes]]


class _Overtaken(Exception):
    """Another service has sealed meanwhile."""


class AuditSealing:
    """Every write of seals, and of their head."""

    def __init__(self, database: Database, load_keys: LoadKeys, retention: timedelta | None = None) -> None:
        """``load_keys`` is asked each time, as a master key may be replaced. ``retention``: how long entries are kept,
        None: for ever."""
        self._database = database
        self._load_keys = load_keys
        self._retention = retention

    async def seal(self) -> int:
        """Seal some of the entries that grow no more, the oldest first; answers how many.

        Raises :class:`Locked` where the master key was replaced, and the new one is not known here.
        """
        masters = await self._masters()
        if await self._is_done(masters):
            return 0

        async def work(session: Session, thoroughly: bool) -> int:
            chain = await _Chain.read(self._database, masters, session, thoroughly=thoroughly)
            criteria = await self._closed()
            rows = self._database.audit.find(criteria, session=session).sort([("at", 1), ("_id", 1)]).limit(_AT_ONCE)
            seals = [chain.seal(row) async for row in rows]
            await chain.write(session)
            if seals:
                await self._mark(seals, session)
            return len(seals)

        return await self._transaction(work)

    async def let_go(self) -> int:
        """Remove the first entries of the chain whose time is over, with their seals; answers how many.

        What is not as it was sealed stays, and what comes after it: it is evidence. Raises :class:`Locked`.
        """
        if self._retention is None:
            return 0
        before = await self._database.now() - self._retention
        first = await self._database.audit_seals.find_one({"_id": {"$gte": 1}}, sort=[("_id", 1)])
        if first is None or (first.get("at") or first["sealedAt"]) >= before:
            return 0
        masters = await self._masters()

        async def work(session: Session, thoroughly: bool) -> int:
            chain = await _Chain.read(self._database, masters, session, thoroughly=thoroughly)
            gone = await self._over(chain, before, session)
            if gone:
                chain.anchor_at(gone[-1])
                await chain.write(session)
                entries = [seal.entry for seal in gone if seal.entry is not None]
                await self._database.audit.delete_many({"_id": {"$in": entries}}, session=session)
                await self._database.audit_seals.delete_many({"_id": {"$lte": gone[-1].number}}, session=session)
            return len(gone)

        return await self._transaction(work)

    async def _masters(self) -> Sequence[bytes]:
        try:
            return await asyncio.to_thread(self._load_keys)
        except StartError as error:  # it may be there again: no reason for a service to end
            raise Locked from error

    async def next_closing(self) -> datetime | None:
        """When the next of the entries is closed that still grow; None: there is none."""
        growing = {"sealed": None, "openUntil": {"$gt": await self._database.now()}}
        row = await self._database.audit.find_one(growing, {"openUntil": 1}, sort=[("openUntil", 1)])
        return None if row is None else row["openUntil"]

    async def _is_done(self, masters: Sequence[bytes]) -> bool:
        if await self._database.audit.find_one(await self._closed(), {"_id": 1}) is not None:
            return False
        head = await self._database.meta.find_one({"_id": HEAD_ID}, {"key": 1})
        master = await key_in_use(self._database, masters)
        return head is None or (master is not None and head.get("key") == ChainKey.of(master).name)

    async def _closed(self) -> dict[str, Any]:
        """Entries that grow no more."""
        now = await self._database.now()
        return {"sealed": None, "$or": [{"openUntil": None}, {"openUntil": {"$lte": now}}]}

    async def _mark(self, seals: Sequence[Seal], session: Session) -> None:
        """Let the entries say their numbers; from then on they do not grow."""
        writes = [
            UpdateOne(
                {"_id": seal.entry, "sealed": None}, {"$set": {"sealed": seal.number}, "$unset": {"openUntil": ""}}
            )
            for seal in seals
        ]
        result = await self._database.audit.bulk_write(writes, ordered=False, session=session)
        if result.matched_count != len(seals):
            raise _Overtaken

    async def _over(self, chain: _Chain, before: datetime, session: Session) -> list[Seal]:
        """Seals from the anchor on whose entries are older, and are as they were sealed."""
        after, upto = chain.head.anchor, chain.head.anchor.number + _AT_ONCE
        rows = self._database.audit_seals.find({"_id": {"$gt": after.number, "$lte": upto}}, session=session)
        marked = {"sealed": {"$gt": after.number, "$lte": upto}}
        digests = {
            (row["_id"], row["sealed"]): entry_digest(row)
            async for row in self._database.audit.find(marked, session=session)
        }
        over: list[Seal] = []
        for row in await rows.sort("_id", 1).to_list():
            seal = Seal.from_row(row)
            whole = (
                seal is not None
                and (seal.number, seal.previous) == (after.number + 1, after.hash)
                and seal.is_genuine(chain.keys)
                and (seal.entry is None or digests.get((seal.entry, seal.number)) == seal.digest)
            )
            if seal is None or not whole:
                log.error("the audit log is not as it was sealed: entries whose time is over stay", number=row["_id"])
                break
            if (seal.at or seal.sealed_at) >= before:
                break
            over.append(seal)
            after = seal.place
        return over

    async def _transaction(self, work: Callable[[Session, bool], Awaitable[int]]) -> int:
        """``work`` with the session, and whether to look thoroughly, as what was written is there already."""
        thoroughly = False

        async def attempt() -> int | None:
            nonlocal thoroughly
            try:
                return await self._database.transaction(lambda session: work(session, thoroughly))
            except (_Overtaken, DuplicateKeyError, BulkWriteError) as error:
                if isinstance(error, BulkWriteError) and clashes(error) is None:
                    raise
                thoroughly = True
                return None

        return await until_won("the head of the audit log", attempt)


async def note_key_given_up(database: Database, master: bytes, session: Session) -> None:
    """The chain goes on under another master key, as the one before is lost; a seal says so for good."""
    chain = await _Chain.read(database, [master], session, thoroughly=True, key_is_lost=True)
    await chain.write(session)


class _Chain:
    """The end of the chain within one transaction."""

    def __init__(
        self, database: Database, keys: ChainKeys, key: ChainKey, row: Document | None, head: Head, now: datetime
    ) -> None:
        self._database = database
        self.keys = keys
        self._key = key
        self._row = row
        self.head = head
        self._now = now
        self._seals: list[Seal] = []

    @classmethod
    async def read(
        cls,
        database: Database,
        masters: Sequence[bytes],
        session: Session,
        *,
        thoroughly: bool = False,
        key_is_lost: bool = False,
    ) -> _Chain:
        """As it is left; where it is not as its head says, it begins with a seal that says so.

        ``thoroughly``: look for seals beyond the head. ``key_is_lost``: the newest of the master keys takes the place
        of one that is lost. Raises :class:`Locked`.
        """
        master = masters[0] if key_is_lost else await key_in_use(database, masters, session)
        if master is None:
            raise Locked
        keys = chain_keys(masters)
        found = await _read(database, session, thoroughly=thoroughly)
        head, trouble = _head_of(found, keys)
        if trouble and not thoroughly:
            found = await _read(database, session, thoroughly=True)
            head, trouble = _head_of(found, keys)
        chain = cls(database, keys, ChainKey.of(master), found.row, head, await database.now())
        if key_is_lost:
            if found.exists:
                chain._add(SealKind.KEY_GIVEN_UP)
        elif trouble:
            log.error("the audit log is not as it was left", reason=trouble, number=head.end.number)
            chain._add(SealKind.BREAK)
        return chain

    def seal(self, row: Document) -> Seal:
        """The next one, of this entry."""
        return self._add(SealKind.ENTRY, row["_id"], row.get("at"), entry_digest(row))

    def anchor_at(self, seal: Seal) -> None:
        """The chain begins after this one."""
        self.head = replace(self.head, anchor=seal.place)

    async def write(self, session: Session) -> None:
        """The head first, where two meet. Raises what shows that somebody else was faster."""
        row = self.head.under(self._key).as_row()
        meta = self._database.meta
        if self._row is None:
            await meta.insert_one({"_id": HEAD_ID, **row}, session=session)
        else:
            as_read = {"_id": HEAD_ID, "code": self._row.get("code")}
            if not (await meta.update_one(as_read, {"$set": row}, session=session)).matched_count:
                raise _Overtaken
        if self._seals:
            await self._database.audit_seals.insert_many([seal.as_row() for seal in self._seals], session=session)

    def _add(self, kind: SealKind, entry: ObjectId | None = None, at: datetime | None = None, digest: str = "") -> Seal:
        end = self.head.end
        plain = Seal(end.number + 1, end.hash, kind, entry, at, digest, self._now, self._key.name)
        seal = plain.under(self._key)
        self._seals.append(seal)
        self.head = replace(self.head, end=seal.place)
        return seal


@dataclass(frozen=True)
class _Found:
    """What there is of the chain in the database."""

    row: Document | None
    first: Document | None = None
    last: Document | None = None
    #: The highest number that an entry has, where there are no seals.
    highest: int = 0

    @property
    def exists(self) -> bool:
        """Whether anything was ever sealed."""
        return self.row is not None or self.last is not None or self.highest > 0


async def _read(database: Database, session: Session, *, thoroughly: bool) -> _Found:
    """Where the last seal is the one that the head names, there is no more to read: numbers after it that are taken
    show when the next is written. ``thoroughly``: this has happened."""
    row = await database.meta.find_one({"_id": HEAD_ID}, session=session)
    head = Head.from_row(row)
    if head is not None and not thoroughly:
        last = await database.audit_seals.find_one({"_id": head.end.number}, session=session)
        if last is not None or head.end == head.anchor:
            return _Found(row, last, last)
    numbers = {"$gte": 1, "$lt": _LARGEST}
    first = await database.audit_seals.find_one({"_id": numbers}, sort=[("_id", 1)], session=session)
    last = await database.audit_seals.find_one({"_id": numbers}, sort=[("_id", -1)], session=session)
    if first is not None or row is not None:
        return _Found(row, first, last)
    top = await database.audit.find_one({"sealed": numbers}, {"sealed": 1}, sort=[("sealed", -1)], session=session)
    return _Found(row, highest=0 if top is None else int(top["sealed"]))


def _head_of(found: _Found, keys: ChainKeys) -> tuple[Head, str]:
    """The head to go on from, and what is wrong; empty: nothing is."""
    head = Head.from_row(found.row)
    last = None if found.last is None else Place(int(found.last["_id"]), str(found.last.get("hash")))
    if not found.exists:
        return Head(Place(), Place()), ""
    if head is None:
        return _as_found(found, None, last), "its head is gone"
    if head.key not in keys:
        return _as_found(found, None, last), "its head is signed under an unknown key"
    if not head.is_genuine(keys[head.key]):
        return _as_found(found, None, last), "its head was changed"
    if last != (None if head.end == head.anchor else head.end):
        return _as_found(found, head, last), "it does not end where its head says"
    return head, ""


def _as_found(found: _Found, head: Head | None, last: Place | None) -> Head:
    """Where the chain goes on, beyond every number that was ever given as far as can be seen."""
    number = max(last.number if last else 0, head.end.number if head else 0) or found.highest
    end = Place(number, last.hash if last else NOTHING)
    if head is not None:
        return replace(head, end=end)
    seal = None if found.first is None else Seal.from_row(found.first)
    return Head(end, end if seal is None else Place(seal.number - 1, seal.previous))
