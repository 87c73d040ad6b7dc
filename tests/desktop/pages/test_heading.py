"""What stands beside the name of a page."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.pages.action_bar import fitted
from desktop.pages.heading import Heading
from desktop.pages.search_field import SearchField

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
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


@pytest.mark.parametrize(
    "text", ["100,000", "2 of 100,000 selected", "1.234.567 zu senden", "84 emails: The mailbox is full"]
)
def test_a_number_is_whole_or_left_out(qapp: QApplication, text: str) -> None:
    font = QFontMetrics(qapp.font())
    shown = [fitted(text, font, width) for width in range(font.horizontalAdvance(text) + 3)]
    assert shown[-1] == text
    assert {number for each in shown for number in _NUMBER.findall(each)} <= set(_NUMBER.findall(text))
