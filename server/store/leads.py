"""Leads: listing, importing, choosing, claiming for an activation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.errors import BulkWriteError

from server.contract import Lead, LeadFilter, LeadSort, LeadStatus, Page, Selection, SkipReason
from server.store.client import Database, Document
from server.store.paging import fetch_page
from server.store.schema import ADDRESS

#: Statuses from which a lead can be activated.
ACTIVATABLE = (LeadStatus.NEW, LeadStatus.SKIPPED)

_DUPLICATE_KEY = 11000
_SORTED_AS_TEXT = frozenset({LeadSort.NAME, LeadSort.EMAIL, LeadSort.COMPANY})


@dataclass(frozen=True)
class NewLead:
    """A lead as it comes from a file or the API; the address is checked already."""

    email: str
    name: str = ""
    company: str = ""
    phone: str = ""


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

    async def add(self, leads: Sequence[NewLead], *, by: str, now: datetime) -> int:
        """Insert those whose address is new, and answer how many; the unique index decides, so races are harmless."""
        rows = [
            {
                "email": lead.email,
                "name": lead.name,
                "company": lead.company,
                "phone": lead.phone,
                "status": LeadStatus.NEW.value,
                "createdAt": now,
                "importedBy": by,
            }
            for lead in leads
        ]
        if not rows:
            return 0
        try:
            result = await self._leads.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            others = [e for e in error.details["writeErrors"] if e["code"] != _DUPLICATE_KEY]
            if others or error.details["writeConcernErrors"]:
                raise
            return int(error.details["nInserted"])
        return len(result.inserted_ids)

    async def page(
        self, leads: LeadFilter, *, sort: LeadSort, descending: bool, after: str | None, skip: int, limit: int
    ) -> Page[Lead]:
        """One page of the leads that match; text is sorted without regard to case."""
        rows, total, cursor = await fetch_page(
            self._leads,
            _matching(leads),
            sort=sort.value,
            descending=descending,
            after=after,
            skip=skip,
            limit=limit,
            collation=ADDRESS if sort in _SORTED_AS_TEXT else None,
        )
        return Page[Lead](items=tuple(_lead(row) for row in rows), total=total, next=cursor)

    async def statuses(self, selection: Selection) -> dict[LeadStatus, int]:
        """How many of the chosen leads are in each status."""
        groups = await self._leads.aggregate(
            [{"$match": selected(selection)}, {"$group": {"_id": "$status", "n": {"$sum": 1}}}]
        )
        return {LeadStatus(group["_id"]): int(group["n"]) async for group in groups}

    async def refused_addresses(self, selection: Selection) -> int:
        """How many of the chosen leads were skipped before because their address cannot be used."""
        return await self._leads.count_documents(
            {"$and": [selected(selection), {"skipReason": SkipReason.ADDRESS_REFUSED.value}]}
        )

    async def claim(self, activation_id: ObjectId, selection: Selection) -> int:
        """Mark the chosen leads that can be activated as this activation's, in one update; answer how many it has.

        Two overlapping requests cannot share a lead. Running it again after a crash claims nothing twice.
        """
        await self._leads.update_many(
            {"$and": [selected(selection), {"status": {"$in": [status.value for status in ACTIVATABLE]}}]},
            {
                "$set": {"status": LeadStatus.ACTIVATING.value, "activationId": activation_id},
                "$unset": {"skipReason": ""},
            },
        )
        return await self._leads.count_documents(_claimed(activation_id))

    async def passed_over(
        self, activation_id: ObjectId, selection: Selection
    ) -> list[tuple[ObjectId, str, str, SkipReason]]:
        """Chosen leads that the claim did not get, as (id, email, name, why)."""
        rows = await self._leads.find(
            {"$and": [selected(selection), {"activationId": {"$ne": activation_id}}]},
            {"email": 1, "name": 1, "status": 1},
        ).to_list()
        passed = [
            (
                row["_id"],
                str(row["email"]),
                str(row.get("name", "")),
                SkipReason.ALREADY_USER if row["status"] == LeadStatus.ACTIVATED else SkipReason.IN_ANOTHER_ACTIVATION,
            )
            for row in rows
        ]
        if selection.ids is not None:
            found = {
                row["_id"] async for row in self._leads.find({"_id": {"$in": _object_ids(selection.ids)}}, {"_id": 1})
            }
            passed += [(id_, "", "", SkipReason.NOT_FOUND) for id_ in _object_ids(selection.ids) if id_ not in found]
        return passed

    async def claimed(self, activation_id: ObjectId, limit: int) -> list[ClaimedLead]:
        """The next leads that this activation still has to deal with."""
        rows = await self._leads.find(_claimed(activation_id), {"email": 1, "name": 1}).limit(limit).to_list()
        return [ClaimedLead(row["_id"], str(row["email"]), str(row.get("name", ""))) for row in rows]

    async def release(self, activation_id: ObjectId) -> int:
        """Leave the rest of a stopped activation as it was before."""
        result = await self._leads.update_many(
            _claimed(activation_id), {"$set": {"status": LeadStatus.NEW.value}, "$unset": {"activationId": ""}}
        )
        return result.modified_count


def selected(selection: Selection) -> dict[str, Any]:
    """The criteria of a selection."""
    if selection.ids is not None:
        return {"_id": {"$in": _object_ids(selection.ids)}}
    criteria = _matching(selection.matching or LeadFilter())
    if selection.exclude:
        return {"$and": [criteria, {"_id": {"$nin": _object_ids(selection.exclude)}}]}
    return criteria


def _object_ids(ids: Sequence[str]) -> list[ObjectId]:
    return [ObjectId(id_) for id_ in ids]


def _claimed(activation_id: ObjectId) -> dict[str, Any]:
    return {"activationId": activation_id, "status": LeadStatus.ACTIVATING.value}


def _matching(leads: LeadFilter) -> dict[str, Any]:
    criteria: dict[str, Any] = {}
    if leads.status:
        criteria["status"] = {"$in": [status.value for status in leads.status]}
    if leads.search:
        contains = {"$regex": re.escape(leads.search), "$options": "i"}
        criteria["$or"] = [{"name": contains}, {"email": contains}, {"company": contains}]
    return criteria


def _lead(row: Mapping[str, Any] | Document) -> Lead:
    return Lead(
        id=str(row["_id"]),
        email=str(row["email"]),
        name=str(row.get("name", "")),
        company=str(row.get("company", "")),
        status=LeadStatus(row["status"]),
        created_at=row["createdAt"],
        activated_at=row.get("activatedAt"),
        skip_reason=row.get("skipReason"),
    )
