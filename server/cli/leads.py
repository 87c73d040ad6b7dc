"""Commands for leads: import them, turn them into users."""

from __future__ import annotations

import asyncio
import re
import sys
import uuid
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer
from bson import ObjectId
from pydantic import TypeAdapter, ValidationError

from server.cli.import_words import describe_file, sum_of
from server.cli.moments import FORMS, moment
from server.cli.running import BY, DataDir, fail, read_settings, with_database
from server.cli.saying import say
from server.contract import (
    ROW_ID_PATTERN,
    Activation,
    ActivationState,
    HeaderRow,
    ImportCheck,
    ImportReading,
    ImportResult,
    LeadFilter,
    LeadStatus,
    Selection,
    SheetName,
)
from server.contract.import_codes import Encoding, encoding_named
from server.importing.check import check, import_file
from server.store.activations import ActivationStore
from server.store.audit import AuditLog
from server.store.changes import ChangeFeed
from server.store.client import Database
from server.store.leads import LeadStore

Wished = TypeVar("Wished")

_DELIMITERS = {",": ",", ";": ";", "|": "|", "tab": "\t", "\t": "\t"}

leads_cli = typer.Typer(no_args_is_help=True, help="Leads.")


def _encoding(name: str) -> Encoding:
    try:
        return encoding_named(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _delimiter(name: str) -> str:
    if name not in _DELIMITERS:
        raise typer.BadParameter(f"choose one of {' '.join(_DELIMITERS)}")
    return _DELIMITERS[name]


def _header_row(number: str) -> int | Literal["none"]:
    return _parsed(TypeAdapter(HeaderRow), number, "say the number of a line, or 'none'")


def _sheet(name: str) -> str:
    return _parsed(TypeAdapter(SheetName), name, "no sheet has so long a name")


def _parsed(kind: TypeAdapter[Wished], text: str, otherwise: str) -> Wished:
    try:
        return kind.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(otherwise) from error


@leads_cli.command("import")
def leads_import(
    file: Annotated[Path, typer.Argument(help="A CSV, XLSX or ODS file with a column of email addresses.")],
    encoding: Annotated[
        Encoding | None, typer.Option(parser=_encoding, metavar="NAME", help="Of CSV, such as utf-8 or cp1252.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(parser=_delimiter, metavar="SIGN", help="Of CSV: , ; | or 'tab'.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(parser=_sheet, metavar="NAME", help="Of a workbook: the name of the sheet.")
    ] = None,
    header_row: Annotated[
        str | None, typer.Option(parser=_header_row, metavar="N|none", help="The line of the titles, or that none is.")
    ] = None,
    hidden_rows: Annotated[bool, typer.Option("--hidden-rows", help="Take hidden rows of a sheet, too.")] = False,
    check_only: Annotated[bool, typer.Option("--check", help="Only say what would be done.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Import leads, and say how the file was read. Rows that cannot be used are listed by line; the others come in."""
    settings = read_settings(data_dir)
    try:
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file}: cannot be read ({error.strerror}).")
    reading = ImportReading.model_validate(
        {
            "encoding": encoding,
            "delimiter": delimiter,
            "sheet": sheet,
            "header_row": header_row,
            "hidden_rows": hidden_rows,
        }
    )

    async def work(database: Database) -> int:
        leads = LeadStore(database)
        told = await describe_file(file, content, reading)
        found: ImportCheck | ImportResult
        if check_only:
            found = would = await check(content, told, leads.known_addresses)
            done = f"{would.importable} to be imported"
        else:
            note = AuditLog(database).growing("leads.import", by=BY, details={"file": file.name})
            found = result = await import_file(leads, content, by=BY, now=await database.now(), reading=told, note=note)
            done = f"{result.imported} imported"
        for problem in found.problems:
            say(f"{file}, line {problem.line}: {problem.value!r}: {problem.reason}", err=True)
        if unlisted := found.refused - len(found.problems):
            say(f"{file}: {unlisted} more were refused, further down.", err=True)
        for line in sum_of(done, found):
            say(line)
        return found.refused

    with_database(settings, work)


def activate(
    everyone: Annotated[bool, typer.Option("--all", help="Every lead that is not a user yet.")] = False,
    file: Annotated[Path | None, typer.Option(help="A file with one lead id a line ('-': standard input).")] = None,
    starts: Annotated[
        str | None,
        typer.Option(
            "--from",
            help=f"No email leaves sooner, in this machine's time: {FORMS}.",
            show_default="at once",
        ),
    ] = None,
    wait: Annotated[bool, typer.Option(help="Follow it to its end.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Turn leads into users and queue their activation emails. The running service does the work."""
    not_before = None if starts is None else moment(starts)
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
        activation = await activations.request(uuid.uuid4().hex, selection, admin=BY, not_before=not_before)
        if wait:
            activation = await _follow(database, activations, activation)
        say(
            f"Activation {activation.id}: {activation.state.value}, {activation.created} users created, "
            f"{activation.skipped} skipped, of {activation.total}."
        )
        if not_before is not None:
            say(f"The emails leave from {not_before:%Y-%m-%d %H:%M} on.")
        if activation.message:
            say(activation.message, err=True)
        for lead in await activations.skipped(activation.id):
            say(f"skipped {lead.email or lead.lead_id}: {lead.message}", err=True)
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
                say(f"{activation.done} / {activation.total}", err=True)


def _read_ids(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: cannot be read ({error}).")
    ids = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not (id_ := line.strip()):
            continue
        is_ours = ObjectId.is_valid(id_)
        if not is_ours and re.fullmatch(ROW_ID_PATTERN, id_) is None:
            fail(f"{file}, line {number}: {id_[:40]!r} is not a lead id (24 hexadecimal digits).")
        ids.append(id_.lower() if is_ours else id_)
    if not ids:
        fail(f"{file}: holds no lead ids.")
    return ids
