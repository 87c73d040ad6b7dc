"""Commands for leads: import them, turn them into users."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path
from typing import Annotated

import typer
from bson import ObjectId

from server.cli.running import BY, DataDir, fail, read_settings, with_database
from server.contract import Activation, ActivationState, LeadFilter, LeadStatus, Selection
from server.importing.leads import import_file
from server.store.activations import ActivationStore
from server.store.changes import ChangeFeed
from server.store.client import Database
from server.store.leads import LeadStore

leads_cli = typer.Typer(no_args_is_help=True, help="Leads.")


@leads_cli.command("import")
def leads_import(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file with a header line and a column 'email'.")],
    data_dir: DataDir = None,
) -> None:
    """Import leads. Rows that cannot be used are listed with their line number; the others come in."""
    settings = read_settings(data_dir)
    try:
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file}: cannot be read ({error.strerror}).")

    async def work(database: Database) -> int:
        result = await import_file(LeadStore(database), content, by=BY, now=await database.now())
        for problem in result.problems:
            typer.echo(f"{file}, line {problem.line}: {problem.value!r}: {problem.reason}", err=True)
        typer.echo(f"{result.imported} imported, {result.duplicates} there already, {result.refused} refused.")
        return result.refused

    with_database(settings, work)


def activate(
    everyone: Annotated[bool, typer.Option("--all", help="Every lead that is not a user yet.")] = False,
    file: Annotated[Path | None, typer.Option(help="A file with one lead id a line ('-': standard input).")] = None,
    wait: Annotated[bool, typer.Option(help="Follow it to its end.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Turn leads into users and queue their activation emails. The running service does the work."""
    settings = read_settings(data_dir)
    if everyone == (file is not None):
        fail("Say either --all or --file IDS.")
    selection = (
        Selection(matching=LeadFilter(status=(LeadStatus.NEW, LeadStatus.SKIPPED)))
        if file is None
        else Selection(ids=tuple(_read_ids(file)))
    )

    async def work(database: Database) -> None:
        activations = ActivationStore(database, mail_from=settings.mail_from)
        activation = await activations.request(uuid.uuid4().hex, selection, admin=BY)
        if wait:
            activation = await _follow(database, activations, activation)
        typer.echo(
            f"Activation {activation.id}: {activation.state.value}, {activation.created} users created, "
            f"{activation.skipped} skipped, of {activation.total}."
        )
        if activation.message:
            typer.echo(activation.message, err=True)
        for lead in await activations.skipped(activation.id):
            typer.echo(f"skipped {lead.email or lead.lead_id}: {lead.message}", err=True)
        if activation.state is ActivationState.FAILED:
            raise typer.Exit(1)

    with_database(settings, work, needs_service=True)


async def _follow(database: Database, activations: ActivationStore, activation: Activation) -> Activation:
    """Wait for the end, told by the database of every step."""
    changed = asyncio.Event()
    feed = ChangeFeed(database)
    feed.on(database.activations, lambda _: changed.set())
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(feed.run())
        while True:
            await changed.wait()
            changed.clear()
            activation = await activations.get(activation.id)
            if activation.state.is_final:
                listening.cancel()
                return activation
            if activation.total:
                typer.echo(f"{activation.done} / {activation.total}", err=True)


def _read_ids(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: cannot be read ({error}).")
    ids = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if not ObjectId.is_valid(line.strip()):
            fail(f"{file}, line {number}: {line.strip()[:40]!r} is not a lead id (24 hexadecimal digits).")
        ids.append(line.strip().lower())
    if not ids:
        fail(f"{file}: holds no lead ids.")
    return ids
