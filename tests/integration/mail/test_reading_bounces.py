"""Emails that a real Postfix cannot deliver come back into a real Dovecot's mailbox, and are known as bounced."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from pydantic import SecretStr

from server.bounce_sources import BounceMailbox
from server.bounces import reader as reading
from server.bounces.imap import BrokenOff, ImapMailbox
from server.bounces.ours import Ours
from server.bounces.reader import BounceReader
from server.cli.sending_words import standing
from server.contract import SendingStatus
from server.errors import DatabaseAway
from server.live.sending import SendingOutlook
from server.operations.supervision import keep_running
from server.operations.tasks import end
from server.smtp_accounts import AccessToken, SmtpSecurity, Tokens
from server.store.bounce_mailbox import BounceMailboxStore, Mark
from server.store.bounces import BounceInbox, Report, Taken
from server.store.connections import ConnectionStore
from server.store.emails import EmailStore
from server.store.limits import LimitStore
from tests.integration.mail.conftest import SOON, Queue, running
from tests.integration.mail.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.integration.mail.postfix import Postfix, running_postfix
from tests.waiting import LIMIT

_USERS = [f"bounces{number}@sender.example" for number in range(20)]
_BOX = "box.example"
_FOLDER = '"Activation Desk"'
_FILES = Path(__file__).parents[2] / "files" / "bounces"
_OURS = Ours(frozenset({"sender.example"}))


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """Where bounces go, and one person's mailbox."""
    with running_dovecot() as dovecot:
        dovecot.add(*_USERS, f"ann@{_BOX}")
        yield dovecot


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """By which emails leave, and come back."""
    with running_postfix({"open": ()}, dovecot=dovecot, domains=[_BOX, "sender.example"]) as postfix:
        yield postfix


@pytest.fixture(scope="module")
def users() -> Iterator[str]:
    """Each is asked for once."""
    return iter(_USERS)


@pytest.fixture
def mailbox(users: Iterator[str], dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> BounceMailbox:
    """An empty one, whose readers do not wait long for what is broken."""
    monkeypatch.setattr(reading, "_ANEW", 0.05)
    monkeypatch.setattr(reading, "_ASK_AGAIN", 0.2)
    return BounceMailbox("127.0.0.1", dovecot.imap, SmtpSecurity.NONE, next(users), SecretStr(PASSWORD))


def reader_of(
    queue: Queue,
    mailbox: BounceMailbox,
    *,
    inbox: BounceInbox | None = None,
    tokens: Tokens | None = None,
    connect: Callable[[BounceMailbox], ImapMailbox] = ImapMailbox,
) -> BounceReader:
    """As a service has it."""
    return BounceReader(
        mailbox,
        _OURS,
        inbox=inbox or BounceInbox(queue.database),
        marks=BounceMailboxStore(queue.database),
        limits=LimitStore(queue.database),
        connections=ConnectionStore(queue.database),
        tokens=tokens,
        connect=connect,
    )


@asynccontextmanager
async def at_work(*readers: BounceReader) -> AsyncIterator[None]:
    """Readers as a service runs them, and stops them."""
    tasks = [asyncio.create_task(keep_running("bounces", each.run)) for each in readers]
    try:
        yield
    finally:
        async with asyncio.timeout(LIMIT):
            await end(tasks)


async def sent(queue: Queue, *addresses: str) -> list[ObjectId]:
    """Emails that a mail server has taken, as a worker leaves them."""
    ids = await queue.add_people(*addresses)
    async for row in queue.database.pending.find({}):
        gone = {name: value for name, value in row.items() if name != "password"}
        await queue.database.deliveries.insert_one(
            gone | {"deliveredAt": await queue.database.now(), "attempts": 1, "account": "mx", "reply": "2.0.0 Ok"}
        )
        await queue.database.pending.delete_one({"_id": row["_id"]})
    return ids


def bounce_of(email_id: ObjectId, number: int = 1) -> bytes:
    """What a mail server reports on this email."""
    text = (_FILES / "opensmtpd_unknown_user.eml").read_bytes()
    return text.replace(b"6b09c33de9d4f022a720019f", str(email_id).encode()).replace(
        b"Message-ID:", f"X-Number: {number}\r\nMessage-ID:".encode(), 1
    )


async def deliver(dovecot: Dovecot, mailbox: BounceMailbox, *messages: bytes) -> None:
    """Into the mailbox, as a mail server does it."""

    def work() -> None:
        with smtplib.LMTP("127.0.0.1", dovecot.lmtp, timeout=LIMIT) as lmtp:
            for message in messages:
                lmtp.sendmail("", [mailbox.username], message)

    await asyncio.to_thread(work)


async def until_bounced(queue: Queue, *ids: ObjectId) -> None:
    async def all_are() -> bool:
        return await queue.database.failed.count_documents({"_id": {"$in": list(ids)}}) == len(ids)

    await queue.until(all_are)


async def until_looked_at(queue: Queue, mailbox: BounceMailbox, uid: int) -> None:
    """And whoever reads next begins behind it."""
    marks = BounceMailboxStore(queue.database)
    async with asyncio.timeout(LIMIT):
        while (mark := await marks.mark(mailbox.name)) is None or mark.uid < uid:
            await asyncio.sleep(0.05)


async def until_put_away(dovecot: Dovecot, mailbox: BounceMailbox, count: int) -> None:
    """So many lie in the other folder, and in the inbox none of them does any more."""
    async with asyncio.timeout(LIMIT):
        while len(await asyncio.to_thread(put_away, dovecot, mailbox)) < count:
            await asyncio.sleep(0.05)
    assert len(await asyncio.to_thread(put_away, dovecot, mailbox)) == count


def put_away(dovecot: Dovecot, mailbox: BounceMailbox) -> list[bytes]:
    return dovecot.messages(mailbox.username, _FOLDER) if has_folder(dovecot, mailbox) else []


def has_folder(dovecot: Dovecot, mailbox: BounceMailbox) -> bool:
    with dovecot.reading(mailbox.username) as connection:
        return connection.list('""', _FOLDER)[1] != [None]


def unread(dovecot: Dovecot, mailbox: BounceMailbox) -> int:
    """How many lie in the inbox, unread."""
    with dovecot.reading(mailbox.username) as connection:
        return len(connection.uid("SEARCH", "UNSEEN")[1][0].split())


async def status_of(queue: Queue, mailbox: BounceMailbox) -> SendingStatus:
    """How sending stands, and the reading of bounces."""
    database = queue.database
    outlook = SendingOutlook(
        database, EmailStore(database), LimitStore(database), ConnectionStore(database), [], bounces=mailbox.name
    )
    return await outlook.status(pending=0, processing=0)


async def test_what_cannot_be_delivered_comes_back_and_is_known(
    queue: Queue, postfix: Postfix, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    ann, gone = await queue.add_people(f"ann@{_BOX}", f"gone@{_BOX}")
    worker = queue.worker(postfix.address("open"), MAIL_BOUNCES_TO=mailbox.username, **SOON)
    answer = (_FILES / "autoreply_out_of_office.eml").read_bytes()
    async with at_work(reader_of(queue, mailbox)), running(worker):
        await deliver(dovecot, mailbox, answer)
        await until_bounced(queue, gone)
        await until_put_away(dovecot, mailbox, 1)
        (row,) = await queue.database.failed.find({}).to_list()
        assert "550 5.1.1 <gone@box.example> User doesn't exist" in row["error"], row
        assert await queue.ids(queue.database.deliveries) == {ann}
        assert b"secret of" not in b"".join(put_away(dovecot, mailbox)), "it came without the password"

        await asyncio.to_thread(dovecot.stop)
        await asyncio.to_thread(dovecot.start)
        (other,) = await queue.add_people(f"other@{_BOX}")
        await until_bounced(queue, gone, other)
        await until_put_away(dovecot, mailbox, 2)
    assert await asyncio.to_thread(unread, dovecot, mailbox) == 1, "what is no report lies there as it came"
    (entry, _) = await queue.database.audit.find({"action": "queue.bounce"}).to_list()
    assert entry["details"] == {"via": "imap"}


async def test_killed_between_writing_down_and_putting_away_it_is_done_once(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    (gone,) = await sent(queue, "gone@firm.example")
    tries: list[Mark] = []

    class Dying(ImapMailbox):
        def put_away(self, message: Mark) -> None:
            tries.append(message)
            if len(tries) < 3:
                raise BrokenOff("killed")
            super().put_away(message)

    async with at_work(reader_of(queue, mailbox, connect=Dying)):
        await deliver(dovecot, mailbox, bounce_of(gone))
        await until_bounced(queue, gone)
        await until_put_away(dovecot, mailbox, 1)
    assert len(tries) == 3
    assert await queue.database.audit.count_documents({"action": "queue.bounce"}) == 1


async def test_while_the_database_is_away_nothing_is_put_away_and_nothing_lost(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    (gone,) = await sent(queue, "gone@firm.example")
    came: list[int] = []

    class Away(BounceInbox):
        async def take(self, reports: Any, *, via: str) -> Taken:
            came.append(await asyncio.to_thread(unread, dovecot, mailbox))
            if len(came) < 2:
                raise DatabaseAway("for a moment")
            return await super().take(reports, via=via)

    async with at_work(reader_of(queue, mailbox, inbox=Away(queue.database))):
        await deliver(dovecot, mailbox, bounce_of(gone))
        await until_put_away(dovecot, mailbox, 1)
    assert came == [1, 1]
    await until_bounced(queue, gone)


async def test_what_nobody_expected_of_one_message_does_not_keep_the_next_from_being_read(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    first, second = await sent(queue, "a@firm.example", "b@firm.example")

    class Choosy(BounceInbox):
        async def take(self, reports: list[Report], *, via: str) -> Taken:
            if reports[0].email_id == first:
                raise RuntimeError("not this one")
            return await super().take(reports, via=via)

    await deliver(dovecot, mailbox, bounce_of(first, 1), bounce_of(second, 2))
    async with at_work(reader_of(queue, mailbox, inbox=Choosy(queue.database))):
        await until_bounced(queue, second)
        await until_put_away(dovecot, mailbox, 1)
    assert await asyncio.to_thread(unread, dovecot, mailbox) == 1


async def test_reports_on_others_emails_stay_and_are_looked_at_once(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    fetched: list[int] = []

    class Counting(ImapMailbox):
        def beginning(self, message: Mark) -> bytes | None:
            fetched.append(message.uid)
            return super().beginning(message)

    await deliver(dovecot, mailbox, bounce_of(ObjectId()), (_FILES / "postfix_success.eml").read_bytes())
    for number in range(2):
        (gone,) = await sent(queue, f"gone{number}@firm.example")
        async with at_work(reader_of(queue, mailbox, connect=Counting)):
            await deliver(dovecot, mailbox, bounce_of(gone))
            await until_looked_at(queue, mailbox, 3 + number)
    assert fetched == [1, 2, 3, 4]
    assert await asyncio.to_thread(unread, dovecot, mailbox) == 2


async def test_a_wrong_password_is_tried_once_a_minute_at_most_and_said(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    wrong = replace(mailbox, password=SecretStr("not-this-one"))
    before = dovecot.log.count("Password mismatch")
    limits = LimitStore(queue.database)
    async with at_work(reader_of(queue, wrong), reader_of(queue, wrong)):

        async def is_blocked() -> bool:
            return await limits.blocked(mailbox.name) is not None

        await queue.until(is_blocked)
        blocked = await limits.blocked(mailbox.name)
        assert blocked is not None
        assert (blocked.probe_at - blocked.since).total_seconds() >= 60
        status = await status_of(queue, mailbox)
        assert status.bounces is not None
        assert status.bounces.sentence is not None
        assert status.bounces.sentence.code == "bouncesLoginRefused"
        (_, line) = standing(status, await queue.database.now())
        assert line.startswith("Bounces are not read: The mailbox for bounces refuses the login: "), line
        assert "Next try in 1 min" in line or "Next try in 5" in line, line
    assert dovecot.log.count("Password mismatch") - before == 1
    assert "not-this-one" not in str(await queue.database.limits.find({}).to_list())

    (gone,) = await sent(queue, "gone@firm.example")
    await deliver(dovecot, mailbox, bounce_of(gone))
    async with at_work(reader_of(queue, mailbox)):  # restarted with the right one, it does not wait
        await until_bounced(queue, gone)
    status = await status_of(queue, mailbox)
    assert status.bounces is not None
    assert [status.bounces.message, *standing(status, await queue.database.now())][::2] == [
        "", f"Bounces are read from {mailbox.name}.",
    ]  # fmt: skip


@dataclass
class Tickets:
    """Access tokens, the first ones first."""

    values: list[str]
    dropped: int = 0

    async def get(self) -> AccessToken:
        return AccessToken(self.values[0], float("-inf") if len(self.values) > 1 else float("inf"))

    def drop(self, token: AccessToken) -> None:
        self.dropped += 1
        if len(self.values) > 1:
            self.values.pop(0)


@pytest.mark.parametrize("ended_first", [False, True], ids=["a good token", "one that has ended in the meantime"])
async def test_it_is_read_by_access_tokens(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox, ended_first: bool
) -> None:
    ended, good = dovecot.token(mailbox.username, seconds=-60), dovecot.token(mailbox.username)
    tickets = Tickets([ended, good] if ended_first else [good])
    (gone,) = await sent(queue, "gone@firm.example")
    await deliver(dovecot, mailbox, bounce_of(gone))
    async with at_work(reader_of(queue, replace(mailbox, password=None), tokens=tickets)):
        await until_bounced(queue, gone)
    assert tickets.dropped == int(ended_first)
    assert await LimitStore(queue.database).blocked(mailbox.name) is None


async def test_a_token_that_is_refused_is_said_with_the_servers_reason(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    tickets = Tickets([dovecot.token(mailbox.username, seconds=-60)])
    limits = LimitStore(queue.database)
    async with at_work(reader_of(queue, replace(mailbox, password=None), tokens=tickets)):

        async def is_blocked() -> bool:
            return await limits.blocked(mailbox.name) is not None

        await queue.until(is_blocked)
    blocked = await limits.blocked(mailbox.name)
    assert blocked is not None
    assert (blocked.code, "(status 401, schemes bearer" in blocked.message) == ("loginRefused", True), blocked.message
    assert tickets.values[0] not in blocked.message


async def test_whoever_asks_for_it_is_tried_at_once(queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox) -> None:
    limits = LimitStore(queue.database)
    opened: list[bool] = []

    class Refusing(ImapMailbox):
        def open(self) -> None:
            opened.append(True)
            if len(opened) == 1:
                self._mailbox = replace(mailbox, password=SecretStr("not-this-one"))
            super().open()

    reader = reader_of(queue, mailbox, connect=Refusing)
    async with at_work(reader):

        async def is_blocked() -> bool:
            return await limits.blocked(mailbox.name) is not None

        await queue.until(is_blocked)
        assert await limits.try_now("ann")
        reader.wake()  # as the change feed does it

        async def is_free() -> bool:
            return await limits.blocked(mailbox.name) is None

        await queue.until(is_free)
    assert len(opened) == 2


async def test_of_several_services_one_reads_and_another_when_that_one_leaves(
    queue: Queue, dovecot: Dovecot, mailbox: BounceMailbox
) -> None:
    opened: list[str] = []

    class Counting(ImapMailbox):
        def open(self) -> None:
            opened.append("open")
            super().open()

        def close(self) -> None:
            opened.append("close")
            super().close()

    ids = await sent(queue, *(f"p{number}@firm.example" for number in range(6)))
    readers = [reader_of(queue, mailbox, connect=Counting) for _ in range(3)]
    for number in range(3):
        async with at_work(*readers[number:]):
            await deliver(dovecot, mailbox, *(bounce_of(each) for each in ids[2 * number : 2 * number + 2]))
            await until_bounced(queue, *ids[: 2 * number + 2])
            await until_put_away(dovecot, mailbox, 2 * number + 2)
    assert opened == ["open", "close"] * 3
    assert await queue.database.audit.count_documents({"action": "queue.bounce"}) == 6
