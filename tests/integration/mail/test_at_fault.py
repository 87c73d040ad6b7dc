"""An answer about our account stops the account and costs no email, at whatever stage it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest

from server.contract import EmailEventKind
from server.settings import load_settings
from server.smtp_accounts import SmtpAccount
from server.store.history import HistoryStore
from server.store.limits import LimitStore
from tests.integration.mail.conftest import SOON, Queue, running, until_blocked
from tests.integration.mail.scripted_smtp import DROP, ScriptedSmtp, scripted_smtp

NOT_OWNED = "553 5.7.1 <hr@sender.example>: Sender address rejected: not owned by user desk"
SEND_AS = "550 5.7.60 SMTP; Client does not have permissions to send as this sender"
NO_RELAY = "554 5.7.1 <person@firm.example>: Relay access denied"
_HELO = "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname"
_FILTER = "451 4.7.1 Service unavailable - try again later"
_QUOTA = "550 5.4.5 Daily user sending limit exceeded."
_OPEN = {"QUEUE_BATCH_SIZE": "1000"}


@pytest.fixture
async def other(smtp: ScriptedSmtp) -> AsyncIterator[ScriptedSmtp]:
    """A second mail server."""
    async with scripted_smtp() as server:
        yield server


def account(smtp: ScriptedSmtp, **changes: object) -> SmtpAccount:
    return replace(load_settings(_OPEN).account_at(smtp.address), **changes)  # type: ignore[arg-type]


def refuse_all(script: dict[str, list[str]], answer: str, count: int) -> list[str]:
    """The answer for that many people; the list is what is said, so that it can be changed for all of them."""
    said = [answer]
    script.update({f"person{number}@firm.example": said for number in range(count)})
    return said


async def attempts(queue: Queue) -> Mapping[str, int]:
    """Of what was delivered."""
    return {row["email"]: row["attempts"] async for row in queue.database.deliveries.find({})}


@pytest.mark.parametrize(
    ("stage", "answer", "code"),
    [
        ("recipient", NOT_OWNED, "senderRefused"),
        ("recipient", NO_RELAY, "sendingRefused"),
        ("recipient", _HELO, "nameRefused"),
        ("recipient", "530 5.7.0 Must issue a STARTTLS command first", "tlsFailed"),
        ("recipient", _FILTER, "serverTrouble"),
        ("message", SEND_AS, "senderRefused"),
        ("message", _QUOTA, "quotaUsed"),
        ("message", _FILTER, "serverTrouble"),
    ],
)
async def test_no_email_is_lost_or_charged_by_a_refusal_of_the_account(
    queue: Queue, smtp: ScriptedSmtp, stage: str, answer: str, code: str
) -> None:
    said = refuse_all(getattr(smtp, stage), answer, 8)
    await queue.add_many(8)
    async with running(worker := queue.worker(smtp.address, **SOON)):
        assert (await until_blocked(queue, smtp.address.name))[0] == code
        said[:] = ["250 OK"]
        await LimitStore(queue.database).try_now("ann")
        worker.wake()
        await queue.until_empty()
    assert await attempts(queue) == {f"person{number}@firm.example": 1 for number in range(8)}
    assert await queue.database.failed.count_documents({}) == 0


@pytest.mark.parametrize("weight", [1, 0])
async def test_what_one_account_may_not_send_goes_by_the_other(
    queue: Queue, smtp: ScriptedSmtp, other: ScriptedSmtp, weight: int
) -> None:
    refuse_all(smtp.recipient, NOT_OWNED, 20)
    await queue.add_many(20)
    async with running(queue.worker(account(smtp), account(other, weight=weight), **_OPEN)):
        await queue.until_empty()
    assert len(other.received) == 20
    assert await queue.database.failed.count_documents({}) == 0


@pytest.mark.parametrize("weight", [1, 0])
async def test_a_refusal_that_may_be_the_accounts_is_tried_by_another_one(
    queue: Queue, smtp: ScriptedSmtp, other: ScriptedSmtp, weight: int
) -> None:
    smtp.recipient["person0@firm.example"] = ["550 5.7.1 no"]
    smtp.recipient["person1@firm.example"] = other.recipient["person1@firm.example"] = ["550 5.7.1 no"]
    smtp.recipient["person2@firm.example"] = other.recipient["person2@firm.example"] = ["550 5.1.1 no such user"]
    await queue.add_many(10)
    async with running(queue.worker(account(smtp, weight=3), account(other, weight=weight), **_OPEN)):
        await queue.until_empty()
    failed = {row["email"]: row["error"] async for row in queue.database.failed.find({})}
    assert failed == {"person1@firm.example": "550 5.7.1 no", "person2@firm.example": "550 5.1.1 no such user"}
    assert (await attempts(queue))["person0@firm.example"] == 1


async def test_what_an_account_that_sends_to_others_refuses_twice_is_the_emails_fault(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    smtp.recipient["odd@firm.example"] = [NO_RELAY]
    (odd,) = await queue.add("odd@firm.example")
    await queue.add_many(10)
    async with running(queue.worker(smtp.address, **SOON)):
        await queue.until_empty()
    (failed,) = await queue.database.failed.find({}).to_list()
    assert (failed["_id"], failed["error"], failed["account"]) == (odd, NO_RELAY, smtp.address.name)
    assert len(smtp.accepted) == 10
    events = await HistoryStore(queue.database).events(str(odd))
    assert [(each.what, each.account) for each in events] == [
        (EmailEventKind.QUEUED, ""),
        (EmailEventKind.POSTPONED, smtp.address.name),
        (EmailEventKind.FAILED, smtp.address.name),
    ]


async def test_a_connection_that_takes_no_more_messages_is_left_for_a_new_one(queue: Queue, smtp: ScriptedSmtp) -> None:
    """OpenSMTPD takes a hundred over one, then answers each MAIL so and keeps it open."""
    smtp.most_messages = 3
    smtp.too_many = "452 4.5.3 Too many recipients: Too many messages sent"
    await queue.add_many(10)
    async with running(queue.worker(smtp.address, QUEUE_CONNECTIONS="1", **_OPEN)):
        await queue.until_empty()
    assert set((await attempts(queue)).values()) == {1}
    assert smtp.connections >= 4


@pytest.mark.parametrize("name", ["desk.sender.example", ""])
async def test_the_server_is_greeted_by_the_name_that_was_set(queue: Queue, smtp: ScriptedSmtp, name: str) -> None:
    settings = load_settings({**_OPEN, "SMTP_HELO": name})
    server = replace(smtp.address, hello=settings.smtp_helo)
    await queue.add("ann@firm.example")
    async with running(queue.worker(replace(settings.account_at(server)), **_OPEN)):
        await queue.until_empty()
    assert len(set(smtp.greeted_as)) == 1
    assert smtp.greeted_as[0] == name or not name
    assert "." in smtp.greeted_as[0]
    assert not smtp.greeted_as[0].startswith("localhost")


# --- Evidence ---

_ODD = "554 5.7.1 <person@firm.example>: Recipient address rejected: Access denied"


async def test_recipients_refused_in_a_row_stop_the_account_and_come_back(queue: Queue, smtp: ScriptedSmtp) -> None:
    said = refuse_all(smtp.recipient, _ODD, 12)
    await queue.add_many(12)
    async with running(worker := queue.worker(smtp.address, **SOON)):
        code, message = await until_blocked(queue, smtp.address.name)
        assert (code, _ODD in message) == ("allRefused", True)

        async def all_are_back() -> bool:
            return await queue.database.failed.count_documents({}) == 0

        await queue.until(all_are_back)
        said[:] = ["250 OK"]
        await LimitStore(queue.database).try_now("ann")
        worker.wake()
        await queue.until_empty()
    assert len(await attempts(queue)) == 12
    assert await queue.database.failed.count_documents({}) == 0
    assert [len(messages) for messages in smtp.accepted.values()] == [1] * 12


async def test_what_was_given_back_once_is_believed_when_others_are_accepted(queue: Queue, smtp: ScriptedSmtp) -> None:
    refuse_all(smtp.recipient, _ODD, 6)
    await queue.add_many(6)
    async with running(worker := queue.worker(smtp.address, **SOON)):
        await until_blocked(queue, smtp.address.name)
        await queue.add("ann@firm.example")
        worker.wake()
        await queue.until_empty()
    assert list(smtp.accepted) == ["ann@firm.example"]
    assert await queue.database.failed.count_documents({}) == 6
    assert await LimitStore(queue.database).blocked(smtp.address.name) is None


async def test_unknown_recipients_say_nothing_of_the_account(queue: Queue, smtp: ScriptedSmtp) -> None:
    refuse_all(smtp.recipient, "550 5.1.1 no such user", 12)
    await queue.add_many(12)
    async with running(queue.worker(smtp.address, proven=False, **SOON)):
        await queue.until_empty()
    assert await queue.database.failed.count_documents({}) == 12
    assert await LimitStore(queue.database).blocked(smtp.address.name) is None


async def test_answers_that_stay_out_in_a_row_stop_the_account(queue: Queue, smtp: ScriptedSmtp) -> None:
    refuse_all(smtp.message, DROP, 9)
    await queue.add_many(9)
    async with running(queue.worker(smtp.address, QUEUE_CONNECTIONS="1", QUEUE_INTERVAL="60")):
        code, message = await until_blocked(queue, smtp.address.name)
    assert (code, "gives no answer for them" in message) == ("answersLost", True)
    assert len(smtp.received) == 3


async def test_what_may_have_arrived_is_not_given_back(queue: Queue, smtp: ScriptedSmtp) -> None:
    refuse_all(smtp.message, DROP, 3)
    await queue.add_many(3)
    async with running(queue.worker(smtp.address, QUEUE_UNCERTAIN="hold", **SOON)):
        await until_blocked(queue, smtp.address.name)
        await queue.until_empty()
    assert await queue.database.failed.count_documents({"uncertain": 1}) == 3
    assert len(smtp.received) == 3


async def test_an_account_that_has_accepted_nothing_yet_sends_one_email_first(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.go.clear()
    await queue.add_many(10)
    async with running(queue.worker(smtp.address, proven=False, **_OPEN)):

        async def one_has_left() -> bool:
            return await queue.database.pending.count_documents({"stage": "handedOver"}) == 1

        await queue.until(one_has_left)
        assert await queue.database.pending.count_documents({"status": "processing"}) == 1
        assert smtp.connections == 1
        smtp.go.set()
        await queue.until_empty()
    assert len(smtp.accepted) == 10
