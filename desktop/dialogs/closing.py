"""The question what closing the window means, asked until its answer is to be remembered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.dialogs.dialog import Dialog


class ClosingDialog(Dialog):
    """``chosen`` carries whether to stay in the tray, and whether to remember that."""

    chosen = Signal(bool, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        title = self.tr("Keep Activation Desk in the tray?")
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.add_text(
            self.tr(
                "The tray icon shows how many emails wait, and you are told when something needs a look. "
                "Emails are sent by the server either way."
            ),
            "muted",
        )
        self.remember = QCheckBox(self.tr("Remember my choice"))
        self.body.addWidget(self.remember)
        self.quit_button = self.add_button(self.tr("Quit"))
        self.stay_button = self.add_button(self.tr("Stay in the tray"), primary=True)
        self.quit_button.clicked.connect(lambda: self._choose(stay=False))
        self.stay_button.clicked.connect(lambda: self._choose(stay=True))

    def _choose(self, *, stay: bool) -> None:
        remember = self.remember.isChecked()
        self.accept()
        self.chosen.emit(stay, remember)
