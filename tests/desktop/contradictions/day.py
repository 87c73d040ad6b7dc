"""A service and a desktop through activation, pause, block and slow-down, looked at again and again at random."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desktop.app import Desk
from desktop.shell.sidebar import Place
from server.contract import EmailSelection, EmailState, LeadFilter, LeadStatus, QueuePart, SendingState
from server.contract import Selection as LeadChoice
from tests.desktop.conftest import MemoryTokens, until
from tests.desktop.contradictions.rules import contradictions
from tests.desktop.contradictions.screen import read
from tests.integration.mail.scripted_smtp import ScriptedSmtp, scripted_smtp
from tests.system.processes import ServerProcess

_LEADS = 30  # in each round
_BATCH = 10
_LONGEST_PAUSE = 0.4  # seconds between two looks
_LOOKS = 5  # at each state
_PATIENCE = 120.0  # seconds; a limit for what hangs
_ADDRESS = "{0}{1}@firm.example"


@dataclass
class Looked:
    """What was seen."""

    snapshots: int = 0
    #: Each contradiction, as often as it was seen.
    contradictions: Counter[str] = field(default_factory=Counter)
    #: How often each state of sending was on the screen.
    states: Counter[str] = field(default_factory=Counter)
    #: Set after each look, for whoever waits for some.
    again: asyncio.Event = field(default_factory=asyncio.Event)

    async def more(self, looks: int) -> None:
        """Wait until it was looked so many times more."""
        wanted = self.snapshots + looks
        async with asyncio.timeout(_PATIENCE):
            while self.snapshots < wanted:
                self.again.clear()
                await self.again.wait()


async def look_at(desk: Desk, looked: Looked) -> None:
    """Look at random moments, at this page and at that, until cancelled."""
    chance = random.Random(0)
    while True:
        await asyncio.sleep(chance.uniform(0.0, _LONGEST_PAUSE))
        screen = read(desk)
        looked.snapshots += 1
        looked.states[screen.headline] += 1
        looked.contradictions.update(contradictions(screen))
        looked.again.set()
        if not chance.randrange(4) and desk.activation_desk.progress is None:
            desk.window.go_to(chance.choice((Place.LEADS, Place.EMAIL_QUEUE, Place.EMAIL_QUEUE)))
            desk.queue_page.show_state(chance.choice(list(EmailState)))


async def go_through(desk: Desk, mail: ScriptedSmtp, server: ServerProcess, *, until_seen: Looked, wanted: int) -> None:
    """Round by round, once at least, until enough was looked at."""
    while not until_seen.snapshots or until_seen.snapshots < wanted:
        prefix = f"r{uuid.uuid4().hex[:8]}-"
        await asyncio.to_thread(server.import_leads, _LEADS, prefix=prefix)
        mail.recipient[_ADDRESS.format(prefix, 3)] = ["550 5.1.1 no such user"]
        await _activate(desk, prefix)
        await desk.api.pause("The text is wrong.")
        await _stands(desk, SendingState.PAUSED)
        await until_seen.more(_LOOKS)
        mail.sender[:] = ["550 5.7.1 sender not allowed"]
        await desk.api.resume()
        await _stands(desk, SendingState.BLOCKED)
        await until_seen.more(_LOOKS)
        answers = ["250 OK"]
        for number in range(_LEADS):
            if number != 3:
                mail.recipient[_ADDRESS.format(prefix, number)] = answers
        mail.sender[:] = ["250 OK"]
        await desk.api.try_now()
        # That a sender may send again is shown by an email that is taken.
        await _stands(desk, SendingState.SENDING, SendingState.LIMITED, SendingState.WAITING)
        answers[:] = ["421 4.7.0 slower please"]
        await _stands(desk, SendingState.SLOWED, SendingState.LIMITED)
        await until_seen.more(2 * _LOOKS)
        answers[:] = ["250 OK"]
        # Those that were turned away would wait for a minute.
        await desk.api.act_on_emails("retry", EmailSelection(part=QueuePart.PENDING, everything=True))
        await until(lambda: desk.queue.total == 0, desk.queue.changed, seconds=_PATIENCE, what="an empty queue")


async def _activate(desk: Desk, prefix: str) -> None:
    ended = desk.activation_desk.concluded
    over = asyncio.get_running_loop().create_future()
    connection = ended.connect(lambda _: over.done() or over.set_result(None))
    try:
        await desk.run.start(LeadChoice(matching=LeadFilter(search=prefix, status=(LeadStatus.NEW,))))
        await asyncio.wait_for(over, _PATIENCE)
    finally:
        desk.activation_desk.disconnect(connection)


async def _stands(desk: Desk, *states: SendingState) -> None:
    def stands() -> bool:
        return not desk.queue.total or (desk.sending.status is not None and desk.sending.status.state in states)

    await until(stands, desk.sending.changed, desk.queue.changed, seconds=_PATIENCE, what=f"{states}")


@asynccontextmanager
async def day(directory: Path) -> AsyncIterator[tuple[Desk, ScriptedSmtp, ServerProcess]]:
    """A desktop with somebody logged in, its service, and the mail server behind it."""
    async with scripted_smtp() as mail:
        server = ServerProcess(
            directory / "data",
            SMTP_HOST=mail.address.host,
            SMTP_PORT=str(mail.address.port),
            SMTP_SECURITY="none",
            MAIL_FROM="Desk <desk@firm.example>",
            QUEUE_BATCH_SIZE=str(_BATCH),
            QUEUE_INTERVAL="3",
        )
        await asyncio.to_thread(server.start)
        try:
            await asyncio.to_thread(server.add_admin)
            token = await asyncio.to_thread(server.login)
            desk = Desk(server.url, keyring=MemoryTokens())
            await desk.start(token)
            await until(lambda: desk.queue.counts is not None, desk.queue.changed, seconds=_PATIENCE, what="numbers")
            yield desk, mail, server
            await desk.stop()
        finally:
            await asyncio.to_thread(server.end)


async def spend(directory: Path, snapshots: int) -> Looked:
    """A day with so many looks at it, or more."""
    looked = Looked()
    async with day(directory) as (desk, mail, server):
        looking = asyncio.create_task(look_at(desk, looked))
        try:
            await go_through(desk, mail, server, until_seen=looked, wanted=snapshots)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
    return looked
