"""Writes of many rows go one way alone, which cannot lock up the embedded engine (see ``Database.update_many``)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import server

_HOME = "server/store/client.py"
_MANY = ("update_many", "delete_many")
#: The same by other names: a part of ``bulk_write``.
_PARTS = ("UpdateMany", "DeleteMany")


def plain_writes(source: str) -> Iterator[int]:
    """Lines that write many rows outside of a transaction, and not by the way of ``Database``."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=target, attr=name)) if name in _MANY:
                in_transaction = any(keyword.arg == "session" for keyword in node.keywords)
                if not in_transaction and not ast.unparse(target).endswith("database"):
                    yield node.lineno
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _PARTS:
                yield node.lineno


def test_no_module_writes_many_rows_by_itself() -> None:
    root = Path(server.__file__).parent
    found = {
        f"{name}:{line}"
        for path in root.rglob("*.py")
        if (name := str(path.relative_to(root.parent))) != _HOME
        for line in plain_writes(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("source", "is_plain"),
    [
        ("self._admins.update_many({}, {})", True),
        ("self._database.admins.delete_many({})", True),
        ("rows.bulk_write([pymongo.UpdateMany({}, {})])", True),
        ("self._admins.delete_many({}, session=session)", False),
        ("self._database.update_many(self._admins, {}, {})", False),
        ("rows.bulk_write([UpdateOne({}, {})])", False),
    ],
)
def test_what_is_a_plain_write(source: str, is_plain: bool) -> None:
    assert bool(list(plain_writes(source))) is is_plain
