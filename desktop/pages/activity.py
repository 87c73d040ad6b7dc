"""The Activity page: who did what, to how many, when."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.models.activity import ActivityColumn, ActivityModel, searched
from desktop.pages.empty_state import EmptyState
from desktop.pages.heading import Heading
from desktop.pages.listing import Listing
from desktop.pages.seal_line import SealLine
from desktop.pages.search_field import SearchField
from desktop.state.audit_check import AuditCheckState
from desktop.state.connection import Connection
from desktop.theme.drop_down import DropDown
from desktop.theme.icons import set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space
from server.contract import AuditFilter, AuditResult


class ActivityPage(QWidget):
    """The server tells operators and owners only; the way here is closed to others."""

    export_requested = Signal()

    def __init__(self, model: ActivityModel, check: AuditCheckState, connection: Connection) -> None:
        super().__init__()
        self._model = model
        self._check = check
        self._connection = connection
        mark(self, "page")
        self.heading = Heading(self.tr("Activity"))
        self.freshness = self.heading.follow(model, counts=True)
        self.refresh_button = QPushButton(self.tr("Refresh"))
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.clicked.connect(self.export_requested)
        self.search = SearchField(self.tr("Search the activity"), widest=360)
        self.search.setPlaceholderText(self.tr("Search admin, address, action or reason"))
        self.kinds = _drop_down(
            self.tr("What was done"),
            {
                self.tr("All actions"): "",
                self.tr("Activations"): "activation.",
                self.tr("Leads"): "leads.",
                self.tr("Emails"): "queue.",
                self.tr("Users"): "users.",
                self.tr("Logins"): "session.",
                self.tr("Admins"): "admin.",
                self.tr("Template"): "template.",
            },
        )
        self.results = _drop_down(
            self.tr("What became of it"),
            {
                self.tr("Done or refused"): None,
                self.tr("Done only"): AuditResult.DONE,
                self.tr("Refused only"): AuditResult.REFUSED,
            },
        )
        self.listing = Listing(model, self.tr("Activity"), connection, say_empty=self._say_empty)
        self.seal_line = SealLine(check)
        table = self.listing.table
        table.setObjectName("activity")
        table.set_widths(
            {
                ActivityColumn.AT: 165,
                ActivityColumn.BY: 136,
                ActivityColumn.ACTION: 205,
                ActivityColumn.COUNT: 100,
            },
            stretch=ActivityColumn.CONCERNS,
            give_way=(ActivityColumn.COUNT,),
            least=160,
            most={ActivityColumn.BY: 240, ActivityColumn.ACTION: 320},
            enough=480,
        )
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.export_button)
        head.addWidget(self.refresh_button)
        tools = QHBoxLayout()
        tools.setSpacing(Space.M)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.kinds)
        tools.addWidget(self.results)
        tools.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addLayout(tools)
        layout.addWidget(self.seal_line)
        layout.addWidget(self.listing, 1)

        self.refresh_button.clicked.connect(model.refresh)
        self.search.settled.connect(self._apply_filter)
        self.kinds.activated.connect(self._apply_filter)
        self.results.activated.connect(self._apply_filter)
        self.listing.empty_action_requested.connect(self._show_all)
        model.given_up.connect(self._show_filter)
        model.total_changed.connect(lambda total: self.heading.note.say(QLocale().toString(total)))
        connection.changed.connect(self._on_connection_changed)
        theme.changed.connect(self._show_connection)
        self._show_connection()

    def _say_empty(self, empty: EmptyState) -> None:
        if self._model.filter != AuditFilter():
            nothing = self.tr("Nothing of that kind was done.")
            empty.say("search", self.tr("Nothing matches"), nothing, self.tr("Show all"))
            return
        empty.say("activity", self.tr("Nothing happened yet"), self.tr("What admins change is listed here."))

    def _apply_filter(self) -> None:
        wanted = searched(self.search.text().strip()[:200])
        chosen = {"action": self.kinds.currentData(), "result": self.results.currentData()}
        self._model.set_filter(AuditFilter.model_validate({**dict(wanted), **chosen}))

    def _show_filter(self) -> None:
        """As the list is, whatever was searched for meanwhile."""
        listed = self._model.filter
        self.search.put(listed.search)
        self.kinds.setCurrentIndex(self.kinds.findData(listed.action))
        self.results.setCurrentIndex(self.results.findData(listed.result))

    def _show_all(self) -> None:
        self.search.put("")
        self.kinds.setCurrentIndex(0)
        self.results.setCurrentIndex(0)
        self._apply_filter()

    def _on_connection_changed(self) -> None:
        self._show_connection()
        if self._connection.is_online and self.isVisible():
            self._look()

    def _show_connection(self) -> None:
        online = self._connection.is_online
        self.refresh_button.setEnabled(online)
        self.export_button.setEnabled(online)
        self.seal_line.show_state()
        set_icon(self.refresh_button, "refresh", theme.colors.text if online else theme.colors.disabled)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What happened meanwhile was not followed."""
        super().showEvent(event)
        if self._connection.is_online:
            self._look()

    def _look(self) -> None:
        """What happened meanwhile was not followed."""
        self._model.refresh()
        self._check.look()


def _drop_down(name: str, choices: Mapping[str, str | AuditResult | None]) -> DropDown:
    drop_down = DropDown()
    drop_down.setAccessibleName(name)
    for text, value in choices.items():
        drop_down.addItem(text, value)
    return drop_down
