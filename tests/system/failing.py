"""A service whose database fails at one step after the other, while everything that it does is asked of it."""

from __future__ import annotations

import asyncio
import urllib.error
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults import DROPPED, RETRYABLE, TRANSIENT, Fault, Faults, late, refused, unconfirmed
from tests.system.admin import AdminClient, Row
from tests.system.external_database import ExternalDatabase
from tests.system.reconciliation import Findings
from tests.system.rounds import Rounds
from tests.system.stepwise_mail_server import StepwiseMailServer
from tests.system.tracing import TracedServer, Tracer
from tests.waiting import LIMIT

#: Quick enough for many rounds; leases end soon, but not while a fault lasts.
_SETTINGS = {"QUEUE_BATCH_SIZE": "100", "QUEUE_INTERVAL": "0.5", "SMTP_TIMEOUT": "5", "QUEUE_LEASE": "20"}
#: Steps between two troubles, so that one is over before the next.
CLOSE = 4
#: Seconds without a primary.
_NO_PRIMARY = 1
_READS = ("find", "getMore", "aggregate", "count")

#: What MongoDB labels as worth a second try: the category RetriableError, and what ends a transaction without a trace
#: (src/mongo/base/error_codes.yml and src/mongo/db/error_labels.cpp).
_RETRIABLE = frozenset({91, 134, 189, 262, 10107, 11600, 11602})
_TRANSIENT = _RETRIABLE | {112, 251}


@dataclass(frozen=True)
class Trouble:
    """What happens at a step: to the command itself, or to what is read next."""

    name: str
    code: int | None = None
    #: It is carried out all the same.
    unconfirmed: bool = False
    fault: Fault | None = None
    #: What is read next, in place of the step itself.
    reads: tuple[str, ...] = ()
    #: Where the step is one of a transaction, or not; None: either.
    in_transaction: bool | None = None
    steps_down: bool = False

    def fits(self, step: str) -> bool:
        """Whether a server could answer so there."""
        transaction, commit = "in a transaction" in step, step.startswith("before commit")
        if self.reads or self.steps_down:
            return True
        if self.unconfirmed:
            return not transaction
        if self.in_transaction is not None:
            return self.in_transaction is (transaction or commit)
        return True

    def at(self, step: str) -> tuple[Fault, Sequence[str]]:
        """As it is answered there, and to which commands."""
        commit = step.startswith("before commit")
        commands = self.reads or (("commitTransaction",) if commit else (step.split()[1],))
        if self.fault is not None:
            return self.fault, commands
        assert self.code is not None
        transaction = "in a transaction" in step
        label = (TRANSIENT, _TRANSIENT) if transaction else (RETRYABLE, _RETRIABLE)
        labels = [label[0]] if self.code in label[1] and not self.reads else []
        if commit and self.code in (112, 251):
            labels = [TRANSIENT]
        return (unconfirmed if self.unconfirmed else refused)(self.code, *labels), commands


TROUBLES = (
    Trouble("dropped", fault=DROPPED),
    Trouble("dropped while reading", fault=DROPPED, reads=_READS),
    *(Trouble(f"{code}", code) for code in (10107, 91, 189, 11600, 262, 134, 50, 11601, 8000)),
    *(Trouble(f"{code} in a transaction", code, in_transaction=True) for code in (112, 251)),
    *(Trouble(f"{code} unconfirmed", code, unconfirmed=True) for code in (11602, 189, 91, 64)),
    *(Trouble(f"{code} while reading", code, reads=_READS) for code in (262, 11601, 43)),
    # Said of change streams alone.
    *(Trouble(f"{code} of the change stream", code, reads=("getMore",)) for code in (286, 280)),
    Trouble("late", fault=late(1.0)),
    Trouble("late while reading", fault=late(1.0), reads=_READS),
    Trouble("no primary", steps_down=True),
)
#: Nothing that passes: it is told as an error, and harms nobody all the same.
FORBIDDEN = Trouble("13", 13)


#: The trouble for a step, and how many times in a row.
Chosen = tuple[Trouble, int]
Choose = Callable[[str], Chosen | None]


class _Patient(AdminClient):
    """Asks again when she is told to."""

    #: What she is told then.
    waits_for: Sequence[int] = (503,)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What was refused for the moment may have been done: then there is nothing left to do."""
        refused_before = False
        async with asyncio.timeout(LIMIT):
            while True:
                try:
                    return await super().ask(method, path, body)
                except urllib.error.HTTPError as error:
                    with error:
                        if error.code in (404, 409) and refused_before:
                            return None
                        if error.code not in self.waits_for:
                            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error
                refused_before = True
                await asyncio.sleep(0.1)

    async def connect(self) -> Row:
        """Until she is let in."""
        async with asyncio.timeout(LIMIT):
            while True:
                try:
                    return await super().connect()
                except ConnectionError:
                    await asyncio.sleep(0.1)


@dataclass
class Tally:
    """What came of it, in all."""

    pairs: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    findings: list[Findings] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lost = sum(len(each.lost) for each in self.findings)
        unmarked = sum(len(each.unmarked) for each in self.findings)
        marked = sum(len(each.marked) for each in self.findings)
        given_up = sum("failed (" in line for each in self.findings for line in each.other)
        return (
            f"{self.pairs.total()} pairs, {self.ended} services ended, {lost} lost, {unmarked} twice without a mark, "
            f"{marked} twice with one, {given_up} given up, {len(self.wrong)} things wrong"
        )


class FailingSeries:
    """Rounds on one service, with trouble at its steps."""

    def __init__(self, server: TracedServer, mail: StepwiseMailServer, tracer: Tracer, faults: Faults) -> None:
        self.server = server
        self.tally = Tally()
        self._tracer = tracer
        self._faults = faults
        self._ann = _Patient(server)
        self._rounds = Rounds(server, mail)
        self._complaints: set[str] = set()
        self._pid = 0

    async def begin(self) -> None:
        """Start."""
        await asyncio.to_thread(self.server.start)
        self._pid = self.server.pid
        await asyncio.to_thread(self.server.add_admin)
        await self._ann.log_in()

    async def fail(self, choose: Choose, *, apart: int = CLOSE, complains: bool = False) -> dict[str, Chosen]:
        """A round with the chosen trouble at each step; answers at which steps there was any, and which.

        ``apart``: so many steps from one to the next, at least. ``complains``: the service tells of errors that it did
        not expect.
        """
        plan: dict[str, Chosen] = {}

        def act(step: str) -> Callable[[], None] | None:
            if not step.startswith("before ") or (chosen := choose(step)) is None:
                return None
            plan[step] = chosen
            return self._action(step, *chosen)

        self._ann.waits_for = (500, 503) if complains else (503,)
        self._tracer.forget()
        self._tracer.act(act, apart=apart)
        where = ""
        try:
            async with asyncio.timeout(2 * LIMIT):
                await self._play()
        except (AssertionError, TimeoutError, urllib.error.URLError, ConnectionError) as error:
            where = f"the round came to no end: {error!r}"
        acted = {step: plan[step] for step in self._tracer.rest()}
        await asyncio.to_thread(self._faults.end)
        for trouble, times in acted.values():
            self.tally.pairs[f"{trouble.name} x{times}"] += 1
        said = f"{[(trouble.name, times, step) for step, (trouble, times) in acted.items()]}"
        found = [where] if where else []
        if not self.server.is_running or self.server.pid != self._pid:
            self.tally.ended += 1
            raise AssertionError(f"the service ended: {said}\n{self.server.log[-3000:]}")
        complaints = self.server.complaints() - self._complaints
        self._complaints |= complaints
        if not complains:
            found += sorted(complaints)
        findings = await self._rounds.findings()
        self.tally.findings.append(findings)
        found += findings.wrong
        self.tally.wrong += [f"{line}; at {said}" for line in found]
        return acted

    def _action(self, step: str, trouble: Trouble, times: int) -> Callable[[], None]:
        if trouble.steps_down:
            return partial(self._faults.step_down, _NO_PRIMARY)
        fault, commands = trouble.at(step)
        return partial(self._faults.begin, fault, *commands, times=times)

    async def _play(self) -> None:
        playing = self._rounds.next(ordinary=3, stopped=6)
        await self._ann.connect()
        await playing.play(self._ann)
        await self._ann.disconnect()


@asynccontextmanager
async def failing(directory: Path, **settings: str) -> AsyncIterator[FailingSeries]:
    """A series about to begin; everything it starts ends with it."""
    engine = ExternalDatabase(directory / "external", test_commands=True)
    await asyncio.to_thread(engine.start)
    # After a refusal by code alone this engine does not say that its state has changed: it is looked at often instead.
    uri = f"{engine.uri}&heartbeatFrequencyMS=500"
    mail, tracer, faults = StepwiseMailServer(), Tracer(), Faults(uri)
    mail.watch = tracer.may_go_on
    mail.start()
    server = TracedServer(directory / "data", tracer, **mail.settings, MONGODB_URI=uri, **(_SETTINGS | settings))
    try:
        yield FailingSeries(server, mail, tracer, faults)
    finally:
        await asyncio.to_thread(faults.close)
        await asyncio.to_thread(server.end)
        mail.end()
        tracer.close()
        engine.end()
