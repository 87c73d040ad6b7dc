"""The import that goes on while nobody looks: its end is not missed, also when the desktop is killed meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.state.import_list import ImportList
from desktop.state.import_run import ImportRun
from desktop.state.preferences import Preferences
from desktop.state.session import Session
from server.contract import Import


class UnseenImport(QObject):
    """Remembers the import whose end was not shown yet.

    Signals:
        ended: an :class:`Import` of this admin has ended, and nobody was shown that.
    """

    ended = Signal(Import)

    def __init__(
        self,
        imports: ImportList,
        session: Session,
        run: ImportRun,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._imports = imports
        self._session = session
        self._run = run
        self._preferences = preferences
        imports.changed.connect(self._look)
        run.changed.connect(self._follow_run)

    def _look(self) -> None:
        """What has become of it, or does another one of this admin go on?"""
        admin = self._session.admin
        if admin is None or self._run.progress is not None:  # which is shown, and followed by the run
            return
        mine = [each for each in self._imports.latest if each.by == admin.username]
        for each in mine:
            if each.id == self._preferences.unseen_import and each.state.is_over:
                self._preferences.unseen_import = ""
                self.ended.emit(each)
        running = next((each for each in mine if not each.state.is_over), None)
        if running is not None:
            self._preferences.unseen_import = running.id

    def _follow_run(self) -> None:
        progress = self._run.progress
        if progress is None:
            return
        if not progress.state.is_over:
            self._preferences.unseen_import = progress.id
        elif progress.id == self._preferences.unseen_import:
            self._preferences.unseen_import = ""
