"""Dialogs stay on the screen, whatever comes into them."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.room import LaidOutDialog


def test_what_grows_at_the_edge_of_the_screen_is_moved_back(qtbot: QtBot) -> None:
    dialog, inside = LaidOutDialog(), QWidget()
    qtbot.addWidget(dialog)
    QVBoxLayout(dialog).addWidget(inside)
    dialog.resize(200, 100)
    room = dialog.screen().availableGeometry()
    dialog.move(10, room.bottom() - 120)
    with qtbot.waitExposed(dialog):
        dialog.show()
    inside.setMinimumHeight(300)  # as a list that has been loaded
    qtbot.waitUntil(lambda: dialog.height() >= 300)
    assert dialog.frameGeometry().bottom() <= room.bottom()
