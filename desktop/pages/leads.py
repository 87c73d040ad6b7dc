"""The Leads page: find leads, pick them, activate them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, QModelIndex, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.models.leads import SELECTABLE, LeadColumn, LeadsModel
from desktop.pages.cells import CheckLook, ChipLook
from desktop.pages.heading import Heading
from desktop.pages.lead_details import LeadDetailsPanel
from desktop.pages.listing import Listing
from desktop.pages.search_field import SearchField
from desktop.pages.table import CheckHeader, EmptyState, Table
from desktop.state.connection import Connection
from desktop.state.lead_details import LeadDetailsState
from desktop.state.selection import LeadSelection
from desktop.theme.icons import set_icon
from desktop.theme.one_of import OneOf
from desktop.theme.style import mark, say_on_tab, theme
from desktop.theme.tokens import Space
from server.contract import Lead, LeadFilter, LeadStatus

_TABS: tuple[tuple[LeadStatus, ...], ...] = (
    (),
    (LeadStatus.NEW,),
    (LeadStatus.ACTIVATING,),
    (LeadStatus.ACTIVATED,),
    (LeadStatus.SKIPPED,),
)


class StatusLook(ChipLook):
    """The colour of a lead's status."""

    def colors_of(self, row: Lead) -> tuple[str, str]:
        """Green for users, blue for what goes on, yellow for what needs a look."""
        colors = theme.colors
        return {
            LeadStatus.NEW: (colors.text, colors.border),
            LeadStatus.ACTIVATING: (colors.accent, colors.accent_soft),
            LeadStatus.ACTIVATED: (colors.success, colors.success_soft),
            LeadStatus.SKIPPED: (colors.warning, colors.warning_soft),
        }[row.status]


class LeadsPage(QWidget):
    """``select_all_requested`` carries the filter whose leads, all of them, are to be picked; ``details_requested``
    the lead that is looked at, or None.
    """

    activate_requested = Signal()
    import_requested = Signal()
    file_dropped = Signal(Path)
    export_requested = Signal()
    select_all_requested = Signal(LeadFilter)
    details_requested = Signal(object)

    def __init__(
        self, model: LeadsModel, selection: LeadSelection, connection: Connection, details: LeadDetailsState
    ) -> None:
        super().__init__()
        self._may_change = True
        self._model = model
        self._selection = selection
        self._connection = connection
        self._anchor: int | None = None
        mark(self, "page")

        self.heading = Heading(self.tr("Leads"))
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.clicked.connect(self.export_requested)
        self.import_button = QPushButton(self.tr("Import…"))
        self.import_button.clicked.connect(self.import_requested)
        self.activate_button = QPushButton()
        mark(self.activate_button, "primary")
        self.activate_button.clicked.connect(self.activate_requested)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.heading, 1)
        head.addWidget(self.export_button)
        head.addWidget(self.import_button)
        head.addWidget(self.activate_button)

        self.search = SearchField(self.tr("Search leads"), widest=360)
        self.search.setPlaceholderText(self.tr("Search name, address or company"))
        self.search.settled.connect(self._apply_filter)
        tools = QHBoxLayout()
        tools.setSpacing(Space.M)
        tools.addWidget(self.search, 1)
        tools.addStretch()
        tools.addWidget(self._status_tabs())
        self.details_button = QPushButton(self.tr("Details"))
        self.details_button.setCheckable(True)
        self.details_button.setToolTip(self.tr("What has happened to the lead in the current row (Return)"))
        tools.addWidget(self.details_button)

        self.selection_bar = self._selection_bar()

        self.table = Table()
        self._header = CheckHeader()
        self.table.setHorizontalHeader(self._header)
        self._header.setHighlightSections(False)
        self._header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._header.setSortIndicatorShown(True)
        self._header.setSortIndicator(LeadColumn.CREATED_AT, Qt.SortOrder.DescendingOrder)
        self.listing = Listing(model, self.tr("Leads"), connection, say_empty=self._say_empty, table=self.table)
        self.empty = self.listing.empty
        self.listing.empty_action_requested.connect(self._on_empty_action)
        self.table.set_look(LeadColumn.CHECK, CheckLook())
        self.table.set_look(LeadColumn.STATUS, StatusLook())
        self.table.set_widths(
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
        )
        self._header.setSectionResizeMode(LeadColumn.CHECK, self._header.ResizeMode.Fixed)
        self._header.check_clicked.connect(self._toggle_visible)
        self._header.sectionClicked.connect(self._sort_by)
        self.table.clicked.connect(self._on_clicked)
        self.table.toggle_requested.connect(self._on_space)
        self.table.all_requested.connect(self._select_all)
        self.table.let_go_requested.connect(self._selection.clear)
        self.table.open_requested.connect(lambda: self.details_button.setChecked(True))
        self.details_panel = LeadDetailsPanel(details)
        self.details_panel.close_requested.connect(lambda: self.details_button.setChecked(False))
        self.details_panel.hide()
        self.details_button.toggled.connect(self._on_details_toggled)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._ask_for_details())

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addLayout(tools)
        layout.addWidget(self.selection_bar)
        below = QHBoxLayout()
        below.setSpacing(Space.M)
        below.addWidget(self.listing, 1)
        below.addWidget(self.details_panel)
        layout.addLayout(below, 1)
        self.setAcceptDrops(True)

        model.total_changed.connect(self._on_total_changed)
        model.modelReset.connect(self._show_header_state)
        model.dataChanged.connect(self._show_header_state)
        selection.changed.connect(self._show_selection)
        connection.changed.connect(self._show_selection)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self._show_selection()

    # --- Parts ---

    def _status_tabs(self) -> QFrame:
        frame = QFrame()
        mark(frame, "tabs")
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        self.status_group = OneOf(self)
        names = (self.tr("All"), self.tr("New"), self.tr("Activating"), self.tr("Users"), self.tr("Skipped"))
        for number, name in enumerate(names):
            button = QPushButton()
            button.setCheckable(True)
            mark(button, "tab")
            say_on_tab(button, name)
            self.status_group.addButton(button, number)
            layout.addWidget(button)
        self.status_group.button(0).setChecked(True)
        self.status_group.idClicked.connect(lambda _: self._apply_filter())
        return frame

    def _selection_bar(self) -> QFrame:
        frame = QFrame()
        mark(frame, "selectionBar")
        self.selection_label = QLabel()
        mark(self.selection_label, "strong")
        self.select_all_button = QPushButton()
        mark(self.select_all_button, "link")
        self.select_all_button.clicked.connect(self._select_all)
        self.clear_button = QPushButton(self.tr("Clear"))
        mark(self.clear_button, "link")
        self.clear_button.clicked.connect(self._selection.clear)
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout.setSpacing(Space.L)
        layout.addWidget(self.selection_label)
        layout.addWidget(self.select_all_button)
        layout.addStretch()
        layout.addWidget(self.clear_button)
        return frame

    # --- What the user does ---

    def _apply_filter(self) -> None:
        wanted = LeadFilter(search=self.search.text()[:200], status=_TABS[self.status_group.checkedId()])
        if wanted != self._model.filter:
            if self._selection.covers_all:
                self._selection.clear()  # "all that match" was said of what matched then
            self._anchor = None
            self._model.set_filter(wanted)

    def filter_text(self) -> str:
        """How the list is filtered, to be remembered."""
        return f"{self.status_group.checkedId()}{self.search.text()}"

    def set_filter_text(self, text: str) -> None:
        """Filter it so again."""
        button = self.status_group.button(int(text[:1])) if text[:1].isdecimal() else None
        if button is not None:
            button.setChecked(True)
            self.search.put(text[1:])
            self._apply_filter()

    def _sort_by(self, section: int) -> None:
        if section != LeadColumn.CHECK:
            self._model.sort(section, self._header.sortIndicatorOrder())
            self._anchor = None

    def _select_all(self) -> None:
        if (leads := self._selectable()) is not None and self._connection.is_online:
            self.select_all_requested.emit(leads)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._pick(index.row())

    def _on_space(self) -> None:
        self._pick(self.table.currentIndex().row())

    def _pick(self, row: int) -> None:
        """One, or with Shift all from the one picked before."""
        shift = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        if shift and row >= 0 and self._anchor is not None:
            self._model.set_rows_selected(range(min(row, self._anchor), max(row, self._anchor) + 1), selected=True)
        else:
            self._toggle(row)

    def _toggle(self, row: int) -> None:
        lead = self._model.row_at(row) if row >= 0 else None
        if lead is not None and lead.status in SELECTABLE:
            self._selection.set_selected(lead.id, not self._selection.is_selected(lead.id))
            self._anchor = row

    def _toggle_visible(self) -> None:
        rows = self._visible_rows()
        self._model.set_rows_selected(rows, self._state_of(rows) != Qt.CheckState.Checked)

    def _on_empty_action(self) -> None:
        if self._is_filtered():
            self.search.put("")
            self.status_group.button(0).setChecked(True)
            self._apply_filter()
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

    def _selectable(self) -> LeadFilter | None:
        """The filter on screen, less the leads that cannot be activated; None: it lists no others."""
        shown = self._model.filter
        wanted = tuple(status for status in (shown.status or tuple(LeadStatus)) if status in SELECTABLE)
        return LeadFilter(search=shown.search, status=wanted) if wanted else None

    def _is_filtered(self) -> bool:
        return self._model.filter != LeadFilter()

    def _visible_rows(self) -> range:
        first = max(0, self.table.rowAt(0))
        last = self.table.rowAt(self.table.viewport().height() - 1)
        return range(first, (last if last >= 0 else self._model.total - 1) + 1)

    def _state_of(self, rows: range) -> Qt.CheckState:
        """Whether all, some or none of those that can be picked are."""
        leads = [self._model.row_at(row) for row in rows]
        picks = [
            self._selection.is_selected(lead.id) for lead in leads if lead is not None and lead.status in SELECTABLE
        ]
        if not picks or not any(picks):
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if all(picks) else Qt.CheckState.PartiallyChecked

    def _on_total_changed(self, total: int) -> None:
        number = QLocale().toString(total)
        self.heading.note.setText(self.tr("{0} found").format(number) if self._is_filtered() else number)
        self._show_selection()
        self._show_header_state()

    def _say_empty(self, empty: EmptyState) -> None:
        if self._is_filtered():
            empty.say(
                "search",
                self.tr("Nothing matches"),
                self.tr("No lead has this status and contains what you search for."),
                self.tr("Show all leads"),
            )
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
        online = self._connection.is_online
        self.selection_bar.setVisible(count > 0)
        total = QLocale().toString(self._model.total)
        self.selection_label.setText(self.tr("{0} of {1} selected").format(number, total))
        self.select_all_button.setText(
            self.tr("Select all that match") if self._is_filtered() else self.tr("Select all that are not users yet")
        )
        can_select = self._selectable() is not None
        self.select_all_button.setVisible(can_select and not self._selection.covers_all)
        self.select_all_button.setEnabled(can_select and online)
        text = self.tr("Activate 1 lead") if count == 1 else self.tr("Activate {0} leads").format(number)
        self.activate_button.setText(text if count else self.tr("Activate"))
        self.activate_button.setEnabled(count > 0 and online and self._may_change)
        self.activate_button.setToolTip(self._why_not() or ("" if count else self.tr("Pick leads in the table first.")))
        self.import_button.setEnabled(online and self._may_change)
        self.import_button.setToolTip(self._why_not() or self.tr("Add leads from a CSV or XLSX file (Ctrl+I)"))
        self.export_button.setEnabled(online and self._model.total > 0)
        self.export_button.setToolTip(self.tr("Save all leads that match as CSV (Ctrl+E)"))
        self._paint_icons()
        self._show_header_state()

    def _why_not(self) -> str:
        if not self._may_change:
            return self.tr("You may look on. Ask an operator or an owner to change something.")
        return "" if self._connection.is_online else self.tr("Not connected to the server.")

    def _show_header_state(self) -> None:
        self._header.set_state(self._state_of(self._visible_rows()) if self._model.total else Qt.CheckState.Unchecked)

    def _paint_icons(self) -> None:
        colors = theme.colors
        set_icon(self.import_button, "upload", colors.text if self.import_button.isEnabled() else colors.disabled)
        set_icon(
            self.activate_button, "send", colors.on_accent if self.activate_button.isEnabled() else colors.disabled
        )


def _dropped_file(event: QDragEnterEvent | QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
