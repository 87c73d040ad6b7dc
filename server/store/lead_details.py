"""What is known of one lead: where it came from, who activated it, and what became of its email."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from server.contract import EmailEvent, EmailState, LeadDetails, LeadUser, Phrase
from server.errors import NotFound
from server.store.client import Collection, Database
from server.store.history import HistoryStore
from server.store.ids import stored_id, wire_id
from server.store.leads import lead_of
from server.store.rows import PENDING, USER, text, whole


class LeadDetailsStore:
    """Puts together what the collections know of a lead. The user's id is the lead's own."""

    def __init__(self, database: Database, history: HistoryStore) -> None:
        self._database = database
        self._history = history

    async def details(self, lead_id: str) -> LeadDetails:
        """Raises :class:`NotFound`."""
        row = await self._database.leads.find_one({"_id": stored_id(lead_id)})
        if row is None:
            raise NotFound(Phrase.LEAD_GONE)
        user = await self._database.users.find_one({"_id": row["_id"]})
        email_id, state = (None, None) if user is None else await self._email(row["_id"])
        return LeadDetails(
            lead=lead_of(row),
            phone=text(row.get("phone")),
            imported_by=text(row.get("importedBy")),
            file_name=await _field(self._database.imports, row.get("importId"), "fileName"),
            activated_by=await _field(self._database.activations, row.get("activationId"), "admin"),
            user=None if user is None else _user(user),
            email_id=None if email_id is None else wire_id(email_id),
            email_state=state,
            email_events=tuple(await self._events(email_id)),
        )

    async def _email(self, user_id: ObjectId) -> tuple[ObjectId | None, EmailState | None]:
        waiting = await self._database.pending.find_one({"userId": user_id}, {"status": 1})
        if waiting is not None:
            return waiting["_id"], EmailState(whole(waiting, PENDING)["status"])
        failed = await self._database.failed.find_one({"userId": user_id}, {"_id": 1})
        if failed is not None:
            return failed["_id"], EmailState.FAILED
        sent = await self._database.deliveries.find_one({"userId": user_id}, {"_id": 1}, sort=[("sentAt", -1)])
        return (None, None) if sent is None else (sent["_id"], EmailState.SENT)

    async def _events(self, email_id: ObjectId | None) -> list[EmailEvent]:
        if email_id is None:
            return []
        try:
            return await self._history.events_of(email_id)
        except NotFound:  # discarded at this very moment
            return []


async def _field(collection: Collection, id_: ObjectId | None, field: str) -> str | None:
    found = None if id_ is None else await collection.find_one({"_id": id_}, {field: 1})
    return None if found is None else text(found.get(field))


def _user(row: Mapping[str, Any]) -> LeadUser:
    user = whole(row, USER)
    return LeadUser(
        id=wire_id(row["_id"]),
        is_online=user["isOnline"],
        last_seen=user["lastSeen"],
        must_change_password=user["mustChangePassword"],
    )
