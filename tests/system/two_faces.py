"""One engine that looks like a replica set of two, for elections, clocks and partitions that one engine cannot have.

Two listeners pass on what is asked (OP_MSG), and rewrite what ``hello`` says: which of the two is the primary, of which
election, and what time it is there. Only the primary takes writes, and reads that ask for one; the other answers as
mongod does (10107 NotWritablePrimary, 13435 NotPrimaryNoSecondaryOk). What was written is never rolled back: both have
the same data, as for writes that a majority has acknowledged.

Sources: the driver's specification of server discovery and monitoring, and of its wire protocol
(mongodb/specifications); for the labels of errors ``src/mongo/db/error_labels.cpp``.
"""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import bson
from bson import Int64, ObjectId

from tests.system.processes import free_port
from tests.waiting import LIMIT

Document = dict[str, Any]

_HEADER = struct.Struct("<iiii")  # length, request, answer to, kind
_OP_REPLY, _OP_QUERY, _OP_MSG = 1, 2004, 2013
#: What comes before the document of an answer.
_REPLY_FIELDS, _MSG_FIELDS = 20, 5

_GREETINGS = frozenset({"hello", "ismaster", "isMaster"})
_READS = frozenset({"find", "aggregate", "count", "distinct", "listCollections", "listIndexes"})
_TRANSACTIONS = frozenset({"commitTransaction", "abortTransaction"})
_WRITES = _TRANSACTIONS | {"insert", "update", "delete", "findAndModify", "create", "createIndexes", "collMod"}


class Fall(StrEnum):
    """How a primary loses its place."""

    #: In order: connections stay, and are told.
    STEPS_DOWN = "steps down"
    #: All its connections are gone, and the answers on them.
    CUT_OFF = "cut off"
    #: It takes connections and requests and answers nothing, until the next election.
    FREEZES = "freezes"


class Half(StrEnum):
    """Which of the two can still be reached when they lose each other."""

    #: The primary, while the other one has been elected: it takes itself for the primary, and confirms nothing.
    OLD_PRIMARY = "the old primary"
    #: The other one, which has not been elected yet and takes the primary for well.
    SECONDARY = "the secondary"


@dataclass
class _Face:
    """One of the two, as others see it."""

    port: int
    #: Nobody reaches it.
    is_away: bool = False
    #: By which election it is still the primary, as it sees it, when another one has been.
    old_election: int | None = None
    #: It has heard of the other one.
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    #: Its clock, against the engine's.
    ahead: timedelta = timedelta()
    listener: asyncio.Server | None = None
    conversations: set[asyncio.Task[None]] = field(default_factory=set)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        """As members of a replica set are named."""
        return f"127.0.0.1:{self.port}"


class TwoFaces:
    """In front of the engine at that port, in a thread of its own. The first of the two is the primary at first."""

    def __init__(self, engine_port: int) -> None:
        self._engine_port = engine_port
        self._faces = [_Face(free_port()), _Face(free_port())]
        self._primary: _Face | None = self._faces[0]
        #: Elections so far.
        self.elections = 1
        #: Writes that an old primary could not confirm.
        self.unconfirmed = 0
        self._process_id = ObjectId()
        self._changed = asyncio.Condition()
        self._version = 1
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def uri(self) -> str:
        """Of the set. Its members are asked more often than they would be, and given up on sooner."""
        hosts = ",".join(face.name for face in self._faces)
        return f"mongodb://{hosts}/?replicaSet=rs0&heartbeatFrequencyMS=1000&connectTimeoutMS=2000"

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        self._do(self._open())

    def end(self) -> None:
        """For good."""
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def elect(self, fall: Fall, *, ahead: timedelta = timedelta(), without: float = 0.3) -> None:
        """The primary falls, and ``without`` seconds later the other one is elected, with its clock so far ahead."""
        self._do(self._elect(fall, ahead, without))

    def part(self, half: Half) -> None:
        """The two lose each other, and only this half can be reached, until :meth:`mend`."""
        self._do(self._part(half))

    def mend(self) -> None:
        """They have found each other, and the other one is the primary. What the old one wrote is rolled back."""
        self._do(self._mend())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(LIMIT)

    async def _open(self) -> None:
        for face in self._faces:
            face.goes_on.set()
            face.listener = await asyncio.start_server(
                lambda reader, writer, face=face: self._converse(face, reader, writer), "127.0.0.1", face.port
            )

    async def _close(self) -> None:
        for face in self._faces:
            assert face.listener is not None
            face.listener.close()
            await _cut(face)

    async def _elect(self, fall: Fall, ahead: timedelta, without: float) -> None:
        assert self._primary is not None
        old = self._primary
        new = next(face for face in self._faces if face is not old)
        new.goes_on.set()
        if fall is Fall.FREEZES:
            old.goes_on.clear()
        await self._say(None)
        if fall is Fall.CUT_OFF:
            await _cut(old)
        await self._end_transactions()
        await asyncio.sleep(without)
        new.ahead = ahead
        self.elections += 1
        await self._say(new)

    async def _part(self, half: Half) -> None:
        old, other = self._old_and_other()
        if half is Half.OLD_PRIMARY:
            old.old_election = self.elections
            old.heard.clear()
            self.elections += 1
            await self._say(other)
        else:
            other = old
        other.is_away = True
        await _cut(other)

    async def _mend(self) -> None:
        await self._end_transactions()
        for face in self._faces:
            face.is_away = False
            face.old_election = None
        _, other = self._old_and_other()
        if self._primary is not other:
            self.elections += 1
        await self._say(other)
        for face in self._faces:
            face.heard.set()

    def _old_and_other(self) -> tuple[_Face, _Face]:
        """As long as nobody falls, the first is the primary."""
        old, other = self._faces
        return old, other

    async def _say(self, primary: _Face | None) -> None:
        """To everybody who waits to be told."""
        async with self._changed:
            self._primary = primary
            self._version += 1
            self._changed.notify_all()

    async def _end_transactions(self) -> None:
        """As a primary does with those that are under way when it steps down."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._engine_port)
        writer.write(_message({"killAllSessions": [], "$db": "admin"}, 0))
        await _read(reader)
        writer.close()

    # --- Conversations ---

    async def _converse(self, face: _Face, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if face.is_away:
            writer.transport.abort()
            return
        face.conversations.add(task)
        engine: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            engine = await asyncio.open_connection("127.0.0.1", self._engine_port)
            while True:
                request = await _read(reader)
                await face.goes_on.wait()
                answer = await self._answer(face, request, *engine)
                await face.goes_on.wait()
                writer.write(answer)
                await writer.drain()
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # one of the two is gone, or cut off: then so is the other
        finally:
            face.conversations.discard(task)
            writer.transport.abort()
            if engine is not None:
                engine[1].transport.abort()

    async def _answer(
        self, face: _Face, request: _Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes:
        command = request.command
        if request.name in _GREETINGS:
            await self._until_it_is_news(command)
            plain = {
                name: value for name, value in command.items() if name not in ("topologyVersion", "maxAwaitTimeMS")
            }
            writer.write(request.again(plain))
            said = await _read(reader)
            return request.reply(self._greeting(face, said.command))
        if face.old_election is not None and _wants_a_majority(request.name, command):
            self.unconfirmed += 1
            await face.heard.wait()
            return request.reply(_not_on_a_majority(request.name, command))
        takes_all = face is self._primary or face.old_election is not None
        if not takes_all and (refusal := self._refusal(request.name, command)) is not None:
            return request.reply(refusal)
        writer.write(request.raw)
        return (await _read(reader)).raw

    async def _until_it_is_news(self, command: Mapping[str, Any]) -> None:
        """Whoever says what it knows is answered when there is something new, or when it does not want to wait more."""
        known = command.get("topologyVersion")
        if known is None or known["processId"] != self._process_id:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(command["maxAwaitTimeMS"] / 1000), self._changed:
                await self._changed.wait_for(lambda: self._version > known["counter"])

    def _greeting(self, face: _Face, said: Document) -> Document:
        is_primary = face is self._primary or face.old_election is not None
        seen = {
            "setName": "rs0",
            "setVersion": 1,
            "hosts": [each.name for each in self._faces],
            "me": face.name,
            "ismaster": is_primary,
            "isWritablePrimary": is_primary,
            "secondary": not is_primary,
            "topologyVersion": self._topology_version(),
            "localTime": said["localTime"] + face.ahead,
        }
        if self._primary is not None:
            seen["primary"] = face.name if is_primary else self._primary.name
        if is_primary:
            seen["electionId"] = ObjectId(f"7fffffff{face.old_election or self.elections:016x}")
        hidden = ("primary", "electionId", "compression")
        return {name: value for name, value in said.items() if name not in hidden} | seen

    def _refusal(self, name: str, command: Mapping[str, Any]) -> Document | None:
        """What who is not the primary says, or None where it does as it is told."""
        may_be_read_here = command.get("$readPreference", {}).get("mode", "primary") != "primary"
        if name not in _WRITES and (name not in _READS or may_be_read_here):
            return None
        only_reads = name in _READS and "autocommit" not in command
        code, code_name = (13435, "NotPrimaryNoSecondaryOk") if only_reads else (10107, "NotWritablePrimary")
        refusal: Document = {
            "ok": 0.0,
            "errmsg": "not primary",
            "code": code,
            "codeName": code_name,
            "topologyVersion": self._topology_version(),
        }
        if label := _label(name, command):
            refusal["errorLabels"] = [label]
        return refusal

    def _topology_version(self) -> Document:
        return {"processId": self._process_id, "counter": Int64(self._version)}


def _label(name: str, command: Mapping[str, Any]) -> str | None:
    """What the driver may do about the error."""
    if name in _TRANSACTIONS:
        return "RetryableWriteError"
    if command.get("autocommit") is False:
        return "TransientTransactionError"
    return "RetryableWriteError" if "txnNumber" in command else None


def _wants_a_majority(name: str, command: Mapping[str, Any]) -> bool:
    """A statement of a transaction is answered at once, its commit is not."""
    return name == "commitTransaction" or (name in _WRITES - _TRANSACTIONS and "autocommit" not in command)


def _not_on_a_majority(name: str, command: Mapping[str, Any]) -> Document:
    """What an old primary says when it steps down: it has done it, and it may be rolled back."""
    said = {"code": 189, "codeName": "PrimarySteppedDown", "errmsg": "stepped down while waiting for replication"}
    answer: Document = {"ok": 1.0, "writeConcernError": said}
    if name not in _TRANSACTIONS:
        answer["n"] = 1
    if name in _TRANSACTIONS or "txnNumber" in command:
        answer["errorLabels"] = ["RetryableWriteError"]
    return answer


async def _cut(face: _Face) -> None:
    for task in list(face.conversations):
        task.cancel()
    await asyncio.gather(*face.conversations, return_exceptions=True)


# --- Messages ---


@dataclass(frozen=True)
class _Request:
    """One message, in either direction."""

    raw: bytes
    number: int
    kind: int
    command: Document

    @property
    def name(self) -> str:
        """Of the command."""
        return next(iter(self.command))

    def again(self, command: Document) -> bytes:
        """The same message with another command."""
        if self.kind == _OP_MSG:
            return _message(command, self.number)
        end = self.raw.index(b"\0", _HEADER.size + 4) + 1
        body = self.raw[_HEADER.size : end + 8] + bson.encode(command)
        return _HEADER.pack(_HEADER.size + len(body), self.number, 0, self.kind) + body

    def reply(self, answer: Document) -> bytes:
        """An answer to it."""
        if self.kind == _OP_MSG:
            return _message(answer, 0, answers=self.number)
        body = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(answer)
        return _HEADER.pack(_HEADER.size + len(body), 0, self.number, _OP_REPLY) + body


def _message(command: Document, number: int, *, answers: int = 0) -> bytes:
    body = struct.pack("<IB", 0, 0) + bson.encode(command)
    return _HEADER.pack(_HEADER.size + len(body), number, answers, _OP_MSG) + body


async def _read(reader: asyncio.StreamReader) -> _Request:
    """The next message. Raises :class:`EOFError` when there is none."""
    header = await reader.readexactly(_HEADER.size)
    length, number, _, kind = _HEADER.unpack(header)
    body = await reader.readexactly(length - _HEADER.size)
    match kind:
        case 2013:
            start = _MSG_FIELDS
            assert body[4] == 0, "the command comes first"
        case 2004:
            start = body.index(b"\0", 4) + 1 + 8
        case 1:
            start = _REPLY_FIELDS
        case _:
            raise AssertionError(f"a message of kind {kind}")
    (size,) = struct.unpack_from("<i", body, start)
    return _Request(header + body, number, kind, bson.decode(body[start : start + size]))
