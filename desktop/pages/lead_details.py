"""The panel beside the leads: what is known of one, and what has happened to it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.models.leads import status_text
from desktop.state.lead_details import LeadDetailsState
from desktop.theme.icons import set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space
from desktop.wording.actors import actor_text
from desktop.wording.times import moment
from server.contract import EmailEvent, EmailEventKind, EmailState, LeadDetails, SkipReason

_WIDTH = 300

#: When, what, and what more there is to say of it.
Event = tuple[datetime | None, str, str]


class LeadDetailsPanel(QFrame):
    """Shows the lead that is looked at."""

    close_requested = Signal()

    def __init__(self, state: LeadDetailsState) -> None:
        super().__init__()
        self._state = state
        mark(self, "card")
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(self.tr("Details of the lead"))
        self.name = self._label("title")
        self.facts = self._label("muted")
        self.close_button = QPushButton()
        self.close_button.setAccessibleName(self.tr("Close details"))
        mark(self.close_button, "quiet")
        self.close_button.clicked.connect(self.close_requested)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        self._events = QVBoxLayout()
        self._events.setSpacing(Space.M)
        inside = QWidget()
        inside_layout = QVBoxLayout(inside)
        inside_layout.setContentsMargins(0, 0, Space.S, 0)
        inside_layout.addLayout(self._events)
        inside_layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("History of the lead"))
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.M, Space.L)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(self.facts)
        layout.addSpacing(Space.S)
        layout.addWidget(scroll, 1)
        #: What is listed, for those who cannot see it.
        self.shown: list[Event] = []
        self._widgets: list[QWidget] = []
        state.changed.connect(self._show)
        theme.changed.connect(self._paint)
        self._paint()
        self._show()

    def _label(self, kind: str) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(label, kind)
        return label

    def _paint(self) -> None:
        set_icon(self.close_button, "close", theme.colors.muted)

    def _show(self) -> None:
        lead, details, error = self._state.lead, self._state.details, self._state.error
        self.name.setText((lead.name or lead.email) if lead is not None else self.tr("No lead chosen"))
        if lead is None:
            self.facts.setText(self.tr("Go to a row to see what has happened to that lead."))
        else:
            phone = details.phone if details is not None else ""
            address = (lead.email if lead.name else "", lead.ascii_email or "")
            facts = (*address, lead.company, phone, status_text(lead.status))
            self.facts.setText("\n".join(fact for fact in facts if fact))
        if error is not None:
            self._list([(None, error.title, error.message)])
        elif details is not None:
            self._list(_history(details))
        else:
            self._list([(None, self.tr("Loading…"), "")] if lead is not None else [])

    def _list(self, events: list[Event]) -> None:
        if events == self.shown:
            return
        self.shown = events
        for widget in self._widgets:
            self._events.removeWidget(widget)
            widget.deleteLater()
        self._widgets = [self._entry(*event) for event in events]
        for widget in self._widgets:
            self._events.addWidget(widget)

    def _entry(self, at: datetime | None, what: str, detail: str) -> QWidget:
        entry = QWidget()
        layout = QVBoxLayout(entry)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for text, kind in ((what, "strong"), (detail, "muted"), (moment(at) if at is not None else "", "caption")):
            if text:
                label = self._label(kind)
                label.setText(text)
                layout.addWidget(label)
        return entry


def _history(details: LeadDetails) -> list[Event]:
    """The latest first."""
    translate = QCoreApplication.translate
    lead = details.lead
    by = translate("LeadDetails", "By {0}").format(actor_text(details.imported_by)) if details.imported_by else ""
    source = translate("LeadDetails", "from {0}").format(details.file_name) if details.file_name else ""
    events: list[Event] = [
        (lead.created_at, translate("LeadDetails", "Imported"), " ".join(filter(None, (by, source))))
    ]
    if lead.skip_reason is not None:
        events.append((None, translate("LeadDetails", "Skipped"), _skip_text(lead.skip_reason)))
    if lead.activated_at is not None:
        by = translate("LeadDetails", "By {0}").format(actor_text(details.activated_by)) if details.activated_by else ""
        events.append((lead.activated_at, translate("LeadDetails", "Became a user"), by))
    events += [(event.at, _event_text(event), event.detail) for event in details.email_events]
    if details.user is not None and details.email_state is None:
        events.append((None, translate("LeadDetails", "Nothing is known of the email any more"), ""))
    if details.email_state is EmailState.PENDING:
        events.append((None, translate("LeadDetails", "The email waits to be sent"), ""))
    if details.user is not None and details.user.last_seen is not None:
        events.append((details.user.last_seen, translate("LeadDetails", "Last seen online"), ""))
    return events[::-1]


def _event_text(event: EmailEvent) -> str:
    translate = QCoreApplication.translate
    return {
        EmailEventKind.QUEUED: translate("EmailEvent", "Email queued"),
        EmailEventKind.POSTPONED: translate("EmailEvent", "Could not be sent yet"),
        EmailEventKind.UNCERTAIN: translate("EmailEvent", "Sent, but the answer was lost"),
        EmailEventKind.INTERRUPTED: translate("EmailEvent", "Sending was interrupted"),
        EmailEventKind.FAILED: translate("EmailEvent", "Sending failed"),
        EmailEventKind.HELD: translate("EmailEvent", "Held back"),
        EmailEventKind.CORRECTED: translate("EmailEvent", "Address corrected"),
        EmailEventKind.REQUEUED: translate("EmailEvent", "Queued again"),
        EmailEventKind.SENDING: translate("EmailEvent", "Being sent"),
        EmailEventKind.DELIVERED: translate("EmailEvent", "Email accepted by the mail server"),
        EmailEventKind.DELAYED: translate("EmailEvent", "Email delayed on its way"),
        EmailEventKind.BOUNCED: translate("EmailEvent", "Email came back"),
    }.get(event.what, event.what.value)


def _skip_text(reason: SkipReason) -> str:
    translate = QCoreApplication.translate
    return {
        SkipReason.ALREADY_USER: translate("SkipReason", "There is already a user with this address."),
        SkipReason.ADDRESS_REFUSED: translate("SkipReason", "The address cannot receive email."),
        SkipReason.IN_ANOTHER_ACTIVATION: translate("SkipReason", "Another activation is dealing with this lead."),
        SkipReason.NOT_FOUND: translate("SkipReason", "The lead does not exist any more."),
        SkipReason.VALUE_TAKEN: translate("SkipReason", "Another user has a value that has to be unique."),
        SkipReason.AGAINST_RULES: translate("SkipReason", "A rule of another program does not allow this user."),
        SkipReason.FOREIGN_STATUS: translate("SkipReason", "Another program has given this lead a status of its own."),
        SkipReason.OTHER: translate("SkipReason", "It was skipped for a reason that this desktop does not know."),
    }[reason]
