"""The Activity page: who did what, to how many, when."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.models.activity import ActivityColumn, ActivityModel
from desktop.pages.empty_state import EmptyState
from desktop.pages.heading import Heading
from desktop.pages.listing import Listing
from desktop.state.connection import Connection
from desktop.theme.icons import set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space


class ActivityPage(QWidget):
    """The server tells operators and owners only; the way here is closed to others."""

    def __init__(self, model: ActivityModel, connection: Connection) -> None:
        super().__init__()
        self._model = model
        self._connection = connection
        mark(self, "page")
        self.heading = Heading(self.tr("Activity"))
        self.refresh_button = QPushButton(self.tr("Refresh"))
        self.listing = Listing(model, self.tr("Activity"), connection, say_empty=self._say_empty)
        table = self.listing.table
        table.setObjectName("activity")
        table.set_widths(
            {
                ActivityColumn.AT: 165,
                ActivityColumn.BY: 130,
                ActivityColumn.ACTION: 235,
                ActivityColumn.COUNT: 100,
            },
            stretch=ActivityColumn.CONCERNS,
            give_way=(ActivityColumn.COUNT,),
            least=160,
        )
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.refresh_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addWidget(self.listing, 1)

        self.refresh_button.clicked.connect(model.refresh)
        model.total_changed.connect(lambda total: self.heading.note.setText(QLocale().toString(total)))
        connection.changed.connect(self._on_connection_changed)
        theme.changed.connect(self._show_connection)
        self._show_connection()

    def _say_empty(self, empty: EmptyState) -> None:
        empty.say("activity", self.tr("Nothing happened yet"), self.tr("What admins change is listed here."))

    def _on_connection_changed(self) -> None:
        self._show_connection()
        if self._connection.is_online and self.isVisible():
            self._model.refresh()  # what happened meanwhile was not followed

    def _show_connection(self) -> None:
        online = self._connection.is_online
        self.refresh_button.setEnabled(online)
        set_icon(self.refresh_button, "refresh", theme.colors.text if online else theme.colors.disabled)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What happened meanwhile was not followed."""
        super().showEvent(event)
        if self._connection.is_online:
            self._model.refresh()
