"""All imports with what came of them: to look at, to stop, to undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.dialogs.rows import Columns, RowsTable
from desktop.state.import_list import ImportList, may_stop, may_undo
from desktop.theme.style import mark
from desktop.wording.numbers import MANY, whole
from desktop.wording.times import about_when, moments
from server.contract import Import, ImportState

_WHOLE = 100  # percent


class ImportsDialog(Dialog):
    """The latest first, live. Its signals carry the chosen :class:`Import`."""

    details_requested = Signal(Import)
    stop_requested = Signal(Import)
    undo_requested = Signal(Import)

    def __init__(
        self, imports: ImportList, may_change: Callable[[], bool], freshness: QWidget, parent: QWidget | None = None
    ) -> None:
        """``may_change``: whether the admin may stop and undo at this moment; ``freshness``: says that it is old."""
        super().__init__(parent, "")
        self.setWindowTitle(self.tr("Imports"))
        self.heading.setText(self.tr("Imports"))
        self.resize_to(1040, 480)
        self._imports = imports
        self._may_change = may_change
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark(self.empty, "muted")
        columns: Columns = {
            self.tr("File"): 125,
            self.tr("By"): 60,
            self.tr("When"): moments(),
            self.tr("State"): [
                _state_with_share(state, _WHOLE) for state in ImportState if state is not ImportState.UNDOING
            ],
            self.tr("New leads"): (whole(MANY),),
            self.tr("There already"): (whole(MANY),),
            self.tr("Cannot be used"): (whole(MANY),),
        }
        self.table = RowsTable(self.tr("Imports"), columns, stretch=0)
        self.table.setSelectionMode(RowsTable.SelectionMode.SingleSelection)
        self.again_button = QPushButton(self.tr("Try again"))
        self.again_button.clicked.connect(imports.refresh)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.again_button, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(freshness, alignment=Qt.AlignmentFlag.AlignLeft)
        self.stop_button = self.add_button(self.tr("Stop…"))
        self.undo_button = self.add_button(self.tr("Undo…"))
        self.details_button = self.add_button(self.tr("Details"))
        self.close_button = self.add_button(self.tr("Close"), primary=True)
        for button, signal in (
            (self.details_button, self.details_requested),
            (self.stop_button, self.stop_requested),
            (self.undo_button, self.undo_requested),
        ):
            button.setAutoDefault(True)  # Return does what has the focus
            button.clicked.connect(lambda _=False, signal=signal: self._wish(signal))
        self.close_button.clicked.connect(self.reject)
        self.table.doubleClicked.connect(lambda _: self._wish(self.details_requested))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        imports.changed.connect(self._show)
        imports.freshness.changed.connect(self._show_why_empty)
        self._shown: tuple[Import, ...] = ()
        self._show()
        self.table.setFocus()

    @property
    def current(self) -> Import | None:
        """The one whose row is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self._shown[rows[0].row()] if rows else None

    def select(self, number: int) -> None:
        """By its row."""
        self.table.selectRow(number)

    def _show(self) -> None:
        current = self.current
        self._shown = self._imports.latest
        self.table.rows.set_rows([_row(each) for each in self._shown])
        ids = [each.id for each in self._shown]
        if ids:
            self.select(ids.index(current.id) if current is not None and current.id in ids else 0)
        self.table.setVisible(bool(ids))
        self._show_why_empty()
        self._show_buttons()

    def _show_why_empty(self) -> None:
        error = None if self._imports.is_known else self._imports.freshness.error
        if error is not None:
            text = f"{error.title} {error.message}"
        elif self._imports.is_known:
            text = self.tr("Nothing was imported yet. What is imported is listed here, with what came of it.")
        else:
            text = self.tr("Loading…")
        self.empty.setText(text)
        self.empty.setHidden(bool(self._shown))
        self.again_button.setHidden(error is None or bool(self._shown))

    def _show_buttons(self) -> None:
        current, may_change = self.current, self._may_change()
        self.details_button.setEnabled(current is not None)
        self.stop_button.setEnabled(may_change and current is not None and may_stop(current))
        self.undo_button.setEnabled(may_change and current is not None and may_undo(current))

    def _wish(self, signal: SignalInstance) -> None:
        if (current := self.current) is not None:
            signal.emit(current)


def state_name(state: ImportState) -> str:
    """For people."""
    translate = QCoreApplication.translate
    return {
        ImportState.UPLOADED: translate("ImportState", "Not begun"),
        ImportState.RUNNING: translate("ImportState", "Running"),
        ImportState.STOPPING: translate("ImportState", "Stopping"),
        ImportState.STOPPED: translate("ImportState", "Stopped"),
        ImportState.FINISHED: translate("ImportState", "Finished"),
        ImportState.FAILED: translate("ImportState", "Failed"),
        ImportState.UNDOING: translate("ImportState", "Being undone"),
        ImportState.UNDONE: translate("ImportState", "Undone"),
    }[state]


def _row(progress: Import) -> tuple[str, ...]:
    share = progress.done * _WHOLE // progress.total if progress.total else None
    return (
        progress.file_name,
        progress.by,
        about_when(progress.created_at),
        _state_with_share(progress.state, share),
        whole(progress.imported),
        whole(progress.duplicates),
        whole(progress.refused),
    )


def _state_with_share(state: ImportState, percent: int | None) -> str:
    goes_on = state in (ImportState.RUNNING, ImportState.STOPPING)
    return f"{state_name(state)} ({percent}%)" if goes_on and percent is not None else state_name(state)
