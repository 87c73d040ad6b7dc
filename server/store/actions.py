"""What admins do about emails: try again, discard, hold, release, correct the address.

Each step is one transaction with its entry in the audit log: a kill leaves it done or not begun. It takes rows out of
where they are and puts what becomes of them where it belongs. A row that a worker has in hand is never touched: it is
``processing``, and a claim in the same moment clashes with the transaction, which then begins anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from server.contract import Changed, EmailEventKind, EmailSelection, EmailState, LeftReason, Phrase, QueuePart
from server.errors import Conflict, Invalid, NotFound
from server.store.audit import NEXT_STEP, AuditLog
from server.store.client import Collection, Database, Document, Session
from server.store.emails import held_document, next_message_id, requeued_document
from server.store.history import event, history_with
from server.store.ids import stored_id
from server.store.paging import walk
from server.store.renewal import Credentials, Issue, Renewal
from server.store.rows import FAILED, PENDING, whole
from server.store.search import finding, person_keys, readdress

#: Emails that one transaction deals with.
_BATCH = 500


class _Action(StrEnum):
    RETRY = "retry"
    DISCARD = "discard"
    HOLD = "hold"
    RELEASE = "release"


#: Where an action looks for emails named by id or cause; the first is the one it means by "all" and "all that match".
_PARTS: Mapping[_Action, tuple[QueuePart, ...]] = {
    _Action.RETRY: (QueuePart.FAILED, QueuePart.BOUNCED, QueuePart.HELD, QueuePart.PENDING),
    _Action.DISCARD: (QueuePart.FAILED, QueuePart.BOUNCED, QueuePart.HELD, QueuePart.PENDING),
    _Action.HOLD: (QueuePart.PENDING,),
    _Action.RELEASE: (QueuePart.HELD,),
}


@dataclass(frozen=True)
class _Order:
    """One admin's action, from when it was asked for."""

    action: _Action
    selection: EmailSelection
    by: str
    now: datetime
    #: Its entry in the audit log.
    note: ObjectId = field(default_factory=ObjectId)


class QueueActions:
    """Every change of the queue that an admin asks for."""

    def __init__(self, database: Database, issue: Issue) -> None:
        """``issue`` makes new passwords, for emails whose own was wiped."""
        self._database = database
        self._audit = AuditLog(database)
        self._renewal = Renewal(database, issue)

    async def retry(self, selection: EmailSelection, *, by: str) -> Changed:
        """Queue them again, due now and with all their attempts before them.

        An email whose password was wiped, or has left, gets a new one, and so does its user, unless she has one of her
        own by now:
        such an email is left as it is (see :meth:`Renewal.complete`).
        """
        return await self._carry_out(_Action.RETRY, selection, by)

    async def discard(self, selection: EmailSelection, *, by: str) -> Changed:
        """Drop them for good; the users stay."""
        return await self._carry_out(_Action.DISCARD, selection, by)

    async def hold(self, selection: EmailSelection, *, by: str) -> Changed:
        """Keep pending ones back, among the failed, until they are released."""
        return await self._carry_out(_Action.HOLD, selection, by)

    async def release(self, selection: EmailSelection, *, by: str) -> Changed:
        """Queue held ones again, as :meth:`retry` does."""
        return await self._carry_out(_Action.RELEASE, selection, by)

    async def correct(self, email_id: str, address: str, *, by: str) -> None:
        """Send a pending or failed email to another address, now; user and lead follow. A held one stays held.

        A new password is issued where the old one was wiped or has left, and where the wrong address may have got it.

        Raises :class:`NotFound`, or :class:`Conflict` when another user or lead has that address, when the email is
        being sent at this moment, and when it needs a new password that the user does not (see :meth:`retry`).
        """
        id_, now, note = stored_id(email_id), await self._database.now(), ObjectId()

        async def read() -> list[Document]:
            row = await self._database.pending.find_one({"_id": id_}) or await self._database.failed.find_one(
                {"_id": id_}
            )
            return [] if row is None else [_readdressed(_whole(row), address, by, now)]

        async def work(credentials: Credentials, session: Session) -> None:
            before = _whole(await self._take_one(id_, session))
            row = _readdressed(before, address, by, now)
            await readdress(self._database, user=row["userId"], lead=row["leadId"], address=address, session=session)
            if "held" in row:
                await self._database.failed.insert_one(row, session=session)
            elif completed := await self._renewal.complete([row], credentials, session):
                await self._database.pending.insert_one(requeued_document(completed[0], by, now), session=session)
            else:
                raise Conflict(Phrase.OWN_PASSWORD)
            await self._audit.note(
                note,
                "queue.correct",
                by=by,
                count=1,
                emails=[before["email"]],
                details={"address": address},
                session=session,
            )

        try:
            await self._renewal.transaction(read, work)
        except DuplicateKeyError as error:
            raise Conflict(Phrase.ADDRESS_TAKEN, address=address) from error

    async def _take_one(self, id_: ObjectId, session: Session) -> Document:
        """The row, taken out of where it is. Raises :class:`Conflict` or :class:`NotFound`."""
        for collection in (self._database.pending, self._database.failed):
            row = await collection.find_one({"_id": id_}, session=session)
            if row is not None:
                if row.get("status") == EmailState.PROCESSING.value:
                    raise Conflict(Phrase.EMAIL_BEING_SENT)
                await collection.delete_one({"_id": id_}, session=session)
                return row
        raise NotFound(Phrase.EMAIL_GONE)

    # --- Many at once ---

    async def _carry_out(self, action: _Action, selection: EmailSelection, by: str) -> Changed:
        """The action on every chosen email, batch by batch; all of it is one entry in the audit log."""
        order = _Order(action, selection, by, await self._database.now())
        changed = 0
        left = Counter[LeftReason]()
        for part in _parts(action, selection):
            criteria = _criteria(part, order)
            async for ids in self._batches(part, criteria):
                done, why_not = await self._deal_with(order, part, {**criteria, "_id": {"$in": ids}})
                changed += done
                left += why_not
        if selection.ids is not None:
            left[LeftReason.NOTHING_TO_DO] = max(0, len(set(selection.ids)) - changed - left.total())
        return Changed(
            changed=changed,
            skipped=left.total(),
            reasons={reason.value: count for reason, count in left.items() if count},
        )

    async def _batches(self, part: QueuePart, criteria: Mapping[str, Any]) -> AsyncIterator[list[ObjectId]]:
        """Ids of the chosen emails, read once from start to end: what the action leaves is not met again."""
        async for rows in walk(self._collection(part), criteria, projection={"_id": 1}):
            for start in range(0, len(rows), _BATCH):
                yield [row["_id"] for row in rows[start : start + _BATCH]]

    async def _deal_with(
        self, order: _Order, part: QueuePart, criteria: Mapping[str, Any]
    ) -> tuple[int, Counter[LeftReason]]:
        """One batch in one transaction; answers how many were changed, and how many of the others were left and why."""
        collection = self._collection(part)
        sends = order.action in (_Action.RETRY, _Action.RELEASE)

        async def read() -> list[Document]:
            return await collection.find(criteria).to_list() if sends and part is not QueuePart.PENDING else []

        async def work(credentials: Credentials, session: Session) -> tuple[int, Counter[LeftReason]]:
            rows = [_whole(row) for row in await collection.find(criteria, session=session).to_list()]
            free = [row for row in rows if row.get("status") != EmailState.PROCESSING.value]
            wanted = [row for row in free if not (sends and _is_due_anyway(row, order.now))]
            taken = await self._renewal.complete(wanted, credentials, session) if sends else wanted
            if taken:
                await collection.delete_many({"_id": {"$in": [row["_id"] for row in taken]}}, session=session)
                await self._put(order, taken, session)
                await self._audit.note(
                    order.note,
                    f"queue.{order.action.value}",
                    by=order.by,
                    count=len(taken),
                    emails=[row["email"] for row in taken],
                    details=_details(order.selection),
                    session=session,
                    more_within=NEXT_STEP,
                )
            left = {
                LeftReason.BEING_SENT: len(rows) - len(free),
                LeftReason.PASSWORD_CHANGED: len(wanted) - len(taken),
            }
            return len(taken), Counter(left)

        return await self._renewal.transaction(read, work)

    async def _put(self, order: _Order, rows: Sequence[Document], session: Session) -> None:
        """What becomes of them."""
        match order.action:
            case _Action.RETRY | _Action.RELEASE:
                at_once = order.action is _Action.RETRY
                queued = [requeued_document(row, order.by, order.now, at_once=at_once) for row in rows]
                await self._database.pending.insert_many(queued, session=session)
            case _Action.HOLD:
                held = [held_document(row, order.by, order.now) for row in rows]
                await self._database.failed.insert_many(held, session=session)
            case _Action.DISCARD:
                return

    def _collection(self, part: QueuePart) -> Collection:
        return self._database.pending if part is QueuePart.PENDING else self._database.failed


def _whole(row: Document) -> Document:
    """Whoever has written it: only what waits has a status."""
    return whole(row, PENDING if "status" in row else FAILED)


def _parts(action: _Action, selection: EmailSelection) -> tuple[QueuePart, ...]:
    """Where to look. Raises :class:`Invalid` for a part that the action is not for."""
    possible = _PARTS[action]
    if selection.part is not None:
        if selection.part not in possible:
            raise Invalid(Phrase.ACTION_ELSEWHERE, action=action.value, parts=" or ".join(possible))
        return (selection.part,)
    if selection.ids is not None:
        return possible
    if selection.cause is not None:
        return tuple(part for part in possible if part is not QueuePart.PENDING)
    return possible[:1]


def _criteria(part: QueuePart, order: _Order) -> dict[str, Any]:
    """The chosen emails of that part of the queue."""
    criteria = _chosen(order.selection)
    if part is not QueuePart.PENDING:
        criteria["held"] = {"$ne": None} if part is QueuePart.HELD else None
        criteria["bounced"] = {"$ne": None} if part is QueuePart.BOUNCED else None
        # Those that fail again meanwhile are not chosen again.
        criteria["lastAttemptDate"] = {"$lte": order.now}
    return criteria


def _is_due_anyway(row: Mapping[str, Any], now: datetime) -> bool:
    """Pending, not tried yet, and its time has come: to queue it anew would change nothing."""
    return row.get("status") is not None and row["attempts"] == 0 and bool(row["nextAttemptAt"] <= now)


def _chosen(selection: EmailSelection) -> dict[str, Any]:
    if selection.ids is not None:
        return {"_id": {"$in": [stored_id(id_) for id_ in selection.ids]}}
    if selection.cause is not None:
        return {"cause": selection.cause}
    return finding(selection.matching) if selection.matching is not None else {}


def _details(selection: EmailSelection) -> dict[str, str]:
    """How they were chosen, for the audit log."""
    chosen = {"cause": selection.cause, "matching": selection.matching, "part": selection.part}
    return {name: str(value) for name, value in chosen.items() if value is not None}


def _readdressed(row: Document, address: str, by: str, now: datetime) -> Document:
    """To the right address, without a password that the wrong one may have got."""
    said = Phrase.CORRECTED_BY.says(before=row["email"], after=address, name=by)
    corrected = event(EmailEventKind.CORRECTED, now, said.english)
    moved = {**row, "email": address, **person_keys(address, row["name"]), "history": history_with(row, corrected)}
    if row["uncertain"]:
        moved.pop("password", None)
        moved["messageId"] = next_message_id(row["messageId"])
    return moved
