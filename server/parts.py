"""Parts that the service and the commands beside it both build from the settings."""

from __future__ import annotations

import asyncio
import importlib.metadata
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from server.activation.passwords import CredentialSupply
from server.errors import NotNow
from server.mail.account import SendingAccount
from server.mail.mailbox import MAILBOX_DIRECTORY, Mailbox
from server.mail.rendering import ActivationEmails
from server.mail.template_actions import TemplateActions
from server.mail.time_limits import TimeLimits
from server.mail.trial import TIMEOUT, TrialSender
from server.mail.trust import tls_context
from server.oauth.sources import TokenSources
from server.operations.redaction import hide
from server.settings import Settings
from server.smtp_accounts import SmtpAccount, Trust
from server.store import data_dir, embedded, schema
from server.store.actions import QueueActions
from server.store.client import Database, connect
from server.store.connections import ConnectionStore
from server.store.leads import LeadStore
from server.store.limits import LimitStore
from server.store.master_key import MasterKeys
from server.store.templates import TemplateStore
from server.store.vault import Credential, Vault, open_vault

_START_WAIT = 60.0  # seconds for a service that is starting
_START_LOOK = 0.1  # seconds between two looks

VERSION = importlib.metadata.version("activation-desk")


@dataclass(frozen=True)
class OpenStore:
    """The database, ready to be used."""

    database: Database
    #: Nobody else can be working on it: leases left over are of a predecessor that is gone.
    exclusive: bool


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[OpenStore]:
    """The database for a service: MONGODB_URI, or the embedded one, started here. Raises :class:`StartError`."""
    if settings.mongodb_uri is not None:
        async with connect(
            settings.mongodb_uri.get_secret_value(), settings.mongodb_database, names=settings.collections
        ) as database:
            await schema.ensure(database)
            yield OpenStore(database, exclusive=False)
        return
    engine = embedded.EmbeddedDatabase(settings.data_dir)
    try:
        hide([engine.uri])
        await engine.start()
        async with connect(engine.uri, settings.mongodb_database, names=settings.collections) as database:
            await schema.ensure(database)
            yield OpenStore(database, exclusive=True)
    finally:
        await engine.stop()


@asynccontextmanager
async def open_store_for_command(settings: Settings) -> AsyncIterator[Database]:
    """The database for a command: the running service's, or as for a service when none runs.

    Raises :class:`StartError`.
    """
    path = data_dir.prepare(settings.data_dir)
    running = await _uri_of_the_running_one(path) if settings.mongodb_uri is None else None
    if running is not None:
        async with connect(running, settings.mongodb_database, names=settings.collections) as database:
            yield database
    elif settings.mongodb_uri is not None:
        async with open_store(settings) as store:
            yield store.database
    else:
        with data_dir.lock(path):
            async with open_store(settings) as store:
                yield store.database


async def _uri_of_the_running_one(path: Path) -> str | None:
    """Of the database of the service on that directory; None: none runs. One that is just starting is waited for.

    Raises :class:`NotNow`.
    """
    deadline = asyncio.get_running_loop().time() + _START_WAIT
    while data_dir.is_locked(path):
        if (running := embedded.running_uri(path)) is not None:
            return running
        if asyncio.get_running_loop().time() > deadline:
            raise NotNow(f"The service on {path} has been starting for {_START_WAIT:.0f} s. See what its log says.")
        await asyncio.sleep(_START_LOOK)
    return None


@asynccontextmanager
async def queue_actions(settings: Settings, database: Database) -> AsyncIterator[QueueActions]:
    """The admins' actions on emails for a command. The vault is opened when the first password has to be issued."""
    async with AsyncExitStack() as stack:
        supply: CredentialSupply | None = None

        async def issue(count: int) -> Sequence[Credential]:
            nonlocal supply
            if supply is None:
                vault = await open_vault(database, master_keys(settings))
                stack.push_async_callback(vault.close)
                supply = CredentialSupply(vault, settings.password_hash, reserve=0)
            return await supply.issue(count)

        yield QueueActions(database, issue)


@asynccontextmanager
async def trial_sender(settings: Settings, database: Database) -> AsyncIterator[TrialSender]:
    """For a command: by the configured mail server, or into the mailbox."""
    async with AsyncExitStack() as stack:
        accounts, _ = await mail_servers(settings, data_dir.prepare(settings.data_dir), stack)
        writer = ActivationEmails.by(settings)
        templates = TemplateActions(TemplateStore(database), LeadStore(database), writer)

        async def vault() -> Vault:
            opened = await open_vault(database, master_keys(settings))
            stack.push_async_callback(opened.close)
            return opened

        sources = token_sources(settings, database, vault)
        stack.push_async_callback(sources.close)
        accounts = sources.equip(accounts)
        yield TrialSender(database, templates, writer, trial_account(accounts[0], database))


def master_keys(settings: Settings) -> MasterKeys:
    """Where the master keys of this server come from."""
    given, previous = (
        None if key is None else key.get_secret_value() for key in (settings.master_key, settings.master_key_previous)
    )
    return MasterKeys(settings.data_dir, given=given, previous=previous)


def is_running(settings: Settings) -> bool:
    """Whether a service runs on the data directory. Raises :class:`StartError` when that cannot be used."""
    return data_dir.is_locked(data_dir.prepare(settings.data_dir))


async def mail_servers(
    settings: Settings, path: Path, stack: AsyncExitStack
) -> tuple[Sequence[SmtpAccount], Mailbox | None]:
    """The configured mail servers, or a local mailbox that captures every email."""
    if accounts := settings.smtp_accounts:
        return accounts, None
    mailbox = Mailbox(path / MAILBOX_DIRECTORY)
    await mailbox.start()
    stack.push_async_callback(mailbox.stop)
    server = mailbox.server
    if server.password is not None:
        hide([server.password.get_secret_value()])
    return [settings.account_at(server)], mailbox


def token_sources(settings: Settings, database: Database, vault: Callable[[], Awaitable[Vault]]) -> TokenSources:
    """Where accounts that log in without a password get their access tokens. Token servers are trusted as mail servers
    are: by the system's authorities and those of the settings.
    """
    return TokenSources(database, vault, lambda: tls_context(Trust(ca_file=settings.smtp_ca_file)))


def trial_account(account: SmtpAccount, database: Database) -> Callable[[], SendingAccount]:
    """Opens the account for a test."""
    limits, connections = LimitStore(database), ConnectionStore(database)
    return lambda: SendingAccount(account, limits, connections, time_limits=TimeLimits.each(TIMEOUT))
