"""The question before an activation, with the facts to answer it by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.dialogs.moment_choice import MomentChoice
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from desktop.wording.times import about_when
from server.contract import ActivationPreview, Lead

_NAMED = 3
_WIDTH = 520


class ConfirmActivation(Dialog):
    """``accepted`` when the admin says yes. It names some of those whom it is for; ``people`` is the list of all of
    them, to unfold.

    Signals:
        wants_estimate: when the last email leaves, where the first leave at another moment now.
    """

    wants_estimate = Signal()

    def __init__(
        self,
        preview: ActivationPreview,
        parent: QWidget | None = None,
        *,
        people: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "")
        self.people = people
        self._in_short: list[QLabel] = []
        self.setMinimumWidth(_WIDTH)
        number = QLocale().toString(preview.activatable)
        self._say_title(preview, number)
        self._name_people(preview)
        self._list_facts(preview)
        cancel = self.add_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.activate_button = self.add_button(
            self.tr("Activate {0}").format(number) if preview.activatable else self.tr("Activate"), primary=True
        )
        self.activate_button.setEnabled(preview.activatable > 0)
        self.activate_button.clicked.connect(self.accept)
        (self.activate_button if preview.activatable else cancel).setFocus()

    @property
    def not_before(self) -> datetime | None:
        """From when on the emails shall leave; None: as soon as possible."""
        return self.start.moment

    # --- Parts ---

    def _say_title(self, preview: ActivationPreview, number: str) -> None:
        title = (
            self.tr("Activate 1 lead?") if preview.activatable == 1 else self.tr("Activate {0} leads?").format(number)
        )
        if preview.activatable == 0:
            title = self.tr("None of these can be activated")
        self.setWindowTitle(title)
        self.heading.setText(title)

    def _name_people(self, preview: ActivationPreview) -> None:
        if not preview.activatable:
            return
        self.names = self.add_text(self._named(preview.some, preview.activatable), "strong")
        self._in_short.append(self.names)
        if preview.beyond:
            text = self.tr("Not shown in the list behind: {0}").format(self._named(preview.some_beyond, preview.beyond))
            self.not_shown = self.add_text(text, "warning")
            self._in_short.append(self.not_shown)
        self.unfold_button = QPushButton(self.tr("Show all of them"))
        self.unfold_button.setCheckable(True)
        mark(self.unfold_button, "link")
        self.unfold_button.setVisible(self.people is not None)
        self.unfold_button.toggled.connect(self._unfold)
        self.body.addWidget(self.unfold_button, alignment=Qt.AlignmentFlag.AlignLeft)
        if self.people is not None:
            self.people.hide()
            self.body.addWidget(self.people)
        follows = self.tr("Each becomes a user with a new password, which is sent to them in an activation email.")
        self._in_short.append(self.add_text(follows, "muted"))

    def _named(self, some: Sequence[Lead], number: int) -> str:
        """Some of them, and how many others."""
        named = some if len(some) >= number else some[:_NAMED]
        names = ", ".join(lead.name or lead.email for lead in named)
        others = number - len(named)
        if not names:
            return QLocale().toString(number)  # of a server that names nobody
        return self.tr("{0} and %Ln others", "", others).format(names) if others else names

    def _unfold(self, unfolded: bool) -> None:
        if self.people is not None:
            self.people.setVisible(unfolded)
        for text in self._in_short:
            text.setHidden(unfolded)  # the list says most of it, and on a low screen there is not room for both
        self.unfold_button.setText(self.tr("Show fewer") if unfolded else self.tr("Show all of them"))
        self.fit()

    def _list_facts(self, preview: ActivationPreview) -> None:
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
        rows = [(name, QLocale().toString(value)) for name, value in facts]
        grid = QGridLayout()
        grid.setVerticalSpacing(Space.XS)
        grid.setHorizontalSpacing(Space.XL)
        grid.setColumnStretch(1, 1)
        for name, value in rows:
            self._add_fact(grid, name, value)
        if preview.activatable:
            self._ask_when(grid)
            self._last_fact = self._add_fact(grid, self.tr("Last email leaves"), self._end(preview))
        self.body.addLayout(grid)

    def _add_fact(self, grid: QGridLayout, name: str, value: str) -> QLabel:
        """Answers the label of the value."""
        label, text = QLabel(name), QLabel(value)
        mark(label, "muted")
        mark(text, "strong")
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        grid.addWidget(text, row, 1)
        return text

    def _ask_when(self, grid: QGridLayout) -> None:
        label = QLabel(self.tr("Emails leave"))
        mark(label, "muted")
        self.start = MomentChoice(self.tr("As soon as possible"), self.tr("From another moment on"))
        self.start.choice.setAccessibleName(self.tr("Emails leave"))
        label.setBuddy(self.start.choice)
        self.start.changed.connect(self._on_start_chosen)
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        grid.addWidget(self.start, row, 1)

    def _on_start_chosen(self) -> None:
        self.fit()
        self.activate_button.setEnabled(self.start.is_to_come)
        if self.start.is_to_come:
            self.wants_estimate.emit()

    def show_end(self, preview: ActivationPreview) -> None:
        """When the last email leaves, by the moment that is chosen now."""
        self._last_fact.setText(self._end(preview))

    def _end(self, preview: ActivationPreview) -> str:
        if preview.last_email_at is None:
            return self.tr("Cannot be said while nothing is sent")
        return about_when(preview.last_email_at)
