"""What should be known of how a file is read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from desktop.theme.style import mark
from desktop.theme.tokens import Space
from desktop.wording.imports import WARNINGS, note_worded
from server.contract import ImportNote


class Notes(QFrame):
    """One line for each, those first that warn; nothing where there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel()
        self.label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        layout.addWidget(self.label)

    def show_notes(self, notes: Sequence[ImportNote]) -> None:
        """Say them."""
        warns = any(note.code in WARNINGS for note in notes)
        mark(self, "noticeWarning" if warns else "notice")
        ordered = sorted(notes, key=lambda note: note.code not in WARNINGS)
        self.label.setText("\n".join(note_worded(note) for note in ordered))
        self.setVisible(bool(notes))
