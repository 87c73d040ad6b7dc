"""The service under a tracer: before and after each command that writes to the database it asks whether to go on.

Run as a program in place of ``activation-server``. It connects to the tracer's port in ``TRACER_PORT``, says what it is
about to do, or has just done, in one line, and stands still until it is answered. Whoever holds the other end may kill
it there, between two steps of which the service itself knows nothing.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import monitoring

from server import cli

#: Commands that change something; each names its collection.
_WRITES = ("insert", "update", "delete", "findAndModify", "create", "createIndexes")
#: Who is logged in and online has nothing to do with leads and emails.
_ELSEWHERE = ("admins", "tokens")
_PRESENCE = " {isOnline}"


class Reporter(monitoring.CommandListener):
    """Tells the tracer of each step, and waits for its leave."""

    def __init__(self, port: int) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port))
        self._answers = self._connection.makefile("rb")
        self._connection.sendall(f"{os.getpid()}\n".encode())
        self._one_at_a_time = threading.Lock()
        self._sent: dict[int, str] = {}
        #: What each open transaction has done so far.
        self._transactions: dict[bytes, list[str]] = {}
        #: Open transactions about logins.
        self._elsewhere: set[bytes] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """A command is about to leave."""
        step = self._step(event)
        if step is not None:
            self._sent[event.request_id] = step
            self._ask(f"before {step}")

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Its answer has come in, and nobody in the service knows yet."""
        step = self._sent.pop(event.request_id, None)
        if step is not None:
            self._ask(f"after {step}")

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """It was refused, or the database is away."""
        self._sent.pop(event.request_id, None)

    def _step(self, event: monitoring.CommandStartedEvent) -> str | None:
        command = event.command
        name = event.command_name
        session = bytes(command["lsid"]["id"]) if "txnNumber" in command else b""
        if command.get("startTransaction") and command.get(name) in _ELSEWHERE:
            self._elsewhere.add(session)
        if session in self._elsewhere:
            if name in ("commitTransaction", "abortTransaction"):
                self._elsewhere.remove(session)
            return None
        if name == "commitTransaction":
            return f"commit of {', '.join(self._transactions.pop(session, []))}"
        if name not in _WRITES or command[name] in _ELSEWHERE:
            return None
        step = f"{name} {command[name]}{_what(name, command)}"
        if step.endswith(_PRESENCE):
            return None
        if "autocommit" not in command:
            return step
        if command.get("startTransaction"):
            self._transactions[session] = []
        # Each collection once: how often is a matter of how many emails there are at that moment, and of no end.
        so_far = self._transactions.setdefault(session, [])
        after = f" after {', '.join(so_far)}" if so_far else ""
        if command[name] not in so_far:
            so_far.append(command[name])
        return f"{step} in a transaction{after}"

    def _ask(self, line: str) -> None:
        with self._one_at_a_time:
            self._connection.sendall(line.encode() + b"\n")
            if not self._answers.readline():
                sys.exit("the tracer is gone")


def _what(name: str, command: Mapping[str, Any]) -> str:
    """For updates: the top fields, so that one kind can be told from another; ``-`` before those removed."""
    if name != "update":
        return ""
    update = command["updates"][0]["u"]
    stages: Sequence[Mapping[str, Mapping[str, Any]]] = update if isinstance(update, list) else [update]
    fields = {
        ("-" if operator == "$unset" else "") + field.partition(".")[0]
        for stage in stages
        for operator, fields in stage.items()
        for field in fields
    }
    return f" {{{', '.join(sorted(fields))}}}"


if __name__ == "__main__":
    monitoring.register(Reporter(int(os.environ["TRACER_PORT"])))
    cli.main()
