"""Commands that show the queue, pause it and resume it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from bson import ObjectId

from server.cli.audit import AsJson, Most, print_entries
from server.cli.emails import emails_cli
from server.cli.moments import FORMS, moment
from server.cli.running import BY, DataDir, fail, read_settings, with_database
from server.cli.saying import say
from server.cli.sending_words import begun_again, standing
from server.contract import (
    PAGE_LIMIT,
    EmailEvent,
    EmailEventKind,
    EmailState,
    FailureGroup,
    PartRestarts,
    QueueStatus,
    SendingStatus,
    Throughput,
    ThroughputSpan,
)
from server.live.sending import SendingOutlook
from server.mail.mailbox import MAILBOX
from server.parts import is_running
from server.store.client import Database
from server.store.connections import ConnectionStore
from server.store.emails import EmailStore
from server.store.failures import FailureStore
from server.store.history import HistoryStore
from server.store.limits import LimitStore
from server.store.mail_accounts import MailAccountStore
from server.store.restarts import Restarts
from server.store.throughput import ThroughputStore

queue_cli = typer.Typer(no_args_is_help=True, help="The email queue.")
queue_cli.add_typer(emails_cli)


@queue_cli.command("status")
def queue_status(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the fields of emailQueueUpdate.")] = False,
    data_dir: DataDir = None,
) -> None:
    """How many emails wait, are being sent, and failed; and how sending stands."""
    settings = read_settings(data_dir)

    async def work(database: Database) -> tuple[QueueStatus, SendingStatus, int, list[PartRestarts]]:
        emails = EmailStore(database)
        pending, processing, failed = await emails.counts()
        accounts = await MailAccountStore(database).kept() or settings.smtp_accounts or [settings.account_at(MAILBOX)]
        limits, connections = LimitStore(database), ConnectionStore(database)
        bounces = await MailAccountStore(database).bounces()
        outlook = SendingOutlook(database, emails, limits, connections, accounts, settings.hours, bounces=bounces)
        sending = await outlook.status(pending=pending, processing=processing)
        now = await database.now()
        total = pending + processing
        status = QueueStatus(pending=pending, processing=processing, failed=failed, total=total, timestamp=now)
        bounced = await emails.count_bounced() if failed else 0
        return status, sending, bounced, await Restarts(database).read()

    # Beside a database of its own a service may run anywhere.
    runs = settings.mongodb_uri is not None or is_running(settings)
    status, sending, bounced, restarts = with_database(settings, work)
    if as_json:
        say(status.model_dump_json())
        return
    came_back = f" ({bounced} of them came back)" if bounced else ""
    waiting = f"{status.total} waiting ({status.pending} pending, {status.processing} being sent)"
    say(f"{waiting}, {status.failed} failed{came_back}.")
    if not runs:
        say(f"No service is running on {settings.data_dir}, so nothing is sent.")
        return
    for line in [*standing(sending, status.timestamp), *begun_again(restarts, status.timestamp)]:
        say(line)


@queue_cli.command("pause")
def queue_pause(
    reason: Annotated[str, typer.Option(help="Why, for the other admins.")] = "",
    until: Annotated[
        str | None,
        typer.Option(help=f"When it ends by itself, in this machine's time: {FORMS}.", show_default="resumed"),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Send nothing until resumed, or until a moment."""
    ends_at = None if until is None else moment(until)

    async def work(database: Database) -> None:
        await LimitStore(database).pause(BY, reason, until=ends_at)

    with_database(read_settings(data_dir), work)
    say("Sending is paused." if ends_at is None else f"Sending is paused until {ends_at:%Y-%m-%d %H:%M}.")


@queue_cli.command("resume")
def queue_resume(data_dir: DataDir = None) -> None:
    """Send again."""

    async def work(database: Database) -> bool:
        return await LimitStore(database).resume(BY)

    was_paused = with_database(read_settings(data_dir), work)
    say("Sending goes on." if was_paused else "Sending was not paused.")


@queue_cli.command("try-now")
def queue_try_now(data_dir: DataDir = None) -> None:
    """Try accounts that are blocked at once, and not when their next try is due."""

    async def work(database: Database) -> bool:
        return await LimitStore(database).try_now(BY)

    was_blocked = with_database(read_settings(data_dir), work)
    say("It is tried again." if was_blocked else "Nothing was blocked.")


@queue_cli.command("failures")
def queue_failures(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False, data_dir: DataDir = None
) -> None:
    """Failed emails by cause."""

    async def work(database: Database) -> list[FailureGroup]:
        return await FailureStore(database).groups()

    groups = with_database(read_settings(data_dir), work)
    if as_json:
        say(json.dumps([group.model_dump(mode="json") for group in groups], ensure_ascii=False))
        return
    for group in groups:
        say(f"{group.count:6}  {group.cause}")
    say(f"{sum(group.count for group in groups)} failed.")


class Listed(StrEnum):
    """What can be listed: the states of emails, and the two kinds that stand among the failed ones."""

    PENDING = "pending"
    PROCESSING = "processing"
    FAILED = "failed"
    HELD = "held"
    BOUNCED = "bounced"
    SENT = "sent"

    @property
    def state(self) -> EmailState:
        """The list that it is of."""
        return EmailState.FAILED if self in (Listed.HELD, Listed.BOUNCED) else EmailState(self.value)


@queue_cli.command("list")
def queue_list(
    state: Annotated[Listed, typer.Option(help="Which list.")] = Listed.PENDING,
    search: Annotated[str, typer.Option(help="Only those whose address or name contains these words.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Emails in that state, with their ids. Held ones and those that came back are among the failed."""

    async def work(database: Database) -> None:
        emails, after = EmailStore(database), None
        while True:
            page = await emails.page(
                state.state,
                search=search,
                held=True if state is Listed.HELD else None,
                bounced=True if state is Listed.BOUNCED else None,
                after=after,
                skip=0,
                limit=PAGE_LIMIT,
            )
            for email in page.items:
                line = f"{email.id}  {email.email}  {email.attempts} attempts  {email.detail}".rstrip()
                say(email.model_dump_json() if as_json else line)
            after = page.next
            if after is None:
                return

    with_database(read_settings(data_dir), work)


@queue_cli.command("history")
def queue_history(limit: Most = 50, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """What admins did to the queue: who, what, how many, when."""
    print_entries(read_settings(data_dir), action="queue.", limit=limit, as_json=as_json)


@queue_cli.command("throughput")
def queue_throughput(
    span: Annotated[ThroughputSpan, typer.Option(help="How far back.")] = ThroughputSpan.HOUR,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """What became of emails, period by period; periods without any are left out."""

    async def work(database: Database) -> Throughput:
        return await ThroughputStore(database).throughput(span)

    found = with_database(read_settings(data_dir), work)
    if as_json:
        say(found.model_dump_json())
        return
    say(f"{'UTC':16}  {'accepted':>9}  {'retried':>9}  {'failed':>9}  {'uncertain':>9}")
    for each in found.periods:
        if each.accepted or each.retried or each.failed or each.uncertain:
            counts = (each.accepted, each.retried, each.failed, each.uncertain)
            say(f"{each.start:%Y-%m-%d %H:%M}  " + "  ".join(f"{count:9}" for count in counts))


#: Where the event's own name promises more than is known.
_NAMES = {EmailEventKind.DELIVERED: "accepted"}


@queue_cli.command("trace")
def queue_trace(
    id: Annotated[str, typer.Argument(help="Id of an email.")],  # noqa: A002 - its name on the command line
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Everything known of one email."""
    if not ObjectId.is_valid(id):
        fail(f"{id[:40]!r} is not an email's id (24 hexadecimal digits).")

    async def work(database: Database) -> list[EmailEvent]:
        return await HistoryStore(database).events(id)

    events = with_database(read_settings(data_dir), work)
    if as_json:
        say(json.dumps([each.model_dump(mode="json") for each in events], ensure_ascii=False))
        return
    for each in events:
        by = f" (by {each.account})" if each.account and each.account not in each.detail else ""
        say(f"{each.at:%Y-%m-%d %H:%M:%S}  {_NAMES.get(each.what, each.what.value):11}  {each.detail}{by}".rstrip())
