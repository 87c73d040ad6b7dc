"""The questions before an import is stopped, or what came in is taken away again."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QWidget

from desktop.dialogs.dialog import Dialog
from desktop.theme.style import mark
from server.contract import Import


class StopImport(Dialog):
    """``chosen`` carries whether what came in is to be taken away again."""

    chosen = Signal(bool)

    def __init__(self, progress: Import, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        title = self.tr("Stop the import of {0}?").format(progress.file_name)
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.add_text(
            self.tr("The leads that came in so far stay, unless you take them back. That is possible later, too."),
            "muted",
        )
        self.keep_button = self.add_button(self.tr("Go on importing"))
        self.take_back_button = self.add_button(self.tr("Stop and take back"))
        self.stop_button = self.add_button(self.tr("Stop"), primary=True)
        for button in (self.keep_button, self.take_back_button):
            button.setAutoDefault(True)  # Return does what has the focus
        self.keep_button.clicked.connect(self.reject)
        self.take_back_button.clicked.connect(lambda: self._choose(take_back=True))
        self.stop_button.clicked.connect(lambda: self._choose(take_back=False))
        self.stop_button.setFocus()

    def _choose(self, *, take_back: bool) -> None:
        self.accept()
        self.chosen.emit(take_back)


class UndoImport(Dialog):
    """``accepted`` when the admin says yes."""

    def __init__(self, progress: Import, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        title = self.tr("Undo the import of {0}?").format(progress.file_name)
        self.setWindowTitle(title)
        self.heading.setText(title)
        number = QLocale().toString(progress.imported)
        one, many = self.tr("The lead that came in is deleted."), self.tr("The {0} leads that came in are deleted.")
        text = one if progress.imported == 1 else many.format(number)
        condition = self.tr("Those who are users by then stay.")
        self.add_text(f"{text} {condition}", "muted")
        self.keep_button = self.add_button(self.tr("Keep them"), primary=True)
        self.undo_button = self.add_button(self.tr("Undo import"))
        mark(self.undo_button, "danger")
        self.undo_button.setAutoDefault(True)
        self.keep_button.clicked.connect(self.reject)
        self.undo_button.clicked.connect(self.accept)
        self.keep_button.setFocus()
