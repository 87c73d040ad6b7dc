"""The messages in the window's corner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.shell.toasts import Toast, Toasts
from desktop.theme.style import theme
from desktop.theme.tokens import Scheme


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    theme.apply(qapp, Scheme.LIGHT)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    yield window
    window.hide()


@pytest.fixture
def toasts(window: QWidget) -> Toasts:
    return Toasts(window)


def close_button(toast: Toast) -> QPushButton:
    """The one with the cross."""
    (button,) = (each for each in toast.findChildren(QPushButton) if each.accessibleName() == "Close")
    return button


def test_messages_are_stacked_in_the_corner_with_the_newest_at_the_bottom(toasts: Toasts, window: QWidget) -> None:
    for text in ("one", "two", "three"):
        toasts.show(text)

    first, second, third = toasts.shown
    assert [toast.label.text() for toast in toasts.shown] == ["one", "two", "three"]
    assert all(toast.isVisible() for toast in toasts.shown)
    assert first.geometry().bottom() < second.geometry().top()
    assert second.geometry().bottom() < third.geometry().top()
    assert third.geometry().center().x() > window.width() / 2
    assert third.geometry().center().y() > window.height() / 2


def test_messages_stay_in_the_corner_of_a_window_that_changes_its_size(toasts: Toasts, window: QWidget) -> None:
    toast = toasts.show("here")
    right, bottom = window.width() - toast.geometry().right(), window.height() - toast.geometry().bottom()

    window.resize(1300, 900)

    assert window.width() - toast.geometry().right() == right
    assert window.height() - toast.geometry().bottom() == bottom


def test_the_close_button_dismisses_its_message_alone(toasts: Toasts, qtbot: QtBot) -> None:
    first, second = toasts.show("one"), toasts.show("two")
    place = second.geometry()

    qtbot.mouseClick(close_button(second), Qt.MouseButton.LeftButton)

    assert toasts.shown == [first]
    assert first.isVisible()
    assert not second.isVisible()
    assert first.geometry().bottom() == place.bottom()  # it takes the free place


def test_the_action_is_run_and_its_message_goes(toasts: Toasts, qtbot: QtBot) -> None:
    done: list[str] = []
    toast = toasts.show("ready", action_text="Open", action=lambda: done.append("opened"))
    assert toast.action_button is not None
    assert toast.action_button.text() == "Open"

    qtbot.mouseClick(toast.action_button, Qt.MouseButton.LeftButton)

    assert done == ["opened"]
    assert not toasts.shown
    assert not toast.isVisible()


def test_a_message_without_an_action_has_only_the_close_button(toasts: Toasts) -> None:
    toast = toasts.show("ready")
    assert toast.action_button is None
    assert toast.findChildren(QPushButton) == [close_button(toast)]


def test_the_oldest_message_gives_way_when_there_are_too_many(toasts: Toasts) -> None:
    shown = [toasts.show(str(number)) for number in range(6)]

    assert toasts.shown == shown[-len(toasts.shown) :]
    assert 2 <= len(toasts.shown) < 6
    assert not shown[0].isVisible()
    assert toasts.shown[0].geometry().top() >= 0


def test_a_long_message_is_shown_whole(toasts: Toasts) -> None:
    toast = toasts.show("A sentence that does not fit on a single line of so narrow a message. " * 4)

    assert toast.label.height() >= toast.label.heightForWidth(toast.label.width())
