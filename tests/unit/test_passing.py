"""Which errors pass: a table of those that the driver can raise, made as the driver makes them."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    CursorNotFound,
    DuplicateKeyError,
    EncryptionError,
    ExecutionTimeout,
    InvalidOperation,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WriteError,
    WTimeoutError,
)
from pymongocrypt.errors import MongoCryptError

import server
from server.store.passing import CODES, LABELS, cut, passes

#: What the server itself calls worth a second try, or interrupted, or short of something for a while.
PASSING = (
    6, 7, 24, 43, 50, 64, 89, 90, 91, 94, 100, 112, 133, 134, 150, 175, 189, 202, 211, 216, 237, 239, 246, 249, 250,
    251, 262, 267, 272, 279, 281, 282, 290, 343, 355, 365, 371, 391, 402, 407, 433, 449, 450, 453, 462, 8000, 9001,
    10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031, 46841, 91331, 10045600,
)  # fmt: skip
#: Mistakes, rights, limits that the same question meets again.
LASTING = (
    1, 2, 9, 11, 13, 14, 18, 20, 26, 27, 48, 59, 66, 68, 72, 73, 85, 86, 115, 121, 123, 146, 225, 257, 263, 280, 286,
    292, 323, 10334, 11000, 40415,
)  # fmt: skip


def labelled(label: str) -> OperationFailure:
    return OperationFailure("no", 1, {"ok": 0, "errorLabels": [label]})


def bulk(*codes: int, whole: bool = False) -> BulkWriteError:
    details: dict[str, Any] = {
        "writeErrors": [{"index": n, "code": code, "errmsg": "no"} for n, code in enumerate(codes)],
        "writeConcernErrors": [{"code": 64, "errmsg": "waiting for replication timed out"}] if whole else [],
    }
    return BulkWriteError(details)


def test_the_table_of_codes_is_this_one() -> None:
    assert set(CODES) == set(PASSING)


@pytest.mark.parametrize("code", PASSING)
def test_a_code_passes_however_it_comes(code: int) -> None:
    assert passes(OperationFailure("no", code, {"code": code}))
    assert passes(WriteError("no", code))
    assert passes(bulk(code))
    assert passes(EncryptionError(OperationFailure("no", code)))


@pytest.mark.parametrize("code", LASTING)
def test_a_code_does_not_pass_however_it_comes(code: int) -> None:
    assert not passes(OperationFailure("no", code, {"code": code}))
    assert not passes(WriteError("no", code))
    assert not passes(bulk(code))
    assert not passes(EncryptionError(OperationFailure("no", code)))


@pytest.mark.parametrize(
    ("error", "is_cut"),
    [
        (ConnectionFailure("no"), True),
        (AutoReconnect("connection closed"), True),
        (NetworkTimeout("timed out"), True),
        (EncryptionError(AutoReconnect("connection closed")), True),
        (WaitQueueTimeoutError("no connection is free"), False),
        (ServerSelectionTimeoutError("nobody there"), False),
        (NotPrimaryError("not primary", {"code": 10107}), False),
        (WriteConcernError("operation was interrupted", 11602), False),
        (WriteConcernError("no such mode", 79), False),
        (WTimeoutError("waiting for replication timed out", 64), False),
        (ExecutionTimeout("operation exceeded time limit", 50), False),
        (CursorNotFound("cursor id 1 not found", 43), False),
        *((labelled(label), False) for label in LABELS),
        (bulk(112, 112), False),
        (bulk(whole=True), False),
        (bulk(189, whole=True), False),
    ],
    ids=repr,
)
def test_what_passes(error: PyMongoError, is_cut: bool) -> None:
    assert passes(error)
    assert cut(error) is is_cut


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("E11000 duplicate key", 11000),
        bulk(112, 11000),
        bulk(11000, whole=True),
        bulk(),
        labelled("NoWritesPerformed"),
        OperationFailure("without a code"),
        InvalidOperation("Cannot use AsyncMongoClient after close"),
        ConfigurationError("no"),
        EncryptionError(MongoCryptError("HMAC validation failure")),
        EncryptionError(ValueError("no")),
        PyMongoError("no"),
        TimeoutError("not the driver's"),
        None,
    ],
    ids=repr,
)
def test_what_does_not_pass(error: BaseException | None) -> None:
    assert not passes(error)
    assert not cut(error)


def test_nobody_but_the_store_catches_an_error_of_the_driver() -> None:
    """Imports of the driver itself are forbidden by a contract; this is about names handed on by the store."""
    root = Path(server.__file__).parent
    handed_on = {
        f"{path.relative_to(root)}: {name.name}"
        for path in root.rglob("*.py")
        if root / "store" not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("server.store")
        for name in node.names
        if issubclass(_found(node.module or "", name.name), PyMongoError)
    }
    assert handed_on == set()


def _found(module: str, name: str) -> type:
    found = getattr(importlib.import_module(module), name, None)
    return found if isinstance(found, type) else object
