"""What admins do about emails, also while workers have them in hand and other admins do the same."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import bcrypt
import pytest
from bson import ObjectId

from server.contract import EmailSelection, LeftReason, QueuePart
from server.errors import Conflict, Invalid, NotFound
from server.store.actions import QueueActions
from server.store.emails import Delivered, Postponed
from server.store.failures import FailureStore
from server.store.search import fill_in_keys
from tests.integration.mail.conftest import Queue, fail, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp
from tests.messages import text_of

EVERYTHING = EmailSelection(everything=True)
ALL_PENDING = EmailSelection(everything=True, part=QueuePart.PENDING)
LEASE = timedelta(seconds=60)


def only(*ids: ObjectId) -> EmailSelection:
    """These."""
    return EmailSelection(ids=tuple(str(id_) for id_ in ids))


async def audited(queue: Queue) -> list[tuple[str, str, int]]:
    """What the audit log says, in order."""
    rows = queue.database.audit.find({}).sort([("at", 1), ("_id", 1)])
    return [(row["action"], row["by"], row["count"]) async for row in rows]


async def everywhere(queue: Queue) -> list[ObjectId]:
    """Where each email is; one that is in two places comes twice."""
    places = (queue.database.pending, queue.database.failed, queue.database.deliveries)
    return [id_ for place in places for id_ in await queue.ids(place)]


async def do(actions: QueueActions, action: str, selection: EmailSelection, by: str = "ann") -> int:
    """One of the actions on many; how many it changed."""
    return (await getattr(actions, action)(selection, by=by)).changed  # type: ignore[no-any-return]


# --- Which ones ---


async def test_a_group_is_tried_again_as_the_same_emails_and_the_others_stay(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, ann="550 no such user", bob="552 full", cyd="550 no such user")

    assert await do(actions, "retry", EmailSelection(cause="550 no such user")) == 2
    assert await queue.ids(queue.database.failed) == {ids["bob"]}
    rows = await queue.database.pending.find({}).to_list()
    assert {row["_id"] for row in rows} == {ids["ann"], ids["cyd"]}
    assert {row["attempts"] for row in rows} == {0}

    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    assert {message.message["Message-ID"] for message in smtp.received} == {
        f"<{ids['ann']}@sender.example>",
        f"<{ids['cyd']}@sender.example>",
    }
    assert await audited(queue) == [("queue.retry", "ann", 2)]


async def test_single_ones_and_all_are_tried_again_and_twice_is_as_once(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, ann="550 no", bob="550 no", cyd="550 no")

    assert (await actions.retry(only(ids["ann"]), by="ann")).changed == 1
    again = await actions.retry(only(ids["ann"], ObjectId()), by="ann")
    assert (again.changed, again.skipped, again.reasons) == (0, 2, {LeftReason.NOTHING_TO_DO: 2})
    assert await do(actions, "retry", EVERYTHING) == 2
    assert await queue.database.pending.count_documents({}) == 3
    assert await queue.ids(queue.database.failed) == set()
    assert await audited(queue) == [("queue.retry", "ann", 1), ("queue.retry", "ann", 2)]


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("ANN", {"ann", "joann"}),
        ("@firm.example", {"ann", "joann", "bob"}),
        (".", {"ann", "joann", "bob"}),
        (".*", set()),
    ],
)
async def test_all_that_match_are_those_the_list_shows(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions, text: str, chosen: set[str]
) -> None:
    await fail(queue, smtp, ann="550 no", joann="550 no", bob="550 no")
    await queue.database.failed.update_many({}, {"$set": {"name": "X"}, "$unset": {"searchText": ""}})
    await fill_in_keys(queue.database)

    assert await do(actions, "discard", EmailSelection(matching=text)) == len(chosen)
    left = {row["email"].partition("@")[0] async for row in queue.database.failed.find({})}
    assert left == {"ann", "joann", "bob"} - chosen


async def test_more_than_a_batch_is_one_entry_in_the_audit_log(queue: Queue, actions: QueueActions) -> None:
    await queue.add_many(1203)
    assert await do(actions, "hold", EVERYTHING) == 1203
    assert await audited(queue) == [("queue.hold", "ann", 1203)]
    (entry,) = await queue.database.audit.find({}).to_list()
    assert len(entry["emails"]) == 100


async def test_all_means_one_part_of_the_queue(queue: Queue, smtp: ScriptedSmtp, actions: QueueActions) -> None:
    failed = await fail(queue, smtp, ann="550 no")
    held, pending = await queue.add_people("bob@firm.example", "cyd@firm.example")
    await actions.hold(only(held), by="ann")

    assert await do(actions, "discard", EVERYTHING) == 1
    assert set(await everywhere(queue)) == {held, pending}
    assert await do(actions, "retry", EVERYTHING) == 0
    assert await do(actions, "discard", EmailSelection(everything=True, part=QueuePart.HELD)) == 1
    assert await do(actions, "discard", ALL_PENDING) == 1
    assert await everywhere(queue) == []
    assert failed["ann"] not in await everywhere(queue)


@pytest.mark.parametrize(
    ("action", "part"), [("hold", QueuePart.FAILED), ("hold", QueuePart.HELD), ("release", QueuePart.PENDING)]
)
async def test_an_action_where_it_makes_no_sense_is_refused(
    actions: QueueActions, action: str, part: QueuePart
) -> None:
    with pytest.raises(Invalid, match=f"'{action}' is for"):
        await do(actions, action, EmailSelection(everything=True, part=part))


# --- What becomes of them ---


async def test_discarded_is_gone_and_the_audit_log_says_who_did_it(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    await fail(queue, smtp, ann="550 no", bob="552 full")
    (pending,) = await queue.add_people("cyd@firm.example")
    assert await do(actions, "discard", EmailSelection(cause="552 full"), by="cyd") == 1
    assert await do(actions, "discard", only(pending), by="cyd") == 1

    assert [row["email"] async for row in queue.database.failed.find({})] == ["ann@firm.example"]
    assert await queue.database.pending.count_documents({}) == 0
    assert await queue.database.users.count_documents({}) == 3
    entries = await queue.database.audit.find({}).sort("at", 1).to_list()
    assert [(entry["action"], entry["by"], entry["emails"]) for entry in entries] == [
        ("queue.discard", "cyd", ["bob@firm.example"]),
        ("queue.discard", "cyd", ["cyd@firm.example"]),
    ]


async def test_a_held_email_stays_where_it_is_until_it_is_released(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    held, _ = await queue.add("ann@firm.example", "bob@firm.example")
    before = await queue.database.pending.find_one({"_id": held})
    assert await do(actions, "hold", only(held)) == 1
    assert await queue.emails.counts() == (1, 0, 1)
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
        assert list(smtp.accepted) == ["bob@firm.example"]
        assert [(group.cause, group.count) for group in await FailureStore(queue.database).groups()] == [
            ("Held by ann", 1)
        ]

        assert await do(actions, "release", EVERYTHING) == 1
        await queue.until_empty()
    assert set(smtp.accepted) == {"ann@firm.example", "bob@firm.example"}
    assert before is not None
    assert smtp.accepted["ann@firm.example"][0]["Message-ID"] == before["messageId"]
    assert await audited(queue) == [("queue.hold", "ann", 1), ("queue.release", "ann", 1)]


async def test_what_was_known_of_an_email_is_known_after_it_was_held(queue: Queue, actions: QueueActions) -> None:
    (id_,) = await queue.add("ann@firm.example")
    (claimed,) = await queue.emails.claim(1, LEASE)
    await queue.emails.settle_postponed([Postponed(claimed, "451 later", timedelta(hours=1), uncertain=True)])
    before = await queue.database.pending.find_one({"_id": id_})
    await actions.hold(only(id_), by="ann")
    await actions.release(only(id_), by="ann")

    after = await queue.database.pending.find_one({"_id": id_})
    assert before is not None
    assert after is not None
    differing = {name for name in before if before[name] != after[name]}
    assert differing == {"attempts", "nextAttemptAt", "history", "queuedAt"}
    assert set(before) == set(after)


async def test_a_pending_email_goes_now_instead_of_later(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    (id_,) = await queue.add("ann@firm.example")
    later = await queue.database.now() + timedelta(hours=1)
    await queue.database.pending.update_one({"_id": id_}, {"$set": {"nextAttemptAt": later}})
    async with running(queue.worker(smtp.address)):
        assert await do(actions, "retry", ALL_PENDING) == 1
        await queue.until_empty()
    assert list(smtp.accepted) == ["ann@firm.example"]
    assert await audited(queue) == [("queue.retry", "ann", 1)]


# --- The right address ---


async def test_a_corrected_address_is_used_by_email_user_and_lead(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, an="550 no such user")
    (pending,) = await queue.add_people("bo@firm.example")
    await actions.correct(str(ids["an"]), "ann@firm.example", by="cyd")
    await actions.correct(str(pending), "bob@firm.example", by="cyd")

    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    assert set(smtp.accepted) == {"ann@firm.example", "bob@firm.example"}
    for collection in (queue.database.users, queue.database.leads, queue.database.deliveries):
        assert {row["email"] async for row in collection.find({})} == {"ann@firm.example", "bob@firm.example"}
    entries = await queue.database.audit.find({}).sort("at", 1).to_list()
    assert [(entry["emails"], entry["details"]) for entry in entries] == [
        (["an@firm.example"], {"address": "ann@firm.example"}),
        (["bo@firm.example"], {"address": "bob@firm.example"}),
    ]


async def test_an_address_that_another_user_has_is_refused_and_nothing_changes(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, an="550 no such user", ann="550 full")
    (pending,) = await queue.add_people("anne@firm.example")
    for id_ in (ids["an"], pending):
        with pytest.raises(Conflict, match=r"ANN@firm\.example already"):
            await actions.correct(str(id_), "ANN@firm.example", by="bob")

    assert await queue.ids(queue.database.failed) == set(ids.values())
    assert await queue.ids(queue.database.pending) == {pending}
    assert {row["email"] async for row in queue.database.users.find({})} == {
        "an@firm.example",
        "ann@firm.example",
        "anne@firm.example",
    }
    assert await audited(queue) == []


async def test_an_address_that_only_a_lead_has_is_refused_too(queue: Queue, actions: QueueActions) -> None:
    (id_,) = await queue.add_people("an@firm.example")
    await queue.database.leads.insert_one({"email": "ann@firm.example"})
    with pytest.raises(Conflict, match="already"):
        await actions.correct(str(id_), "ann@firm.example", by="bob")
    assert [row["email"] async for row in queue.database.users.find({})] == ["an@firm.example"]


async def test_what_is_not_there_any_more_cannot_be_corrected(actions: QueueActions) -> None:
    with pytest.raises(NotFound):
        await actions.correct(str(ObjectId()), "ann@firm.example", by="bob")


async def test_a_held_email_stays_held_when_its_address_is_corrected(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    (id_,) = await queue.add_people("an@firm.example")
    await actions.hold(only(id_), by="ann")
    await actions.correct(str(id_), "ann@firm.example", by="ann")
    assert await queue.emails.counts() == (0, 0, 1)
    await actions.release(only(id_), by="ann")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    assert list(smtp.accepted) == ["ann@firm.example"]


async def test_a_password_that_the_wrong_address_may_have_got_is_replaced(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    (id_,) = await queue.add_people("an@firm.example")
    await queue.database.pending.update_one({"_id": id_}, {"$set": {"uncertain": 1}})
    await actions.correct(str(id_), "ann@firm.example", by="ann")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    (message,) = smtp.accepted["ann@firm.example"]
    assert "secret of" not in text_of(message)
    await expect_login(queue, message)


# --- Passwords ---


async def expect_login(queue: Queue, message: Any) -> None:
    """The password in the email is the one of the only user."""
    (user,) = await queue.database.users.find({}).to_list()
    words = text_of(message).split()
    assert any(bcrypt.checkpw(word.encode(), user["passwordHash"].encode()) for word in words if word.count("-") == 2)
    assert user["mustChangePassword"] is True


async def test_passwords_of_old_failures_are_wiped_and_those_of_young_ones_kept(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, ann="550 no", bob="550 no")
    (held,) = await queue.add("cyd@firm.example")
    await actions.hold(only(held), by="ann")
    old = await queue.database.now() - timedelta(days=7, minutes=1)
    await queue.database.failed.update_many({"_id": {"$ne": ids["bob"]}}, {"$set": {"lastAttemptDate": old}})
    failures = FailureStore(queue.database)

    assert await failures.wipe_secrets(timedelta(days=7)) == 2
    assert await failures.wipe_secrets(timedelta(days=7)) == 0
    assert await queue.ids(queue.database.failed, password={"$exists": True}) == {ids["bob"]}


async def test_a_retry_without_a_password_issues_a_new_one_to_email_and_user(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    await fail(queue, smtp, ann="550 no")
    await FailureStore(queue.database).wipe_secrets(timedelta())
    assert await do(actions, "retry", EVERYTHING) == 1

    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    (message,) = smtp.accepted["ann@firm.example"]
    await expect_login(queue, message)


@pytest.mark.parametrize("action", ["retry", "correct"])
async def test_a_user_with_a_password_of_her_own_keeps_it(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions, action: str
) -> None:
    ids = await fail(queue, smtp, ann="550 no", bob="550 no")
    await FailureStore(queue.database).wipe_secrets(timedelta())
    await queue.database.users.update_one(
        {"email": "ann@firm.example"}, {"$set": {"mustChangePassword": False, "passwordHash": "her own"}}
    )
    if action == "correct":
        with pytest.raises(Conflict, match="password of her own"):
            await actions.correct(str(ids["ann"]), "ann@new.example", by="cyd")
        assert await queue.ids(queue.database.failed) == set(ids.values())
    else:
        result = await actions.retry(EVERYTHING, by="cyd")
        assert (result.changed, result.reasons) == (1, {LeftReason.PASSWORD_CHANGED: 1})
        assert await queue.ids(queue.database.failed) == {ids["ann"]}
        assert await audited(queue) == [("queue.retry", "cyd", 1)]
    user = await queue.database.users.find_one({"email": "ann@firm.example"})
    assert user is not None
    assert user["passwordHash"] == "her own"


async def test_a_password_that_is_wiped_in_that_moment_is_replaced_too(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, ann="550 no", **{f"p{n}": "550 5.1.1 unknown" for n in range(10)})
    await queue.database.failed.update_one({"_id": ids["p0"]}, {"$unset": {"password": ""}})
    issue, wiped = actions._renewal._issue, []

    async def issue_slowly(count: int) -> Sequence[Any]:
        wiped.append(await FailureStore(queue.database).wipe_secrets(timedelta()))
        return await issue(count)

    actions._renewal._issue = issue_slowly
    assert await do(actions, "retry", EVERYTHING) == 11
    assert wiped == [10, 0]
    assert await queue.database.pending.count_documents({"password": {"$exists": False}}) == 0


# --- In the same moment ---


@pytest.mark.parametrize("action", ["retry", "discard", "hold"])
async def test_what_a_worker_has_in_hand_is_left_and_counted(queue: Queue, actions: QueueActions, action: str) -> None:
    ids = await queue.add_many(5)
    later = await queue.database.now() + timedelta(hours=1)
    claimed = await queue.emails.claim(2, LEASE)
    in_hand = {email.id for email in claimed}
    await queue.database.pending.update_many({"status": "pending"}, {"$set": {"nextAttemptAt": later}})

    for selection in (ALL_PENDING, only(*in_hand)):
        result = await getattr(actions, action)(selection, by="ann")
        assert (result.skipped, result.reasons) == (2, {LeftReason.BEING_SENT: 2})
    await queue.emails.settle_delivered([Delivered(email, "250 OK", "x", timedelta()) for email in claimed])
    assert await queue.ids(queue.database.deliveries) == in_hand
    assert await audited(queue) == [(f"queue.{action}", "ann", 3)]
    left = set(await everywhere(queue)) - in_hand
    assert left == (set() if action == "discard" else set(ids) - in_hand)


async def test_the_address_of_what_a_worker_has_in_hand_is_not_corrected(queue: Queue, actions: QueueActions) -> None:
    (id_,) = await queue.add_people("an@firm.example")
    (claimed,) = await queue.emails.claim(1, LEASE)
    with pytest.raises(Conflict, match="being sent at this moment"):
        await actions.correct(str(id_), "ann@firm.example", by="ann")
    await queue.emails.give_back([claimed])
    await actions.correct(str(id_), "ann@firm.example", by="ann")
    assert [row["email"] async for row in queue.database.pending.find({})] == ["ann@firm.example"]


@pytest.mark.parametrize("action", ["hold", "discard"])
async def test_actions_race_with_workers_and_each_email_has_one_fate(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions, action: str
) -> None:
    ids = await queue.add_many(60)
    workers = [queue.worker(smtp.address, QUEUE_BATCH_SIZE="7", QUEUE_INTERVAL="0.1") for _ in range(2)]
    async with running(*workers):
        await smtp.wait_for(3)
        done = 0
        for start in range(0, 60, 6):
            done += await do(actions, action, only(*ids[start : start + 6]))
        await queue.until_empty()

    delivered = await queue.ids(queue.database.deliveries)
    places = await everywhere(queue)
    assert len(places) == len(set(places))
    assert len(delivered) == 60 - done
    assert 0 < done < 60
    assert len(places) == (60 if action == "hold" else 60 - done)
    assert sorted(smtp.accepted) == sorted({row["email"] async for row in queue.database.deliveries.find({})})
    assert all(len(messages) == 1 for messages in smtp.accepted.values())
    assert sum(count for _, _, count in await audited(queue)) == done


async def test_two_admins_at_once_do_it_once(queue: Queue, smtp: ScriptedSmtp, actions: QueueActions) -> None:
    await fail(queue, smtp, **{f"p{n}": "550 5.1.1 unknown" for n in range(20)})
    counts = await asyncio.gather(
        do(actions, "retry", EVERYTHING, by="ann"),
        do(actions, "discard", EVERYTHING, by="bob"),
        do(actions, "retry", EVERYTHING, by="cyd"),
    )
    assert sum(counts) == 20
    assert sum(count for _, _, count in await audited(queue)) == 20
    pending = await queue.database.pending.count_documents({})
    assert pending == counts[0] + counts[2]
    assert await queue.database.failed.count_documents({}) == 0


async def test_two_admins_correct_the_same_address_one_after_the_other(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, an="550 no")
    await asyncio.gather(
        actions.correct(str(ids["an"]), "ann@firm.example", by="bob"),
        actions.correct(str(ids["an"]), "anne@firm.example", by="cyd"),
    )
    (row,) = await queue.database.pending.find({}).to_list()
    (user,) = await queue.database.users.find({}).to_list()
    (lead,) = await queue.database.leads.find({}).to_list()
    assert row["email"] == user["email"] == lead["email"]
    assert row["email"] in ("ann@firm.example", "anne@firm.example")


async def test_two_people_cannot_get_the_same_address_at_once(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, an="550 no", anna="550 no")
    results = await asyncio.gather(
        *(actions.correct(str(id_), "ann@firm.example", by="bob") for id_ in ids.values()), return_exceptions=True
    )
    assert sorted(type(result) for result in results if result is not None) == [Conflict]
    assert await queue.database.pending.count_documents({}) == 1
    assert await queue.database.failed.count_documents({}) == 1
