"""What the program has noted lately, as it goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from desktop.platform.logs import RecentLog
from desktop.platform.stacking import bring_to_front
from desktop.theme.style import mark
from desktop.theme.tokens import Space

_LOOK_EVERY_MS = 500
_SIZE = (820, 480)


class LogWindow(QDialog):
    """A window of its own, beside the others; looks for news only while it is on screen."""

    def __init__(self, log: RecentLog, file: Path) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._log = log
        self._shown = -1
        self.setWindowTitle(self.tr("Log"))
        self.resize(*_SIZE)
        mark(self, "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("Log"))
        mark(self.text, "log")
        where = QLabel(str(file))
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(where, "caption")
        self.copy_button = QPushButton(self.tr("Copy"))
        self.folder_button = QPushButton(self.tr("Open folder"))
        for button in (self.copy_button, self.folder_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(where, 1)
        buttons.addWidget(self.folder_button)
        buttons.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self._looking = QTimer(self)
        self._looking.setInterval(_LOOK_EVERY_MS)
        self._looking.timeout.connect(self._look)
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(self.text.toPlainText()))
        self.folder_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent))))

    def open(self) -> None:
        """Show it, with what there is by now."""
        self._look()
        self._looking.start()
        bring_to_front(self)

    def _look(self) -> None:
        if self.isHidden() and self._looking.isActive():
            self._looking.stop()
        if self._log.count == self._shown:
            return
        self._shown = self._log.count
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        self.text.setPlainText("\n".join(self._log.lines()) or self.tr("Nothing was noted yet."))
        if at_end:
            bar.setValue(bar.maximum())
