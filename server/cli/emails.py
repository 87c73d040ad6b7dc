"""Commands that do something about emails: retry, discard, hold, release, correct."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from bson import ObjectId
from pydantic import ValidationError

from server.addresses import usable_address
from server.cli.running import BY, DataDir, fail, read_settings, with_database
from server.cli.saying import say
from server.contract import Changed, EmailSelection, LeftReason, QueuePart
from server.parts import queue_actions
from server.store.actions import QueueActions
from server.store.client import Database

#: Part of the commands for the queue.
emails_cli = typer.Typer()

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of emails, as 'queue list' shows them.")]


Cause = Annotated[str | None, typer.Option(help="All of this cause, as 'queue failures' names it.")]


Matching = Annotated[str | None, typer.Option(help="All whose address or name contains this.")]


Everything = Annotated[bool, typer.Option("--all", help="All of them.")]


Part = Annotated[QueuePart | None, typer.Option(help="Of these only; with --all and --matching: failed if not said.")]


@emails_cli.command("retry")
def queue_retry(
    ids: Ids = None,
    cause: Cause = None,
    matching: Matching = None,
    everything: Everything = False,
    part: Part = None,
    data_dir: DataDir = None,
) -> None:
    """Queue failed emails again, or let pending ones go now. An email without its password gets a new one."""
    selection = _email_selection(ids, cause, matching, everything=everything, part=part)
    _act(data_dir, lambda actions: actions.retry(selection, by=BY), "queued again")


@emails_cli.command("discard")
def queue_discard(
    ids: Ids = None,
    cause: Cause = None,
    matching: Matching = None,
    everything: Everything = False,
    part: Part = None,
    data_dir: DataDir = None,
) -> None:
    """Drop emails for good; the users stay."""
    selection = _email_selection(ids, cause, matching, everything=everything, part=part)
    _act(data_dir, lambda actions: actions.discard(selection, by=BY), "discarded")


@emails_cli.command("hold")
def queue_hold(
    ids: Ids = None, matching: Matching = None, everything: Everything = False, data_dir: DataDir = None
) -> None:
    """Keep pending emails back until they are released."""
    selection = _email_selection(ids, None, matching, everything=everything)
    _act(data_dir, lambda actions: actions.hold(selection, by=BY), "held")


@emails_cli.command("release")
def queue_release(
    ids: Ids = None,
    cause: Cause = None,
    matching: Matching = None,
    everything: Everything = False,
    data_dir: DataDir = None,
) -> None:
    """Queue held emails again."""
    selection = _email_selection(ids, cause, matching, everything=everything)
    _act(data_dir, lambda actions: actions.release(selection, by=BY), "queued again")


@emails_cli.command("correct")
def queue_correct(
    id: Annotated[str, typer.Argument(help="Id of a pending or failed email.")],  # noqa: A002 - its name on the command line
    address: Annotated[str, typer.Argument(help="The right address.")],
    data_dir: DataDir = None,
) -> None:
    """Send an email to another address; user and lead follow."""
    if not ObjectId.is_valid(id):
        fail(f"{id[:40]!r} is not an email's id (24 hexadecimal digits).")
    settings = read_settings(data_dir)

    async def work(database: Database) -> str:
        email = usable_address(address)
        async with queue_actions(settings, database) as actions:
            await actions.correct(id, email, by=BY)
        return email

    say(f"Queued, to {with_database(settings, work)}.")


def _act(data_dir: Path | None, action: Callable[[QueueActions], Awaitable[Changed]], done: str) -> None:
    """An action on many emails, and what came of it in one line."""
    settings = read_settings(data_dir)

    async def work(database: Database) -> Changed:
        async with queue_actions(settings, database) as actions:
            return await action(actions)

    result = with_database(settings, work)
    left = [f"{count} {_LEFT[LeftReason(reason)]}" for reason, count in result.reasons.items()]
    say(f"{result.changed} {done}" + (f"; left as they were: {', '.join(left)}." if left else "."))


_LEFT = {
    LeftReason.BEING_SENT: "being sent at this moment",
    LeftReason.PASSWORD_CHANGED: "whose user has a password of her own by now",
    LeftReason.NOTHING_TO_DO: "with nothing to do",
}


def _email_selection(
    ids: list[str] | None,
    cause: str | None,
    matching: str | None,
    *,
    everything: bool,
    part: QueuePart | None = None,
) -> EmailSelection:
    try:
        return EmailSelection(
            part=part, ids=tuple(ids) if ids else None, cause=cause, matching=matching, everything=everything
        )
    except ValidationError:
        fail("Say which: ids (24 hexadecimal digits each), --cause CAUSE, --matching TEXT, or --all.")
