"""Starts the service, keeps it running, and stops it in order."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog

from server.api.late_application import LateApplication
from server.database_wait import until_it_is_there
from server.errors import DatabaseAway
from server.oauth.endings import keep_telling
from server.operations import supervision
from server.operations.http_server import HttpServer
from server.operations.listening import address_of, is_loopback, listen
from server.operations.supervision import keep_running
from server.operations.tasks import end
from server.operations.tls import Certificate
from server.parts import VERSION
from server.settings import Settings
from server.store import data_dir
from server.store.throughput import Tally
from server.wiring import Parts, ready_parts

log = structlog.get_logger(__name__)


async def run_service(
    settings: Settings,
    stop: asyncio.Event,
    *,
    started: Callable[[str], None],
    first_owner_code: Callable[[str], None],
) -> None:
    """Run until ``stop`` is set; ``started`` is called with the service's address when it can work.

    It listens before that and says what it waits for. ``first_owner_code``: called then with what makes the first
    owner, where nobody can log in yet.

    Raises :class:`StartError` when it cannot start as it is set up.
    """
    path = data_dir.prepare(settings.data_dir)
    async with AsyncExitStack() as stack:
        stack.enter_context(data_dir.lock(path))
        certificate = _certificate(settings)
        listener = stack.enter_context(listen(settings.host, settings.port))
        application = LateApplication(VERSION)
        http = HttpServer(application, certificate, proxies=settings.proxies)
        serving = await stack.enter_async_context(_served(http, listener))
        parts = await _prepare(settings, path, stop, stack)
        if parts is not None:
            application.become(parts.application)
            running = _Running(settings, parts, http, serving, listener, certificate)
            await running.until(stop, started, first_owner_code)
    log.info("stopped")


async def _prepare(settings: Settings, path: Path, stop: asyncio.Event, stack: AsyncExitStack) -> Parts | None:
    """The parts, when the database is there; None when told to stop meanwhile.

    The embedded database is ours, and what keeps it from starting is on this machine: that is said at once.
    """

    async def prepare() -> Parts:
        return await stack.enter_async_context(ready_parts(settings, path))

    return await prepare() if settings.mongodb_uri is None else await until_it_is_there(prepare, stop)


@asynccontextmanager
async def _served(http: HttpServer, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Requests are answered, by the task, until the server is told to stop, and here at the latest."""
    serving = asyncio.create_task(http.serve(listener), name="http")
    ready = asyncio.create_task(http.ready.wait())
    await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    try:
        yield serving
    finally:
        http.stop()
        await serving


class _Running:
    """The parts of a running service, at work."""

    def __init__(
        self,
        settings: Settings,
        parts: Parts,
        http: HttpServer,
        serving: asyncio.Task[None],
        listener: socket.socket,
        certificate: Certificate | None,
    ) -> None:
        self._settings = settings
        self._parts = parts
        self._http = http
        self._serving = serving
        self._listener = listener
        self._certificate = certificate

    async def until(
        self, stop: asyncio.Event, started: Callable[[str], None], first_owner_code: Callable[[str], None]
    ) -> None:
        """Start every part, wait for ``stop``, and stop them: first what takes work, last what the work needs.

        What goes wrong in a part is told, and it goes on. Where one ends all the same, so does the service, in order,
        and what ended it is raised.
        """
        parts = self._parts
        loops = {
            "pulse": lambda: parts.pulse.run(parts.hub.tell),
            "moments in the future": parts.stamps.keep,
            "restarts": lambda: parts.restarts.keep(supervision.restarts),
            "change feed": parts.feed.run,
            "hub": parts.hub.run,
            "template": parts.template.run,
            "throughput": parts.tally.run,
            "credentials": parts.credentials.run,
            "presence": parts.presence.run,
            "retention": parts.retention.run,
            "completion": parts.completion.run,
            "logins that end": lambda: keep_telling(parts.accounts),
            "bounces that came early": parts.waiting_reports.run,
            "audit seals": parts.sealer.run,
            **({} if parts.bounce_reader is None else {"bounces": parts.bounce_reader.run}),
            "audit watch": parts.audit_watch.run,
            **({} if self._certificate is None else {"certificate": self._certificate.watch}),
        }
        background = [asyncio.create_task(keep_running(name, loop), name=name) for name, loop in loops.items()]
        workers = [
            asyncio.create_task(parts.worker.run(), name="queue worker"),
            asyncio.create_task(parts.activator.run(), name="activator"),
            asyncio.create_task(parts.importer.run(), name="importer"),
        ]
        serving = asyncio.create_task(self._serve(), name="serving")
        try:
            self._say_started(started, first_owner_code)
            ended = await _first_to_end([*background, *workers, serving], stop)
            log.info("stopping", ended=[task.get_name() for task in ended])
            parts.activator.stop()
            parts.importer.stop()
            parts.worker.stop()
            await asyncio.wait(workers, timeout=self._settings.stop_timeout + 5)
            await parts.hub.close()
            self._http.stop()
            await asyncio.wait({serving})
        finally:
            await end([*background, *workers, serving])
        await _write_rest(parts.tally)
        for task in [*ended, *workers, serving]:
            if not task.cancelled():
                task.result()

    async def _serve(self) -> None:
        """To its end, and whatever ends it is known here."""
        await asyncio.shield(self._serving)

    def _say_started(self, started: Callable[[str], None], first_owner_code: Callable[[str], None]) -> None:
        address = address_of(self._listener, secure=self._certificate is not None)
        started(address)
        if self._parts.first_owner_code is not None:
            first_owner_code(self._parts.first_owner_code)
        log.info("started", address=address, mail=self._parts.mail_mode.value, version=VERSION)
        if self._certificate is None and not is_loopback(self._listener):
            log.warning("no certificate is set: passwords cross the network in the clear unless a proxy sees to it")


def _certificate(settings: Settings) -> Certificate | None:
    """Raises :class:`StartError`."""
    return None if settings.tls_certificate is None else Certificate(settings.tls_certificate, settings.tls_key)


async def _first_to_end(tasks: Iterable[asyncio.Task[None]], stop: asyncio.Event) -> set[asyncio.Task[None]]:
    """Wait until told to stop; answers those of the tasks that ended before that."""
    told = asyncio.create_task(_wait_for(stop))
    try:
        done, _ = await asyncio.wait({told, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
    return done - {told}


async def _wait_for(event: asyncio.Event) -> None:
    await event.wait()


async def _write_rest(tally: Tally) -> None:
    try:
        await tally.write()
    except DatabaseAway as error:
        log.warning("database away, the last second of throughput is not counted", reason=str(error))
    except Exception:
        log.exception("unexpected error, the last second of throughput is not counted")
