"""What has happened to one email, from the queue to the mailbox.

A row carries its own history along: an event is written in the same update as what it tells of, so it costs no call,
and moves with the row to the failed ones, back, and to the delivery log. Kept are the latest events. Tries that say
nothing of the email (its account was blocked, or it was given back untried) are not among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.contract import EmailEvent, EmailEventKind, EmailState, Phrase
from server.errors import NotFound
from server.explaining import explained
from server.store.client import Database, Document
from server.store.ids import stored_id
from server.store.rows import DELIVERY, FAILED, PENDING, whole
from server.store.rows import history as known_events

#: Events that a row carries at most: about 25 KB if all of them are long.
KEPT = 50


def event(kind: EmailEventKind, at: datetime, detail: str = "", *, account: str | None = "") -> Document:
    """One event as it is stored; ``account``: by which mail account the email was tried."""
    return {"what": kind.value, "at": at, "detail": detail} | ({"account": account} if account else {})


def push(new: Document) -> dict[str, Any]:
    """The update that adds it."""
    return {"$push": {"history": {"$each": [new], "$slice": -KEPT}}}


def history_with(row: Mapping[str, Any], new: Document) -> list[Document]:
    """The row's history and one event more."""
    return [*known_events(row.get("history")), new][-KEPT:]


@dataclass(frozen=True)
class Delivery:
    """What the mail server replied, and the Message-ID it was told."""

    reply: str
    message_id: str


class HistoryStore:
    """Puts together what the collections know of an email."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def events(self, email_id: str) -> list[EmailEvent]:
        """Everything known of it, the oldest first.

        Raises :class:`NotFound` when nothing is: there was no such email, an admin has discarded it, or the time to
        keep the delivery log is over.
        """
        return await self.events_of(stored_id(email_id))

    async def events_of(self, id_: Any) -> list[EmailEvent]:
        """As :meth:`events`, by whatever is the row's id."""
        for _ in range(2):  # it may move from one to the other while it is looked for
            waiting = await self._database.pending.find_one({"_id": id_}, {"password": 0})
            failed = await self._database.failed.find_one({"_id": id_}, {"password": 0})
            delivery = await self._database.deliveries.find_one({"_id": id_})
            if delivery is not None:
                delivery = whole(delivery, DELIVERY)
                return _told(delivery, [delivered(delivery)])
            if waiting is not None:
                waiting = whole(waiting, PENDING)
                return _told(waiting, _being_sent(waiting))
            if failed is not None:
                return _told(whole(failed, FAILED), [])
        raise NotFound(Phrase.EMAIL_UNKNOWN)

    async def delivery(self, email_id: str) -> Delivery:
        """How it left. Raises :class:`NotFound` when it has not, or the time to keep the delivery log is over."""
        row = await self._database.deliveries.find_one({"_id": stored_id(email_id)}, {"reply": 1, "messageId": 1})
        if row is None:
            raise NotFound(Phrase.EMAIL_NOT_SENT)
        sent = whole(row, DELIVERY)
        return Delivery(reply=sent["reply"], message_id=sent["messageId"])


def _told(row: Mapping[str, Any], last: Sequence[Document]) -> list[EmailEvent]:
    told = [event(EmailEventKind.QUEUED, row["createdAt"]), *row.get("history", ()), *last]
    return [
        EmailEvent(
            at=each["at"],
            what=EmailEventKind(each["what"]),
            detail=each["detail"],
            account=each.get("account", ""),
            sentence=explained(each["detail"]),
        )
        for each in told
    ]


def _being_sent(row: Mapping[str, Any]) -> list[Document]:
    if row["status"] != EmailState.PROCESSING.value or row["lastAttemptAt"] is None:
        return []
    return [event(EmailEventKind.SENDING, row["lastAttemptAt"])]


def delivered(row: Mapping[str, Any]) -> Document:
    """What the row of a delivery tells."""
    by = f"{row['account']}, {row['durationMs'] / 1000:.1f} s"
    return event(EmailEventKind.DELIVERED, row["sentAt"], f"{row['reply']} ({by})", account=row["account"])
