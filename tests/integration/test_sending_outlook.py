"""How sending stands, and when the queue will be empty."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from server.contract import AccountState, EstimateBasis, Phrase, SendingState
from server.live.sending import SendingOutlook
from server.oauth_clients import Ending, EndingKind
from server.smtp_accounts import Rate, SmtpAccount, SmtpSecurity, SmtpServer
from server.store.client import Database
from server.store.connections import ConnectionStore
from server.store.emails import EmailStore, Postponed
from server.store.limits import LimitStore
from server.store.mail_accounts import MailAccountStore
from server.store.vault import Vault
from tests.integration.mail.conftest import Queue
from tests.integration.room import use_up

ACCOUNT = SmtpAccount(
    SmtpServer("mail.example", 25, SmtpSecurity.NONE, label="first"), rate=Rate(50, timedelta(seconds=30))
)
OTHER = replace(ACCOUNT, server=replace(ACCOUNT.server, label="other"))


@pytest.fixture
def queue(database: Database, vault: Vault) -> Queue:
    return Queue(database, vault, EmailStore(database))


def outlook(database: Database, *accounts: SmtpAccount) -> SendingOutlook:
    return SendingOutlook(
        database, EmailStore(database), LimitStore(database), ConnectionStore(database), accounts or (ACCOUNT,)
    )


async def seconds_left(database: Database, finished_at: Any) -> float:
    assert finished_at is not None
    return float((finished_at - await database.now()).total_seconds())


async def test_nothing_waits(database: Database) -> None:
    status = await outlook(database).status(pending=0, processing=0)
    assert (status.state, status.next_at, status.finished_at) == (SendingState.IDLE, None, None)
    assert [(each.name, each.state, each.room) for each in status.accounts] == [("first", AccountState.READY, 50)]


async def test_a_login_that_will_end_is_said_also_to_commands_that_know_the_accounts_from_the_database_only(
    database: Database,
) -> None:
    ending = Ending(EndingKind.SECRET, (await database.now()) + timedelta(days=9, hours=1), "SMTP_OAUTH_CLIENT_SECRET")
    account = replace(ACCOUNT, server=replace(ACCOUNT.server, ending=ending))
    await MailAccountStore(database).keep([account, OTHER])
    status = await outlook(database, *await MailAccountStore(database).kept()).status(pending=0, processing=0)
    said = Phrase.SECRET_ENDS.says(account="first", wait=9 * 86400, setting="SMTP_OAUTH_CLIENT_SECRET")
    assert status.warnings == (said,)


async def test_the_next_batch_is_announced_with_its_time_and_size(database: Database, queue: Queue) -> None:
    await queue.add_many(3)
    await use_up(LimitStore(database), ACCOUNT.name, 50, *ACCOUNT.rates)
    status = await outlook(database).status(pending=3, processing=0)
    assert status.state is SendingState.LIMITED
    assert status.next_count == 3
    assert 28 < await seconds_left(database, status.next_at) <= 30
    assert status.accounts[0].state is AccountState.LIMITED


@pytest.mark.parametrize(("emails", "rounds"), [(1, 1), (50, 1), (51, 2), (100, 2), (1000, 20), (50_000, 1000)])
async def test_the_limits_say_when_the_last_one_leaves(database: Database, emails: int, rounds: int) -> None:
    await use_up(LimitStore(database), ACCOUNT.name, 50, *ACCOUNT.rates)
    left = await seconds_left(database, await outlook(database).finished_at(emails))
    assert left == pytest.approx(30 * rounds, abs=2)


async def test_what_there_is_room_for_leaves_at_once(database: Database) -> None:
    assert await seconds_left(database, await outlook(database).finished_at(50)) == pytest.approx(0, abs=1)
    assert await seconds_left(database, await outlook(database).finished_at(51)) == pytest.approx(30, abs=1)


async def test_a_limit_by_day_counts_too(database: Database) -> None:
    account = replace(ACCOUNT, per_day=100)
    left = await seconds_left(database, await outlook(database, account).finished_at(150))
    assert left == pytest.approx(86400, abs=60)


async def test_two_accounts_are_twice_as_fast_and_a_spare_is_not_counted(database: Database) -> None:
    assert await seconds_left(database, await outlook(database, ACCOUNT, OTHER).finished_at(200)) == pytest.approx(
        30, abs=1
    )
    spare = replace(OTHER, weight=0)
    assert await seconds_left(database, await outlook(database, ACCOUNT, spare).finished_at(200)) == pytest.approx(
        90, abs=1
    )


async def test_a_slow_mail_server_is_measured_and_not_guessed(database: Database, queue: Queue) -> None:
    await queue.add_many(1)
    wide = replace(ACCOUNT, rate=Rate(10_000, timedelta(seconds=30)))
    await ConnectionStore(database).lease(wide.name, "a", total=5, lease=timedelta(seconds=10), seconds_per_email=10.0)
    status = await outlook(database, wide).status(pending=99, processing=1)
    assert status.basis is EstimateBasis.MEASURED
    assert await seconds_left(database, status.finished_at) == pytest.approx(200, abs=2)
    assert status.state is SendingState.SENDING


async def test_slowed_by_its_mail_server_it_says_how_much_and_when_it_ends(database: Database, queue: Queue) -> None:
    await queue.add_many(1)
    connections = ConnectionStore(database)
    lease, gap = timedelta(seconds=60), timedelta(seconds=12)
    await connections.lease(ACCOUNT.name, "a", total=5, lease=lease, seconds_per_email=0.1, gap=gap)
    status = await outlook(database).status(pending=455, processing=1)
    assert (status.state, status.per_minute, status.basis) == (SendingState.SLOWED, 5, EstimateBasis.MEASURED)
    assert status.message == "The mail server asked for it: about 5 a minute."
    assert await seconds_left(database, status.finished_at) == pytest.approx(456 * 12, abs=2)
    assert (await outlook(database, ACCOUNT, OTHER).status(pending=1, processing=0)).state is SendingState.SENDING


async def test_a_pace_that_the_limits_do_not_even_allow_is_not_called_slow(database: Database, queue: Queue) -> None:
    await queue.add_many(1)
    gap = timedelta(seconds=0.1)
    lease = timedelta(seconds=60)
    await ConnectionStore(database).lease(ACCOUNT.name, "a", total=5, lease=lease, seconds_per_email=None, gap=gap)
    status = await outlook(database).status(pending=1, processing=0)
    assert (status.state, status.per_minute, status.message) == (SendingState.SENDING, None, "")


async def test_what_waits_for_its_next_attempt(database: Database, queue: Queue) -> None:
    await queue.add_many(1)
    (claimed,) = await queue.emails.claim(1, timedelta(seconds=60))
    await queue.emails.settle_postponed([Postponed(claimed, "451 later", timedelta(hours=1))])
    status = await outlook(database).status(pending=1, processing=0)
    assert status.state is SendingState.WAITING
    assert await seconds_left(database, status.next_at) == pytest.approx(3600, abs=2)
    assert status.basis is EstimateBasis.DUE
    assert await seconds_left(database, status.finished_at) == pytest.approx(3600, abs=2)


@pytest.mark.parametrize("hours", [(1, 3), (3, 1)])
async def test_the_first_of_several_that_wait_is_the_next(
    database: Database, queue: Queue, hours: tuple[int, int]
) -> None:
    await queue.add_many(2)
    claimed = await queue.emails.claim(2, timedelta(seconds=60))
    later = [Postponed(email, "451 later", timedelta(hours=wait)) for email, wait in zip(claimed, hours, strict=True)]
    await queue.emails.settle_postponed(later)
    await database.pending.drop_index("due")  # in whatever order the engine finds them
    status = await outlook(database).status(pending=2, processing=0)
    assert await seconds_left(database, status.next_at) == pytest.approx(3600, abs=2)
    assert await seconds_left(database, status.finished_at) == pytest.approx(3 * 3600, abs=2)


async def test_the_queue_is_not_empty_before_the_last_email_is_due(database: Database, queue: Queue) -> None:
    first, _ = await queue.add_many(2)
    (claimed,) = await queue.emails.claim(1, timedelta(seconds=60))
    assert claimed.id == first
    await queue.emails.settle_postponed([Postponed(claimed, "451 later", timedelta(hours=3))])
    status = await outlook(database).status(pending=2, processing=0)
    assert (status.state, status.basis) == (SendingState.SENDING, EstimateBasis.DUE)
    assert await seconds_left(database, status.finished_at) == pytest.approx(3 * 3600, abs=2)


async def test_while_paused_nobody_can_say_when(database: Database, queue: Queue) -> None:
    await queue.add_many(1)
    await LimitStore(database).pause("ann", "The text is wrong.")
    status = await outlook(database).status(pending=1, processing=0)
    assert (status.state, status.finished_at) == (SendingState.PAUSED, None)
    assert status.message == "ann has paused sending. The text is wrong."
    assert await outlook(database).finished_at(1) is None


async def test_a_pause_with_an_end_says_when_all_will_have_left(database: Database, queue: Queue) -> None:
    await queue.add_many(1)
    until = await database.now() + timedelta(hours=3)
    await LimitStore(database).pause("ann", "Lunch.", until=until)
    status = await outlook(database).status(pending=120, processing=0)
    assert (status.state, status.basis) == (SendingState.PAUSED, EstimateBasis.LIMITS)
    assert await seconds_left(database, status.next_at) == pytest.approx(3 * 3600, abs=2)
    assert await seconds_left(database, status.finished_at) == pytest.approx(3 * 3600 + 60, abs=2)
    assert status.message == f"ann has paused sending until {until:%Y-%m-%d %H:%M} UTC. Lunch."
    assert await seconds_left(database, await outlook(database).finished_at(120)) == pytest.approx(3 * 3600 + 60, abs=2)


async def test_blocked_says_why_and_when_it_is_tried_again(database: Database, queue: Queue) -> None:
    await queue.add_many(1)
    limits = LimitStore(database)
    await limits.block(ACCOUNT.name, "loginRefused", "535 no", wait=timedelta(seconds=60))
    status = await outlook(database).status(pending=1, processing=0)
    assert (status.state, status.message, status.finished_at) == (SendingState.BLOCKED, "535 no", None)
    assert await seconds_left(database, status.next_at) == pytest.approx(60, abs=2)
    both = await outlook(database, ACCOUNT, OTHER).status(pending=1, processing=0)
    assert both.state is SendingState.SENDING
    assert [each.state for each in both.accounts] == [AccountState.BLOCKED, AccountState.READY]


async def test_a_look_leaves_no_trace(database: Database) -> None:
    await outlook(database, ACCOUNT, OTHER).status(pending=1, processing=0)
    assert await LimitStore(database).blocked("nobody") is None
    assert [await rows.count_documents({}) for rows in (database.limits, database.connections)] == [0, 0]


async def test_a_command_without_the_settings_sees_the_accounts_as_the_service_does(
    database: Database, queue: Queue
) -> None:
    await queue.add_many(1)
    secret = replace(ACCOUNT.server, username="desk", password=SecretStr("hunter2"), label=None)
    accounts = (replace(ACCOUNT, server=secret, per_day=100), replace(OTHER, weight=0))
    store = MailAccountStore(database)
    assert await store.kept() == ()
    await store.keep(accounts)
    await LimitStore(database).block("desk@mail.example:25", "loginRefused", "535 no", wait=timedelta(seconds=60))
    await use_up(LimitStore(database), OTHER.name, 7, *OTHER.rates)
    kept = await store.kept()
    now, told = await asyncio.gather(
        outlook(database, *accounts).status(pending=1, processing=0),
        outlook(database, *kept).status(pending=1, processing=0),
    )
    assert [each.state for each in told.accounts] == [AccountState.BLOCKED, AccountState.READY]
    assert told.model_copy(update={"finished_at": None}) == now.model_copy(update={"finished_at": None})
    assert "hunter2" not in repr(await database.meta.find({}).to_list())
    await store.keep((OTHER,))
    assert await store.kept() == (replace(OTHER, connections=5),)


async def test_what_waits_says_the_commonest_reason(database: Database, queue: Queue) -> None:
    await queue.add_many(4)
    errors = ["452 4.3.1 Insufficient storage 7", "452 4.3.1 Insufficient storage 8", "450 4.2.0 Greylisted", None]
    later = await database.now() + timedelta(minutes=5)
    rows = await database.pending.find({}).to_list()
    for row, error in zip(rows, errors, strict=True):
        await database.pending.update_one({"_id": row["_id"]}, {"$set": {"lastError": error, "nextAttemptAt": later}})
    status = await outlook(database).status(pending=4, processing=0)
    assert status.state is SendingState.WAITING
    assert status.message == "The commonest reason: 452 4.3.1 Insufficient storage 7"
