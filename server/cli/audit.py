"""Commands that show what admins did."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.running import DataDir, read_settings, with_database
from server.cli.saying import say
from server.contract import PAGE_LIMIT, AuditEntry, AuditFilter, AuditResult, Page
from server.settings import Settings
from server.store.audit import AuditLog
from server.store.client import Database

audit_cli = typer.Typer(no_args_is_help=True, help="Who did what.")

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
