"""An admin at a client of her own: asks over HTTP, listens over Socket.IO."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import socketio

from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

Row = dict[str, Any]


class AdminClient:
    """One admin; may connect and go as often as she likes."""

    def __init__(self, server: ServerProcess, name: str = "ann", password: str = "correct horse battery") -> None:
        self._server = server
        self._name = name
        self._password = password
        self._token = ""
        self._client: socketio.AsyncClient | None = None
        self._news = asyncio.Event()
        #: What was announced since the last connection was made.
        self.statuses: list[Row] = []
        self.activations: dict[str, Row] = {}
        self.alerts: list[Row] = []
        #: Why the login has ended, where that was told.
        self.ended: list[Row] = []

    async def log_in(self) -> None:
        """Get a token."""
        self._token = await asyncio.to_thread(self._server.login, self._name, self._password)

    async def log_out(self) -> None:
        """End the login, and with it the connection."""
        await self.disconnect()
        await self.ask("POST", "/api/logout")
        self._token = ""

    async def connect(self) -> Row:
        """Listen; answers the numbers of the greeting."""
        self.statuses = []
        self.alerts = []
        client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        client.on("emailQueueUpdate", self._on_status)
        client.on("activationProgress", self._on_activation)
        client.on("queueAlert", self._on_alert)
        client.on("sessionEnded", self.ended.append)
        try:
            await client.connect(self._server.url, auth={"token": self._token}, wait_timeout=LIMIT)
        except BaseException:  # cut off half way, as when the server is killed
            await client.eio.disconnect(abort=True)
            raise
        self._client = client
        await self._until(lambda: self.statuses, "no greeting came")
        return self.statuses[0]

    async def disconnect(self) -> None:
        """Listen no more."""
        if self._client is not None:
            await self._client.disconnect()
            self._client = None

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One HTTP request."""
        return await asyncio.to_thread(self._server.request, method, path, body, token=self._token)

    async def activate(self, count: int) -> str:
        """Ask for users of so many new leads; the activation's id."""
        leads = await self.ask("GET", f"/api/leads?limit={count}&status=new")
        ids = [lead["id"] for lead in leads["items"]]
        assert len(ids) == count
        request = {"requestId": str(uuid.uuid4()), "selection": {"ids": ids}}
        return str((await self.ask("POST", "/api/activations", request))["id"])

    async def activation(self, activation_id: str, holds: Callable[[Row], bool], *, seconds: float = LIMIT) -> Row:
        """What is announced of the activation, once that holds."""
        await self._until(
            lambda: activation_id in self.activations and holds(self.activations[activation_id]),
            f"of activation {activation_id} nothing like that was announced",
            seconds=seconds,
        )
        return self.activations[activation_id]

    async def queue(self, holds: Callable[[Row], bool], *, seconds: float = LIMIT) -> None:
        """Wait for numbers of which that holds."""
        await self._until(lambda: holds(self.statuses[-1]), "the queue did not come so far", seconds=seconds)

    async def all_sent(self, *, seconds: float = LIMIT) -> None:
        """Wait until nothing waits any more.

        Asked of the server: what was announced last may be of a moment when sending had caught up with an activation.
        """

        async def nothing_waits() -> bool:
            return is_empty(await self.ask("GET", "/api/queue/status"))

        await self.until(nothing_waits, "the queue did not become empty", seconds=seconds)

    async def alert(self, holds: Callable[[Row], bool], *, seconds: float = LIMIT) -> Row:
        """The last alert, once that holds."""
        await self._until(
            lambda: self.alerts and holds(self.alerts[-1]), "no such alert was announced", seconds=seconds
        )
        return self.alerts[-1]

    async def until(self, holds: Callable[[], Awaitable[bool]], problem: str, *, seconds: float) -> None:
        """Wait until it is so: looked up at each piece of news, and each second, as time itself brings none."""
        try:
            async with asyncio.timeout(seconds):
                while not await holds():
                    self._news.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), 1)
        except TimeoutError:
            raise AssertionError(f"{problem} within {seconds} s") from None

    async def _until(self, holds: Callable[[], object], problem: str, *, seconds: float = LIMIT) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            last = self.statuses[-1:], list(self.activations.values())[-1:]
            raise AssertionError(f"{problem} within {seconds} s; the last news: {last}") from None

    def _on_status(self, status: Row) -> None:
        self.statuses.append(status)
        self._news.set()

    def _on_alert(self, alert: Row) -> None:
        self.alerts.append(alert)
        self._news.set()

    def _on_activation(self, activation: Row) -> None:
        self.activations[activation["id"]] = activation
        self._news.set()


def is_finished(activation: Row) -> bool:
    """Whether it has come to its end."""
    return bool(activation["state"] == "finished")


def is_empty(status: Row) -> bool:
    """Whether nothing waits any more."""
    return bool(status["total"] == 0)
