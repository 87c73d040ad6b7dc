"""The question before an activation, with the facts to answer it by."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from desktop.wording.times import about_when
from server.contract import ActivationPreview


class ConfirmActivation(Dialog):
    """``accepted`` when the admin says yes."""

    def __init__(self, preview: ActivationPreview, parent: QWidget | None = None) -> None:
        number = QLocale().toString(preview.activatable)
        super().__init__(parent, "")
        title = (
            self.tr("Activate 1 lead?") if preview.activatable == 1 else self.tr("Activate {0} leads?").format(number)
        )
        if preview.activatable == 0:
            title = self.tr("None of these can be activated")
        self.setWindowTitle(title)
        self.heading.setText(title)
        if preview.activatable:
            self.add_text(
                self.tr("Each becomes a user with a new password, which is sent to them in an activation email."),
                "muted",
            )
        facts = [(self.tr("Selected"), preview.selected), (self.tr("Become users"), preview.activatable)]
        facts += [
            fact
            for fact in (
                (self.tr("Are users already"), preview.already_users),
                (self.tr("Have an unusable address"), preview.unusable),
                (self.tr("Are in another activation"), preview.in_another_activation),
            )
            if fact[1]
        ]
        grid = QGridLayout()
        grid.setVerticalSpacing(Space.XS)
        grid.setHorizontalSpacing(Space.XL)
        grid.setColumnStretch(1, 1)
        rows = [(name, QLocale().toString(value)) for name, value in facts]
        if preview.last_email_at is not None:
            rows.append((self.tr("Last email leaves"), about_when(preview.last_email_at)))
        elif preview.activatable:
            rows.append((self.tr("Last email leaves"), self.tr("Cannot be said while nothing is sent")))
        for row, (name, value) in enumerate(rows):
            label = QLabel(name)
            mark(label, "muted")
            text = QLabel(value)
            mark(text, "strong")
            grid.addWidget(label, row, 0)
            grid.addWidget(text, row, 1)
        self.body.addLayout(grid)
        cancel = self.add_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.activate_button = self.add_button(
            self.tr("Activate {0}").format(number) if preview.activatable else self.tr("Activate"), primary=True
        )
        self.activate_button.setEnabled(preview.activatable > 0)
        self.activate_button.clicked.connect(self.accept)
