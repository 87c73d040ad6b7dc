"""What a real Postfix answers to wrong settings costs no email, and stops the account with the reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.mail.time_limits import TimeLimits
from server.store.limits import LimitStore
from tests.integration.mail.conftest import MAIL_FROM, SOON, Queue, running, until_blocked
from tests.integration.mail.loopback import PASSWORD, TAKEN
from tests.integration.mail.postfix import OWNED, Postfix, running_postfix

_OWNED_BY_ANOTHER = f"Desk <{OWNED}>"


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    """One for all tests here."""
    with running_postfix() as server:
        yield server


async def nothing_was_charged(queue: Queue, count: int) -> None:
    assert await queue.database.failed.count_documents({}) == 0
    assert await queue.database.pending.count_documents({}) == count

    async def all_are_back() -> bool:
        return await queue.database.pending.count_documents({"status": "pending", "attempts": 0}) == count

    await queue.until(all_are_back)


@pytest.mark.parametrize("password", [None, PASSWORD])
async def test_it_takes_what_it_is_to_take(queue: Queue, postfix: Postfix, password: str | None) -> None:
    await queue.add(*(f"person{number}@{TAKEN}" for number in range(20)))
    worker = queue.worker(postfix.address("open", password=password), proven=False, **SOON)
    async with running(worker):
        await queue.until_empty()
    assert await queue.database.deliveries.count_documents({"attempts": 1, "reply": {"$regex": "queued as"}}) == 20


@pytest.mark.parametrize(
    ("listener", "password", "sender", "domain", "hello", "code", "said"),
    [
        ("owned senders", PASSWORD, _OWNED_BY_ANOTHER, TAKEN, None, "senderRefused", "not owned by user desk"),
        ("owned senders", None, _OWNED_BY_ANOTHER, TAKEN, None, "loginRefused", "not logged in"),
        ("logins only", None, MAIL_FROM, TAKEN, None, "allRefused", "Recipient address rejected: Access denied"),
        ("open", None, MAIL_FROM, "other.example", None, "sendingRefused", "Relay access denied"),
        ("full names", None, MAIL_FROM, TAKEN, "localhost", "nameRefused", "need fully-qualified hostname"),
    ],
)
async def test_a_wrong_setting_stops_the_account_and_charges_nothing(
    queue: Queue,
    postfix: Postfix,
    listener: str,
    password: str | None,
    sender: str,
    domain: str,
    hello: str | None,
    code: str,
    said: str,
) -> None:
    await queue.add(*(f"person{number}@{domain}" for number in range(20)))
    server = postfix.address(listener, password=password, hello=hello)
    async with running(queue.worker(server, MAIL_FROM=sender, proven=False)):
        found, message = await until_blocked(queue, server.name)
        assert (found, said in message) == (code, True), message
    await nothing_was_charged(queue, 20)


async def test_a_machine_without_a_full_name_greets_so_that_strict_servers_take_it(
    queue: Queue, postfix: Postfix
) -> None:
    await queue.add(f"ann@{TAKEN}")
    async with running(queue.worker(postfix.address("full names"), **SOON)):
        await queue.until_empty()
    assert await queue.database.deliveries.count_documents({}) == 1


async def test_a_wrong_password_is_tried_once_until_a_minute_is_over(queue: Queue, postfix: Postfix) -> None:
    await queue.add(*(f"person{number}@{TAKEN}" for number in range(20)))
    server = postfix.address("open", password="wrong")
    before = postfix.log.count("authentication failed")
    async with running(queue.worker(server, proven=False, time_limits=TimeLimits.with_connect(20), **SOON)):
        assert (await until_blocked(queue, server.name))[0] == "loginRefused"
        blocked = await LimitStore(queue.database).blocked(server.name)
        assert blocked is not None
        assert (blocked.probe_at - blocked.since).total_seconds() >= 60
    assert postfix.log.count("authentication failed") - before == 1
    await nothing_was_charged(queue, 20)
