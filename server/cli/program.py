"""Run the service, and everything headless use needs beside it."""

from __future__ import annotations

import asyncio
import signal
import sys
import traceback
from typing import Annotated

import typer

from server.cli.admins import admin_cli
from server.cli.audit import audit_cli
from server.cli.bounce import bounce
from server.cli.key import key_cli
from server.cli.leads import activate, leads_cli
from server.cli.queue import queue_cli
from server.cli.running import EXIT_FAILED, DataDir, read_settings, run_to_end
from server.cli.saying import say, say_lines
from server.cli.template import template_cli
from server.operations.logging import configure_logging
from server.operations.privacy import keep_private
from server.operations.redaction import without_secrets
from server.parts import VERSION
from server.store import data_dir as data_directory
from server.store.embedded import begin_anew

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
cli.add_typer(admin_cli, name="admin")
cli.add_typer(audit_cli, name="audit")
cli.add_typer(leads_cli, name="leads")
cli.command()(activate)
cli.command()(bounce)
cli.add_typer(queue_cli, name="queue")
cli.add_typer(template_cli, name="template")
cli.add_typer(key_cli, name="key")

_HOW_TO_BEGIN = """\
Nobody can log in yet. On this machine, run: activation-server admin add NAME
or send {{"code": "{code}", "username": …, "password": …}} to POST /api/first-owner.
The code is good once, and only until the service stops."""


def main() -> None:
    """Entry point. What nobody expected is said without secrets, too."""
    try:
        cli()
    except Exception as error:
        sys.stderr.write(without_secrets("".join(traceback.format_exception(error))))
        raise SystemExit(EXIT_FAILED) from error


@cli.command()
def version() -> None:
    """Print the version."""
    say(VERSION)


@cli.command()
def run(
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 4000).")] = None,
    data_dir: DataDir = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin with an empty database where the one that was there is gone.")
    ] = False,
) -> None:
    """Run the service until it is told to stop (SIGTERM, Ctrl-C)."""
    keep_private()
    configure_logging()
    settings = read_settings(data_dir, port=port)
    from server.app import run_service  # the web framework is most of a start, and of no use to the other commands

    async def serve() -> None:
        if anew and settings.mongodb_uri is None:
            with data_directory.lock(data_directory.prepare(settings.data_dir)):
                begin_anew(settings.data_dir)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, stop.set)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        await run_service(
            settings,
            stop,
            started=lambda address: say(f"Activation Desk listens on {address}"),
            first_owner_code=lambda code: say_lines(_HOW_TO_BEGIN.format(code=code)),
        )

    run_to_end(serve())
