"""The connection to MongoDB, and the database's own clock.

Every write is acknowledged by a majority and journalled: what was confirmed survives a kill -9.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

import pymongo
import structlog
from pymongo import AsyncMongoClient, monitoring
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, ServerSelectionTimeoutError
from pymongo.results import DeleteResult, UpdateResult

from server.errors import DatabaseAway, DatabaseUnreachable
from server.store.calls import PATIENT, answered_within, ask, limit
from server.store.clock import Clock
from server.store.collection import Collection, Document, Session
from server.store.uri import PINNED, contradictory, no_address, read_uri, refuse_one_of_many

__all__ = ["Collection", "Database", "Document", "Session", "connect"]

log = structlog.get_logger(__name__)

Criteria = Mapping[str, Any]
Result = TypeVar("Result")

_EMBEDDED_VERSION = "secantusVersion"  # what the embedded engine alone has in its ``buildInfo``
#: Milliseconds in which another primary is found: the median of an election is up to 12 s
#: (https://www.mongodb.com/docs/manual/core/replica-set-elections/), and calls that are to be answered sooner say so.
_ELECTION = 30_000
_ROWS_AT_ONCE = 500  # that one transaction of the embedded engine changes, and nobody else meanwhile


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


class _Primary(monitoring.TopologyListener):
    """Says when another server has become the one that answers, or the same after an election."""

    def __init__(self) -> None:
        self._known: object = None
        self.changed: Callable[[], None] = lambda: None

    def opened(self, event: monitoring.TopologyOpenedEvent) -> None:
        """Nothing is known yet."""

    def description_changed(self, event: monitoring.TopologyDescriptionChangedEvent) -> None:
        """Somebody has come, gone, or changed its role."""
        servers = event.new_description.server_descriptions().values()
        for each in servers:
            if each.server_type_name == "RSPrimary" and (each.address, each.election_id) != self._known:
                self._known = (each.address, each.election_id)
                self.changed()

    def closed(self, event: monitoring.TopologyClosedEvent) -> None:
        """Nobody asks any more."""


def _name(address: tuple[str, int | None]) -> str:
    return f"{address[0]}:{address[1]}"


class Database:
    """The collections by name, transactions, and the database's time.

    Whatever is asked of it raises :class:`DatabaseAway` where the database does not answer, or has trouble that passes.
    """

    def __init__(
        self,
        client: AsyncMongoClient[Document],
        name: str,
        *,
        is_embedded: bool,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """``is_embedded``: what answers is the embedded engine, whoever has started it. ``names``: of collections that
        are called otherwise, by those that they have here."""
        self.client = client
        self.is_embedded = is_embedded
        self.name = name
        self._database = client.get_database(name)
        self.clock = Clock(self._local_time)
        self.leads: Collection = Collection(self._database, names.get("leads", "leads"))
        self.imports: Collection = Collection(self._database, "imports")
        self.import_files: Collection = Collection(self._database, "importFiles")
        self.users: Collection = Collection(self._database, names.get("users", "users"))
        self.pending: Collection = Collection(
            self._database, names.get("PendingActivationEmail", "PendingActivationEmail")
        )
        self.failed: Collection = Collection(self._database, names.get("FailedEmail", "FailedEmail"))
        self.deliveries: Collection = Collection(self._database, "deliveries")
        self.bounces: Collection = Collection(self._database, "bounces")
        self.activations: Collection = Collection(self._database, "activations")
        self.skips: Collection = Collection(self._database, "activationSkips")
        self.admins: Collection = Collection(self._database, "admins")
        self.tokens: Collection = Collection(self._database, "tokens")
        self.audit: Collection = Collection(self._database, "audit")
        self.audit_seals: Collection = Collection(self._database, "auditSeals")
        self.limits: Collection = Collection(self._database, "limits")
        self.templates: Collection = Collection(self._database, "templates")
        self.throughput: Collection = Collection(self._database, "throughput")
        self.connections: Collection = Collection(self._database, "connections")
        self.meta: Collection = Collection(self._database, "meta")
        self.key_vault: Collection = Collection(self._database, "keyVault")

    @property
    def raw(self) -> Any:
        """The driver's own database object, for change streams and commands."""
        return self._database

    async def now(self) -> datetime:
        """The database's time (UTC), by which leases, limits and waits are measured."""
        return await self.clock.now()

    async def _local_time(self) -> datetime:
        return _aware((await ask(self.client.admin.command("hello")))["localTime"])

    async def transaction(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """Run ``work`` in one transaction, again from its start when it clashes with another.

        All in all within the limit of one call. Not cut off from outside, as other calls are: the driver has to end the
        transaction, and there is no end of that either where the database does not answer.
        """

        async def run() -> Result:
            with pymongo.timeout(limit()):
                async with self.client.start_session() as session:
                    return await session.with_transaction(work)

        return await ask(run(), seconds=0)

    # --- Writes of many rows outside of other transactions: these two are the only ways ---
    #
    # Where a plain one meets a row of an unfinished transaction, the embedded engine waits for that with the whole
    # collection locked, and the transaction, wanting another row, waits for the collection: for ever. In a transaction
    # it begins anew instead. Everywhere else a plain write is right, which clashes with nothing.

    async def update_many(self, collection: Collection, criteria: Criteria, update: Mapping[str, Any]) -> int:
        """Change all that match, each row by itself; answers how many.

        It may be carried out a second time where the database has trouble that passes: then rows that the first time
        has changed must match no more, or be left as they are by the same change. Such rows may be missing from the
        answer.
        """

        async def work(criteria: Criteria, session: Session | None) -> UpdateResult:
            return await collection.update_many(criteria, update, session=session)

        return sum([result.matched_count async for result in self._write_many(collection, criteria, work)])

    async def delete_many(self, collection: Collection, criteria: Criteria) -> int:
        """Remove all that match, each row by itself; answers how many, as :meth:`update_many` does."""

        async def work(criteria: Criteria, session: Session | None) -> DeleteResult:
            return await collection.delete_many(criteria, session=session)

        return sum([result.deleted_count async for result in self._write_many(collection, criteria, work)])

    async def _write_many(
        self, collection: Collection, criteria: Criteria, work: Callable[[Criteria, Session | None], Awaitable[Result]]
    ) -> AsyncIterator[Result]:
        if self.is_embedded:
            async for part in _in_parts(collection, criteria):
                yield await self.transaction(partial(work, part))
            return
        with answered_within(PATIENT):  # that many rows may take longer than one whom somebody waits for
            try:
                result = await work(criteria, None)
            except DatabaseAway as away:  # which the driver repeats by itself where it is a write of one row
                if isinstance(away.__cause__, ServerSelectionTimeoutError):
                    raise
                result = await work(criteria, None)
        yield result

    async def close(self) -> None:
        """Close every connection."""
        await self.client.close()


async def _in_parts(collection: Collection, criteria: Criteria) -> AsyncIterator[Criteria]:
    """The same choice of rows as several, none of too many; rows are looked up unless they are named."""
    among = criteria.get("_id")
    if isinstance(among, Mapping) and among.keys() == {"$in"}:
        ids = list(among["$in"])
    else:
        ids = [row["_id"] for row in await collection.find(criteria, {"_id": 1}).to_list()]
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        yield {**criteria, "_id": {"$in": ids[start : start + _ROWS_AT_ONCE]}}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refusal(error: OperationFailure, hosts: str, name: str) -> str:
    match error.code:
        case 18:  # AuthenticationFailed
            return f"The database at {hosts} refuses the login. Correct user and password in MONGODB_URI."
        case 13:  # Unauthorized
            return f"The user in MONGODB_URI may not use the database {name}. Give it the role readWrite on that."
        case _:
            return f"The database at {hosts} refuses what it is asked{_in_its_words(error)}. Look into its log."


def _in_its_words(error: BaseException | None) -> str:
    """What a server has said, in brackets; it knows no passwords of ours."""
    said = error.details.get("errmsg") if isinstance(error, OperationFailure) and error.details else None
    return "" if said is None else f" ({str(said)[:200]})"


@asynccontextmanager
async def connect(
    uri: str,
    name: str,
    *,
    wait: timedelta = timedelta(seconds=10),
    names: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Database]:
    """Connect and make sure that the database answers and is a replica set (change streams and transactions need one).

    ``names``: of collections that are called otherwise, by those that they have here.

    Raises :class:`DatabaseUnreachable`, or :class:`WrongSetup`, with one sentence without a password.
    """
    address = read_uri(uri)
    hosts = address.hosts
    primary = _Primary()
    try:
        client: AsyncMongoClient[Document] = AsyncMongoClient(
            address.uri,
            serverSelectionTimeoutMS=_ELECTION,
            wTimeoutMS=_ELECTION,
            event_listeners=[_Availability(), primary],
            **PINNED,
        )
    except InvalidURI as error:
        raise no_address() from error
    except (ConfigurationError, ValueError) as error:
        raise contradictory() from error
    try:
        try:
            seconds = wait.total_seconds()
            hello = await ask(client.admin.command("hello"), seconds=seconds)
            build = await ask(client.admin.command("buildInfo"), seconds=seconds)
            await ask(client.get_database(name).command("listCollections", nameOnly=True), seconds=seconds)
        except DatabaseAway as error:
            raise DatabaseUnreachable(
                f"The database at {hosts} does not answer{_in_its_words(error.__cause__)}. "
                "Start it, or correct MONGODB_URI."
            ) from error
        except ConfigurationError as error:
            if not uri.startswith("mongodb+srv://"):
                raise contradictory() from error
            raise DatabaseUnreachable(
                f"The servers of {hosts} cannot be looked up (DNS). Correct MONGODB_URI, or try again later."
            ) from error
        except OperationFailure as error:
            raise DatabaseUnreachable(_refusal(error, hosts, name)) from error
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise DatabaseUnreachable(
                f"The database at {hosts} is not a replica set, which live updates and transactions need. "
                "Start mongod with --replSet rs0 and run rs.initiate() once; one node is enough."
            )
        refuse_one_of_many(address, hello)
        database = Database(client, name, is_embedded=_EMBEDDED_VERSION in build, names=names)
        primary.changed = database.clock.measure_anew
        yield database
    finally:
        await client.close()
