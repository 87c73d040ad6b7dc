"""Those whom an activation is for, one a row."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from desktop.models.chosen import ChosenColumn, ChosenModel
from desktop.pages.table import Table
from desktop.theme.style import mark
from desktop.theme.tokens import ROW_HEIGHT, Space

_ROWS = 5.5  # that there are more is seen by the one that is cut


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
        card = QFrame()
        mark(card, "card")
        card.setFixedHeight(int(_ROWS * ROW_HEIGHT))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        number = QLocale().toString(beyond)
        self.beyond_box = QCheckBox(self.tr("Only the {0} that the list behind does not show").format(number))
        self.beyond_box.setVisible(beyond > 0)
        self.beyond_box.toggled.connect(lambda on: model.show_beyond(beyond=on))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self.beyond_box)
        layout.addWidget(card)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody wants to see them."""
        super().showEvent(event)
        if not self._model.is_known:
            self._model.refresh()
