"""How the file is read, and which column holds what."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.dialogs.import_steps.notes import Notes
from desktop.dialogs.import_steps.reading import ReadingChoices
from desktop.dialogs.import_steps.sample import SampleTable
from desktop.state.import_run import ImportRun
from desktop.theme.tokens import Space
from server.contract import ImportPreview, ImportReading


class MappingStep(QWidget):
    """What was found out, what should be known of it, and rows to see whether it is right."""

    reading_changed = Signal(ImportReading)
    mapping_changed = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self._shown: ImportPreview | None = None
        self.reading, self.notes, self.table = ReadingChoices(), Notes(), SampleTable()
        self.reading.chosen.connect(self.reading_changed)
        self.table.mapping_changed.connect(self.mapping_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.reading)
        layout.addWidget(self.notes)
        layout.addWidget(self.table, 1)

    def show_run(self, run: ImportRun) -> None:
        """The file as it is read now."""
        self.setEnabled(not run.busy)
        if run.preview is not None and run.preview is not self._shown:
            self._shown = run.preview
            self.reading.show_preview(run.preview)
            self.notes.show_notes(run.preview.notes)
            self.table.show_preview(run.preview, run.mapping)
