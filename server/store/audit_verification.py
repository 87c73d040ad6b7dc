"""Looking through the whole audit log: whether each entry is what was sealed, and none is missing or too many.

Block by block in the order of their numbers, so that it takes no more memory however long the log is. It goes on beside
a service that seals and lets go of entries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId
from pymongo.asynchronous.cursor import AsyncCursor

from server.contract import AuditFault, AuditFaultKind, AuditVerification
from server.store.audit_chain import (
    HEAD_ID,
    NOTHING,
    ChainKeys,
    Head,
    Place,
    Seal,
    SealKind,
    chain_keys,
    entry_digest,
)
from server.store.audit_sealing import LoadKeys
from server.store.client import Database, Document
from server.threads import SEALS

_AT_ONCE = 500  # seals read and looked at together
_MOST_ENTRIES = 4 * _AT_ONCE  # kept of one block: far more than belong there
_NAMED = 100  # faults that are told of one by one
#: Shorter beginnings of a noted head may be met by chance.
SHORTEST_HEAD = 12


async def verify(database: Database, load_keys: LoadKeys, *, noted_head: str = "") -> AuditVerification:
    """What is found. ``noted_head``: a head, or its first digits, that somebody has noted down earlier."""
    keys = chain_keys(await asyncio.to_thread(load_keys))
    verified_at = await database.now()
    # Before the head is read: what is sealed meanwhile is told of as not sealed, never left out.
    unsealed = await database.audit.count_documents({"sealed": None})
    walk = _Walk(database, keys)
    await walk.to_the_end()
    await walk.look_outside()
    noted = await walk.find(noted_head) if noted_head else None
    faults = await walk.faults()
    return AuditVerification(
        verified_at=verified_at,
        entries=walk.entries,
        first=walk.anchor.number + 1,
        last=walk.end,
        head="" if walk.reached is None or walk.reached.hash == NOTHING else walk.reached.hash,
        not_sealed_yet=unsealed,
        unproven_until=walk.unproven_until,
        fault_count=len(faults) + walk.more,
        faults=tuple(faults),
        noted_number=noted,
    )


@dataclass
class _Walk:
    """From the anchor to the end of the chain."""

    database: Database
    keys: ChainKeys
    anchor: Place = field(default_factory=Place)
    #: The number of the last seal that there should be.
    end: int = 0
    #: The last seal, so far; None: what is before the next one is not known.
    reached: Place | None = field(default_factory=Place)
    entries: int = 0
    unproven_until: int = 0
    more: int = 0
    _found: list[AuditFault] = field(default_factory=list)
    #: Where seals under a key began that is not known here.
    _unknown_since: int | None = None

    async def to_the_end(self) -> None:
        """Look at every seal, and the entries that say their numbers."""
        head = await self._begin()
        after = self.anchor.number
        numbers = {"$gt": after, "$lte": self.end}
        seals = self.database.audit_seals.find({"_id": numbers}).sort("_id", 1)
        entries = _Entries(self.database.audit.find({"sealed": numbers}).sort("sealed", 1))
        while after < self.end:
            rows = await seals.to_list(_AT_ONCE)
            upto = int(rows[-1]["_id"]) if rows else self.end
            there, more = await entries.upto(upto)
            suspects = await SEALS.run(self._look_at, after, upto, rows, there)
            for suspect in (*suspects, *more):
                await self._look_for(suspect)
            after = upto
        if head is not None and self.reached not in (None, head.end):
            self._broken(head.end.number)

    async def look_outside(self) -> None:
        """For entries with numbers that were never given, and seals after the last.

        They are read before the head: what is sealed meanwhile is below it by then.
        """
        later = {"$gt": self.end}
        entries: list[Document] = []
        for criteria in (
            {"sealed": {"$lte": self.anchor.number}},
            {"sealed": later},
            {"sealed": {"$ne": None, "$not": {"$type": "number"}}},
        ):
            found = self.database.audit.find(criteria, {"at": 1, "sealed": 1}).sort("sealed", -1)
            entries += await found.limit(_NAMED).to_list()
        seal = await self.database.audit_seals.find_one({"_id": later}, {"_id": 1}, sort=[("_id", -1)])
        head = Head.from_row(await self.database.meta.find_one({"_id": HEAD_ID}))
        end = self.end if head is None else max(self.end, head.end.number)
        for entry in entries:
            if not self.end < _number(entry["sealed"]) <= end:
                self._add(AuditFaultKind.INSERTED, 0, entry=entry["_id"], at=entry.get("at"))
        if seal is not None and seal["_id"] > end:
            self._add(AuditFaultKind.HEAD_BEHIND, end + 1)

    async def find(self, noted: str) -> int | None:
        """The number of the seal whose hash begins so; where there is none, that is a fault."""
        noted = noted.strip().lower()
        if self.anchor.hash.startswith(noted):
            return self.anchor.number
        begins = {"hash": {"$gte": noted, "$lt": f"{noted}g"}}
        row = await self.database.audit_seals.find_one(begins, {"_id": 1}, sort=[("_id", 1)])
        if row is None:
            self._add(AuditFaultKind.NOTED_HEAD_MISSING, 0)
            return None
        return int(row["_id"])

    async def faults(self) -> list[AuditFault]:
        """Without what was let go of meanwhile, as its time was over."""
        head = Head.from_row(await self.database.meta.find_one({"_id": HEAD_ID}))
        anchor = self.anchor.number
        if head is not None and head.key in self.keys and head.is_genuine(self.keys[head.key]):
            anchor = head.anchor.number
        return [
            fault.model_copy(update={"first": max(fault.first, anchor + 1)}) if 0 < fault.first <= anchor else fault
            for fault in self._found
            if fault.last == 0 or fault.last > anchor
        ]

    async def _begin(self) -> Head | None:
        """From where to where; answers the head where it is genuine."""
        row = await self.database.meta.find_one({"_id": HEAD_ID})
        head = Head.from_row(row)
        first = await self.database.audit_seals.find_one({"_id": {"$gte": 1}}, sort=[("_id", 1)])
        if head is not None and head.key in self.keys and head.is_genuine(self.keys[head.key]):
            self.anchor, self.end, self.reached = head.anchor, head.end.number, head.anchor
            return head
        if row is not None:
            known = head is None or head.key in self.keys
            self._add(AuditFaultKind.HEAD_CHANGED if known else AuditFaultKind.HEAD_UNKNOWN, 0)
        elif first is not None or await self.database.audit.find_one({"sealed": {"$gte": 1}}) is not None:
            self._add(AuditFaultKind.HEAD_DELETED, 0)
        if first is not None:
            last = await self.database.audit_seals.find_one({"_id": {"$gte": 1}}, {"_id": 1}, sort=[("_id", -1)])
            self.anchor = Place(int(first["_id"]) - 1, str(first.get("previous")))
            self.end = int(first["_id"] if last is None else last["_id"])
            self.reached = self.anchor
        return None

    def _look_at(self, after: int, upto: int, rows: Sequence[Document], entries: Sequence[Document]) -> list[_Suspect]:
        """One block; in a thread of its own. Answers what has to be looked for elsewhere."""
        there: dict[int, list[Document]] = {}
        for entry in entries:
            there.setdefault(_number(entry.get("sealed")), []).append(entry)
        suspects: list[_Suspect] = []
        expected = after + 1
        for row in rows:
            number = int(row["_id"])
            self._gap(expected, number - 1, there)
            suspects += self._look_at_one(number, Seal.from_row(row), there.pop(number, []))
            expected = number + 1
        self._gap(expected, upto, there)
        suspects += [_Suspect(number, None, each) for number, rest in there.items() for each in rest]
        return suspects

    def _gap(self, first: int, last: int, there: dict[int, list[Document]]) -> None:
        """Numbers without a seal."""
        if first > last:
            return
        self.reached = None
        for number in sorted(number for number in there if first <= number <= last):
            if first < number:
                self._add(AuditFaultKind.DELETED, first, number - 1)
            for entry in there.pop(number):
                self._add(AuditFaultKind.SEAL_DELETED, number, entry=entry["_id"], at=entry.get("at"))
            first = number + 1
        if first <= last:
            self._add(AuditFaultKind.CUT if last == self.end else AuditFaultKind.DELETED, first, last)

    def _look_at_one(self, number: int, seal: Seal | None, here: Sequence[Document]) -> Iterator[_Suspect]:
        if seal is None or not seal.is_genuine(self.keys):
            self._add(AuditFaultKind.SEAL_CHANGED, number)
            self.reached = None
            return
        if seal.number != number:
            self._add(AuditFaultKind.REORDERED, number, entry=seal.entry, at=seal.at)
            self.reached = None
            return
        if self.reached is not None and self.reached.hash != seal.previous:
            self._broken(number)
        if seal.key in self.keys:
            self._unknown_since = None
        elif self._unknown_since is None:
            self._unknown_since = number
        self.reached = seal.place
        if seal.kind is SealKind.BREAK:
            self._add(AuditFaultKind.INTERRUPTED, number, at=seal.sealed_at)
        elif seal.kind is SealKind.KEY_GIVEN_UP:
            self.unproven_until = number - 1
        else:
            yield from self._compare(seal, here)

    def _compare(self, seal: Seal, here: Sequence[Document]) -> Iterator[_Suspect]:
        """The seal with the entries that say its number."""
        for entry in here:
            if entry["_id"] != seal.entry:
                yield _Suspect(seal.number, None, entry)
        own = next((entry for entry in here if entry["_id"] == seal.entry), None)
        if own is None:
            yield _Suspect(seal.number, seal, None)
            return
        self.entries += 1
        if entry_digest(own) != seal.digest:
            self._add(AuditFaultKind.CHANGED, seal.number, entry=seal.entry, at=seal.at)

    async def _look_for(self, suspect: _Suspect) -> None:
        """An entry that is not where its seal is, or says a number that is another's."""
        if suspect.seal is not None:
            row = await self.database.audit.find_one({"_id": suspect.seal.entry}, {"_id": 1})
            kind = AuditFaultKind.DELETED if row is None else AuditFaultKind.REORDERED
            self._add(kind, suspect.number, entry=suspect.seal.entry, at=suspect.seal.at)
        elif suspect.entry is not None and len(self._found) < _NAMED:
            id_ = suspect.entry["_id"]
            if await self.database.audit_seals.find_one({"entry": id_}, {"_id": 1}) is None:
                self._add(AuditFaultKind.INSERTED, suspect.number, entry=id_, at=suspect.entry.get("at"))

    def _broken(self, number: int) -> None:
        """Those under a key that is not known any more may be any; otherwise it is the two that do not fit."""
        first = self._unknown_since or max(number - 1, self.anchor.number + 1)
        self._add(AuditFaultKind.BROKEN, first, number)

    def _add(
        self, kind: AuditFaultKind, first: int, last: int | None = None, *, entry: object = None, at: Any = None
    ) -> None:
        before = self._found[-1] if self._found else None
        fault = AuditFault(
            kind=kind,
            first=first,
            last=first if last is None else last,
            entry=str(entry) if isinstance(entry, ObjectId) else None,
            at=at,
        )
        if before is not None and kind is AuditFaultKind.DELETED is before.kind and before.last + 1 == first:
            self._found[-1] = before.model_copy(update={"last": fault.last})
        elif len(self._found) < _NAMED:
            self._found.append(fault)
        else:
            self.more += 1


class _Entries:
    """Those that say numbers, in the order of these. One list from start to end: an engine that looks through all rows
    of a range does so once."""

    def __init__(self, rows: AsyncCursor[Document]) -> None:
        self._rows = rows.batch_size(_AT_ONCE)
        self._next: Document | None = None
        self._is_over = False

    async def upto(self, number: int) -> tuple[list[Document], list[_Suspect]]:
        """The next ones, as far as that number; and those that are too many for one block."""
        found: list[Document] = []
        more: list[_Suspect] = []
        while (entry := await self._peek()) is not None and _number(entry["sealed"]) <= number:
            self._next = None
            if len(found) < _MOST_ENTRIES:
                found.append(entry)
            elif len(more) < _NAMED:
                more.append(_Suspect(_number(entry["sealed"]), None, entry))
        return found, more

    async def _peek(self) -> Document | None:
        if self._next is None and not self._is_over:
            self._next = await anext(self._rows, None)
            self._is_over = self._next is None
        return self._next


@dataclass(frozen=True)
class _Suspect:
    """A seal without its entry, or an entry that has none at its number."""

    number: int
    seal: Seal | None
    entry: Mapping[str, Any] | None


def _number(value: object) -> int:
    """What an entry says; 0 where that is no number of ours."""
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) == value:
        return int(value)
    return 0
