"""What a command says: the one way to the terminal. What others have written cannot command it, nor fake a line."""

from __future__ import annotations

import re

import typer

#: Control characters, line breaks of any kind, and what turns the direction of writing (Unicode Standard Annex 9).
#: Escape sequences begin with one of the first (ECMA-48); a tab moves on and does no more.
_COMMANDS = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f]"
    r"|[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def say(line: str = "", *, err: bool = False) -> None:
    """One line. What would do anything but stand there is spelled out as in JSON, which stays JSON by that."""
    typer.echo(_COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", line), err=err)


def say_lines(text: str, *, err: bool = False) -> None:
    """As many lines as it has."""
    for line in text.split("\n"):
        say(line, err=err)
