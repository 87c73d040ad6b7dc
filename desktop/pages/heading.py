"""The heading of a page: its name, and a quiet note beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.pages.freshness_note import FollowedModel, FreshnessNote
from desktop.pages.note import Note
from desktop.theme.style import mark
from desktop.theme.tokens import CONTROL_HEIGHT, Space

_DESCENT = 3  # pixels that the larger font reaches further below its baseline


class Heading(QWidget):
    """As high as a button, so that pages with and without buttons there begin alike."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedHeight(CONTROL_HEIGHT)
        title = QLabel(name)
        mark(title, "display")
        self.note = Note()
        self.note.setContentsMargins(0, 0, 0, _DESCENT)
        mark(self.note, "muted")
        #: Whose rows the note counts.
        self._counted: FollowedModel | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, Space.XS)
        self._row.setSpacing(Space.M)
        self._row.addWidget(title, alignment=Qt.AlignmentFlag.AlignBottom)
        self._row.addWidget(self.note, 0, Qt.AlignmentFlag.AlignBottom)
        self._row.addStretch()

    def follow(self, model: FollowedModel, *, counts: bool) -> FreshnessNote:
        """Say beside the note how old the list is. ``counts``: the note tells how many there are, which is not known
        while another list is waited for.
        """
        freshness = FreshnessNote(model)
        self._row.insertWidget(2, freshness, 0, Qt.AlignmentFlag.AlignBottom)
        if counts:
            self._counted = model
            model.freshness.changed.connect(self._show_note)
            self._show_note()
        return freshness

    def _show_note(self) -> None:
        self.note.setVisible(self._counted is None or is_told(self._counted))


def is_told(model: FollowedModel) -> bool:
    """Whether its number may be shown, if there is one: for a moment, that of the list before."""
    return model.is_known and (model.is_answered or not (model.freshness.is_slow or model.freshness.error))
