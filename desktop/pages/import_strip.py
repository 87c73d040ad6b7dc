"""The import that goes on, at the foot of the page: how far it is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from desktop.theme.style import mark
from desktop.theme.tokens import Space
from server.contract import Import, ImportState

_BAR_WIDTH = 160


class ImportStrip(QFrame):
    """Nothing to see while nothing is imported. ``open_requested`` and ``stop_requested`` carry the import."""

    open_requested = Signal(Import)
    stop_requested = Signal(Import)

    def __init__(self) -> None:
        super().__init__()
        self._shown: Import | None = None
        mark(self, "notice")
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_WIDTH)
        self.bar.setAccessibleName(self.tr("Rows imported"))
        self.open_button = QPushButton(self.tr("Details"))
        mark(self.open_button, "link")
        self.stop_button = QPushButton(self.tr("Stop…"))
        mark(self.stop_button, "link")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self.label, 1)
        for widget in (self.bar, self.open_button, self.stop_button):
            layout.addWidget(widget)
        self.open_button.clicked.connect(self._open)
        self.stop_button.clicked.connect(self._stop)
        self.hide()

    def show_imports(self, under_way: Sequence[Import], *, may_stop: bool) -> None:
        """The one that was begun last, and how many others there are."""
        self._shown = shown = under_way[0] if under_way else None
        self.setVisible(shown is not None)
        if shown is None:
            return
        text = self._text(shown)
        if len(under_way) > 1:
            text += " " + self.tr("Other imports that go on: {0}.").format(len(under_way) - 1)
        self.label.setText(text)
        counted = shown.total > 0 and shown.state is not ImportState.UNDOING
        self.bar.setRange(0, shown.total if counted else 0)
        self.bar.setValue(shown.done)
        self.stop_button.setVisible(may_stop and shown.state is ImportState.RUNNING)

    def _text(self, progress: Import) -> str:
        name, locale = progress.file_name, QLocale()
        match progress.state:
            case ImportState.UNDOING:
                return self.tr("Taking away the leads of {0} again…").format(name)
            case ImportState.STOPPING:
                return self.tr("Stopping the import of {0}…").format(name)
            case _ if not progress.total:
                return self.tr("Importing {0}…").format(name)
            case _:
                done, total = locale.toString(progress.done), locale.toString(progress.total)
                return self.tr("Importing {0}… {1} of {2}").format(name, done, total)

    def _open(self) -> None:
        if self._shown is not None:
            self.open_requested.emit(self._shown)

    def _stop(self) -> None:
        if self._shown is not None:
            self.stop_requested.emit(self._shown)
