"""The connection to MongoDB, and the database's own clock.

Every write is acknowledged by a majority and journalled: what was confirmed survives a kill -9.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pymongo
import structlog
from pymongo import AsyncMongoClient, monitoring
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect, ConfigurationError, InvalidURI, OperationFailure, ServerSelectionTimeoutError
from pymongo.results import UpdateResult
from pymongo.uri_parser import parse_uri

from server.errors import DatabaseUnreachable

log = structlog.get_logger(__name__)

Document = dict[str, Any]
Collection = AsyncCollection[Document]
Session = AsyncClientSession
Result = TypeVar("Result")

#: Errors of a database that is away for the moment; what was asked can be asked again.
AWAY = (AutoReconnect, ServerSelectionTimeoutError)

_PING_SECONDS = 2.0  # whoever asks whether it answers wants to know soon
_CLOCK_MAX_AGE = 60.0  # seconds after which the offset to the database's clock is measured again


class _Availability(monitoring.ServerHeartbeatListener):
    """Says in the log when a database server goes away and when it is back, even if nobody asks it anything then."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int | None], bool] = {}

    def started(self, event: monitoring.ServerHeartbeatStartedEvent) -> None:
        """Asked; nothing is known yet."""

    def succeeded(self, event: monitoring.ServerHeartbeatSucceededEvent) -> None:
        """It answers."""
        if self._answers.get(event.connection_id) is False:
            log.info("database is back", server=_name(event.connection_id))
        self._answers[event.connection_id] = True

    def failed(self, event: monitoring.ServerHeartbeatFailedEvent) -> None:
        """It does not; one that never did is the business of whoever connects."""
        if self._answers.get(event.connection_id):
            log.warning("database away", server=_name(event.connection_id), reason=str(event.reply))
            self._answers[event.connection_id] = False


def _name(address: tuple[str, int | None]) -> str:
    return f"{address[0]}:{address[1]}"


class Database:
    """The collections by name, transactions, and the database's time."""

    def __init__(self, client: AsyncMongoClient[Document], name: str) -> None:
        self.client = client
        self.name = name
        self._database = client.get_database(name)
        self._clock_offset = timedelta()
        self._clock_read_at: float | None = None
        self.leads: Collection = self._database["leads"]
        self.imports: Collection = self._database["imports"]
        self.import_files: Collection = self._database["importFiles"]
        self.users: Collection = self._database["users"]
        self.pending: Collection = self._database["PendingActivationEmail"]
        self.failed: Collection = self._database["FailedEmail"]
        self.deliveries: Collection = self._database["deliveries"]
        self.activations: Collection = self._database["activations"]
        self.skips: Collection = self._database["activationSkips"]
        self.admins: Collection = self._database["admins"]
        self.tokens: Collection = self._database["tokens"]
        self.audit: Collection = self._database["audit"]
        self.limits: Collection = self._database["limits"]
        self.templates: Collection = self._database["templates"]
        self.throughput: Collection = self._database["throughput"]
        self.connections: Collection = self._database["connections"]
        self.meta: Collection = self._database["meta"]
        self.key_vault: Collection = self._database["keyVault"]

    @property
    def raw(self) -> Any:
        """The driver's own database object, for change streams and commands."""
        return self._database

    async def now(self) -> datetime:
        """The database's time (UTC), by which leases, limits and waits are measured.

        Servers may disagree about the time, so each keeps its offset to the database's clock, measured once a minute
        from ``hello.localTime``, half the round trip added.
        """
        if self._clock_read_at is None or time.monotonic() - self._clock_read_at > _CLOCK_MAX_AGE:
            started = time.monotonic()
            answer = await self.client.admin.command("hello")
            read_at = time.monotonic()
            database_time = _aware(answer["localTime"]) + timedelta(seconds=(read_at - started) / 2)
            self._clock_offset = database_time - datetime.now(UTC)
            self._clock_read_at = read_at
        return datetime.now(UTC) + self._clock_offset

    async def transaction(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """Run ``work`` in one transaction, again from its start when it clashes with another (at most two minutes)."""
        async with self.client.start_session() as session:
            return await session.with_transaction(work)

    async def update_many(
        self, collection: Collection, criteria: Mapping[str, Any], update: Mapping[str, Any]
    ) -> UpdateResult:
        """Change all that match, in a transaction of its own.

        For collections that other transactions write to as well: where a plain update of many meets a row of an
        unfinished transaction, the embedded engine waits for that with the whole collection locked, and the
        transaction, wanting another row, waits for the collection. In a transaction it begins anew instead.
        """

        async def work(session: Session) -> UpdateResult:
            return await collection.update_many(criteria, update, session=session)

        return await self.transaction(work)

    async def ping(self) -> None:
        """Raise :class:`DatabaseUnreachable` if the database does not answer."""
        try:
            with pymongo.timeout(_PING_SECONDS):
                await self.client.admin.command("ping")
        except AWAY as error:
            raise DatabaseUnreachable("The database does not answer.") from error

    async def close(self) -> None:
        """Close every connection."""
        await self.client.close()


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@asynccontextmanager
async def connect(uri: str, name: str, *, wait: timedelta = timedelta(seconds=10)) -> AsyncIterator[Database]:
    """Connect and make sure that the database answers and is a replica set (change streams and transactions need one).

    Raises :class:`DatabaseUnreachable` with one sentence that names the hosts but no password.
    """
    try:
        hosts = ", ".join(f"{host}:{port}" for host, port in parse_uri(uri, validate=True)["nodelist"])
        client: AsyncMongoClient[Document] = AsyncMongoClient(
            uri,
            w="majority",
            journal=True,
            tz_aware=True,
            appname="activation-desk",
            serverSelectionTimeoutMS=int(wait.total_seconds() * 1000),
            event_listeners=[_Availability()],
        )
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise DatabaseUnreachable(
            "MONGODB_URI=(hidden): is not a valid address. Fix: mongodb://user:password@host:27017/?replicaSet=rs0"
        ) from error
    database = Database(client, name)
    try:
        try:
            hello = await client.admin.command("hello")
            await client.get_database(name).command("listCollections", nameOnly=True)
        except AWAY as error:
            raise DatabaseUnreachable(
                f"The database at {hosts} does not answer. Start it, or correct MONGODB_URI."
            ) from error
        except OperationFailure as error:
            raise DatabaseUnreachable(
                f"The database at {hosts} refuses the login. Correct user and password in MONGODB_URI."
            ) from error
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise DatabaseUnreachable(
                f"The database at {hosts} is not a replica set, which live updates and transactions need. "
                "Start mongod with --replSet rs0 and run rs.initiate() once; one node is enough."
            )
        yield database
    finally:
        await database.close()
