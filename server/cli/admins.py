"""Commands for admins."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from server.accounts.admins import Admins
from server.cli.running import BY, DataDir, fail, read_settings, with_database
from server.cli.saying import say
from server.contract import Admin, AdminAccount, OneTimePassword, Role
from server.store.admins import AdminStore
from server.store.client import Database

admin_cli = typer.Typer(no_args_is_help=True, help="Admins who may log in.")


@admin_cli.command("add")
def admin_add(
    name: str,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    one_time: Annotated[
        bool, typer.Option("--one-time", help="Print a password that has to be changed at the first login.")
    ] = False,
    role: Annotated[Role, typer.Option(help="What the admin may do.")] = Role.OWNER,
    data_dir: DataDir = None,
) -> None:
    """Add an admin. Runs on the server's own machine, beside a running service or without one."""
    settings = read_settings(data_dir)
    if one_time and password_stdin:
        fail("Use --password-stdin or --one-time, not both.")
    if one_time:

        async def invite(database: Database) -> OneTimePassword:
            return await Admins(database).invite(name, role, by=BY)

        invited = with_database(settings, invite)
        say(f"Admin {invited.admin.username} ({invited.admin.role.value}) added.")
        _hand_over(invited)
        return
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask_for_password()

    async def add(database: Database) -> Admin:
        return await Admins(database).add(name, password, role, by=BY)

    admin = with_database(settings, add)
    say(f"Admin {admin.username} ({admin.role.value}) added.")


@admin_cli.command("list")
def admin_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False, data_dir: DataDir = None
) -> None:
    """All admins by name."""

    async def work(database: Database) -> list[AdminAccount]:
        return await AdminStore(database).all()

    for admin in with_database(read_settings(data_dir), work):
        say(admin.model_dump_json() if as_json else _line(admin))


@admin_cli.command("disable")
def admin_disable(name: str, data_dir: DataDir = None) -> None:
    """End all logins of an admin and allow no other. What they have begun goes on. Not the last owner."""
    admin = _do(data_dir, name, lambda admins, admin: admins.disable(admin, by=BY))
    say(f"{admin.username} is disabled.")


@admin_cli.command("enable")
def admin_enable(name: str, data_dir: DataDir = None) -> None:
    """Let an admin log in again."""
    admin = _do(data_dir, name, lambda admins, admin: admins.enable(admin, by=BY))
    say(f"{admin.username} is enabled.")


@admin_cli.command("reset")
def admin_reset(name: str, data_dir: DataDir = None) -> None:
    """Print another password for one login; the admin's logins end. For who forgot theirs."""

    async def work(database: Database) -> OneTimePassword:
        admins = Admins(database)
        return await admins.reset(await admins.named(name), by=BY)

    _hand_over(with_database(read_settings(data_dir), work))


@admin_cli.command("role")
def admin_role(name: str, role: Role, data_dir: DataDir = None) -> None:
    """Change what an admin may do. Not of the last owner."""
    admin = _do(data_dir, name, lambda admins, admin: admins.change_role(admin, role, by=BY))
    say(f"{admin.username} is {admin.role.value} now.")


def _do(data_dir: Path | None, name: str, action: Callable[[Admins, Admin], Awaitable[Admin]]) -> Admin:
    async def work(database: Database) -> Admin:
        admins = Admins(database)
        return await action(admins, await admins.named(name))

    return with_database(read_settings(data_dir), work)


def _hand_over(made: OneTimePassword) -> None:
    say(f"Password for the first login of {made.admin.username}, to be changed then:", err=True)
    say(made.password)


def _line(admin: AdminAccount) -> str:
    marks = [
        mark
        for mark, holds in (
            ("disabled", admin.disabled),
            ("online", admin.is_online),
            ("has yet to choose a password", admin.must_change_password),
        )
        if holds
    ]
    return "  ".join((f"{admin.username}  {admin.role.value}", *marks))


def _ask_for_password() -> str:
    if not sys.stdin.isatty():
        fail("There is no terminal to ask for a password. Use --password-stdin or --one-time.")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        fail("The two are not the same.")
    return password
