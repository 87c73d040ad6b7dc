"""The emails in one state: pick some, open one, ask for something to be done."""

from __future__ import annotations

from desktop.models.emails import EmailColumn, EmailsModel
from desktop.pages.cells import CheckLook
from desktop.pages.current_row import CurrentRow
from desktop.pages.live_table import LiveTable
from desktop.pages.picking import Picking
from desktop.state.held_updates import Hand, HeldUpdates


class EmailList(LiveTable):
    """What is picked is the model's to know; a refresh keeps what was at the top there."""

    def __init__(self, model: EmailsModel) -> None:
        super().__init__(HeldUpdates())
        self._model = model
        self._kept_in_place: tuple[str, int] | None = None
        self.setObjectName(f"emails-{model.state.value}")
        self.setModel(model)
        self.set_look(EmailColumn.CHECK, CheckLook())
        self.set_widths(
            {
                EmailColumn.CHECK: 48,
                EmailColumn.EMAIL: 240,
                EmailColumn.NAME: 140,
                EmailColumn.ATTEMPTS: 92,
                EmailColumn.QUEUED: 104,
                EmailColumn.TIME: 104,
            },
            stretch=EmailColumn.DETAIL,
            # The address says as much as the name.
            give_way=(EmailColumn.NAME, EmailColumn.QUEUED, EmailColumn.ATTEMPTS),
            least=120,
            most={EmailColumn.EMAIL: 420, EmailColumn.NAME: 300},
            enough=360,
        )
        self.set_wanted(EmailColumn.CHECK, wanted=model.has_pickable)
        self.picking = Picking(self, model)
        CurrentRow(self, model)
        self._wire()

    def _wire(self) -> None:
        picks = self._model.picks
        picks.changed.connect(lambda: self.updates.set_hand(Hand.PICKED, on=picks.count > 0))
        self.updates.due.connect(self._refresh)
        self._model.loaded.connect(self._put_back)
        self._model.modelReset.connect(self._on_reset)

    def _on_reset(self) -> None:
        self._kept_in_place = None
        self.updates.forget()

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
