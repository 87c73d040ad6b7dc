"""Errors that a database answers when a test wants it to: ``failCommand``, which MongoDB and the engine here have.

Labels are given explicitly: with this failpoint no server adds any of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pymongo import MongoClient

#: By what the service calls itself: a test's own connection is spared.
SERVICE = "activation-desk"

RETRYABLE, TRANSIENT, UNKNOWN = "RetryableWriteError", "TransientTransactionError", "UnknownTransactionCommitResult"


@dataclass(frozen=True)
class Fault:
    """One way to fail; ``name`` is for reading."""

    name: str
    data: dict[str, Any] = field(hash=False)


def refused(code: int, *labels: str) -> Fault:
    """The command is not carried out."""
    said = f" {'+'.join(labels)}" if labels else ""
    return Fault(f"{code}{said}", {"errorCode": code, "errorLabels": list(labels)})


def unconfirmed(code: int, *labels: str) -> Fault:
    """The command is carried out, but not known to be on a majority of the servers."""
    concern = {"code": code, "errmsg": "planned by a test"}
    return Fault(f"unconfirmed {code}", {"writeConcernError": concern, "errorLabels": list(labels)})


def late(seconds: float) -> Fault:
    """The command is carried out after a while."""
    return Fault(f"{seconds} s late", {"blockConnection": True, "blockTimeMS": round(seconds * 1000)})


#: The connection ends before the command is carried out.
DROPPED = Fault("dropped", {"closeConnection": True})


class Faults:
    """A database that was started with test commands, and what it shall fail with."""

    def __init__(self, uri: str) -> None:
        self._client = MongoClient[dict[str, Any]](uri)

    def close(self) -> None:
        """Fail no more."""
        self.end()
        self._client.close()

    def begin(self, fault: Fault, *commands: str, times: int = 1, skip: int = 0, app: str = SERVICE) -> None:
        """Fail the next ``times`` of the commands, after ``skip`` of them."""
        mode = {"times": times} | ({"skip": skip} if skip else {})
        data = {"failCommands": list(commands), "appName": app, **fault.data}
        self._client.admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": data})

    def end(self) -> None:
        """Whatever has not been met is not met any more."""
        self._client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})

    def step_down(self, seconds: int) -> None:
        """There is no primary for so long."""
        self._client.admin.command({"replSetStepDown": seconds, "force": True})
