"""One round of everything that happens to leads and emails, which can be begun again wherever it was cut off."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.store.client import Database, connect
from server.store.leads import NewLead
from tests.system.admin import AdminClient
from tests.system.mail_server import Received
from tests.system.processes import ServerProcess
from tests.system.reconciliation import Books, Findings, read_books, reconcile
from tests.system.stepwise_mail_server import StepwiseMailServer
from tests.waiting import LIMIT


@dataclass
class Round:
    """An activation with every kind of lead, one that is stopped, the failures, and what an admin does about them."""

    server: ServerProcess
    mail: StepwiseMailServer
    number: int
    #: Leads of the two activations that become users without more ado.
    ordinary: int = 6
    stopped: int = 24
    _ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in ("activation", "stopped"):
            self._ids[part] = str(uuid.uuid4())
        self.mail.refused |= self.refused
        self.mail.put_off.add(self._address("later"))
        self.mail.dropped.add(self._address("dropped"))

    @property
    def refused(self) -> frozenset[str]:
        """Whom the mail server refuses until the admin acts."""
        return frozenset(self._address(name) for name in ("retried", "dismissed", "mistyped"))

    async def play(self, ann: AdminClient) -> None:
        """From wherever it stands to the end. Nothing is done twice that counts."""
        await asyncio.to_thread(self.server.add_leads, self._leads())
        await self._activate(ann)
        await self._stop_one(ann)
        await ann.ask("POST", "/api/queue/pause", {"reason": "for a moment"})
        await ann.ask("POST", "/api/queue/resume")
        await self.settle(ann)
        await self._deal_with_failures(ann)
        await self.settle(ann)

    async def settle(self, ann: AdminClient) -> None:
        """Wait until nothing is under way, and what still waits was put off by the mail server."""
        async with self._database() as database:
            await ann.until(lambda: self._is_settled(database), "the queue did not come to rest", seconds=LIMIT)

    def _leads(self) -> list[NewLead]:
        special = ("retried", "dismissed", "mistyped", "later", "dropped")
        ordinary = [f"plain{number}" for number in range(self.ordinary)]
        stopped = [f"stopped{number}" for number in range(self.stopped)]
        leads = [NewLead(self._address(name), name.title()) for name in (*special, *ordinary, *stopped)]
        return [*leads, NewLead(f"no address {self.number}")]

    def _address(self, name: str) -> str:
        return f"r{self.number}-{name}@firm.example"

    def _database(self) -> Any:
        return connect(self.server.database_uri, self.server.database_name)

    async def _activate(self, ann: AdminClient) -> None:
        chosen = [f"r{self.number}-(?!stopped)", f"no address {self.number}$"]
        activation = await self._request(ann, "activation", chosen)
        await self._until_final(ann, activation)

    async def _stop_one(self, ann: AdminClient) -> None:
        activation = await self._request(ann, "stopped", [f"r{self.number}-stopped"])
        await ann.ask("POST", f"/api/activations/{activation}/stop")
        await self._until_final(ann, activation)

    async def _request(self, ann: AdminClient, part: str, patterns: list[str]) -> str:
        async with self._database() as database:
            wanted = {"email": {"$regex": "|".join(f"^{each}" for each in patterns)}}
            ids = [str(row["_id"]) async for row in database.leads.find(wanted, {"_id": 1})]
        request = {"requestId": self._ids[part], "selection": {"ids": ids}}
        return str((await ann.ask("POST", "/api/activations", request))["id"])

    async def _until_final(self, ann: AdminClient, activation: str) -> None:
        async def is_final() -> bool:
            news = await ann.ask("GET", f"/api/activations/{activation}")
            return news["finishedAt"] is not None

        await ann.until(is_final, f"activation {activation} came to no end", seconds=LIMIT)

    async def _deal_with_failures(self, ann: AdminClient) -> None:
        """Hold and release, discard, correct; retry the rest, also what is held back as nobody knows if it arrived."""
        retried, dismissed, mistyped, later = map(self._address, ("retried", "dismissed", "mistyped", "later"))
        async with self._database() as database:
            pending = {row["email"]: str(row["_id"]) async for row in database.pending.find({}, {"email": 1})}
            failed = {row["email"]: str(row["_id"]) async for row in database.failed.find({}, {"email": 1})}
        if later in pending:
            await ann.ask("POST", "/api/queue/emails/hold", {"ids": [pending[later]]})
            await ann.ask("POST", "/api/queue/emails/release", {"ids": [pending[later]]})
        self.mail.refused.discard(retried)
        again = [id_ for address, id_ in failed.items() if address not in self.mail.refused]
        if again:
            await ann.ask("POST", "/api/queue/emails/retry", {"ids": again})
        if dismissed in failed:
            await ann.ask("POST", "/api/queue/emails/discard", {"ids": [failed[dismissed]]})
        if mistyped in failed:
            correction = {"email": self._address("corrected")}
            await ann.ask("POST", f"/api/queue/emails/{failed[mistyped]}/correct", correction)

    async def _is_settled(self, database: Database) -> bool:
        fields = {"status": 1, "attempts": 1, "nextAttemptAt": 1, "lastError": 1}
        rows = await database.pending.find({}, fields).to_list()
        now = await database.now()
        return all(_was_put_off(row, now) for row in rows)


class Rounds:
    """One after the other on one service, and what does not add up after each."""

    def __init__(self, server: ServerProcess, mail: StepwiseMailServer) -> None:
        self._server = server
        self._mail = mail
        self._count = 0
        self._refused: frozenset[str] = frozenset()
        self._known = Findings()

    def next(self, **leads: int) -> Round:
        """The next one; ``leads``: how many of which kind, where it is not as usual."""
        self._count += 1
        made = Round(self._server, self._mail, self._count, **leads)
        self._refused |= made.refused
        return made

    async def findings(self) -> Findings:
        """What is found in addition to what was found before."""
        found = reconcile(*await self._books_and_messages(), may_fail=self._refused)
        known, self._known = self._known, found
        return found.beyond(known)

    async def _books_and_messages(self) -> tuple[Books, list[Received]]:
        """As they were at one moment: between two of them what was put off may have had its turn."""
        async with asyncio.timeout(LIMIT):
            while True:
                received = list(self._mail.received)
                books = await read_books(self._server)
                if not books.sending and len(self._mail.received) == len(received):
                    return books, received


def _was_put_off(row: dict[str, Any], now: datetime) -> bool:
    return bool(row["status"] == "pending" and row["attempts"] and row["lastError"] and row["nextAttemptAt"] > now)
