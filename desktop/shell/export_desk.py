"""Lists as files: where to, and where it is then."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, SignalInstance
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from desktop.backend.errors import DeskError
from desktop.shell.main_window import MainWindow
from desktop.shell.toasts import ToastKind
from desktop.tasks import ask

#: Writes a list into that file.
Export = Callable[[Path], Coroutine[Any, Any, None]]


class ExportDesk(QObject):
    """Lets the admin choose a file, and says when it is there."""

    def __init__(self, window: MainWindow, *, fail: Callable[[DeskError], None]) -> None:
        """``fail`` shows an error."""
        super().__init__(window)
        self._window = window
        self._fail = fail

    def offer(self, wanted: SignalInstance, title: str, name: str, export: Export) -> None:
        """Do it whenever that is emitted."""
        wanted.connect(lambda: self.ask_where(title, name, export))

    def ask_where(self, title: str, name: str, export: Export) -> None:
        """Let the admin choose a file, called ``name`` unless they want otherwise."""
        dialog = QFileDialog(self._window, title, str(Path.home() / name), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen), export))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: Path, export: Export) -> None:
        """Write it there."""

        def saved(_: None) -> None:
            self._window.toasts.show(
                self.tr("Saved as {0}.").format(path.name),
                ToastKind.SUCCESS,
                action_text=self.tr("Show in folder"),
                action=partial(_show_folder, path),
            )

        ask(self, export(path), done=saved, failed=self._fail, name="export a list")


def _show_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
