"""Whether the audit log is what was written down, as the server found it last."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.state.connection import Connection
from desktop.state.session import Session
from desktop.tasks import ask
from server.contract import AuditCheck, Role

_AGAIN_MS = 1000  # between two questions while the server looks


class AuditCheckState(QObject):
    """For owners only: others are not told.

    Signals:
        changed: something else is known, or it is being looked.
    """

    changed = Signal()

    def __init__(self, api: Api, session: Session, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._session = session
        self._connection = connection
        #: None: not known yet.
        self.check: AuditCheck | None = None
        #: Why it is not, if it could not be had.
        self.error: DeskError | None = None
        self._asking = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.look)

    @property
    def is_for_this_admin(self) -> bool:
        """Whether she may know."""
        admin = self._session.admin
        return admin is not None and admin.role is Role.OWNER

    @property
    def is_possible(self) -> bool:
        """Whether this admin may know, and the server listens."""
        return self._connection.is_online and self.is_for_this_admin

    @property
    def is_running(self) -> bool:
        """Whether the server looks just now."""
        return self.check is not None and self.check.running

    def look(self) -> None:
        """Ask what was found last."""
        self._ask(verify=False)

    def verify(self) -> None:
        """Let the server look through all of it now."""
        self._ask(verify=True)

    def clear(self) -> None:
        """Nobody is logged in."""
        self._again.stop()
        self.check = self.error = None
        self.changed.emit()

    def _ask(self, *, verify: bool) -> None:
        if self._asking or not self.is_possible:
            return
        self._asking = True
        work = self._api.verify_audit() if verify else self._api.audit_check()
        ask(self, work, done=self._take, failed=self._fail, name="audit log verified")

    def _take(self, check: AuditCheck) -> None:
        self._asking = False
        if not self.is_possible:  # logged out meanwhile
            return
        self.check, self.error = check, None
        if check.running:
            self._again.start()
        self.changed.emit()

    def _fail(self, error: DeskError) -> None:
        self._asking = False
        self.error = error
        self.changed.emit()
