"""A yes is a key of its own: not the rest of the one that has opened the dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.dialog import Dialog

_PLAIN = Qt.KeyboardModifier.NoModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("in_field", [False, True])
@pytest.mark.parametrize(
    ("modifiers", "repeats", "is_yes"),
    [
        (_PLAIN, False, True),
        (_PLAIN, True, False),  # held down
        (_CONTROL, False, False),  # pressed twice: it is what opens an activation's question
        (_CONTROL, True, False),
        (Qt.KeyboardModifier.AltModifier, False, False),
    ],
)
def test_only_a_plain_return_is_a_yes(
    qtbot: QtBot, key: Qt.Key, in_field: bool, modifiers: Qt.KeyboardModifier, repeats: bool, is_yes: bool
) -> None:
    dialog, answers = Dialog(None, "Activate 100 leads?"), list[bool]()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    field = QLineEdit()
    dialog.body.addWidget(field)
    yes = dialog.add_button("Activate", primary=True)
    yes.clicked.connect(lambda: answers.append(True))
    dialog.show()
    target: QWidget = field if in_field else yes
    target.setFocus()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, "\r", autorep=repeats))
    assert answers == ([True] if is_yes else [])
