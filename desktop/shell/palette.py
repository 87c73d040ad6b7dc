"""The command palette: type some letters, press Return. Needs no mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.models.rows import Index
from desktop.shell.commands import Command, fit
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space

_SIZE = (520, 400)
_TOP = 96  # device-independent pixels from the window's upper edge
_SHORTCUT_ROLE = Qt.ItemDataRole.UserRole
_COMMAND_ROLE = Qt.ItemDataRole.UserRole + 1
_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class _ShortcutDelegate(QStyledItemDelegate):
    """The shortcut in grey at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line."""
        super().paint(painter, option, index)
        area: QRect = option.rect
        painter.save()
        painter.setPen(QColor(theme.colors.muted))
        painter.drawText(
            area.adjusted(0, 0, -Space.M, 0),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            index.data(_SHORTCUT_ROLE),
        )
        painter.restore()


class Palette(QDialog):
    """Lists what can be done now; the best fit is chosen already."""

    def __init__(self, parent: QWidget, commands: Sequence[Command]) -> None:
        super().__init__(parent)
        self._commands = [command for command in commands if command.possible()]
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(self.tr("Commands"))
        mark(self, "palette")
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("What do you want to do?"))
        self.search.setAccessibleName(self.tr("Search commands"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setItemDelegate(_ShortcutDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        mark(self.list, "commands")
        self.nothing = QLabel(self.tr("Nothing is called like this."))
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark(self.nothing, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.nothing, 1)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._show_fitting)
        self.search.returnPressed.connect(self._run_chosen)
        self.list.itemClicked.connect(lambda _: self._run_chosen())
        self._show_fitting("")
        self.setFixedSize(*_SIZE)
        self.move(parent.mapToGlobal(parent.rect().topLeft()) + _below_top(parent))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Up and down move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)

    def _show_fitting(self, typed: str) -> None:
        fits = [(cost, command) for command in self._commands if (cost := fit(command.name, typed)) is not None]
        self.list.clear()
        for _, command in sorted(fits, key=lambda each: each[0]):
            item = QListWidgetItem(command.name)
            shortcut = QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            item.setData(_SHORTCUT_ROLE, shortcut)
            item.setData(_COMMAND_ROLE, command)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(fits))
        self.nothing.setVisible(not fits)

    def _run_chosen(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            command: Command = item.data(_COMMAND_ROLE)
            self.accept()
            command.run()


def _below_top(parent: QWidget) -> QPoint:
    return QPoint((parent.width() - _SIZE[0]) // 2, _TOP)
