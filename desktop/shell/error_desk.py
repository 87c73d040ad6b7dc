"""What went wrong is said: what was to be expected, what was not, and what the lists could not get."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from desktop.backend.errors import DeskError, LoggedOut, Unreachable
from desktop.dialogs.crash import CrashDialog
from desktop.dialogs.error import show_error
from desktop.models.paged import PagedModel
from desktop.pages.not_here import has_rows
from desktop.platform.logs import crash_report
from desktop.shell.main_window import MainWindow
from desktop.shell.toasts import ToastKind


class ErrorDesk(QObject):
    """Says each thing once: not what the login window or the banner says already."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.crash: CrashDialog | None = None

    def forget_dialogs(self) -> None:
        """Somebody else takes them off the screen."""
        self.crash = None

    def fail(self, error: DeskError) -> None:
        """Something that was wanted did not work."""
        if not isinstance(error, LoggedOut):  # of that, the login window tells
            show_error(self._window, error)

    def report(self, error: BaseException) -> None:
        """Say that something happened that nobody expected, and go on."""
        parent = self._window if self._window.isVisible() else None
        if isinstance(error, DeskError):
            show_error(parent, error)
        elif self.crash is not None:
            self.crash.add(crash_report(error))
        else:
            self.crash = CrashDialog(parent, crash_report(error))
            self.crash.finished.connect(self.forget_dialogs)
            self.crash.open()

    def watch(self, model: PagedModel[Any]) -> None:
        """Say what keeps its list from being had, unless something else says it already."""
        model.load_failed.connect(lambda error: self._on_load_failed(model, error))

    def _on_load_failed(self, model: PagedModel[Any], error: DeskError) -> None:
        if isinstance(error, LoggedOut | Unreachable):
            return  # the login window or the banner says it, or will in a moment; and the list says how old it is
        if not has_rows(model):
            return  # the page says it where its rows would be
        self._window.toasts.show(
            f"{error.title} {error.message}",
            ToastKind.WARNING,
            action_text=self.tr("Try again"),
            action=model.refresh,
        )
