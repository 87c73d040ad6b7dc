"""What stands beside the name of a page."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.pages.heading import Heading
from desktop.pages.search_field import SearchField

SAID = ("12,345 to send", "at most 5 every 1 s", "may be old")


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_what_has_no_room_beside_the_name_is_left_out_and_not_cut(qtbot: QtBot, parts: int) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    heading, search = Heading("Email Queue"), SearchField("Search emails", widest=150)
    layout = QHBoxLayout(row)
    layout.addWidget(heading, 1)
    layout.addWidget(search)
    row.show()
    heading.note.say(*SAID)
    told = "  ·  ".join(SAID[:parts])
    needed = heading.note.fontMetrics().horizontalAdvance(told) + 10
    row.resize(row.minimumSizeHint().width() + search.maximumWidth() - search.minimumWidth() + needed, 60)
    assert heading.note.text() == told
