"""The Leads page: find leads, pick them, activate them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.models.leads import LeadColumn, LeadsModel
from desktop.pages.cells import CheckLook
from desktop.pages.current_row import CurrentRow
from desktop.pages.empty_state import EmptyState
from desktop.pages.heading import Heading, is_told
from desktop.pages.import_strip import ImportStrip
from desktop.pages.lead_details import LeadDetailsPanel
from desktop.pages.lead_tabs import LeadTabs
from desktop.pages.listing import Listing
from desktop.pages.no_leads import no_leads
from desktop.pages.picking import Picking
from desktop.pages.search_field import SearchField
from desktop.pages.selection_bar import SelectionBar
from desktop.pages.status_look import StatusLook
from desktop.state.connection import Connection
from desktop.state.hidden_picks import HiddenPicks
from desktop.state.lead_details import LeadDetailsState
from desktop.state.selection import LeadSelection
from desktop.theme.icons import set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from server.contract import LeadFilter, Selection


class LeadsPage(QWidget):
    """``select_all_requested`` carries the filter whose leads, all of them, are to be picked; ``details_requested``
    the lead that is looked at, or None.
    """

    activate_requested = Signal()
    import_requested = Signal()
    imports_requested = Signal()
    file_dropped = Signal(Path)
    export_requested = Signal()
    select_all_requested = Signal(LeadFilter)
    details_requested = Signal(object)

    def __init__(
        self,
        model: LeadsModel,
        selection: LeadSelection,
        hidden: HiddenPicks,
        connection: Connection,
        details: LeadDetailsState,
    ) -> None:
        super().__init__()
        self._may_change = True
        self._model = model
        self._selection = selection
        self._hidden = hidden
        self._connection = connection
        #: What was picked when only that was to be listed.
        self._kept: Any = None
        mark(self, "page")

        self.heading = Heading(self.tr("Leads"))
        self.freshness = self.heading.follow(model, counts=True)
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.clicked.connect(self.export_requested)
        self.import_button = QPushButton(self.tr("Import…"))
        self.import_button.clicked.connect(self.import_requested)
        self.imports_button = QPushButton()
        mark(self.imports_button, "quiet")
        self.imports_button.setAccessibleName(self.tr("Imports"))
        set_tip(self.imports_button, self.tr("What was imported so far, and what came of it"))
        self.imports_button.clicked.connect(self.imports_requested)
        self.activate_button = QPushButton()
        mark(self.activate_button, "primary")
        self.activate_button.clicked.connect(self.activate_requested)
        self.search = SearchField(self.tr("Search leads"), widest=360)
        self.search.setPlaceholderText(self.tr("Search name, address or company"))
        self.tabs = LeadTabs()
        self.details_button = QPushButton(self.tr("Details"))
        self.details_button.setCheckable(True)
        set_tip(self.details_button, self.tr("What has happened to the lead in the current row (Return)"))
        self.selection_bar = SelectionBar()
        self.listing = Listing(model, self.tr("Leads"), connection, say_empty=self._say_empty)
        self.table = self.listing.table
        self.empty = self.listing.empty
        self.import_strip = ImportStrip()
        self.details_panel = LeadDetailsPanel(details)
        self.details_panel.hide()
        self._dress_table()
        self._lay_out()
        self._wire()
        self.setAcceptDrops(True)
        self._paint_icons()
        self._show_selection()

    # --- Parts ---

    def _dress_table(self) -> None:
        table = self.table
        table.setObjectName("leads")
        table.head.setSortIndicator(LeadColumn.CREATED_AT, Qt.SortOrder.DescendingOrder)
        table.set_look(LeadColumn.CHECK, CheckLook())
        table.set_look(LeadColumn.STATUS, StatusLook())
        table.set_widths(
            {
                LeadColumn.CHECK: 48,
                LeadColumn.NAME: 180,
                LeadColumn.COMPANY: 180,
                LeadColumn.STATUS: 110,
                LeadColumn.CREATED_AT: 120,
            },
            stretch=LeadColumn.EMAIL,
            give_way=(LeadColumn.COMPANY, LeadColumn.CREATED_AT, LeadColumn.NAME),
            least=170,
            most={LeadColumn.NAME: 300, LeadColumn.COMPANY: 300},
            enough=360,
        )
        CurrentRow(table, self._model)
        self.picking = Picking(table, self._model)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.heading, 1)
        for button in (self.export_button, self.imports_button, self.import_button, self.activate_button):
            head.addWidget(button)
        tools = QHBoxLayout()
        tools.setSpacing(Space.M)
        tools.addWidget(self.search, 1)
        tools.addStretch()
        tools.addWidget(self.tabs)
        tools.addWidget(self.details_button)
        below = QHBoxLayout()
        below.setSpacing(Space.M)
        below.addWidget(self.listing, 1)
        below.addWidget(self.details_panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addLayout(tools)
        layout.addWidget(self.selection_bar)
        layout.addLayout(below, 1)
        layout.addWidget(self.import_strip)

    def _wire(self) -> None:
        model, table, bar = self._model, self.table, self.selection_bar
        self.search.settled.connect(self._apply_filter)
        self.tabs.chosen.connect(self._apply_filter)
        self.listing.empty_action_requested.connect(self._on_empty_action)
        self.picking.all_requested.connect(self._select_all)
        bar.all_requested.connect(self.picking.pick_all)
        bar.clear_requested.connect(self._selection.clear)
        bar.only_requested.connect(self._list_only_picked)
        table.let_go_requested.connect(self._let_go)
        table.open_requested.connect(lambda _: self.details_button.setChecked(True))
        table.selectionModel().currentRowChanged.connect(lambda *_: self._ask_for_details())
        self.details_panel.close_requested.connect(lambda: self.details_button.setChecked(False))
        self.details_button.toggled.connect(self._on_details_toggled)
        model.total_changed.connect(self._on_total_changed)
        model.given_up.connect(self._show_filter)
        model.modelReset.connect(self._ask_for_details)
        self._selection.replaced.connect(self._on_replaced)
        for changed in (
            self._selection.changed,
            self._hidden.changed,
            self._connection.changed,
            model.freshness.changed,
        ):
            changed.connect(self._show_selection)
        theme.changed.connect(self._paint_icons)

    # --- What the user does ---

    def _apply_filter(self) -> None:
        status = self.tabs.status
        wanted = LeadFilter(search=self.search.text()[:200], status=() if status is None else (status,))
        self._list(wanted, self._model.chosen)

    def _list(self, wanted: LeadFilter, chosen: Selection | None) -> None:
        if (wanted, chosen) == (self._model.filter, self._model.chosen):
            return
        self._model.set_filter(wanted, chosen)
        said_of_others = self._selection.covers_all and not self._selection.said_of(self._model.selectable())
        if chosen is None and said_of_others:
            self._selection.clear()  # "all that match" was said of what matched then
        self._hidden.look(wanted)
        self._show_selection()

    def _show_filter(self) -> None:
        """As the list is, whatever was searched for meanwhile."""
        listed = self._model.filter
        self.search.put(listed.search)
        self.tabs.choose(listed.status[0] if listed.status else None)
        self._hidden.look(listed)
        self._show_selection()

    def _list_only_picked(self, only: bool) -> None:
        self._kept = self._selection.kept() if only else None
        self._list(self._model.filter, self._selection.as_request() if only else None)

    def _list_all(self) -> None:
        self.search.put("")
        self.tabs.choose(None)
        self._list(LeadFilter(), None)

    def view_name(self) -> str:
        """Which tab, to be remembered."""
        return self.tabs.name

    def show_view_named(self, name: str) -> None:
        """That tab again."""
        self.tabs.choose_named(name)
        self._apply_filter()

    def _select_all(self) -> None:
        if self._model.chosen is not None:
            self._selection.put_back(self._kept)
        elif (leads := self._model.selectable()) is not None and self._connection.is_online:
            self.select_all_requested.emit(leads)

    def _on_replaced(self) -> None:
        """Nothing is picked any more: an empty list would say nothing."""
        if self._selection.count == 0 and self._model.chosen is not None:
            self._list_only_picked(only=False)

    def _let_go(self) -> None:
        if self._selection.count or self._model.chosen is not None:
            self._selection.clear()
            self._list_only_picked(only=False)
        else:
            self.search.let_go()

    def _on_empty_action(self) -> None:
        if self._is_filtered():
            self._list_all()
        else:
            self.import_requested.emit()

    def _on_details_toggled(self, shown: bool) -> None:
        self.details_panel.setVisible(shown)
        self.table.set_wanted(LeadColumn.COMPANY, wanted=not shown)  # the panel tells it
        self._ask_for_details()

    def _ask_for_details(self) -> None:
        row = self.table.currentIndex().row() if self.details_button.isChecked() else -1
        self.details_requested.emit(self._model.row_at(row) if row >= 0 else None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """One file is welcome where it could be imported."""
        if self.import_button.isEnabled() and _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """A file to import."""
        if (path := _dropped_file(event)) is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)

    # --- What is shown ---

    def set_may_change(self, may_change: bool) -> None:
        """Whether this admin may import and activate; viewers only look on."""
        self._may_change = may_change
        self._show_selection()
        self.listing.show_rows()

    @property
    def listed(self) -> LeadFilter:
        """What the list shows."""
        return self._model.filter

    @property
    def may_import(self) -> bool:
        """Whether this admin may, and the server can be asked to."""
        return self._may_change and self._connection.is_online

    def _is_filtered(self) -> bool:
        return self._model.filter != LeadFilter() or self._model.chosen is not None

    def _on_total_changed(self, total: int) -> None:
        number = QLocale().toString(total)
        self.heading.note.say(self.tr("{0} found").format(number) if self._is_filtered() else number)
        self._show_selection()

    def _say_empty(self, empty: EmptyState) -> None:
        if self._is_filtered():
            empty.say(*no_leads(self._model.filter), self.tr("Show all leads"))
        else:
            empty.say(
                "leads",
                self.tr("No leads yet"),
                self.tr("Drop a CSV or XLSX file here, or choose one to import."),
                self.tr("Import leads…"),
            )
        can_import = self._connection.is_online and self._may_change
        empty.action_button.setEnabled(self._is_filtered() or can_import)

    def _show_selection(self) -> None:
        count = self._selection.count
        number = QLocale().toString(count)
        online, total = self._connection.is_online, self._model.total
        only = self._model.chosen is not None
        self.selection_bar.setVisible(count > 0 or total > 0)
        hidden = self._hidden.number if is_told(self._model) else None
        self.selection_bar.show_choice(count, total, hidden=hidden, only=only)
        can_select = count > 0 and self._model.has_pickable and not self._selection.covers_all and not only
        self.selection_bar.show_select_all(self._select_all_text() if can_select else "", enabled=online)
        text = self.tr("Activate 1 lead") if count == 1 else self.tr("Activate {0} leads").format(number)
        self.activate_button.setText(text if count else self.tr("Activate"))
        self.activate_button.setEnabled(count > 0 and online and self._may_change)
        set_tip(self.activate_button, self._why_not() or ("" if count else self.tr("Pick leads in the table first.")))
        self.import_button.setEnabled(self.may_import)
        set_tip(self.import_button, self._why_not() or self.tr("Add leads from a CSV or XLSX file (Ctrl+I)"))
        self.imports_button.setEnabled(online)
        self.export_button.setEnabled(online and total > 0 and not only)
        set_tip(
            self.export_button,
            self.tr("Show all leads first.") if only else self.tr("Save all leads that match as CSV (Ctrl+E)"),
        )
        self._paint_icons()

    def _select_all_text(self) -> str:
        return self.tr("Select all that match") if self._is_filtered() else self.tr("Select all that are not users yet")

    def _why_not(self) -> str:
        if not self._may_change:
            return self.tr("You may look on. Ask an operator or an owner to change something.")
        return "" if self._connection.is_online else self.tr("Not connected to the server.")

    def _paint_icons(self) -> None:
        colors = theme.colors
        set_icon(self.imports_button, "clock", colors.text if self.imports_button.isEnabled() else colors.disabled)
        set_icon(self.import_button, "upload", colors.text if self.import_button.isEnabled() else colors.disabled)
        set_icon(
            self.activate_button, "send", colors.on_accent if self.activate_button.isEnabled() else colors.disabled
        )


def _dropped_file(event: QDragEnterEvent | QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
