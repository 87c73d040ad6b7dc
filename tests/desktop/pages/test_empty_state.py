"""What stands where no rows are."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.pages.empty_state import EmptyState


def test_however_the_room_changes_the_text_is_as_high_as_it_needs(qtbot: QtBot) -> None:
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.say("leads", "No leads yet", "Drop a CSV or XLSX file here, or choose one to import.", "Import leads…")
    empty.show()
    whole = empty.text.fontMetrics().horizontalAdvance(empty.text.text())
    heights = set()
    for width in (whole + 100, whole + 30, whole + 22, whole - 30, whole + 100):
        empty.resize(width, 400)
        lines = QLabel(empty.text.text())
        lines.setWordWrap(True)
        assert empty.text.height() >= lines.heightForWidth(empty.text.width())
        heights.add(empty.text.height())
    assert len(heights) > 1, "it was on one line throughout"
