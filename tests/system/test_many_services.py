"""Several services on one database: they share the queue and its limit, and take over from one that dies."""

from __future__ import annotations

import asyncio
import base64
import os
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

#: Seconds of the limit's windows: few in the suite; as many as a service has, and troubles more, where it is asked for.
INTERVAL = float(os.environ.get("WINDOW", "2"))
IS_LONG = "WINDOW" in os.environ
BATCH = 50 if IS_LONG else 20
LEADS = 400 if IS_LONG else 90
#: What comes in the way of a long run: a server that is busy for a while, now and then, and one that greylists.
SLOW_DOWNS = {number: "421 4.7.0 slower please" for start in (60, 200, 330) for number in range(start, start + 8)}
GREYLISTED = dict.fromkeys(range(20, LEADS, 17), "451 4.7.1 greylisted")
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


@pytest.mark.timeout(3600 if IS_LONG else 300)
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
    if IS_LONG:
        stepwise_mail_server.told |= GREYLISTED | SLOW_DOWNS
    living = three
    for nth in (3, 5):  # from three to two, then from two to one
        async with asyncio.timeout(LIMIT + 10 * INTERVAL):
            await tracer.kill_at(Kill(_DELIVERED, nth))
        await asyncio.to_thread(external_database.end_abandoned_transactions)
        living = [service for service in living if service.pid != tracer.victim]
    (last,) = living

    ann = AdminClient(last)
    await ann.log_in()
    await ann.connect()
    await ann.all_sent(seconds=LIMIT + 100 * INTERVAL)
    await ann.disconnect()

    doubled = check_books(await read_books(last), stepwise_mail_server.received)
    assert doubled, "what the mail server had answered, and the dead had not written down, arrives again"
    assert RECOVERED in last.log
    most = [busiest(stepwise_mail_server.arrivals, intervals * INTERVAL) for intervals in range(1, 4)]
    print(
        f"{len(stepwise_mail_server.arrivals)} emails; most in a window of 1, 2 and 3 intervals: {most} of {BATCH} each"
    )
    assert all(count <= intervals * BATCH for intervals, count in enumerate(most, start=1))


def busiest(arrivals: Sequence[float], seconds: float) -> int:
    """The most that arrived in any such time."""
    return max(sum(start <= each < start + seconds for each in arrivals) for start in arrivals)
