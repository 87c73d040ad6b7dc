"""The questions before something is done about emails, and the answers afterwards."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.dialogs.moment_choice import MomentChoice
from desktop.state.email_actions import Chosen, EmailAction
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from server.contract import Changed, LeftReason, QueuedEmail


class ConfirmEmails(Dialog):
    """Names how many, and what follows; ``accepted`` when the admin says yes."""

    def __init__(self, action: EmailAction, chosen: Chosen, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        one, many = _questions(action)
        number = QLocale().toString(chosen.count)
        self.heading.setText(one if chosen.count == 1 else many.format(number))
        self.setWindowTitle(self.heading.text())
        if chosen.email is not None:
            self.add_text(f"{chosen.email.name}  {chosen.email.email}".strip(), "strong")
        elif chosen.cause:
            self.add_text(chosen.cause, "strong")
        elif chosen.selection.matching is not None:
            self.add_text(self.tr("All that contain “{0}”").format(chosen.selection.matching), "strong")
        self.consequence = self.add_text(_consequence(action, chosen), "muted")
        cancel = self.add_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.yes_button = self.add_button(_yes(action, chosen.count), primary=True)
        self.yes_button.clicked.connect(self.accept)
        if action is EmailAction.DISCARD:
            mark(self.yes_button, "danger")
            cancel.setDefault(True)  # what cannot be undone is not what Return does
            cancel.setFocus()


class CorrectAddress(Dialog):
    """Asks for the right address. Stays open until the server has taken it.

    Signals:
        address_given: try this one.
    """

    address_given = Signal(str)

    def __init__(self, email: QueuedEmail, parent: QWidget | None = None) -> None:
        super().__init__(parent, QCoreApplication.translate("CorrectAddress", "Correct the address"))
        self._was = email.email
        text = self.tr("The email is sent there, the user and the lead get that address, and {0} is forgotten.")
        if email.bounced:
            text = self.tr(
                "The email is sent there with a new password: the one that came back is void. The user and the lead "
                "get that address, and {0} is forgotten."
            )
        elif email.held:
            text = self.tr("The user and the lead get that address, too. The email stays held until it is released.")
        self.add_text(text.format(email.email), "muted")
        label = QLabel(self.tr("Address of {0}").format(email.name) if email.name else self.tr("Address"))
        self.address = QLineEdit(email.email)
        self.address.setAccessibleName(self.tr("Address"))
        self.address.setMaxLength(320)
        label.setBuddy(self.address)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        mark(self.problem, "error")
        self.problem.hide()
        self.body.addSpacing(Space.XS)
        for widget in (label, self.address, self.problem):
            self.body.addWidget(widget)
        cancel = self.add_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.yes_button = self.add_button(self.tr("Correct and retry"), primary=True)
        if email.held:
            self.yes_button.setText(self.tr("Correct"))
        self.yes_button.clicked.connect(self._give)
        self.address.textChanged.connect(self._on_edited)
        self.address.selectAll()
        self.address.setFocus()
        self._on_edited()

    def refuse(self, reason: str) -> None:
        """The server does not take it."""
        self.problem.setText(reason)
        self.problem.show()
        self.address.setEnabled(True)
        self.fit()
        self._on_edited()
        self.address.setFocus()

    def _on_edited(self) -> None:
        address = self.address.text().strip()
        self.yes_button.setEnabled(self.address.isEnabled() and "@" in address and address != self._was)

    def _give(self) -> None:
        self.problem.hide()
        self.address.setEnabled(False)
        self.yes_button.setEnabled(False)
        self.address_given.emit(self.address.text().strip())


class PauseSending(Dialog):
    """Asks until when, and why, for the other admins; ``accepted`` when the admin says yes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, QCoreApplication.translate("PauseSending", "Pause sending?"))
        self.add_text(self.tr("No email leaves until then. What a mail server has in hand is finished."), "muted")
        until_label = QLabel(self.tr("Until"))
        self.until = MomentChoice(self.tr("Somebody resumes"), self.tr("At a time of its own"))
        self.until.choice.setAccessibleName(self.tr("Until"))
        until_label.setBuddy(self.until.choice)
        label = QLabel(self.tr("Reason, shown to the other admins (optional)"))
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.reason.setAccessibleName(self.tr("Reason"))
        label.setBuddy(self.reason)
        self.body.addSpacing(Space.XS)
        for widget in (until_label, self.until, label, self.reason):
            self.body.addWidget(widget)
        cancel = self.add_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.yes_button = self.add_button(self.tr("Pause sending"), primary=True)
        self.yes_button.clicked.connect(self.accept)
        self.until.changed.connect(self._on_until_chosen)
        self.reason.setFocus()

    def _on_until_chosen(self) -> None:
        self.fit()
        self.yes_button.setEnabled(self.until.is_to_come)


def answer_text(action: EmailAction, changed: Changed) -> str:
    """What became of it: "37 queued again, 2 left: being sent right now."."""
    translate = QCoreApplication.translate
    number = QLocale().toString
    done = {
        EmailAction.RETRY: translate("EmailAnswer", "{0} queued again"),
        EmailAction.CORRECT: translate("EmailAnswer", "{0} corrected"),
        EmailAction.HOLD: translate("EmailAnswer", "{0} held"),
        EmailAction.RELEASE: translate("EmailAnswer", "{0} released"),
        EmailAction.DISCARD: translate("EmailAnswer", "{0} discarded"),
    }[action].format(number(changed.changed))
    if not changed.skipped:
        return f"{done}."
    why = {
        LeftReason.BEING_SENT: translate("EmailAnswer", "being sent right now"),
        LeftReason.PASSWORD_CHANGED: translate("EmailAnswer", "the user has a password of her own"),
        LeftReason.NOTHING_TO_DO: translate("EmailAnswer", "nothing to do"),
    }
    known = [(why[reason], count) for reason in LeftReason if (count := changed.reasons.get(reason.value, 0))]
    left = translate("EmailAnswer", "{0} left").format(number(changed.skipped))
    if not known:
        return f"{done}, {left}."
    reasons = known[0][0] if len(known) == 1 else ", ".join(f"{text} ({number(count)})" for text, count in known)
    return f"{done}, {left}: {reasons}."


def _questions(action: EmailAction) -> tuple[str, str]:
    translate = QCoreApplication.translate
    return {
        EmailAction.RETRY: (
            translate("ConfirmEmails", "Retry 1 email?"),
            translate("ConfirmEmails", "Retry {0} emails?"),
        ),
        EmailAction.CORRECT: (
            translate("ConfirmEmails", "Correct 1 email?"),
            translate("ConfirmEmails", "Correct {0} emails?"),
        ),
        EmailAction.HOLD: (
            translate("ConfirmEmails", "Hold 1 email?"),
            translate("ConfirmEmails", "Hold {0} emails?"),
        ),
        EmailAction.RELEASE: (
            translate("ConfirmEmails", "Release 1 email?"),
            translate("ConfirmEmails", "Release {0} emails?"),
        ),
        EmailAction.DISCARD: (
            translate("ConfirmEmails", "Discard 1 email for good?"),
            translate("ConfirmEmails", "Discard {0} emails for good?"),
        ),
    }[action]


def _consequence(action: EmailAction, chosen: Chosen) -> str:
    translate = QCoreApplication.translate
    if action is EmailAction.RETRY and chosen.came_back:
        one, many = (
            translate(
                "ConfirmEmails",
                "It is sent to the same address, with a new password: the one that came back is void. Where the "
                "address is wrong, correct it instead, or it comes back again.",
            ),
            translate(
                "ConfirmEmails",
                "They are sent to the same addresses. What came back gets a new password, and the old one is void. "
                "Where an address is wrong, correct it instead, or it comes back again.",
            ),
        )
        return one if chosen.count == 1 else many
    one, many = {
        EmailAction.RETRY: (
            translate(
                "ConfirmEmails",
                "It leaves as soon as the limits allow, with all its attempts before it. If the password was wiped "
                "meanwhile, a new one is issued.",
            ),
            translate(
                "ConfirmEmails",
                "They leave as soon as the limits allow, with all their attempts before them. Where the password was "
                "wiped meanwhile, a new one is issued.",
            ),
        ),
        EmailAction.CORRECT: ("", ""),
        EmailAction.HOLD: (
            translate("ConfirmEmails", "It stands among the failed ones and is not sent until somebody releases it."),
            translate(
                "ConfirmEmails", "They stand among the failed ones and are not sent until somebody releases them."
            ),
        ),
        EmailAction.RELEASE: (
            translate("ConfirmEmails", "It is queued again and leaves as soon as the limits allow."),
            translate("ConfirmEmails", "They are queued again and leave as soon as the limits allow."),
        ),
        EmailAction.DISCARD: (
            translate(
                "ConfirmEmails",
                "It is never sent, and this cannot be undone. The user stays, but does not get the password by email.",
            ),
            translate(
                "ConfirmEmails",
                "They are never sent, and this cannot be undone. The users stay, but do not get their password by "
                "email.",
            ),
        ),
    }[action]
    return one if chosen.count == 1 else many


def _yes(action: EmailAction, count: int) -> str:
    translate = QCoreApplication.translate
    text = {
        EmailAction.RETRY: translate("ConfirmEmails", "Retry {0}"),
        EmailAction.CORRECT: translate("ConfirmEmails", "Correct {0}"),
        EmailAction.HOLD: translate("ConfirmEmails", "Hold {0}"),
        EmailAction.RELEASE: translate("ConfirmEmails", "Release {0}"),
        EmailAction.DISCARD: translate("ConfirmEmails", "Discard {0}"),
    }[action]
    return text.format(QLocale().toString(count))
