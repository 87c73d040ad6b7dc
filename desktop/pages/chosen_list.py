"""Those whom an activation is for, one a row."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.models.chosen import ChosenColumn, ChosenModel
from desktop.pages.freshness_note import FreshnessNote
from desktop.pages.table import Table
from desktop.theme.style import mark
from desktop.theme.tokens import ROW_HEIGHT, Space

_ROWS = 5.5  # with the head; that there are more is seen by the one that is cut
_LEAST_ROWS = 2.25  # on a low screen


class _Card(QFrame):
    """As high as some rows."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        mark(self, "card")
        self.setMinimumHeight(int(_LEAST_ROWS * ROW_HEIGHT))
        self.setMaximumHeight(int(_ROWS * ROW_HEIGHT))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(table)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All of them, where there is room."""
        return QSize(super().sizeHint().width(), self.maximumHeight())


class ChosenList(QWidget):
    """``beyond``: how many of them the list behind does not show; these can be looked at alone."""

    def __init__(self, model: ChosenModel, beyond: int) -> None:
        super().__init__()
        self._model = model
        model.setParent(self)
        self.table = Table()
        self.table.setModel(model)
        self.table.setAccessibleName(self.tr("Those who are activated"))
        self.table.set_widths(
            {ChosenColumn.NAME: 150, ChosenColumn.COMPANY: 130}, stretch=ChosenColumn.EMAIL, least=150
        )
        number = QLocale().toString(beyond)
        self.beyond_box = QCheckBox(self.tr("Only the {0} that the list behind does not show").format(number))
        self.beyond_box.setVisible(beyond > 0)
        self.beyond_box.toggled.connect(lambda on: model.show_beyond(beyond=on))
        self.freshness = FreshnessNote(model)
        model.given_up.connect(lambda: self.beyond_box.setChecked(model.beyond))
        head = QHBoxLayout()
        head.addWidget(self.beyond_box)
        head.addStretch()
        head.addWidget(self.freshness)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(_Card(self.table))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody wants to see them."""
        super().showEvent(event)
        if not self._model.is_known:
            self._model.refresh()
