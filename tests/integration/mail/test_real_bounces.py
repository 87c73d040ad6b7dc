"""What a real Postfix writes about emails that it cannot deliver, brought by a pipe of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bson import ObjectId

from server.bounces.ours import Ours
from server.bounces.report import BounceInbox, Report, read
from server.contract import EmailSelection, QueuePart
from server.mail.rendering import ActivationEmails
from server.settings import load_settings
from server.store.actions import QueueActions
from tests.integration.mail.conftest import MAIL_FROM, Queue, running
from tests.integration.mail.postfix import Postfix, running_postfix
from tests.waiting import LIMIT

_SETTINGS = load_settings({"MAIL_FROM": MAIL_FROM, "MAIL_BOUNCES_TO": "bounces+{id}@sender.example"})
#: What is brought becomes a file, complete when it has its name; the first line says to whom it was sent. And where
#: nobody is: an exit code that means that (EX_NOUSER).
_PIPES = """
spool unix - n n - 1 pipe
  flags=Rq user=nobody argv=/bin/sh -c {{ (echo "Delivered-To: $$1"; cat) > {spool}/$$$$
  && mv {spool}/$$$$ {spool}/$$$$.eml }}
  sh ${{original_recipient}}
gone unix - n n - 1 pipe
  user=nobody argv=/bin/sh -c {{ echo nobody is here; exit 67 }}
"""


@pytest.fixture(scope="module")
def spool() -> Iterator[Path]:
    """Where the pipe puts what comes back; it is another user's."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o777)
        yield Path(directory)


@pytest.fixture(scope="module")
def postfix(spool: Path) -> Iterator[Postfix]:
    """One that takes emails for a domain where nobody is, and hands bounces to the pipe."""
    with running_postfix(
        {"open": ()},
        services=_PIPES.format(spool=spool),
        relay_domains="gone.example sender.example",
        transport_maps="inline:{ { gone.example = gone: }, { sender.example = spool: } }",
        recipient_delimiter="+",
    ) as server:
        yield server


async def _come_back(postfix: Postfix, spool: Path, count: int) -> list[Report]:
    """So many messages, read and gone."""
    try:
        async with asyncio.timeout(LIMIT):
            while len(found := _files(spool)) < count:
                await asyncio.sleep(0.05)  # a file tells nobody
    except TimeoutError:
        raise AssertionError(f"nothing came back:\n{postfix.log}") from None
    messages = [path.read_bytes() for path in found]
    for path in found:
        path.unlink()
    assert all(b"secret of" not in message for message in messages)
    return [report for message in messages for report in read(message, Ours.by(_SETTINGS))]


def _files(spool: Path) -> list[Path]:
    return sorted(spool.glob("*.eml"))


async def test_what_postfix_cannot_deliver_is_marked_and_so_is_the_next_sending(
    queue: Queue, postfix: Postfix, spool: Path, actions: QueueActions
) -> None:
    ids = await queue.add_people("ann@gone.example", "jörg@gone.example", "o'neil+tag=x@gone.example")
    for sending in range(2):
        writer = ActivationEmails.by(_SETTINGS)
        async with running(queue.worker(postfix.address("open"), writer=writer)):
            await queue.until_empty()
        reports = await _come_back(postfix, spool, len(ids))
        assert _about(reports) == {
            (ids[0], sending, "ann@gone.example"),
            (ids[1], sending, "jörg@gone.example"),
            (ids[2], sending, "o'neil+tag=x@gone.example"),
        }
        assert {(each.code, each.reason) for each in reports} == {("5.1.1", "nobody is here")}
        assert (await BounceInbox(queue.database).take(reports, via="pipe")).bounced == 3
        assert await queue.ids(queue.database.failed, cause="It came back: 5.1.1 nobody is here") == set(ids)
        again = EmailSelection(everything=True, part=QueuePart.BOUNCED)
        assert (await actions.retry(again, by="ann")).changed == 3


def _about(reports: list[Report]) -> set[tuple[ObjectId | None, int, str | None]]:
    return {(each.email_id, each.sending, each.recipient) for each in reports}
