"""Commands for the master key."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.running import BY, DataDir, fail, read_settings, with_database
from server.cli.saying import say
from server.parts import is_running, master_keys
from server.store.client import Database
from server.store.key_loss import forget
from server.store.key_rotation import rotate
from server.store.master_key import new_master_key
from server.store.vault import open_vault

key_cli = typer.Typer(no_args_is_help=True, help="The master key, which encrypts queued passwords.")


@key_cli.command("prepare")
def key_prepare(data_dir: DataDir = None) -> None:
    """Make the key that is to come. Only for several servers on one database, which all need it before 'key rotate'."""
    settings = read_settings(data_dir)
    keys = master_keys(settings)
    if not keys.are_files:
        _offer_new_key()
        return

    async def work(database: Database) -> None:
        await (await open_vault(database, keys)).close()
        keys.prepare()

    with_database(settings, work)
    say(
        f"Copy {settings.data_dir / 'master.key.next'} into the data directories of the other servers. "
        "Then run 'activation-server key rotate' on each."
    )


@key_cli.command("rotate")
def key_rotate(data_dir: DataDir = None) -> None:
    """Replace the master key. Services go on meanwhile; interrupted, it is finished by running it again."""
    settings = read_settings(data_dir)
    keys = master_keys(settings)
    if not keys.are_files and settings.master_key_previous is None:
        _offer_new_key()
        return

    async def work(database: Database) -> None:
        await rotate(database, keys, by=BY)

    with_database(settings, work)
    if keys.are_files:
        say(f"The master key is replaced. Make a new copy of {settings.data_dir / 'master.key'}.")
    else:
        say("The master key is replaced. Remove ACTIVATION_MASTER_KEY_PREVIOUS from the settings of every server.")


@key_cli.command("forget")
def key_forget(
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, for scripts.")] = False,
) -> None:
    """Give up a master key that is lost. Queued emails fail, and get a new password when they are retried."""
    settings = read_settings(data_dir)
    if is_running(settings):
        fail(f"A service is running on {settings.data_dir}. Stop it first, and every other one of this database.")
    if not yes:
        _ask_for_name(settings.mongodb_database)

    async def work(database: Database) -> int:
        return await forget(database, master_keys(settings), by=BY)

    given_up = with_database(settings, work)
    say(f"The lost master key is given up, and {given_up} queued emails with it: they are among the failed ones.")
    if given_up:
        say("Each gets a new password when it is retried: activation-server queue retry --cause 'Password lost'")
    if settings.master_key is None:
        say(f"Keep a copy of the new one: {settings.data_dir / 'master.key'}")


def _ask_for_name(name: str) -> None:
    """Nobody does this by mistake."""
    say("Passwords of queued emails, which the lost key alone can read, are given up for good.", err=True)
    if typer.prompt(f"To go on, type the name of the database ({name})", err=True) != name:
        fail("Nothing is changed.")


def _offer_new_key() -> None:
    """The key on standard output, what to do with it beside."""
    say(
        "Nothing is changed yet. For every server set ACTIVATION_MASTER_KEY to the key below and "
        "ACTIVATION_MASTER_KEY_PREVIOUS to the present one, restart one after the other, "
        "then run 'activation-server key rotate' with these settings.",
        err=True,
    )
    say(new_master_key())
