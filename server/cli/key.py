"""Commands for the master key."""

from __future__ import annotations

import typer

from server.cli.running import BY, DataDir, read_settings, with_database
from server.parts import master_keys
from server.store.client import Database
from server.store.key_rotation import rotate
from server.store.master_key import new_master_key

key_cli = typer.Typer(no_args_is_help=True, help="The master key, which encrypts queued passwords.")


@key_cli.command("prepare")
def key_prepare(data_dir: DataDir = None) -> None:
    """Make the key that is to come. Only for several servers on one database, which all need it before 'key rotate'."""
    settings = read_settings(data_dir)
    keys = master_keys(settings)
    if not keys.are_files:
        _offer_new_key()
        return

    async def work(_: Database) -> None:
        keys.load()
        keys.prepare()

    with_database(settings, work)
    typer.echo(
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
        typer.echo(f"The master key is replaced. Make a new copy of {settings.data_dir / 'master.key'}.")
    else:
        typer.echo(
            "The master key is replaced. Remove ACTIVATION_MASTER_KEY_PREVIOUS from the settings of every server."
        )


def _offer_new_key() -> None:
    """The key on standard output, what to do with it beside."""
    typer.echo(
        "Nothing is changed yet. For every server set ACTIVATION_MASTER_KEY to the key below and "
        "ACTIVATION_MASTER_KEY_PREVIOUS to the present one, restart one after the other, "
        "then run 'activation-server key rotate' with these settings.",
        err=True,
    )
    typer.echo(new_master_key())
