"""Composition root: builds the service from its settings, starts it, and stops it in order."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import structlog

from server.accounts.admins import Admins, FirstOwner
from server.accounts.login import Login
from server.accounts.throttle import LoginThrottle
from server.activation.activator import Activator
from server.activation.passwords import CredentialSupply
from server.activation.preview import Previews
from server.api.access import Services
from server.api.application import build_api
from server.contract import API_VERSION, Service
from server.errors import NotNow, StartError, WrongSetup
from server.importing.importer import Importer
from server.live.hub import Hub
from server.live.sending import SendingOutlook
from server.live.snapshots import Snapshots
from server.mail.active_template import ActiveTemplate
from server.mail.captured import CapturedEmails
from server.mail.mailbox import MAILBOX_DIRECTORY
from server.mail.rendering import ActivationEmails
from server.mail.template_actions import TemplateActions
from server.mail.trial import TrialSender
from server.mail.worker import QueueWorker
from server.operations.http_server import HttpServer
from server.operations.tasks import end
from server.operations.tls import Certificate
from server.parts import VERSION, OpenStore, mail_servers, master_keys, open_store, trial_account
from server.presence import PresenceSweep
from server.retention import SecretRetention
from server.settings import Settings, Uncertain
from server.store import data_dir
from server.store.actions import QueueActions
from server.store.activations import ActivationStore
from server.store.admins import AdminStore
from server.store.audit import AuditLog, keep_audit
from server.store.changes import ChangeFeed, ChangeKind
from server.store.client import AWAY
from server.store.connections import ConnectionStore
from server.store.delivery_log import keep_deliveries
from server.store.emails import EmailStore
from server.store.failures import FailureStore
from server.store.history import HistoryStore
from server.store.imports import ImportStore
from server.store.lead_details import LeadDetailsStore
from server.store.leads import LeadStore
from server.store.limits import PAUSE_ID, TRY_ID, LimitStore
from server.store.mail_accounts import MailAccountStore
from server.store.pulse import Pulse
from server.store.templates import TemplateStore
from server.store.throughput import Tally, ThroughputStore
from server.store.tokens import TokenStore
from server.store.users import UserStore
from server.store.vault import Vault

log = structlog.get_logger(__name__)


async def run_service(
    settings: Settings,
    stop: asyncio.Event,
    *,
    started: Callable[[str], None],
    first_owner_code: Callable[[str], None],
) -> None:
    """Run until ``stop`` is set; ``started`` is called with the service's address when it takes requests.

    ``first_owner_code``: called then with what makes the first owner, where nobody can log in yet.

    Raises :class:`StartError` when it cannot start as it is set up.
    """
    path = data_dir.prepare(settings.data_dir)
    async with AsyncExitStack() as stack:
        stack.enter_context(data_dir.lock(path))
        certificate = _certificate(settings)
        listener = stack.enter_context(_listen(settings.host, settings.port))
        store = await stack.enter_async_context(open_store(settings))
        await _Running(settings, path, store, listener, certificate).until(stop, started, first_owner_code)
    log.info("stopped")


class _Running:
    """The parts of a running service, wired to each other."""

    def __init__(
        self,
        settings: Settings,
        path: Path,
        store: OpenStore,
        listener: socket.socket,
        certificate: Certificate | None,
    ) -> None:
        self._settings = settings
        self._path = path
        self._store = store
        self._listener = listener
        self._certificate = certificate

    async def until(
        self, stop: asyncio.Event, started: Callable[[str], None], first_owner_code: Callable[[str], None]
    ) -> None:
        """Start every part, wait for ``stop``, and stop them: first what takes work, last what the work needs."""
        settings, database = self._settings, self._store.database
        async with AsyncExitStack() as stack:
            vault = await Vault.open(database, master_keys(settings).load)
            stack.push_async_callback(vault.close)
            accounts, mode = await mail_servers(settings, self._path, stack)
            await MailAccountStore(database).keep(accounts)
            credentials = CredentialSupply(vault, settings.password_hash, reserve=settings.password_reserve)

            admins = AdminStore(database)
            leads = LeadStore(database)
            tally = Tally(database)
            emails = EmailStore(database, hold_uncertain=settings.queue_uncertain is Uncertain.HOLD, tally=tally)
            await keep_deliveries(database, settings.keep_deliveries_for)
            await keep_audit(database, settings.keep_audit_for)
            limits = LimitStore(database)
            connections = ConnectionStore(database)
            failures = FailureStore(database)
            retention = SecretRetention(failures, timedelta(seconds=settings.queue_secret_retention))
            activations = ActivationStore(database, mail_from=settings.mail_from)
            audit = AuditLog(database)
            imports = ImportStore(database, audit)
            if self._store.exclusive:
                recovered = await emails.recover(everything=True)
                if recovered:
                    log.warning("found what the last run left behind", **asdict(recovered))
                await activations.free_all()
                await imports.free_all()
                await connections.free_all()
            login = await asyncio.to_thread(
                Login,
                database,
                admins,
                timedelta(seconds=settings.token_lifetime),
                LoginThrottle(timedelta(seconds=settings.login_wait)),
            )
            admin_accounts = Admins(database)
            first_owner = FirstOwner(admin_accounts, admins)
            templates = TemplateStore(database)
            template = ActiveTemplate(templates)
            await template.load()
            writer = ActivationEmails(mail_from=settings.mail_from, login_url=settings.login_url, fill=template.fill)
            worker = QueueWorker(
                emails=emails,
                limits=limits,
                connections=connections,
                vault=vault,
                accounts=accounts,
                settings=settings,
                writer=writer,
            )
            activator = Activator(activations, leads, credentials)
            importer = Importer(database, imports, leads)
            sending = SendingOutlook(database, emails, limits, connections, accounts)
            snapshots = Snapshots(
                database, emails, limits, activations, sending, [account.name for account in accounts]
            )
            hub = Hub(
                database=database,
                origins=settings.origins,
                login=login,
                admins=admins,
                imports=imports,
                snapshots=snapshots,
            )
            feed = ChangeFeed(database)
            hub.listen(feed)
            feed.on(database.activations, lambda change: activator.wake() if _is_new(change.kind) else None)
            feed.on(database.imports, lambda _: importer.wake())
            feed.on(database.pending, lambda change: worker.wake() if _is_new(change.kind) else None, field="status")
            feed.on(database.templates, lambda _: template.change())
            feed.on(database.limits, lambda change: worker.wake() if change.id in (PAUSE_ID, TRY_ID, None) else None)
            about = Service(
                version=VERSION,
                api_version=API_VERSION,
                mail_mode=mode,
                batch_size=settings.queue_batch_size,
                interval=settings.queue_interval,
            )
            previews = Previews(leads, emails, sending.finished_at)
            history = HistoryStore(database)
            services = Services(
                database,
                Pulse(database),
                login,
                first_owner,
                admin_accounts,
                admins,
                TokenStore(database),
                leads,
                LeadDetailsStore(database, history),
                imports,
                UserStore(database),
                activations,
                previews,
                emails,
                history,
                ThroughputStore(database),
                failures,
                QueueActions(database, credentials.issue),
                audit,
                limits,
                template_actions := TemplateActions(templates, leads, writer),
                TrialSender(database, template_actions, writer, trial_account(accounts[0], database)),
                CapturedEmails(self._path / MAILBOX_DIRECTORY, history),
                hub,
                snapshots,
                about,
            )
            http = HttpServer(
                hub.app(build_api(services, origins=settings.origins, version=VERSION)),
                self._certificate,
                proxies=settings.proxies,
            )
            code = await first_owner.offer()

            async with asyncio.TaskGroup() as group:
                background = [
                    group.create_task(feed.run(), name="change feed"),
                    group.create_task(hub.run(), name="hub"),
                    group.create_task(template.run(), name="template"),
                    group.create_task(tally.run(), name="throughput"),
                    group.create_task(credentials.run(), name="credentials"),
                    group.create_task(PresenceSweep(admins).run(), name="presence"),
                    group.create_task(retention.run(), name="retention"),
                    *([group.create_task(self._certificate.watch(), name="certificate")] if self._certificate else []),
                ]
                workers = [
                    group.create_task(worker.run(), name="queue worker"),
                    group.create_task(activator.run(), name="activator"),
                    group.create_task(importer.run(), name="importer"),
                ]
                serving = group.create_task(http.serve(self._listener), name="http")
                await http.ready.wait()
                address = _address(self._listener, secure=self._certificate is not None)
                started(address)
                if code is not None:
                    first_owner_code(code)
                log.info("started", address=address, mail=mode.value, version=VERSION)
                if self._certificate is None and not _is_loopback(self._listener):
                    log.warning(
                        "no certificate is set: passwords cross the network in the clear unless a proxy sees to it"
                    )
                await stop.wait()
                log.info("stopping")
                activator.stop()
                importer.stop()
                worker.stop()
                await asyncio.wait(workers, timeout=settings.stop_timeout + 5)
                await hub.close()
                http.stop()
                await serving
                await end([*background, *workers])
                await _write_rest(tally)


def _certificate(settings: Settings) -> Certificate | None:
    """Raises :class:`StartError`."""
    return None if settings.tls_certificate is None else Certificate(settings.tls_certificate, settings.tls_key)


async def _write_rest(tally: Tally) -> None:
    try:
        await tally.write()
    except AWAY as error:
        log.warning("database away, the last second of throughput is not counted", reason=str(error))


def _is_new(kind: ChangeKind) -> bool:
    """Whether the change can mean work that nobody has in hand."""
    return kind in (ChangeKind.INSERTED, ChangeKind.UNKNOWN)


def _listen(host: str, port: int) -> socket.socket:
    """Bind before anything starts, so that a taken port is known at once. Raises :class:`StartError`."""
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
        listener.setblocking(False)  # noqa: FBT003 - the socket module's own way
    except OSError as error:
        if listener is not None:
            listener.close()
        outcome: type[StartError] = NotNow
        if error.errno == errno.EADDRINUSE:
            reason = "is taken by another program. Stop that one, or choose another with --port."
        elif error.errno == errno.EACCES:
            outcome = WrongSetup
            reason = "may not be used by this user. Choose one above 1023 with --port."
        else:
            reason = f"cannot be used ({error.strerror}). Correct ACTIVATION_HOST and ACTIVATION_PORT."
        raise outcome(f"Port {port} of {host} {reason}") from error
    return listener


def _address(listener: socket.socket, *, secure: bool) -> str:
    host, port = listener.getsockname()[:2]
    scheme = "https" if secure else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _is_loopback(listener: socket.socket) -> bool:
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback
