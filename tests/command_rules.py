"""Rules that MongoDB has and the engine of the tests has not, checked for every command that the service sends.

Whatever a test does, in its own process or in that of a service, the commands go past a listener. What it finds fails
the test that is under way. Commands of the tests themselves, and those by which the embedded engine is looked after,
are not looked at.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import bson
from pymongo import monitoring

import server

#: The environment variable with the file to which services write what was found.
FILE = "COMMAND_RULES"

_SERVER = str(Path(server.__file__).parent) + os.sep
#: They pass on what others ask.
_PASSING_ON = tuple(f"{_SERVER}store{os.sep}{name}" for name in ("calls.py", "collection.py"))
#: They administer the embedded engine, which nobody else does.
_OF_THE_ENGINE = tuple(
    f"{_SERVER}store{os.sep}{name}" for name in ("embedded.py", "engine_login.py", "engine_watch.py")
)

#: What a transaction may hold: https://www.mongodb.com/docs/manual/core/transactions-operations/.
IN_TRANSACTIONS = frozenset(
    {"abortTransaction", "aggregate", "commitTransaction", "delete", "find", "findAndModify", "getMore", "insert"}
    | {"killCursors", "update"}
)
#: What the role ``readWrite`` on one database may do, and what needs no right at all: ``builtin_roles.yml`` of MongoDB.
READ_WRITE = IN_TRANSACTIONS | frozenset(
    {"buildInfo", "count", "create", "createIndexes", "drop", "dropIndexes", "endSessions", "hello", "listCollections"}
    | {"listIndexes", "ping", "refreshSessions"}
)
#: What no later version takes away: https://www.mongodb.com/docs/manual/reference/stable-api/.
STABLE = READ_WRITE - {"buildInfo"} | {
    "authenticate",
    "bulkWrite",
    "collMod",
    "dropDatabase",
    "explain",
    "listDatabases",
}
#: Every connection begins with them, whatever it is used for.
_OF_A_CONNECTION = frozenset({"hello", "isMaster", "ismaster", "saslStart", "saslContinue", "authenticate"})
_WRITES = frozenset({"create", "createIndexes", "delete", "dropIndexes", "findAndModify", "insert", "update"})
#: A transaction has to be over within a minute (transactionLifetimeLimitSeconds), on slow disks as well.
MOST_STATEMENTS = 60
#: Well below what the server takes (48 MB), and little enough not to hold up others.
LARGEST = 8 * 1024 * 1024

#: Exceptions, each with its reason.
ALLOWED: Mapping[str, str] = {
    "buildInfo is not in the Stable API": "asked once, to know the embedded engine; every server has it",
    "endSessions may be answered by a server that is behind": "so the driver sends it, and nothing is read",
    "collMod needs more than the role readWrite": "where it is refused, the index is made anew",
}


@dataclass
class Rules:
    """What is known of the transactions under way, and what was found."""

    is_embedded: bool = True
    _statements: dict[bytes, int] = field(default_factory=dict)

    def broken(self, name: str, command: Mapping[str, Any]) -> list[str]:
        """Which rules this command breaks, in words."""
        return [found for found in self._broken(name, command) if found not in ALLOWED]

    def _broken(self, name: str, command: Mapping[str, Any]) -> Iterator[str]:
        if name in _OF_A_CONNECTION:
            return
        in_transaction = command.get("autocommit") is False
        what = f"{name} {command[name]}" if isinstance(command.get(name), str) else name
        if name not in STABLE:
            yield f"{name} is not in the Stable API"
        if name not in READ_WRITE:
            yield f"{name} needs more than the role readWrite"
        if command.get("$readPreference", {}).get("mode", "primary") != "primary":
            yield f"{what} may be answered by a server that is behind"
        if in_transaction:
            yield from self._broken_in_transaction(name, what, command)
        elif name in _WRITES:
            concern = command.get("writeConcern", {})
            if concern.get("w") != "majority":
                yield f"{what} is not confirmed by a majority"
            if self.is_embedded and _is_multi(name, command):
                yield f"{what} changes many rows outside of a transaction, which can lock up the embedded engine"
        size = sum(len(bson.encode(part)) for part in command.get("documents", ()))
        if size > LARGEST:
            yield f"{what} is {size} bytes large"

    def _broken_in_transaction(self, name: str, what: str, command: Mapping[str, Any]) -> Iterator[str]:
        if name not in IN_TRANSACTIONS:
            yield f"{what} cannot be in a transaction"
        session = bytes(command["lsid"]["id"])
        if command.get("startTransaction"):
            self._statements[session] = 0
        self._statements[session] = statements = self._statements.get(session, 0) + 1
        if statements == MOST_STATEMENTS + 1:
            yield f"{what} is one statement too many for a transaction"
        if name == "commitTransaction" and command.get("writeConcern", {}).get("w") != "majority":
            yield "commitTransaction is not confirmed by a majority"
        if name in ("commitTransaction", "abortTransaction"):
            self._statements.pop(session, None)


def _is_multi(name: str, command: Mapping[str, Any]) -> bool:
    if name == "update":
        return any(part.get("multi") for part in command["updates"])
    return name == "delete" and any(part.get("limit") == 0 for part in command["deletes"])


class Watch(monitoring.CommandListener):
    """Notes which commands of the service break a rule, and where they were sent from."""

    def __init__(self, path: Path | None = None) -> None:
        """``path``: a file to which it is added, a line for each."""
        self.found: list[str] = []
        self._rules = Rules()
        self._path = path

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """A command is about to leave."""
        if (sender := _sender()) is None:
            return
        for line in self._rules.broken(event.command_name, event.command):
            self._note(f"{line} ({sender})")

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to say."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to say."""

    def taken(self) -> list[str]:
        """What was found since this was asked before."""
        found, self.found = self.found, []
        return sorted(set(found))

    def _note(self, line: str) -> None:
        self.found.append(line)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def _sender() -> str | None:
    """Where in the service the command comes from; None: it is a test's, or the engine's keeper's."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_OF_THE_ENGINE):
            return None
        if name.startswith(_SERVER) and not name.startswith(_PASSING_ON):
            return f"{name.removeprefix(_SERVER)}:{frame.f_lineno}"
        frame = frame.f_back
    return None


def watch_this_process() -> None:
    """In a service: tell of what is found in the file that the environment names, if it names one."""
    if path := os.environ.get(FILE):
        monitoring.register(Watch(Path(path)))
