"""Commands that show what admins did, and whether that is still what was written down."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from server.cli.audit_words import verification_lines
from server.cli.running import EXIT_FAILED, DataDir, fail, read_settings, with_database
from server.cli.saying import say
from server.contract import PAGE_LIMIT, AuditEntry, AuditFilter, AuditResult, AuditVerification, Page
from server.parts import master_keys
from server.settings import Settings
from server.store.audit import AuditLog
from server.store.audit_verification import SHORTEST_HEAD, verify
from server.store.client import Database

audit_cli = typer.Typer(no_args_is_help=True, help="Who did what.")

_HEAD = re.compile(f"[0-9a-f]{{{SHORTEST_HEAD},64}}")

Most = Annotated[int, typer.Option(min=1, max=PAGE_LIMIT, help="At most this many, the latest first.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@audit_cli.command("list")
def audit_list(
    action: Annotated[str, typer.Option(help="Only actions that begin so, such as session.login.")] = "",
    by: Annotated[str, typer.Option(help="Only what this admin did.")] = "",
    limit: Most = 50,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Who did what, from where, to how many, when, and whether it was done."""
    print_entries(read_settings(data_dir), action=action, by=by, limit=limit, as_json=as_json)


@audit_cli.command("verify")
def audit_verify(
    head: Annotated[
        str, typer.Option(help="A head, or its first digits, that was noted down earlier: it must still be there.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Whether nobody changed the log behind the service's back; ends with 1 where somebody did."""
    settings = read_settings(data_dir)
    noted = head.strip().lower()
    if noted and not _HEAD.fullmatch(noted):
        fail(f"{head} is no head: that is {SHORTEST_HEAD} to 64 digits from 0 to f.")

    async def work(database: Database) -> AuditVerification:
        return await verify(database, master_keys(settings).load, noted_head=noted)

    found = with_database(settings, work)
    if as_json:
        say(found.model_dump_json())
    else:
        for line in verification_lines(found):
            say(line)
    if found.fault_count:
        raise typer.Exit(EXIT_FAILED)


def print_entries(settings: Settings, *, action: str, by: str = "", limit: int, as_json: bool) -> None:
    """The latest entries of the audit log, one a line."""

    async def work(database: Database) -> Page[AuditEntry]:
        return await AuditLog(database).page(AuditFilter(action=action, by=by), after=None, skip=0, limit=limit)

    for entry in with_database(settings, work).items:
        say(entry.model_dump_json() if as_json else _line(entry))


def _line(entry: AuditEntry) -> str:
    details = ", ".join(f"{name}: {value}" for name, value in entry.details.items())
    who = f"{entry.by} ({entry.origin})" if entry.origin else entry.by
    refused = "refused  " if entry.result is AuditResult.REFUSED else ""
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {who}  {entry.action}  {entry.count}  {refused}{details}".rstrip()
