"""An email that the server has kept instead of sending it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.dialogs.dialog import Dialog
from desktop.dialogs.letter import LetterView
from desktop.wording.times import about_when
from server.contract import CapturedEmail


class CapturedEmailDialog(Dialog):
    """To whom, when, and what it says."""

    def __init__(self, email: CapturedEmail, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        self.setWindowTitle(self.tr("Captured email"))
        self.heading.setText(self.tr("To {0}").format(email.recipient))
        self.resize_to(720, 640)
        when = about_when(email.at) if email.at is not None else self.tr("some time")
        self.add_text(
            self.tr("From {0}, {1}. It is kept on the server; nobody got it.").format(email.sender, when), "muted"
        )
        self.add_text(self.tr("The password is shown nowhere but in the email itself; here it is masked."), "caption")
        self.letter = LetterView()
        self.letter.show_letter(email.subject, email.text, email.html)
        self.body.addWidget(self.letter, 1)
        close = self.add_button(self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)
