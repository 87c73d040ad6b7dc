"""A service that is killed step by step, restarted, and asked for everything again, on one and the same database."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.system.admin import AdminClient
from tests.system.external_database import ExternalDatabase
from tests.system.reconciliation import Findings
from tests.system.rounds import Round, Rounds
from tests.system.stepwise_mail_server import StepwiseMailServer
from tests.system.tracing import Kill, TracedServer, Tracer

#: Quick enough for many rounds, with limits in play all the same.
_SETTINGS = {"QUEUE_BATCH_SIZE": "100", "QUEUE_INTERVAL": "0.5", "SMTP_TIMEOUT": "5"}


def next_kill(steps: Counter[str], kills: Counter[str]) -> Kill:
    """At one of the steps that had the fewest kills: at its first time, then at its last, then somewhere between."""
    order = sorted(steps)
    random.Random(20).shuffle(order)
    step = min(order, key=lambda each: kills[each])
    times = steps[step]
    return Kill(step, (1, times, (times + 1) // 2)[kills[step] % 3])


@dataclass(frozen=True)
class Killed:
    """Where the service was killed, and what was found when all had come to rest again."""

    steps: tuple[str, ...]
    findings: Findings


class Series:
    """Rounds on one service, most of them with a kill in the middle."""

    def __init__(
        self, server: TracedServer, mail: StepwiseMailServer, tracer: Tracer, external: ExternalDatabase | None
    ) -> None:
        self.server = server
        self._tracer = tracer
        self._external = external
        self._ann = AdminClient(server)
        self._rounds = Rounds(server, mail)
        #: Of the first start.
        self.first_steps: tuple[str, ...] = ()

    async def begin(self, kill: Kill | None = None) -> str | None:
        """The first start, perhaps killed and begun again; answers at which step, and keeps all steps."""
        step = None
        if kill is not None:
            killed = self._tracer.kill_at(kill)
            await self._start(killed)
            assert killed.done(), f"{kill.step} did not come"
            step = await self._bury(killed)
        await self._start()
        self.first_steps = tuple(dict.fromkeys(self._tracer.steps))
        await asyncio.to_thread(self.server.add_admin)
        await self._ann.log_in()
        return step

    async def steps(self) -> Counter[str]:
        """The steps of a round without a kill, and how often each comes."""
        self._tracer.forget()
        await self._play(self._rounds.next())
        return Counter(self._tracer.steps)

    async def kill(self, *kills: Kill) -> Killed:
        """A round with a kill at that step; with another kill at that step since the restart, and so on."""
        playing = self._rounds.next()
        steps = []
        for kill in kills:
            step = await self._play_until_killed(playing, kill)
            if step is None:  # it did not come, and the round is at its end
                break
            steps.append(step)
        else:
            await self._start()
            await self._play(playing)
        return Killed(tuple(steps), await self.findings())

    async def findings(self) -> Findings:
        """What is found in addition to what was found before."""
        return await self._rounds.findings()

    async def _play(self, playing: Round) -> None:
        await self._ann.connect()
        await playing.play(self._ann)
        await self._ann.disconnect()

    async def _play_until_killed(self, playing: Round, kill: Kill) -> str | None:
        """The step at which it was killed; None when the round came to its end without that step."""
        killed = self._tracer.kill_at(kill)
        await self._start(killed)
        task = asyncio.create_task(self._play(playing))
        await asyncio.wait({task, killed}, return_when=asyncio.FIRST_COMPLETED)
        if task.done() and task.exception() is not None:
            await asyncio.wait({killed}, timeout=5)  # it may have failed because of the kill
        if not killed.done():
            killed.cancel()
            await task
            return None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await self._bury(killed)

    async def _start(self, killed: asyncio.Future[str] | None = None) -> None:
        """Unless it runs. It may be killed while it starts."""
        if self.server.is_running:
            return
        try:
            await asyncio.to_thread(self.server.start)
        except AssertionError:
            if killed is None:
                raise
            await asyncio.wait({killed}, timeout=5)
            if not killed.done():
                raise

    async def _bury(self, killed: asyncio.Future[str]) -> str:
        await self._ann.disconnect()
        await asyncio.to_thread(self.server.kill)
        if self._external is not None:
            await asyncio.to_thread(self._external.end_abandoned_transactions)
        return killed.result()


@asynccontextmanager
async def killing(
    directory: Path, *, external: ExternalDatabase | None = None, **settings: str
) -> AsyncIterator[Series]:
    """A series about to begin, on a database of its own or on that one; everything it starts ends with it."""
    if external is not None:
        # Leases of the dead have to end by themselves there.
        settings |= {"MONGODB_URI": external.uri, "QUEUE_LEASE": "2"}
    mail = StepwiseMailServer()
    tracer = Tracer()
    mail.watch = tracer.may_go_on
    mail.start()
    server = TracedServer(directory / "data", tracer, **mail.settings, **(_SETTINGS | settings))
    try:
        yield Series(server, mail, tracer, external)
    finally:
        await asyncio.to_thread(server.end)
        mail.end()
        tracer.close()
