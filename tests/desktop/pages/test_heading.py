"""What stands beside the name of a page."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.pages.heading import Heading
from desktop.pages.search_field import SearchField


@pytest.mark.parametrize("beside", [0, 120, 200, 400])
def test_the_number_is_seen_whatever_stands_beside_it(qtbot: QtBot, beside: int) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    heading, search = Heading("Email Queue"), SearchField("Search emails", widest=300)
    layout = QHBoxLayout(row)
    layout.addWidget(heading, 1)
    layout.addWidget(search)
    row.show()
    heading.note.say("12,345 waiting", "at most 5 every 1 s", "may be old")
    row.resize(row.minimumSizeHint().width() + beside, 60)
    shown = heading.note.text()
    assert shown.startswith("12,345 waiting")
    assert "12,345 waiting  ·  at most 5 every 1 s  ·  may be old".startswith(shown), "no part of it is cut in two"
    assert heading.note.width() >= heading.note.fontMetrics().horizontalAdvance(shown)
    assert search.width() >= search.minimumWidth()
