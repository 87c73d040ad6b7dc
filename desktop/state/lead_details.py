"""The lead that is looked at."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.tasks import ask
from server.contract import EmailState, Lead, LeadDetails

_PAUSE_MS = 120  # a row that is only passed by with the arrow keys is not asked for
_REFRESH_MS = 1000


class LeadDetailsState(QObject):
    """Fetched when a row is rested on, and again when leads have changed.

    Signals:
        changed: another lead, or something else has happened to it.
    """

    changed = Signal()

    def __init__(self, api: Api, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._asking: asyncio.Task[None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        #: What the list says of it; None: nothing is looked at.
        self.lead: Lead | None = None
        #: What the server says of it; None: not known yet.
        self.details: LeadDetails | None = None
        self.error: DeskError | None = None

    def show(self, lead: Lead | None) -> None:
        """Look at this one."""
        if lead is None or self.lead is None or lead.id != self.lead.id:
            self.lead, self.details, self.error = lead, None, None
            self._cancel()
            if lead is not None:
                self._timer.start(_PAUSE_MS)
            self.changed.emit()

    def refresh(self) -> None:
        """It may have changed; asked for about once a second at most."""
        if self.lead is not None and not self._timer.isActive():
            self._timer.start(_REFRESH_MS)

    def refresh_email(self) -> None:
        """Emails are on the move: this lead's may be among them."""
        if self.details is not None and self.details.email_state not in (None, EmailState.SENT):
            self.refresh()

    def _ask(self) -> None:
        if self.lead is not None and self._api.token is not None:
            self._cancel()
            self._asking = ask(
                self, self._api.lead(self.lead.id), done=self._take, failed=self._fail, name="details of a lead"
            )

    def _take(self, details: LeadDetails) -> None:
        self._asking = None
        if self.lead is not None and details.lead.id == self.lead.id:
            self.lead, self.details, self.error = details.lead, details, None
            self.changed.emit()

    def _fail(self, error: DeskError) -> None:
        self._asking = None
        self.error = error
        self.changed.emit()

    def _cancel(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
