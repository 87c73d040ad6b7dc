"""The desktop's own log, and reports made of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.platform.logs import LogFile, crash_report, hide, recent, without_secrets

log = logging.getLogger("desktop.test")


@pytest.fixture
def written(tmp_path: Path) -> Iterator[LogFile]:
    level = logging.getLogger().level
    file = LogFile(tmp_path / "logs" / "desktop.log")
    yield file
    file.close()
    logging.getLogger().setLevel(level)


def test_what_is_noted_is_in_the_file_and_in_memory_without_its_secrets(written: LogFile, tmp_path: Path) -> None:
    hide("s3cr3t-token-of-this-run")
    log.info("asked with s3cr3t-token-of-this-run and Authorization: Bearer abc.def and password='hunter2 x'")
    try:
        raise ValueError("token=qwertyuiop")
    except ValueError:
        log.exception("that failed")
    written.close()

    content = (tmp_path / "logs" / "desktop.log").read_text()
    for text in (content, "\n".join(recent.lines())):
        assert "that failed" in text
        assert "Traceback" in text
        for secret in ("s3cr3t-token", "abc.def", "hunter2", "qwertyuiop"):
            assert secret not in text


def test_the_file_does_not_grow_for_ever(written: LogFile, tmp_path: Path) -> None:
    for _ in range(60):
        log.info("x" * 100_000)
    written.close()
    files = list((tmp_path / "logs").glob("desktop.log*"))
    assert 2 <= len(files) <= 4
    assert sum(file.stat().st_size for file in files) < 5_000_000
    assert len(recent.lines()) <= 1000


def test_a_file_that_cannot_be_written_costs_the_file_only(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    level = logging.getLogger().level
    file = LogFile(tmp_path / "taken" / "desktop.log")
    try:
        assert any("no log file" in line for line in recent.lines())
        log.info("goes on")
        assert "goes on" in recent.lines()[-1]
    finally:
        file.close()
        logging.getLogger().setLevel(level)


def test_a_report_says_what_happened_where_and_holds_no_secret() -> None:
    hide("another-secret-token")
    try:
        raise RuntimeError("with another-secret-token inside")
    except RuntimeError as error:
        report = crash_report(error)
    assert "RuntimeError" in report
    assert "test_logs.py" in report
    assert "PySide" in report
    assert "another-secret-token" not in report


@pytest.mark.parametrize(
    "text", ["token: abcdefgh1", "'password': 'abcdefgh1'", "Authorization=abcdefgh1", "bearer abcdefgh1"]
)
def test_secrets_are_known_by_their_names(text: str) -> None:
    assert "abcdefgh1" not in without_secrets(text)
    assert without_secrets("a usual sentence") == "a usual sentence"
