"""Everything that is known of one email."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.backend.errors import DeskError
from desktop.dialogs.dialog import Dialog
from desktop.state.email_actions import EmailAction, part_of, possible
from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from desktop.wording.replies import in_full
from desktop.wording.times import about_when, exactly
from server.contract import EmailEvent, EmailEventKind, QueuedEmail

_SIGN = 18


class EmailHistoryDialog(Dialog):
    """A line for each event, the latest at the bottom; its text can be selected.

    Signals:
        action_requested: what is to be done about the email.
        captured_requested: it is wanted as the local mailbox keeps it.
    """

    action_requested = Signal(EmailAction)
    captured_requested = Signal()

    def __init__(
        self, email: QueuedEmail, *, why_not: str, captured: bool, names: dict[EmailAction, str], parent: QWidget | None
    ) -> None:
        """``why_not``: why nothing can be changed; ``captured``: whether it can be opened as it was captured."""
        super().__init__(parent, "")
        self.setWindowTitle(self.tr("History of {0}").format(email.email))
        self.heading.setText(email.name or email.email)
        self.heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.resize_to(680, 520)
        facts = [email.email] if email.name else []
        attempts = QLocale().toString(email.attempts)
        facts.append(self.tr("1 attempt") if email.attempts == 1 else self.tr("{0} attempts").format(attempts))
        if email.held:
            facts.append(self.tr("held"))
        if email.bounced:
            facts.append(self.tr("came back"))
        self.add_text("  ·  ".join(facts), "muted")
        self._shown: tuple[EmailEvent, ...] = ()
        self.events = QGridLayout()
        self.events.setHorizontalSpacing(Space.M)
        self.events.setVerticalSpacing(Space.M)
        self.events.setColumnStretch(2, 1)
        inside = QWidget()
        inside.setLayout(QVBoxLayout())
        layout = inside.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - made two lines above
        layout.setContentsMargins(Space.XS, Space.S, Space.S, 0)
        self.note = QLabel(self.tr("Loading…"))
        self.note.setWordWrap(True)
        mark(self.note, "muted")
        layout.addWidget(self.note)
        layout.addLayout(self.events)
        layout.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(inside)
        self._scroll.setAccessibleName(self.tr("History"))
        mark(inside, "plain")
        self.body.addWidget(self._scroll, 1)
        self.buttons: dict[EmailAction, QPushButton] = {}
        for action in possible(part_of(email)):
            button = self.buttons[action] = self.add_button(names[action])
            button.setEnabled(not why_not)
            set_tip(button, why_not)
            button.clicked.connect(lambda _checked=False, action=action: self.action_requested.emit(action))
        if captured:
            self.captured_button = self.add_button(self.tr("Open captured email"))
            self.captured_button.clicked.connect(self.captured_requested)
        self.close_button = self.add_button(self.tr("Close"), primary=True)
        self.close_button.clicked.connect(self.accept)
        self.close_button.setFocus()

    def show_events(self, events: Sequence[EmailEvent]) -> None:
        """What has happened. Where that is what is shown already, a selection of text in it stays."""
        self.note.hide()
        if tuple(events) == self._shown:
            return
        self._shown = tuple(events)
        while (item := self.events.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, event in enumerate(events):
            self._add(row, event)

    def show_problem(self, error: DeskError) -> None:
        """Why there is nothing (new) to be seen."""
        self.note.setText(error.message)
        self.note.show()

    def _add(self, row: int, event: EmailEvent) -> None:
        icon, color, name = _look(event.what)
        sign = QLabel()
        sign.setPixmap(pixmap(icon, getattr(theme.colors, color), _SIGN, 2.0))
        when = QLabel(about_when(event.at, seconds=True))
        set_tip(when, exactly(event.at))
        mark(when, "muted")
        text = QLabel(name)
        mark(text, "strong")
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(text)
        if words := _words(event):
            detail = QLabel(words)
            detail.setTextFormat(Qt.TextFormat.PlainText)
            detail.setWordWrap(True)
            detail.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            detail.setAccessibleName(name)
            column.addWidget(detail)
        cell = QWidget()
        column.setContentsMargins(0, 0, 0, 0)
        cell.setLayout(column)
        top = Qt.AlignmentFlag.AlignTop
        self.events.addWidget(sign, row, 0, top)
        self.events.addWidget(when, row, 1, top)
        self.events.addWidget(cell, row, 2)


def _words(event: EmailEvent) -> str:
    """What is known of it: the plain sentence, then what a mail server has said in words of its own."""
    if event.what is EmailEventKind.DELIVERED:
        return event.detail  # that it was accepted is its name
    words = in_full(event.sentence, event.detail)
    if not event.account:
        return words
    by = QCoreApplication.translate("EmailEvent", "Mail account: {0}").format(event.account)
    return f"{words}\n{by}"


def _look(kind: EmailEventKind) -> tuple[str, str, str]:
    """Icon, the name of its colour, and what it is called."""
    translate = QCoreApplication.translate
    match kind:
        case EmailEventKind.QUEUED:
            return "inbox", "muted", translate("EmailEvent", "Queued")
        case EmailEventKind.POSTPONED:
            return "clock", "warning", translate("EmailEvent", "Put off: it is tried again")
        case EmailEventKind.UNCERTAIN:
            return "alert", "warning", translate("EmailEvent", "The answer was lost: perhaps accepted")
        case EmailEventKind.INTERRUPTED:
            return "info", "muted", translate("EmailEvent", "The server ended before it left")
        case EmailEventKind.FAILED:
            return "alert", "danger", translate("EmailEvent", "Failed")
        case EmailEventKind.HELD:
            return "pause", "warning", translate("EmailEvent", "Held")
        case EmailEventKind.CORRECTED:
            return "info", "accent", translate("EmailEvent", "Address corrected")
        case EmailEventKind.REQUEUED:
            return "inbox", "accent", translate("EmailEvent", "Queued again")
        case EmailEventKind.SENDING:
            return "send", "accent", translate("EmailEvent", "Being sent right now")
        case EmailEventKind.DELIVERED:
            return "check-circle", "success", translate("EmailEvent", "Accepted by the mail server")
        case EmailEventKind.DELAYED:
            return "clock", "warning", translate("EmailEvent", "Delayed on its way: a mail server goes on trying")
        case EmailEventKind.BOUNCED:
            return "alert", "danger", translate("EmailEvent", "Came back")
