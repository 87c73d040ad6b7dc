"""How the command for bounces ends: a mail server keeps what it is told to try again, and throws away the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.bounces.ours import Ours
from server.bounces.report import Report, read
from server.cli import bounce as command
from server.cli.bounce import TRY_AGAIN
from server.cli.program import cli
from server.store.bounces import Taken

_SAMPLE = (Path(__file__).parents[1] / "files" / "bounces" / "postfix_unknown_user.eml").read_bytes()


def _run(message: bytes, data_dir: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    environment = {"MAIL_FROM": "welcome@sender.example", "MONGODB_URI": None, **settings}
    ended = CliRunner().invoke(cli, ["bounce", "--data-dir", str(data_dir), *arguments], input=message, env=environment)
    return ended.exit_code, ended.stdout


def test_what_is_no_report_needs_no_service(tmp_path: Path) -> None:
    assert _run(b"Subject: hello\n\nNo report.", tmp_path) == (0, "No report on an email that did not arrive.\n")
    assert _run(b"", tmp_path)[0] == 0


def test_without_a_service_it_is_brought_again(tmp_path: Path) -> None:
    assert _run(_SAMPLE, tmp_path) == (TRY_AGAIN, "")


def test_with_wrong_settings_it_is_brought_again(tmp_path: Path) -> None:
    assert _run(_SAMPLE, tmp_path, QUEUE_BATCH_SIZE="many") == (TRY_AGAIN, "")


def test_after_an_error_that_nobody_expected_it_is_brought_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Taken:
        raise RuntimeError("smtp://desk:hunter2@mail.example")

    monkeypatch.setattr(command, "with_database", fail)
    assert _run(_SAMPLE, tmp_path) == (TRY_AGAIN, "")


def test_who_brings_it_may_say_to_whom_it_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address goes before the Message-ID; and a long message is read to its end."""
    seen: list[bytes] = []

    def note(message: bytes, ours: Ours) -> list[Report]:
        seen.append(message)
        return read(message, ours)

    monkeypatch.setattr(command, "read", note)
    monkeypatch.setattr(command, "with_database", lambda *_, **__: Taken(bounced=1, unknown=2))
    to = f"bounces+{'6b0a' * 6}@sender.example"
    ours = Ours(frozenset({"sender.example"}), "bounces+{id}@sender.example")
    ended = _run(
        _SAMPLE + b"x" * 1_000_000, tmp_path, "--to", f"{to}\nSubject: x", MAIL_BOUNCES_TO=ours.bounces_to or ""
    )
    assert ended == (0, "1 came back, 2 of no email that was sent within the last days.\n")
    assert seen[0].startswith(f"Delivered-To: {to}\nReturn-Path".encode())
    assert [str(report.email_id) for report in read(seen[0], ours)] == ["6b0a" * 6]
