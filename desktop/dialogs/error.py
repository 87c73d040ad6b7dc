"""An error: what happened, what to do, details to copy."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from desktop.backend.errors import DeskError
from desktop.dialogs.dialog import Dialog


class ErrorDialog(Dialog):
    """Shows one error."""

    def __init__(self, parent: QWidget | None, error: DeskError) -> None:
        super().__init__(parent, error.title)
        self.add_text(error.message)
        if error.details:
            copy = self.add_button(self.tr("Copy details"))
            copy.clicked.connect(
                lambda: QApplication.clipboard().setText(
                    f"{error.title}\n{error.message}\n{error.code}\n{error.details}"
                )
            )
        self.close_button = self.add_button(self.tr("Close"), primary=True)
        self.close_button.clicked.connect(self.accept)


def show_error(parent: QWidget | None, error: DeskError) -> ErrorDialog:
    """Open the dialog; nobody waits for it."""
    dialog = ErrorDialog(parent, error)
    dialog.open()
    return dialog
