"""The import as it goes on."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop.state.import_run import ImportRun
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from desktop.wording.numbers import unbroken
from server.contract import ImportState


class ProgressStep(QWidget):
    """How far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Rows imported"))
        self.label = QLabel()
        self.note = QLabel()
        self.note.setWordWrap(True)
        mark(self.note, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addStretch()
        for widget in (self.label, self.bar, self.note):
            layout.addWidget(widget)
        layout.addStretch(2)

    def show_run(self, run: ImportRun) -> None:
        """Rows done of all."""
        progress = run.progress
        if progress is None:
            return
        undoing = progress.state is ImportState.UNDOING
        self.bar.setRange(0, 0 if undoing or not progress.total else progress.total)
        self.bar.setValue(progress.done)
        locale = QLocale()
        text = unbroken(
            self.tr("{0} of {1} rows ({2}%)").format(
                locale.toString(progress.done),
                locale.toString(progress.total),
                progress.done * 100 // max(1, progress.total),
            )
        )
        self.label.setText(self.tr("Taking the leads away again…") if undoing else text)
        self.note.setText(
            self.tr("The connection is lost. The server goes on; this picks up when it is back.")
            if run.reconnecting
            else self.tr("You can close this window: the server goes on by itself.")
        )
