"""The first step of an import: which file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QPushButton, QVBoxLayout

from desktop.state.import_run import ImportRun
from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space
from desktop.wording.numbers import unbroken


def dropped_file(event: QDragEnterEvent | QDropEvent) -> Path | None:
    """The one local file that is dragged, or None."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


class FileStep(QFrame):
    """Choose a file, or drop one."""

    choose_requested = Signal()
    dropped = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        mark(self, "drop")
        self.setAcceptDrops(True)
        self.choose_button = QPushButton(self.tr("Choose a file…"))
        self.choose_button.clicked.connect(self.choose_requested)
        picture = QLabel()
        picture.setPixmap(pixmap("upload", theme.colors.muted, 40, 2.0))
        title = QLabel(self.tr("Drop a CSV or XLSX file here"))
        mark(title, "strong")
        text = QLabel(unbroken(self.tr("One lead in each row, with a column of email addresses. Up to 50 MB.")))
        mark(text, "muted")
        self.busy_bar = QProgressBar()
        self.busy_bar.setRange(0, 0)
        self.busy_bar.setTextVisible(False)
        self.busy_bar.setFixedWidth(240)
        self.busy_bar.setAccessibleName(self.tr("The file is being read"))
        layout = QVBoxLayout(self)
        layout.setSpacing(Space.S)
        layout.addStretch()
        for widget in (picture, title, text, self.choose_button, self.busy_bar):
            layout.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def show_run(self, run: ImportRun) -> None:
        """Whether it is busy."""
        self.choose_button.setVisible(not run.busy)
        self.busy_bar.setVisible(run.busy)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """One file is welcome."""
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """As if it had been chosen."""
        if (path := dropped_file(event)) is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)
