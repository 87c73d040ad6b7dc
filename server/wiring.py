"""The parts of a service, wired to each other by its settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from starlette.types import ASGIApp

from server.accounts.admins import Admins, FirstOwner
from server.accounts.login import Login
from server.accounts.throttle import LoginThrottle
from server.activation.activator import Activator
from server.activation.passwords import CredentialSupply
from server.activation.preview import Previews
from server.api.access import Services
from server.api.application import build_api
from server.api.patience import Prompt
from server.audit_seals import AuditSealer
from server.audit_watch import AuditWatch
from server.bounces.ours import Ours
from server.bounces.reader import BounceReader
from server.bounces.waiting import WaitingReports
from server.bounces.webhooks.receiver import Webhooks
from server.completion import RowCompletion
from server.contract import API_VERSION, MailMode, Service
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
from server.parts import VERSION, OpenStore, mail_servers, master_keys, open_store, token_sources, trial_account
from server.presence import PresenceSweep, Reports
from server.retention import SecretRetention
from server.settings import Settings, Uncertain
from server.smtp_accounts import SmtpAccount
from server.store.actions import QueueActions
from server.store.activations import ActivationStore
from server.store.admins import AdminStore
from server.store.audit import AuditLog
from server.store.audit_sealing import AuditSealing
from server.store.bounce_mailbox import BounceMailboxStore
from server.store.bounces import BounceInbox
from server.store.changes import ChangeFeed, ChangeKind
from server.store.completion import QueueCompletion
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
from server.store.restarts import Restarts
from server.store.stamps import Stamps
from server.store.templates import TemplateStore
from server.store.throughput import Tally, ThroughputStore
from server.store.tokens import TokenStore
from server.store.users import UserStore
from server.store.vault import Vault, open_vault

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """What runs, and what answers requests."""

    application: ASGIApp
    pulse: Pulse
    stamps: Stamps
    restarts: Restarts
    feed: ChangeFeed
    hub: Hub
    template: ActiveTemplate
    tally: Tally
    credentials: CredentialSupply
    presence: PresenceSweep
    retention: SecretRetention
    completion: RowCompletion
    waiting_reports: WaitingReports
    sealer: AuditSealer
    #: None: there is no mailbox to be read.
    bounce_reader: BounceReader | None
    audit_watch: AuditWatch
    worker: QueueWorker
    #: By which it sends.
    accounts: Sequence[SmtpAccount]
    activator: Activator
    importer: Importer
    mail_mode: MailMode
    #: Makes the first owner, where nobody can log in yet.
    first_owner_code: str | None


@asynccontextmanager
async def ready_parts(settings: Settings, path: Path) -> AsyncIterator[Parts]:
    """The database opened and every part made; nothing runs yet. ``path``: the data directory.

    Raises :class:`StartError`, and what a database raises that goes away meanwhile; then it may be tried anew.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings))
        yield await _make(settings, path, store, stack)


async def _make(settings: Settings, path: Path, store: OpenStore, stack: AsyncExitStack) -> Parts:
    database = store.database
    keys = master_keys(settings)
    vault = await open_vault(database, keys)
    stack.push_async_callback(vault.close)
    accounts, mailbox = await mail_servers(settings, path, stack)
    mode = MailMode.SMTP if mailbox is None else MailMode.MAILBOX
    bounce_mailbox = settings.bounce_mailbox
    bounces_name = None if bounce_mailbox is None else bounce_mailbox.name
    await MailAccountStore(database).keep(accounts, bounces=bounces_name)

    async def the_vault() -> Vault:
        return vault

    tokens = token_sources(settings, database, the_vault)
    stack.push_async_callback(tokens.close)
    accounts = tokens.equip(accounts)
    credentials = CredentialSupply(vault, settings.password_hash, reserve=settings.password_reserve)

    admins = AdminStore(database)
    leads = LeadStore(database)
    tally = Tally(database)
    foreign = QueueCompletion(database, seal=vault.encrypt, mail_from=settings.mail_from)
    emails = EmailStore(
        database, hold_uncertain=settings.queue_uncertain is Uncertain.HOLD, tally=tally, foreign=foreign
    )
    await keep_deliveries(database, settings.keep_deliveries_for)
    limits = LimitStore(database)
    connections = ConnectionStore(database)
    failures = FailureStore(database)
    retention = SecretRetention(failures, timedelta(seconds=settings.queue_secret_retention))
    activations = ActivationStore(database, mail_from=settings.mail_from)
    audit = AuditLog(database)
    sealer = AuditSealer(database, AuditSealing(database, keys.load, settings.keep_audit_for))
    imports = ImportStore(database, audit)
    stamps = Stamps(database, [(database.activations, Activator.lease), (database.imports, Importer.lease)])
    await stamps.correct()
    if store.exclusive:
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
    writer = ActivationEmails.by(settings, fill=template.fill, foretell=None if mailbox is None else mailbox.foretell)
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
    bounces, ours = BounceInbox(database), Ours.by(settings)
    reader = (
        None
        if bounce_mailbox is None
        else BounceReader(
            bounce_mailbox,
            ours,
            inbox=bounces,
            marks=BounceMailboxStore(database),
            limits=limits,
            connections=connections,
            tokens=None if bounce_mailbox.oauth is None else tokens.of(bounce_mailbox.oauth, bounce_mailbox.username),
        )
    )
    sending = SendingOutlook(database, emails, limits, connections, accounts, settings.hours, bounces=bounces_name)
    snapshots = Snapshots(database, emails, limits, activations, sending, [account.name for account in accounts])
    pulse = Pulse(database)
    hub = Hub(
        database=database,
        origins=settings.origins,
        login=login,
        admins=admins,
        imports=imports,
        snapshots=snapshots,
        is_gone=pulse.is_gone,
        hours=settings.hours,
    )
    feed = ChangeFeed(database)
    hub.listen(feed)
    feed.on(database.meta, lambda _: pulse.look(), field="database")
    feed.on(database.activations, lambda change: activator.wake() if _is_new(change.kind) else None)
    feed.on(database.imports, lambda _: importer.wake())
    feed.on(database.pending, lambda change: worker.wake() if _is_new(change.kind) else None, field="status")
    feed.on(database.templates, lambda _: template.change())
    feed.on(database.limits, lambda change: worker.wake() if change.id in (PAUSE_ID, TRY_ID, None) else None)
    feed.on(database.audit, lambda _: sealer.wake(), field="openUntil")
    if reader is not None:
        wake_reader = reader.wake
        feed.on(database.limits, lambda change: wake_reader() if change.id in (TRY_ID, None) else None)
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
        pulse,
        login,
        first_owner,
        admin_accounts,
        admins,
        TokenStore(database),
        leads,
        LeadDetailsStore(database, history),
        imports,
        UserStore(database),
        Reports(database, admins, audit),
        activations,
        previews,
        emails,
        history,
        ThroughputStore(database),
        failures,
        QueueActions(database, credentials.issue),
        audit,
        audit_watch := AuditWatch(database, keys.load),
        limits,
        template_actions := TemplateActions(templates, leads, writer),
        TrialSender(database, template_actions, writer, trial_account(accounts[0], database)),
        CapturedEmails(path / MAILBOX_DIRECTORY, history),
        hub,
        snapshots,
        restarts := Restarts(database),
        Webhooks(settings.provider_keys, ours, bounces, now=database.now),
        about,
    )
    return Parts(
        application=Prompt(hub.app(build_api(services, origins=settings.origins, version=VERSION))),
        pulse=pulse,
        stamps=stamps,
        restarts=restarts,
        feed=feed,
        hub=hub,
        template=template,
        tally=tally,
        credentials=credentials,
        presence=PresenceSweep(admins),
        retention=retention,
        completion=RowCompletion(database),
        sealer=sealer,
        waiting_reports=WaitingReports(bounces),
        bounce_reader=reader,
        audit_watch=audit_watch,
        worker=worker,
        accounts=accounts,
        activator=activator,
        importer=importer,
        mail_mode=mode,
        first_owner_code=await first_owner.offer(),
    )


def _is_new(kind: ChangeKind) -> bool:
    """Whether the change can mean work that nobody has in hand."""
    return kind in (ChangeKind.INSERTED, ChangeKind.UNKNOWN)
