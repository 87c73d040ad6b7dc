"""The import that goes on while nobody looks: found again when the desktop is back, and its end is not missed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.state.import_run import ImportRun
from desktop.state.preferences import Preferences
from desktop.state.session import Session
from server.contract import Import


class UnseenImport(QObject):
    """Remembers the import whose end was not shown yet, also when the desktop is killed.

    Signals:
        found: an :class:`Import` of this admin still runs.
        ended: it has ended, and nobody was shown that.
    """

    found = Signal(Import)
    ended = Signal(Import)

    def __init__(
        self, api: Api, session: Session, run: ImportRun, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._api = api
        self._session = session
        self._run = run
        self._preferences = preferences
        self._dismissed = ""
        run.changed.connect(self._follow_run)

    def dismiss(self) -> None:
        """Whoever was shown it does not want to look on: of it, only the end is told from now on."""
        self._dismissed = self._preferences.unseen_import

    def on_progress(self, progress: Import) -> None:
        """Something was announced."""
        if self._run.progress is None and progress.id == self._preferences.unseen_import and progress.state.is_over:
            self._end(progress)

    async def look(self) -> None:
        """After a pause: what has become of it, or does something of this admin run that should be shown?"""
        try:
            latest = await self._api.imports()
        except DeskError:
            return  # the next connection asks again
        admin = self._session.admin
        if admin is None or self._run.progress is not None:  # which is shown, and followed by the run
            return
        mine = [each for each in latest if each.by == admin.username]
        for each in mine:
            if each.id == self._preferences.unseen_import and each.state.is_over:
                self._end(each)
        running = [each for each in mine if not each.state.is_over and each.id != self._dismissed]
        if running:
            self._preferences.unseen_import = running[0].id
            self.found.emit(running[0])

    def _end(self, progress: Import) -> None:
        self._preferences.unseen_import = ""
        self.ended.emit(progress)

    def _follow_run(self) -> None:
        progress = self._run.progress
        if progress is None:
            return
        if not progress.state.is_over:
            self._preferences.unseen_import = progress.id
        elif progress.id == self._preferences.unseen_import:
            self._preferences.unseen_import = ""
