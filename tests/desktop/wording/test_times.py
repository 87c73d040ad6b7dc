"""Days and moments have one form everywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

import desktop
from desktop.platform.language import speak
from desktop.wording.times import about_when, clock, day, exactly, length, moment

_AT = datetime(2026, 11, 27, 17, 45, 51).astimezone()
#: Whatever writes days and times by itself.
_FORMS = {"QDate", "QTime", "QDateTime", "strftime", "isoformat"}


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    locale = QLocale()
    yield
    speak(qapp, "en")
    QLocale.setDefault(locale)


@pytest.mark.parametrize(
    ("language", "locale", "texts"),
    [
        ("en", "en_GB", ("27 Nov 2026", "17:45", "27 Nov 2026, 17:45", "27 Nov 2026, 17:45:51")),
        ("de", "de_DE", ("27. Nov. 2026", "17:45", "27. Nov. 2026, 17:45", "27. Nov. 2026, 17:45:51")),
    ],
)
def test_a_moment_is_written_as_the_language_does(
    qapp: QApplication, language: str, locale: str, texts: tuple[str, ...]
) -> None:
    speak(qapp, language)
    QLocale.setDefault(QLocale(locale))
    assert (day(_AT), clock(_AT), moment(_AT), exactly(_AT)) == texts


def test_the_day_is_left_out_today_alone() -> None:
    now = datetime.now().astimezone()
    assert about_when(now) == clock(now)
    assert about_when(now, seconds=True) == clock(now, seconds=True)
    assert about_when(now - timedelta(days=2)) == moment(now - timedelta(days=2))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1\N{NO-BREAK SPACE}s"),
        (90, "90\N{NO-BREAK SPACE}s"),
        (120, "2\N{NO-BREAK SPACE}min"),
        (7200, "2\N{NO-BREAK SPACE}h"),
        (86400, "1\N{NO-BREAK SPACE}d"),
    ],
)
def test_a_length_is_written_in_whole_units(seconds: float, text: str) -> None:
    assert length(seconds) == text


def test_nobody_writes_days_and_times_in_a_form_of_their_own() -> None:
    root = Path(desktop.__file__).parent
    elsewhere = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in root.rglob("*.py")
        if path != root / "wording" / "times.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in _FORMS
    ]
    assert not elsewhere, elsewhere
