"""The rules for commands find what they are there for."""

from __future__ import annotations

from typing import Any

import pytest
from bson import ObjectId
from bson.binary import UUID_SUBTYPE, Binary

from tests.command_rules import MOST_STATEMENTS, Rules

MAJORITY = {"writeConcern": {"w": "majority", "j": True}}
LARGE = {"_id": ObjectId(), "content": b"x" * 9_000_000}
SESSION = {"lsid": {"id": Binary(b"0" * 16, UUID_SUBTYPE)}, "txnNumber": 1, "autocommit": False}


@pytest.mark.parametrize(
    ("name", "command", "found"),
    [
        ("find", {"find": "leads"}, []),
        ("find", {"find": "leads", "$readPreference": {"mode": "primary"}}, []),
        ("find", {"find": "leads", "$readPreference": {"mode": "secondaryPreferred"}}, ["behind"]),
        ("insert", {"insert": "leads", **MAJORITY}, []),
        ("insert", {"insert": "leads", "writeConcern": {"w": 1}}, ["majority"]),
        ("insert", {"insert": "leads"}, ["majority"]),
        ("update", {"update": "leads", "updates": [{"multi": False}], **MAJORITY}, []),
        ("update", {"update": "leads", "updates": [{}, {"multi": True}], **MAJORITY}, ["many rows"]),
        ("delete", {"delete": "leads", "deletes": [{"limit": 1}], **MAJORITY}, []),
        ("delete", {"delete": "leads", "deletes": [{"limit": 0}], **MAJORITY}, ["many rows"]),
        ("update", {"update": "leads", "updates": [{"multi": True}], **SESSION}, []),
        ("create", {"create": "leads", **SESSION}, ["in a transaction"]),
        ("count", {"count": "leads", **SESSION}, ["in a transaction"]),
        ("commitTransaction", {"commitTransaction": 1, **SESSION}, ["majority"]),
        ("commitTransaction", {"commitTransaction": 1, **MAJORITY, **SESSION}, []),
        ("abortTransaction", {"abortTransaction": 1, **SESSION}, []),
        ("mapReduce", {"mapReduce": "leads"}, ["Stable API", "readWrite"]),
        ("serverStatus", {"serverStatus": 1}, ["Stable API", "readWrite"]),
        ("listDatabases", {"listDatabases": 1}, ["readWrite"]),
        ("buildInfo", {"buildInfo": 1}, []),
        ("saslStart", {"saslStart": 1}, []),
        ("insert", {"insert": "files", "documents": [LARGE], **MAJORITY}, ["large"]),
    ],
)  # fmt: skip
def test_what_breaks_a_rule(name: str, command: dict[str, Any], found: list[str]) -> None:
    broken = Rules().broken(name, command)
    assert len(broken) == len(found)
    assert all(word in line for word, line in zip(found, broken, strict=True))


def test_many_rows_may_be_changed_at_once_where_that_locks_nothing_up() -> None:
    command = {"update": "leads", "updates": [{"multi": True}], **MAJORITY}
    assert not Rules(is_embedded=False).broken("update", command)


def test_a_transaction_is_not_too_long() -> None:
    rules = Rules()
    command = {"insert": "leads", **SESSION}
    assert not rules.broken("insert", command | {"startTransaction": True})
    assert not [found for _ in range(MOST_STATEMENTS - 1) for found in rules.broken("insert", command)]
    assert len([found for _ in range(9) for found in rules.broken("insert", command)]) == 1, "said once"
    rules.broken("commitTransaction", {"commitTransaction": 1, **MAJORITY, **SESSION})
    assert not rules.broken("insert", command | {"startTransaction": True})
