"""What every command needs: its settings, the database, and an end with a clear word."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from server.cli.saying import say, say_lines
from server.contract import COMMAND_LINE
from server.errors import DatabaseAway, Invalid, NotNow, ServiceError, StartError, WrongSetup
from server.operations.redaction import hide
from server.parts import is_running, open_store_for_command
from server.settings import Settings, SettingsError, load_settings
from server.store.calls import PROMPT, answered_within
from server.store.client import Database

#: Who does it, in the audit log and to other admins.
BY = COMMAND_LINE

EXIT_FAILED = 1

Result = TypeVar("Result")

DataDir = Annotated[
    Path | None, typer.Option(help="Where this server keeps its data (default: the platform's data directory).")
]


def read_settings(data_dir: Path | None, *, port: int | None = None) -> Settings:
    """The settings with these options; where they are wrong, the end of the command."""
    try:
        settings = load_settings(ACTIVATION_DATA_DIR=data_dir, ACTIVATION_PORT=port)
    except SettingsError as error:
        for line in error.lines:
            say(line, err=True)
        raise typer.Exit(WrongSetup.exit_code) from error
    hide(settings.secrets)
    return settings


def with_database(
    settings: Settings, work: Callable[[Database], Awaitable[Result]], *, needs_service: bool = False
) -> Result:
    """What ``work`` answers, done in the database of the service or of these settings; errors end the command."""

    async def task() -> Result:
        # Beside a database of its own it may run anywhere.
        if needs_service and settings.mongodb_uri is None and not is_running(settings):
            raise Invalid(f"No service is running on {settings.data_dir}. Start it first: activation-server run")
        async with open_store_for_command(settings) as database:
            with answered_within(PROMPT):
                return await work(database)

    return run_to_end(task())


def run_to_end(task: Awaitable[Result]) -> Result:
    """What the task answers; errors that a person can act on end the command with their sentence."""

    async def awaiting() -> Result:
        return await task

    try:
        return asyncio.run(awaiting())
    except ServiceError as error:
        fail(error.message, error.exit_code if isinstance(error, StartError) else EXIT_FAILED)
    except DatabaseAway:
        fail("The database does not answer.", NotNow.exit_code)
    except KeyboardInterrupt:
        fail("Interrupted.")


def fail(message: str, code: int = EXIT_FAILED) -> NoReturn:
    """End the command with a sentence."""
    say_lines(message, err=True)
    raise typer.Exit(code)
