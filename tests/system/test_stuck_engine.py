"""An engine that listens and does nothing any more is ended and started anew, and nothing that it confirmed is lost."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.system import watchful_server
from tests.system.conftest import Servers
from tests.system.processes import ServerProcess, wait_until
from tests.waiting import LIMIT

pytestmark = pytest.mark.embedded

#: Seconds within which the service works again, as an admin is promised.
BACK_WITHIN = 60
_MEET = 0.5  # seconds until a statement waits within the engine, of which nothing can be seen outside

Client = MongoClient[dict[str, object]]


def lock_up(client: Client) -> None:
    """Four calls that wait for each other within the engine, each in a thread of its own; then it does nothing more."""
    rows = client["elsewhere"]["rows"]
    rows.insert_many([{"_id": 1}, {"_id": 2}])

    def aside(work: Callable[[], object]) -> None:
        def run() -> None:
            with suppress(PyMongoError):
                work()

        threading.Thread(target=run, daemon=True).start()
        time.sleep(_MEET)

    one, two = client.start_session(), client.start_session()
    one.start_transaction()
    rows.update_one({"_id": 1}, {"$set": {"a": 1}}, session=one)
    aside(lambda: rows.update_many({"_id": {"$in": [1]}}, {"$set": {"b": 1}}))
    two.start_transaction()
    aside(lambda: rows.update_one({"_id": 2}, {"$set": {"a": 2}}, session=two))
    aside(one.commit_transaction)


def is_listed(server: ServerProcess, token: str) -> bool:
    """Whether the leads are there."""
    with suppress(OSError):
        return len(server.request("GET", "/api/leads?limit=50", token=token)["items"]) == 20
    return False


def test_a_stuck_engine_is_started_anew(servers: Servers) -> None:
    service = servers()
    service.command = (sys.executable, "-m", watchful_server.__name__)
    with service.running():
        service.import_leads(20)
        token = service.login()
        with Client(service.database_uri, directConnection=True) as client:
            lock_up(client)
            stuck_at = time.monotonic()
            wait_until(lambda: "does nothing any more" in service.log, "nobody notices", LIMIT)
        wait_until(lambda: "embedded database is back" in service.log, "it is not started again", LIMIT)
        wait_until(lambda: is_listed(service, token), "the leads are gone", LIMIT)
        assert time.monotonic() - stuck_at < BACK_WITHIN
        service.import_leads(40)
        assert service.log.count("does nothing any more") == 1
        assert service.stop() == 0
