"""Leads: listing, importing, choosing, claiming for an activation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeGuard

from bson import ObjectId
from pymongo import DESCENDING
from pymongo.errors import BulkWriteError

from server.contract import ChosenLeads, Lead, LeadFilter, LeadSort, LeadStatus, Page, Selection, SkipReason
from server.store.clashes import Clash, clashes
from server.store.client import Database, Document
from server.store.ids import stored_id, wire_id
from server.store.paging import fetch_page, walk
from server.store.rows import LEAD, is_plain_id, text, whole
from server.store.schema import ADDRESS
from server.store.search import finding, lead_keys
from server.text import ascii_address

#: Statuses from which a lead can be activated.
ACTIVATABLE = (LeadStatus.NEW, LeadStatus.SKIPPED)

_IDS_AT_ONCE = 100
_ADDRESSES_AT_ONCE = 1000
#: Addresses are looked up one by one while they are fewer than this part of all leads.
_WALK_FROM = 20
#: By which field a list is sorted. Names have a key of their own, so that an index serves the order people expect; the
#: ids of leads grow with their age.
_SORT_FIELDS = {LeadSort.NAME: "nameKey", LeadSort.COMPANY: "companyKey", LeadSort.CREATED_AT: "_id"}


@dataclass(frozen=True)
class NewLead:
    """A lead as it comes from a file or the API; the address is checked already."""

    email: str
    name: str = ""
    company: str = ""
    phone: str = ""
    #: Of the file, where it comes from one.
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Added:
    """What became of new leads."""

    count: int = 0
    #: Those that a rule of another program does not allow, and which. The others were there already.
    refused: Sequence[tuple[NewLead, Clash]] = ()


@dataclass(frozen=True)
class ClaimedLead:
    """A lead that an activation has claimed and not yet dealt with."""

    id: ObjectId
    email: str
    name: str


class LeadStore:
    """Every query on leads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._leads = database.leads

    async def add(
        self, leads: Sequence[NewLead], *, by: str, now: datetime, import_id: ObjectId | None = None
    ) -> Added:
        """Insert those whose address is new; the unique index decides, so races are harmless."""
        origin = {} if import_id is None else {"importId": import_id}
        rows = [
            {
                "email": lead.email,
                "name": lead.name,
                "company": lead.company,
                "phone": lead.phone,
                **lead_keys(lead.email, lead.name, lead.company, lead.phone),
                "status": LeadStatus.NEW.value,
                "createdAt": now,
                "importedBy": by,
                **origin,
            }
            for lead in leads
        ]
        if not rows:
            return Added()
        try:
            result = await self._leads.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            found = clashes(error)
            if found is None:
                raise
            refused = [(leads[each.position or 0], each) for each in found if not each.is_same_address]
            return Added(int(error.details["nInserted"]), refused)
        return Added(len(result.inserted_ids))

    async def page(
        self, leads: LeadFilter, *, sort: LeadSort, descending: bool, after: str | None, skip: int, limit: int
    ) -> Page[Lead]:
        """One page of the leads that match; text is sorted without regard to case."""
        return await self._page(_matching(leads), sort=sort, descending=descending, after=after, skip=skip, limit=limit)

    async def chosen(
        self, chosen: ChosenLeads, *, sort: LeadSort, descending: bool, after: str | None, skip: int, limit: int
    ) -> Page[Lead]:
        """The same of the chosen leads that a list shows, or of the others."""
        part = _beyond(chosen.listed) if chosen.beyond else _matching(chosen.listed)
        criteria = _both(selected(chosen.selection), part)
        return await self._page(criteria, sort=sort, descending=descending, after=after, skip=skip, limit=limit)

    async def _page(
        self,
        criteria: Mapping[str, Any],
        *,
        sort: LeadSort,
        descending: bool,
        after: str | None,
        skip: int,
        limit: int,
    ) -> Page[Lead]:
        rows, total, cursor = await fetch_page(
            self._leads,
            criteria,
            sort=_SORT_FIELDS.get(sort, sort.value),
            descending=descending,
            after=after,
            skip=skip,
            limit=limit,
            collation=ADDRESS if sort is LeadSort.EMAIL else None,
        )
        return Page[Lead](items=tuple(lead_of(row) for row in rows), total=total, next=cursor)

    async def get(self, lead_id: str) -> Lead | None:
        """One lead, or None when there is none of that id."""
        row = await self._leads.find_one({"_id": stored_id(lead_id)})
        return None if row is None else lead_of(row)

    async def walk(self, leads: LeadFilter, *, sort: LeadSort, descending: bool) -> AsyncIterator[Lead]:
        """All that match, one after the other; of those that change meanwhile it is not said how they are told."""
        rows = walk(
            self._leads,
            _matching(leads),
            sort=_SORT_FIELDS.get(sort, sort.value),
            descending=descending,
            collation=ADDRESS if sort is LeadSort.EMAIL else None,
        )
        async for some in rows:
            for row in some:
                yield lead_of(row)

    async def known_addresses(self, addresses: Sequence[str]) -> set[str]:
        """Which of the addresses are there, in lower case."""
        there = await self._leads.estimated_document_count()
        if len(addresses) * _WALK_FROM > there:  # then one walk costs less than so many look-ups
            wanted = {address.casefold() for address in addresses}
            rows = self._leads.find({}, {"_id": 0, "email": 1})
            return {email async for row in rows if (email := text(row.get("email")).casefold()) in wanted}
        found: set[str] = set()
        for start in range(0, len(addresses), _ADDRESSES_AT_ONCE):
            criteria = {"email": {"$in": list(addresses[start : start + _ADDRESSES_AT_ONCE])}}
            rows = self._leads.find(criteria, {"_id": 0, "email": 1}).collation(ADDRESS)
            found.update([text(row.get("email")).casefold() async for row in rows])
        return found

    async def statuses(self, selection: Selection) -> dict[LeadStatus, int]:
        """How many of the chosen leads are in each status."""
        groups = await self._leads.aggregate(
            [{"$match": selected(selection)}, {"$group": {"_id": "$status", "n": {"$sum": 1}}}]
        )
        statuses: dict[LeadStatus, int] = {}
        async for group in groups:
            status = _status(group["_id"])
            statuses[status] = statuses.get(status, 0) + int(group["n"])
        return statuses

    async def refused_addresses(self, selection: Selection) -> int:
        """How many of the chosen leads were skipped before because their address cannot be used."""
        return await self._leads.count_documents(
            {**selected(selection), "skipReason": SkipReason.ADDRESS_REFUSED.value}
        )

    async def activatable(
        self, selection: Selection, *, beyond: LeadFilter | None = None, limit: int
    ) -> tuple[tuple[Lead, ...], int]:
        """The first few of the chosen leads that would become users, and how many there are; of those only that do not
        match ``beyond``.
        """
        if beyond == LeadFilter():
            return (), 0
        criteria = _both(
            selected(selection, among=ACTIVATABLE), {"skipReason": {"$ne": SkipReason.ADDRESS_REFUSED.value}}
        )
        if beyond is not None:
            criteria = _both(criteria, _beyond(beyond))
        rows = await self._leads.find(criteria).sort("_id", DESCENDING).limit(limit).to_list()
        return tuple(lead_of(row) for row in rows), await self._leads.count_documents(criteria)

    async def claim(self, activation_id: ObjectId, selection: Selection) -> AsyncIterator[tuple[int, int]]:
        """Mark the chosen leads that can be activated as this activation's, part by part.

        Answers each time how many were looked at, of how many. Two overlapping requests cannot share a lead. Running
        it again after a crash claims nothing twice.
        """
        chosen = selected(selection, among=ACTIVATABLE)
        if selection.ids is None:
            ids = [row["_id"] async for row in self._leads.find(chosen, {"_id": 1})]
        else:
            ids = list(dict.fromkeys(_stored_ids(selection.ids)))
        claimed = {"$set": {"status": LeadStatus.ACTIVATING.value, "activationId": activation_id}}
        looked_at = 0
        for part in _parts(ids):
            await self._database.update_many(self._leads, {"_id": {"$in": part}, "status": chosen["status"]}, claimed)
            looked_at += len(part)
            yield looked_at, len(ids)

    async def count_claimed(self, activation_id: ObjectId) -> int:
        """How many leads this activation still has to deal with."""
        return await self._leads.count_documents(_claimed(activation_id))

    async def passed_over(
        self, activation_id: ObjectId, selection: Selection
    ) -> list[tuple[ObjectId, str, str, SkipReason]]:
        """Chosen leads that the claim did not get, as (id, email, name, why)."""
        passed: list[tuple[ObjectId, str, str, SkipReason]] = []
        missing = dict.fromkeys(_stored_ids(selection.ids or []))
        if selection.ids is None:
            choices = [selected(selection) | {"activationId": {"$ne": activation_id}}]
        else:
            choices = [{"_id": {"$in": part}} for part in _parts(list(missing))]
        for criteria in choices:
            async for row in self._leads.find(criteria, {"email": 1, "name": 1, "status": 1, "activationId": 1}):
                if is_plain_id(row["_id"]):  # nobody has picked another
                    missing.pop(row["_id"], None)
                if row.get("activationId") == activation_id:
                    continue
                passed.append((row["_id"], text(row.get("email")), text(row.get("name")), _why_passed_over(row)))
        return passed + [(id_, "", "", SkipReason.NOT_FOUND) for id_ in missing]

    async def claimed(self, activation_id: ObjectId, limit: int) -> list[ClaimedLead]:
        """The next leads that this activation still has to deal with."""
        rows = await self._leads.find(_claimed(activation_id), {"email": 1, "name": 1}).limit(limit).to_list()
        return [ClaimedLead(row["_id"], text(row.get("email")), text(row.get("name"))) for row in rows]

    async def release(self, activation_id: ObjectId) -> int:
        """Leave the rest of a stopped activation as it was before: skipped earlier, or new."""
        left = await self._leads.find(_claimed(activation_id), {"skipReason": 1}).to_list()
        released = 0
        for had_a_reason, status in ((True, LeadStatus.SKIPPED), (False, LeadStatus.NEW)):
            before = {"$set": {"status": status.value}, "$unset": {"activationId": ""}}
            for part in _parts([row["_id"] for row in left if ("skipReason" in row) == had_a_reason]):
                released += await self._database.update_many(self._leads, still_claimed(activation_id, part), before)
        return released


def selected(selection: Selection, *, among: Sequence[LeadStatus] | None = None) -> dict[str, Any]:
    """The criteria of a selection, further narrowed to some statuses.

    All in one level, without ``$and``: so the primary key or an index finds them in any engine.
    """
    if selection.ids is not None:
        criteria: dict[str, Any] = {"_id": {"$in": _stored_ids(selection.ids)}}
        statuses = among
    else:
        leads = selection.matching or LeadFilter()
        criteria = _matching(leads)
        if selection.exclude:
            criteria["_id"] = {"$nin": _stored_ids(selection.exclude)}
        statuses = among if not leads.status else [each for each in leads.status if among is None or each in among]
    if statuses is not None:
        criteria["status"] = {"$in": [status.value for status in statuses]}
    return criteria


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What meets the criteria of both; in one level where that can be."""
    return {**one, **other} if one.keys().isdisjoint(other) else {"$and": [one, other]}


def still_claimed(activation_id: ObjectId, ids: Sequence[ObjectId]) -> dict[str, Any]:
    """Criteria of these leads as long as they are the activation's.

    Worded so that every engine looks for the ids alone.
    """
    return {
        "_id": {"$in": ids},
        "activationId": {"$in": [activation_id]},
        "status": {"$in": [LeadStatus.ACTIVATING.value]},
    }


def _parts(ids: Sequence[ObjectId]) -> Iterator[Sequence[ObjectId]]:
    """Not too many at a time: an engine may compare each row with each of them, and let nobody else in meanwhile."""
    return (ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE))


def _stored_ids(ids: Sequence[str]) -> list[Any]:
    return [stored_id(id_) for id_ in ids]


def _claimed(activation_id: ObjectId) -> dict[str, Any]:
    return {"activationId": activation_id, "status": LeadStatus.ACTIVATING.value}


def _matching(leads: LeadFilter) -> dict[str, Any]:
    criteria: dict[str, Any] = {}
    if leads.status:
        criteria["status"] = {"$in": [status.value for status in leads.status]}
    return criteria | finding(leads.search)


def _beyond(leads: LeadFilter) -> dict[str, Any]:
    """All the others."""
    return {"$nor": [_matching(leads)]}


def lead_of(row: Mapping[str, Any] | Document) -> Lead:
    """The row as it crosses the wire, whoever has written it."""
    lead = whole(row, LEAD)
    is_foreign = row.get("status") is not None and not _is_known(row["status"])
    return Lead(
        id=wire_id(row["_id"]),
        email=lead["email"],
        ascii_email=ascii_address(lead["email"]),
        name=lead["name"],
        company=lead["company"],
        phone=lead["phone"],
        status=_status(row.get("status")),
        created_at=lead["createdAt"],
        activated_at=lead.get("activatedAt"),
        skip_reason=SkipReason.FOREIGN_STATUS if is_foreign else lead.get("skipReason"),
    )


_STATUSES = frozenset(status.value for status in LeadStatus)


def _is_known(stored: object) -> TypeGuard[str]:
    return isinstance(stored, str) and stored in _STATUSES


def _status(stored: object) -> LeadStatus:
    """None is a lead of another program that has not been completed yet; what is not known here cannot be activated."""
    if stored is None:
        return LeadStatus.NEW
    return LeadStatus(stored) if _is_known(stored) else LeadStatus.SKIPPED


def _why_passed_over(row: Mapping[str, Any]) -> SkipReason:
    stored = row.get("status")
    if stored == LeadStatus.ACTIVATED.value:
        return SkipReason.ALREADY_USER
    return SkipReason.IN_ANOTHER_ACTIVATION if _is_known(stored) else SkipReason.FOREIGN_STATUS
