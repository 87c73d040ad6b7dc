"""A real replica set for the tests, where there is one: ``make test-mongod``.

Each test has databases of its own there, with a name that begins with ``test_``, and so should every service that a
test starts; nevertheless the set should hold nothing else. What tests the embedded engine, or kills it, is left out.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from pymongo import MongoClient

#: Its address, or None.
URI = os.environ.get("TEST_MONGODB_URI")

_used: set[str] = set()


def name_for(directory: Path) -> str:
    """Of the database of a service with that data directory: the same one each time that it starts."""
    name = f"test_{hashlib.sha256(str(directory).encode()).hexdigest()[:16]}"
    _used.add(name)
    return name


def strangers() -> set[str]:
    """Databases there that no test may have made."""
    if URI is None:
        return set()
    with MongoClient[dict[str, Any]](URI) as client:
        names = set(client.list_database_names())
    return {name for name in names - {"admin", "config", "local"} if not name.startswith("test_")}


def drop_all() -> None:
    """Those that were used."""
    if URI is None or not _used:
        return
    with MongoClient[dict[str, Any]](URI) as client:
        for name in _used:
            client.drop_database(name)
