"""The command that takes what a mail server sends back, one message at a time."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from server.bounces.ours import Ours
from server.bounces.parts import SIZE
from server.bounces.report import BounceInbox, Report, Taken, read
from server.cli.running import DataDir, read_settings, with_database
from server.cli.saying import say
from server.operations.redaction import without_secrets
from server.store.client import Database

#: To be tried again (EX_TEMPFAIL of ``sysexits.h``). Anything else but 0 makes Postfix (pipe(8)) and others give a
#: message back, and nobody gives back a bounce: it would be lost.
TRY_AGAIN = 75


def bounce(
    to: Annotated[str, typer.Option(help="To whom it was sent, where the message itself does not say so.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Take a mail server's report on an email from the standard input, as a pipe transport hands it over.

    Ends with 0 when it was taken, or is no report on an email of this service; with 75 when it has to be brought again.
    """
    try:
        reports, taken = _take(_message(to), data_dir)
    except typer.Exit as ended:
        raise typer.Exit(TRY_AGAIN if ended.exit_code else 0) from ended
    except Exception as error:
        say(without_secrets(f"unexpected error: {error!r}"), err=True)
        raise typer.Exit(TRY_AGAIN) from error
    say(_words(taken) if reports else "No report on an email that did not arrive.")


def _take(message: bytes, data_dir: DataDir) -> tuple[list[Report], Taken]:
    settings = read_settings(data_dir)
    reports = read(message, Ours.by(settings))

    async def work(database: Database) -> Taken:
        return await BounceInbox(database).take(reports, via="pipe")

    # Not beside a service that is about to start: the directory with the database is its own.
    return reports, with_database(settings, work, needs_service=True) if reports else Taken()


def _message(to: str) -> bytes:
    """As much of it as is looked at; the rest is read as well, or whoever writes it would think that it was lost."""
    message = sys.stdin.buffer.read(SIZE)
    while sys.stdin.buffer.read(SIZE):
        pass
    sent_to = to.encode("utf-8", "surrogateescape").split(b"\n", 1)[0].strip()
    return (b"Delivered-To: " + sent_to + b"\n" if sent_to else b"") + message


def _words(taken: Taken) -> str:
    told = (
        (taken.bounced, "came back"),
        (taken.delayed, "delayed"),
        (taken.waiting, "not known to have left yet: looked at again"),
        (taken.known, "known already"),
        (taken.unknown, "of no email that was sent within the last days"),
    )
    return ", ".join(f"{count} {what}" for count, what in told if count) + "."
