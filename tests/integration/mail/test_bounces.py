"""Emails that come back: marked once, in whatever order reports come, and sent again only as an admin wants it."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from server.bounces.report import BounceInbox, Kind, Report, Taken
from server.contract import EmailEventKind, EmailSelection, EmailState, LeftReason, QueuePart
from server.errors import Conflict
from server.store.actions import QueueActions
from server.store.bounces import KEPT, SENT_WITHIN
from server.store.client import Collection
from server.store.emails import Delivered
from server.store.failures import FailureStore
from server.store.history import HistoryStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp

_LEASE = timedelta(seconds=60)
_AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def report(email_id: ObjectId, source: str = "<1@mx.example>", **other: Any) -> Report:
    """An unknown user, unless it is said otherwise."""
    given: dict[str, Any] = {
        "kind": Kind.FAILED,
        "email_id": email_id,
        "recipient": None,
        "code": "5.1.1",
        "reason": "550 5.1.1 no such user",
        "source_id": source,
        "at": _AT,
    }
    return Report(**{**given, **other})


@pytest.fixture
def inbox(queue: Queue) -> BounceInbox:
    """Where reports are taken."""
    return BounceInbox(queue.database)


async def _send(queue: Queue, smtp: ScriptedSmtp, *addresses: str) -> list[ObjectId]:
    """Emails that a mail server has accepted, with their users and leads."""
    ids = await queue.add_people(*addresses)
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    return ids


async def _kinds(queue: Queue, email_id: ObjectId) -> list[EmailEventKind]:
    return [each.what for each in await HistoryStore(queue.database).events(str(email_id))]


async def _places(queue: Queue, email_id: ObjectId) -> list[str]:
    places = (queue.database.pending, queue.database.failed, queue.database.deliveries)
    return [place.name for place in places if await place.count_documents({"_id": email_id})]


# --- Marking ---


async def test_an_email_that_came_back_stands_among_the_failed_ones_with_all_that_is_known(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox
) -> None:
    ann, bob = await _send(queue, smtp, "ann@firm.example", "bob@firm.example")
    assert await inbox.take([report(ann)], via="pipe") == Taken(bounced=1)

    assert await _places(queue, ann) == ["FailedEmail"]
    assert await _places(queue, bob) == ["deliveries"]
    page = await queue.emails.page(
        EmailState.FAILED, search="ann", bounced=True, held=False, after=None, skip=0, limit=9
    )
    (row,) = page.items
    assert (row.email, row.detail, row.bounced, row.held) == ("ann@firm.example", "550 5.1.1 no such user", True, False)
    assert row.sentence is not None
    assert row.sentence.code == "addressUnknown"
    (group,) = await FailureStore(queue.database).groups()
    assert (group.cause, group.count, group.bounced) == ("It came back: 550 5.1.1 no such user", 1, True)
    assert group.sentence is not None
    assert await queue.emails.counts() == (0, 0, 1)
    assert await queue.emails.count_bounced() == 1
    assert await _kinds(queue, ann) == [EmailEventKind.QUEUED, EmailEventKind.DELIVERED, EmailEventKind.BOUNCED]
    last = (await HistoryStore(queue.database).events(str(ann)))[-1]
    assert last.account == f"{smtp.address.host}:{smtp.address.port}"
    (entry,) = await queue.database.audit.find({}).to_list()
    assert (entry["action"], entry["by"], entry["count"], entry["emails"], entry["details"]) == (
        "queue.bounce", "mail servers", 1, ["ann@firm.example"], {"via": "pipe"},
    )  # fmt: skip
    (kept,) = await queue.database.failed.find({}).to_list()
    assert "password" not in kept


async def test_reports_of_one_delivery_of_mail_are_one_entry_in_the_audit_log(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox
) -> None:
    ids = await _send(queue, smtp, "ann@firm.example", "bob@firm.example")
    assert await inbox.take([report(each) for each in ids], via="imap") == Taken(bounced=2)
    assert [row["count"] async for row in queue.database.audit.find({})] == [2]


async def test_a_delay_is_a_line_in_the_history(queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox) -> None:
    (ann,) = await _send(queue, smtp, "ann@firm.example")
    delay = report(ann, kind=Kind.DELAYED, code="4.4.1", reason="no answer")
    assert await inbox.take([delay], via="pipe") == Taken(delayed=1)
    assert await inbox.take([delay], via="pipe") == Taken(known=1)
    assert await _places(queue, ann) == ["deliveries"]
    events = await HistoryStore(queue.database).events(str(ann))
    assert [(each.what, each.detail) for each in events if each.what is EmailEventKind.DELAYED] == [
        (EmailEventKind.DELAYED, "4.4.1 no answer")
    ]


async def test_what_was_not_sent_is_not_marked(queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox) -> None:
    (pending,) = await queue.add("ann@firm.example")
    (failed,) = await queue.add("bob@firm.example")
    await QueueActions(queue.database, lambda _: asyncio.sleep(0, [])).hold(
        EmailSelection(ids=(str(failed),)), by="ann"
    )
    forged = [report(each) for each in (pending, failed, ObjectId())] + [replace(report(pending), email_id=None)]
    assert await inbox.take(forged, via="imap") == Taken(unknown=4)
    assert await _places(queue, pending) == ["PendingActivationEmail"]
    assert await _places(queue, failed) == ["FailedEmail"]
    assert await queue.emails.count_bounced() == 0
    assert await queue.database.bounces.count_documents({}) == 0


@pytest.mark.parametrize(("past_the_limit", "end"), [(-1, Taken(bounced=1)), (1, Taken(unknown=1))])
async def test_only_what_was_sent_within_the_last_days_can_come_back(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, past_the_limit: int, end: Taken
) -> None:
    (ann,) = await _send(queue, smtp, "ann@firm.example")
    sent_at = await queue.database.now() - SENT_WITHIN - timedelta(minutes=past_the_limit)
    await queue.database.deliveries.update_one({"_id": ann}, {"$set": {"sentAt": sent_at}})
    assert await inbox.take([report(ann)], via="imap") == end
    kept = (await queue.database.bounces.index_information())["retention"]
    assert kept["expireAfterSeconds"] == KEPT.total_seconds()


async def test_deliveries_that_an_earlier_version_has_noted_come_back_as_well(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox
) -> None:
    (ann,) = await _send(queue, smtp, "ann@firm.example")
    await queue.database.deliveries.update_one({"_id": ann}, {"$unset": {"leadId": "", "activationId": ""}})
    assert await inbox.take([report(ann)], via="imap") == Taken(bounced=1)
    (row,) = await queue.database.failed.find({}).to_list()
    assert row["leadId"] == row["userId"]


# --- Early, late, twice ---


async def test_a_report_that_comes_before_the_answer_is_taken_when_that_is_known(
    queue: Queue, inbox: BounceInbox
) -> None:
    (ann,) = await queue.add_people("ann@firm.example")
    (claimed,) = await queue.emails.claim(1, _LEASE)
    await queue.emails.mark_handed_over([claimed], "a")
    assert await inbox.take([report(ann)], via="imap") == Taken(waiting=1)
    assert await inbox.look_again() == Taken(waiting=1)
    await queue.emails.settle_delivered([Delivered(claimed, "250 ok", "a", timedelta(seconds=1))])
    assert await inbox.look_again() == Taken(bounced=1)
    assert await inbox.look_again() == Taken()
    assert await inbox.take([report(ann)], via="imap") == Taken(known=1)
    assert await _kinds(queue, ann) == [EmailEventKind.QUEUED, EmailEventKind.DELIVERED, EmailEventKind.BOUNCED]


async def test_a_report_on_a_try_that_is_repeated_does_not_mark_the_next_one(queue: Queue, inbox: BounceInbox) -> None:
    (ann,) = await queue.add_people("ann@firm.example")
    (lost,) = await queue.emails.claim(1, _LEASE)
    await queue.emails.mark_handed_over([lost], "a")
    await queue.emails.recover(everything=True)
    assert await inbox.take([report(ann)], via="imap") == Taken(waiting=1)
    (again,) = await queue.emails.claim(1, _LEASE)
    await queue.emails.mark_handed_over([again], "a")
    await queue.emails.settle_delivered([Delivered(again, "250 ok", "a", timedelta(seconds=1))])
    assert await inbox.look_again() == Taken(known=1)
    assert await _places(queue, ann) == ["deliveries"]
    assert EmailEventKind.BOUNCED in await _kinds(queue, ann)
    assert await inbox.take([report(ann, "<2@mx.example>")], via="imap") == Taken(bounced=1)


async def test_an_old_report_does_not_mark_a_later_sending(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, actions: QueueActions
) -> None:
    (ann,) = await _send(queue, smtp, "ann@firm.example")
    await inbox.take([report(ann)], via="imap")
    assert (await actions.retry(EmailSelection(ids=(str(ann),)), by="ann")).changed == 1
    assert await inbox.take([report(ann), report(ann, "<2@mx.example>")], via="imap") == Taken(known=2)
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    assert [each.message["Message-ID"] for each in smtp.received] == [
        f"<{ann}@sender.example>",
        f"<{ann}.1@sender.example>",
    ]
    assert await inbox.take([report(ann), report(ann, "<3@mx.example>")], via="imap") == Taken(known=2)
    assert await _places(queue, ann) == ["deliveries"]
    assert await inbox.take([report(ann, "<3@mx.example>", sending=2)], via="imap") == Taken(unknown=1)
    assert await inbox.take([report(ann, "<3@mx.example>", sending=1)], via="imap") == Taken(bounced=1)


async def test_in_whatever_order_reports_come_the_end_is_the_same(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox
) -> None:
    def reports(email_id: ObjectId) -> list[Report]:
        return [
            report(email_id, "<1@mx.example>", kind=Kind.DELAYED, code="4.4.1", reason="no answer"),
            report(email_id, "<2@mx.example>", reason="552 5.2.2 full", code="5.2.2", at=_AT + timedelta(hours=1)),
            report(email_id, "<3@mx.example>", reason="550 5.1.1 unknown", recipient="other@firm.example"),
        ]

    orders = [order + order[:2] for order in itertools.permutations(range(3))]
    ids = await _send(queue, smtp, *(f"person{number}@firm.example" for number in range(len(orders))))
    for email_id, order in zip(ids, orders, strict=True):
        for number in order:
            await inbox.take([reports(email_id)[number]], via="imap")
    ends = []
    for email_id in ids:
        row = await queue.database.failed.find_one({"_id": email_id})
        assert row is not None
        told = sorted((each["what"], each["detail"]) for each in row["history"] if each["what"] != "delivered")
        ends.append((row["error"], row["cause"], row["bounced"], told))
    assert ends == ends[:1] * len(orders)
    assert ends[0][0] == "550 5.1.1 unknown (<other@firm.example>)"
    assert len(ends[0][3]) == 3


async def test_one_report_brought_by_several_at_once_counts_once(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox
) -> None:
    (ann,) = await _send(queue, smtp, "ann@firm.example")
    ends = await asyncio.gather(*(inbox.take([report(ann)], via="imap") for _ in range(4)))
    assert sum(end.bounced for end in ends) == 1
    assert sum(end.known for end in ends) == 3
    assert (await _kinds(queue, ann)).count(EmailEventKind.BOUNCED) == 1


async def test_reports_without_end_do_not_fill_a_history(queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox) -> None:
    (ann,) = await _send(queue, smtp, "ann@firm.example")
    await inbox.take([report(ann, f"<{number}@mx.example>") for number in range(30)], via="imap")
    assert (await _kinds(queue, ann)).count(EmailEventKind.BOUNCED) == 10


# --- What an admin does then ---


async def test_to_send_again_takes_a_new_password(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, actions: QueueActions
) -> None:
    ids = await _send(queue, smtp, "ann@firm.example", "bob@firm.example")
    await inbox.take([report(each) for each in ids], via="imap")
    assert (await actions.retry(EmailSelection(everything=True), by="ann")).changed == 0
    cause = "It came back: 550 5.1.1 no such user"
    assert (await actions.retry(EmailSelection(cause=cause), by="ann")).changed == 2
    async for row in queue.database.pending.find({}):
        user = await queue.database.users.find_one({"_id": row["userId"]})
        assert user is not None
        assert user["passwordHash"] != "first"
        assert not (await queue.vault.decrypt(row["password"])).startswith("secret of")


async def test_all_that_came_back_is_a_part_of_its_own(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, actions: QueueActions
) -> None:
    ids = await _send(queue, smtp, "ann@firm.example", "bob@firm.example")
    await inbox.take([report(ids[0])], via="imap")
    everything = EmailSelection(everything=True, part=QueuePart.BOUNCED)
    assert (await actions.retry(everything, by="ann")).changed == 1
    assert await _places(queue, ids[0]) == ["PendingActivationEmail"]
    assert await queue.emails.count_bounced() == 0


async def test_the_address_is_corrected(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, actions: QueueActions
) -> None:
    (ann,) = await _send(queue, smtp, "anm@firm.example")
    await inbox.take([report(ann)], via="imap")
    await actions.correct(str(ann), "ann@firm.example", by="ann")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    assert [each.recipient for each in smtp.received] == ["anm@firm.example", "ann@firm.example"]
    assert await queue.database.leads.distinct("email") == ["ann@firm.example"]
    assert await _kinds(queue, ann) == [
        EmailEventKind.QUEUED,
        EmailEventKind.DELIVERED,
        EmailEventKind.BOUNCED,
        EmailEventKind.CORRECTED,
        EmailEventKind.REQUEUED,
        EmailEventKind.DELIVERED,
    ]


async def test_who_has_a_password_of_her_own_gets_no_other(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, actions: QueueActions
) -> None:
    (ann,) = await _send(queue, smtp, "ann@firm.example")
    await inbox.take([report(ann)], via="imap")
    await queue.database.users.update_many({}, {"$set": {"passwordHash": "hers", "mustChangePassword": False}})
    left = await actions.retry(EmailSelection(ids=(str(ann),)), by="ann")
    assert (left.changed, left.reasons) == (0, {LeftReason.PASSWORD_CHANGED: 1})
    with pytest.raises(Conflict, match="a password of her own"):
        await actions.correct(str(ann), "anna@firm.example", by="ann")
    assert await queue.database.users.distinct("passwordHash") == ["hers"]
    assert await queue.database.users.distinct("email") == ["ann@firm.example"]


# --- Killed ---


class _Killed(BaseException):
    """Nothing that is written catches it."""


_WRITES = ("insert_one", "update_one", "delete_one")


def _kill_at(monkeypatch: pytest.MonkeyPatch, number: int, *, done: bool) -> list[str]:
    """End whoever makes the write of that number (the commit is one), before or after it; answers those made so far."""
    made: list[str] = []

    def dying(owner: type, name: str) -> None:
        write = getattr(owner, name)

        async def call(self: Any, *args: Any, **options: Any) -> Any:
            made.append(name)
            dies = len(made) == number + 1
            if dies and not done:
                raise _Killed
            answer = await write(self, *args, **options)
            if dies:
                raise _Killed
            return answer

        monkeypatch.setattr(owner, name, call)

    for name in _WRITES:
        dying(Collection, name)
    dying(AsyncClientSession, "commit_transaction")
    return made


@pytest.mark.parametrize("done", [False, True])
async def test_killed_at_any_write_it_was_taken_or_it_was_not(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, monkeypatch: pytest.MonkeyPatch, *, done: bool
) -> None:
    addresses = [f"person{number}@firm.example" for number in range(_WRITES_OF_TWO)]
    bounced = await _send(queue, smtp, *addresses)
    delayed = await _send(queue, smtp, *(f"other-{address}" for address in addresses))
    for number in range(_WRITES_OF_TWO):
        reports = [report(bounced[number]), report(delayed[number], kind=Kind.DELAYED)]
        with monkeypatch.context() as patch:
            made = _kill_at(patch, number, done=done)
            with pytest.raises(_Killed):
                await inbox.take(reports, via="imap")
        assert len(made) >= number + 1
        before = await _places(queue, bounced[number])
        assert before in (["deliveries"], ["FailedEmail"])
        again = await inbox.take(reports, via="imap")
        assert (again.bounced, again.delayed + again.known - (not again.bounced)) == (before == ["deliveries"], 1)
        assert await _places(queue, bounced[number]) == ["FailedEmail"]
        assert (await _kinds(queue, bounced[number])).count(EmailEventKind.BOUNCED) == 1
        assert (await _kinds(queue, delayed[number])).count(EmailEventKind.DELAYED) == 1
    assert await queue.database.audit.count_documents({"action": "queue.bounce"}) == _WRITES_OF_TWO


async def test_two_reports_take_that_many_writes(
    queue: Queue, smtp: ScriptedSmtp, inbox: BounceInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = await _send(queue, smtp, "ann@firm.example", "bob@firm.example")
    made = _kill_at(monkeypatch, 99, done=False)
    await inbox.take([report(ann), report(bob, kind=Kind.DELAYED)], via="imap")
    assert len(made) == _WRITES_OF_TWO


#: Of the first: the delivery goes, the failed email comes, the audit log, the report, the commit; of the second: the
#: line in the history, the report, the commit.
_WRITES_OF_TWO = 8
