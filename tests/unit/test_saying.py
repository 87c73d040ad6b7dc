"""What commands write to a terminal."""

from __future__ import annotations

import ast
import json
import unicodedata
from pathlib import Path

import pytest

import server.cli
from server.cli.saying import say, say_lines

COMMANDS = Path(server.cli.__file__).parent
EVERY_LETTER = [chr(number) for number in range(0x3000)]


def test_nothing_that_is_said_commands_the_terminal_or_begins_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("a".join(EVERY_LETTER))
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert {letter for letter in said[:-1] if unicodedata.category(letter) in ("Cc", "Zl", "Zp")} <= {"\t"}
    assert not {letter for letter in said if unicodedata.bidirectional(letter) in ("LRE", "RLE", "LRO", "RLO", "PDF")}


def test_what_is_harmless_is_said_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say("  2  Åse, 夏, \u200d family: 250 2.0.0 Ok\t(x)")
    say_lines("Dear Ann,\n\nwelcome")
    assert capsys.readouterr().out == "  2  Åse, 夏, \u200d family: 250 2.0.0 Ok\t(x)\nDear Ann,\n\nwelcome\n"


def test_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"search": "\x1b]0;owned\x07\x9b2J\u202e", "name": "Åse"}
    say(json.dumps(value, ensure_ascii=False))
    said = capsys.readouterr().out
    assert "\x9b" not in said
    assert json.loads(said) == value


def test_commands_say_everything_by_it() -> None:
    """A rule for those to come."""
    for file in COMMANDS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and file.name != "saying.py":
                assert ast.unparse(node.func) not in ("print", "typer.echo", "click.echo", "typer.secho"), file
