"""What stands on a window, as a person reads it or a screen reader says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
_ROWS = 40  # of each list


@dataclass(frozen=True)
class Read:
    """A text, and where it stands."""

    where: str
    text: str


def texts_of(window: QWidget) -> Iterator[Read]:
    """Everything that is shown on the window, its tool tips and what is said of it, each text once."""
    seen: set[Read] = set()
    for widget in (window, *window.findChildren(QWidget)):
        if widget is window or widget.isVisibleTo(window):
            for read in _of(widget):
                if read.text.strip() and read not in seen:
                    seen.add(read)
                    yield read


def texts_of_menu(menu: QMenu) -> Iterator[Read]:
    """Of the menu and those below it."""
    for action in menu.actions():
        yield from (Read("menu", text) for text in _of_action(action))
        below = action.menu()
        if isinstance(below, QMenu):
            yield from texts_of_menu(below)


def _of(widget: QWidget) -> Iterator[Read]:
    where = type(widget).__name__
    spoken = (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.statusTip())
    for text in (*spoken, *_shown(widget)):
        yield Read(where, text)
    if widget.isWindow():
        yield Read(where, widget.windowTitle())
    for action in widget.actions():
        yield from (Read(where, text) for text in _of_action(action))


def _of_action(action: QAction) -> Iterator[str]:
    yield action.text().replace("&", "")
    yield action.toolTip().replace("&", "")


def _shown(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel():
            yield widget.text()
        case QAbstractButton():
            yield widget.text().replace("&", "")
        case QLineEdit():
            yield widget.placeholderText()
        case QComboBox():
            yield from (widget.itemText(index) for index in range(widget.count()))
        case QTabBar():
            for index in range(widget.count()):
                yield widget.tabText(index).replace("&", "")
                yield widget.tabToolTip(index)
        case QGroupBox():
            yield widget.title()
        case QPlainTextEdit() | QTextEdit():
            yield widget.placeholderText()
        case QHeaderView():
            yield from _head(widget)
        case QTableView() | QListView():
            yield from _cells(widget)


def _head(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    if model is None:
        return
    for section in range(header.count()):
        for role in _ROLES:
            yield str(model.headerData(section, header.orientation(), role) or "")


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if model is None:
        return
    for row in range(min(model.rowCount(), _ROWS)):
        for column in range(1 if isinstance(view, QListView) else model.columnCount()):
            for role in _ROLES:
                yield str(model.index(row, column).data(role) or "")
