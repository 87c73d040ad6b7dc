"""The emails in one state: pick some, open one, ask for something to be done."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from desktop.models.emails import EmailColumn, EmailsModel
from desktop.pages.cells import CheckLook
from desktop.pages.live_table import LiveTable
from desktop.pages.table import CheckHeader
from desktop.state.email_actions import part_of
from desktop.state.held_updates import Hand, HeldUpdates
from server.contract import EmailState

_PICKABLE = (EmailState.PENDING, EmailState.FAILED)


class EmailList(LiveTable):
    """What is picked is the model's to know; a refresh keeps what was at the top there."""

    def __init__(self, model: EmailsModel) -> None:
        super().__init__(HeldUpdates())
        self._model = model
        self._anchor: int | None = None
        self._kept_in_place: tuple[str, int] | None = None
        header = CheckHeader()
        self.setHorizontalHeader(header)
        self._header = header
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setModel(model)
        self.set_look(EmailColumn.CHECK, CheckLook())
        self.set_widths(
            {
                EmailColumn.CHECK: 48,
                EmailColumn.EMAIL: 240,
                EmailColumn.NAME: 150,
                EmailColumn.ATTEMPTS: 92,
                EmailColumn.QUEUED: 104,
                EmailColumn.TIME: 104,
            },
            stretch=EmailColumn.DETAIL,
            # The address says as much as the name.
            give_way=(EmailColumn.NAME, EmailColumn.QUEUED, EmailColumn.ATTEMPTS),
            least=160,
        )
        header.setSectionResizeMode(EmailColumn.CHECK, header.ResizeMode.Fixed)
        self.set_wanted(EmailColumn.CHECK, wanted=model.state in _PICKABLE)
        self._wire()

    def _wire(self) -> None:
        self._header.check_clicked.connect(self._toggle_visible)
        self.clicked.connect(self._on_clicked)
        self.toggle_requested.connect(lambda: self._toggle(self.currentIndex().row()))
        self.updates.due.connect(self._refresh)
        self._model.picks.changed.connect(self._on_picks_changed)
        self._model.loaded.connect(self._put_back)
        self._model.modelReset.connect(self._on_reset)
        self._model.dataChanged.connect(self._show_header_state)

    # --- What the user does ---

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() != EmailColumn.CHECK:
            return
        row = index.row()
        shift = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        if shift and self._anchor is not None:
            rows = range(min(row, self._anchor), max(row, self._anchor) + 1)
            self._model.picks.set_picked(self._model.emails_in(rows), picked=True)
        else:
            self._toggle(row)

    def _toggle(self, row: int) -> None:
        email = self._model.row_at(row) if row >= 0 else None
        if email is not None and part_of(email) is not None:
            self._model.picks.set_picked((email,), picked=not self._model.picks.is_picked(email))
            self._anchor = row

    def _toggle_visible(self) -> None:
        checked = self._state_of_visible() == Qt.CheckState.Checked
        self._model.picks.set_picked(self._model.emails_in(self._visible_rows()), picked=not checked)

    # --- What is shown ---

    def _on_picks_changed(self) -> None:
        self.updates.set_hand(Hand.PICKED, on=self._model.picks.count > 0)
        self._show_header_state()

    def _on_reset(self) -> None:
        self._anchor = self._kept_in_place = None
        self.updates.forget()
        self._show_header_state()

    def _refresh(self) -> None:
        """Whoever has scrolled goes on reading where they are, wherever that is in the list now."""
        self._kept_in_place = None
        if self.verticalScrollBar().value() > 0:
            row = max(0, self.rowAt(0))
            if (email := self._model.row_at(row)) is not None:
                self._kept_in_place = (email.id, -self.rowViewportPosition(row))
        self._model.refresh()

    def _put_back(self) -> None:
        if self._kept_in_place is None:
            return
        email_id, hidden = self._kept_in_place
        row = self._model.position_of(email_id)
        if row is not None:
            self._kept_in_place = None
            self.executeDelayedItemsLayout()  # the bar may not know of new rows yet, and would stop short
            self.verticalScrollBar().setValue(row * self.verticalHeader().defaultSectionSize() + hidden)

    def _show_header_state(self) -> None:
        self._header.set_state(self._state_of_visible() if self._model.total else Qt.CheckState.Unchecked)

    def _visible_rows(self) -> range:
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return range(first, (last if last >= 0 else self._model.total - 1) + 1)

    def _state_of_visible(self) -> Qt.CheckState:
        picked = [self._model.picks.is_picked(email) for email in self._model.emails_in(self._visible_rows())]
        if not picked or not any(picked):
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if all(picked) else Qt.CheckState.PartiallyChecked
