"""Several services on one database: they share the queue and its limit, and take over from one that dies."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from server.store.master_key import MASTER_KEY_BYTES
from tests.system.admin import AdminClient, is_finished
from tests.system.external_database import ExternalDatabase
from tests.system.reconciliation import check_books, read_books
from tests.system.stepwise_mail_server import StepwiseMailServer
from tests.system.tracing import Kill, TracedServer, Tracer
from tests.waiting import LIMIT

LEADS = 90
BATCH = 20
INTERVAL = 2.0
#: Between the grant of an email and its arrival at the mail server, at most.
DELAY = 1.2
#: Where a worker dies: emails have arrived, others are about to leave, and neither is written down.
_DELIVERED = "before delete PendingActivationEmail in a transaction after PendingActivationEmail"
#: Said by who takes over.
RECOVERED = "emails of a worker that is gone were taken back"


@pytest.fixture
def tracer() -> Iterator[Tracer]:
    """Of all services."""
    tracer = Tracer()
    yield tracer
    tracer.close()


@pytest.fixture
def three(
    external_database: ExternalDatabase, stepwise_mail_server: StepwiseMailServer, tracer: Tracer, tmp_path: Path
) -> Iterator[list[TracedServer]]:
    """Running services on one database, with an admin and leads."""
    settings = {
        **stepwise_mail_server.settings,
        "MONGODB_URI": external_database.uri,
        "ACTIVATION_MASTER_KEY": base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode(),
        "QUEUE_BATCH_SIZE": str(BATCH),
        "QUEUE_INTERVAL": str(INTERVAL),
        "QUEUE_LEASE": "2",
    }
    made = [TracedServer(tmp_path / f"data{number}", tracer, **settings) for number in range(3)]
    try:
        for server in made:
            server.start()
        made[0].add_admin()
        made[0].import_leads(LEADS)
        yield made
    finally:
        for server in made:
            server.end()


async def test_those_that_die_while_sending_leave_their_emails_to_the_others(
    three: list[TracedServer],
    external_database: ExternalDatabase,
    stepwise_mail_server: StepwiseMailServer,
    tracer: Tracer,
) -> None:
    ann = AdminClient(three[0])
    await ann.log_in()
    await ann.connect()
    await ann.ask("POST", "/api/queue/pause", {"reason": "until all emails are there"})
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)
    await ann.ask("POST", "/api/queue/resume")
    await ann.disconnect()
    living = three
    for nth in (3, 5):  # from three to two, then from two to one
        async with asyncio.timeout(LIMIT):
            await tracer.kill_at(Kill(_DELIVERED, nth))
        await asyncio.to_thread(external_database.end_abandoned_transactions)
        living = [service for service in living if service.pid != tracer.victim]
    (last,) = living

    ann = AdminClient(last)
    await ann.log_in()
    await ann.connect()
    await ann.all_sent()
    await ann.disconnect()

    doubled = check_books(await read_books(last), stepwise_mail_server.received)
    assert doubled, "what the mail server had answered, and the dead had not written down, arrives again"
    assert RECOVERED in last.log
    for intervals in range(1, 4):
        assert busiest(stepwise_mail_server.arrivals, intervals * INTERVAL - DELAY) <= intervals * BATCH


def busiest(arrivals: Sequence[float], seconds: float) -> int:
    """The most that arrived in any such time."""
    return max(sum(start <= each < start + seconds for each in arrivals) for start in arrivals)
