"""Commands for admins."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from server.accounts.login import add_admin
from server.cli.running import DataDir, fail, read_settings, with_database
from server.contract import Role
from server.store.admins import AdminStore
from server.store.client import Database

admin_cli = typer.Typer(no_args_is_help=True, help="Admins who may log in.")


@admin_cli.command("add")
def admin_add(
    name: str,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    role: Annotated[Role, typer.Option(help="What the admin may do.")] = Role.OWNER,
    data_dir: DataDir = None,
) -> None:
    """Add an admin. Runs on the server's own machine, beside a running service or without one."""
    settings = read_settings(data_dir)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask_for_password()

    async def work(database: Database) -> str:
        admin = await add_admin(AdminStore(database), name, password, role)
        return f"Admin {admin.username} ({admin.role.value}) added."

    typer.echo(with_database(settings, work))


def _ask_for_password() -> str:
    if not sys.stdin.isatty():
        fail("There is no terminal to ask for a password. Use --password-stdin.")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        fail("The two are not the same.")
    return password
