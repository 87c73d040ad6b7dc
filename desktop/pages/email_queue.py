"""The Email Queue page: what waits, what is being sent, what failed, and what was sent. Live."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.models.emails import EmailsModel
from desktop.models.failures import FailuresModel
from desktop.pages.heading import Heading
from desktop.pages.notice import Notice
from desktop.pages.queue_actions import QueueActions
from desktop.pages.queue_lists import QueueLists
from desktop.pages.queue_tabs import FailedTabs, StateTabs
from desktop.pages.queue_view import FailedView, QueueView
from desktop.pages.search_field import SearchField
from desktop.pages.sending_panel import SendingPanel
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.state.session import Session
from desktop.state.throughput import ThroughputFeed
from desktop.theme.icons import set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from desktop.wording.numbers import unbroken
from server.contract import EmailState, FailureGroup

_ROOM_FOR_PICTURE = 520  # pixels of the page's height
_WIDEST_SEARCH = 300  # pixels
_SEARCH_BESIDE_NAME = 150  # leaves room for how many there are
_ROOM_FOR_SEARCH = 760  # pixels of its width, with the tabs


class EmailQueuePage(QWidget):
    """One list at a time, and around it what is known of the queue. ``queue_actions`` say what is to be done.

    Signals:
        template_requested, pause_requested, resume_requested, try_requested: the buttons.
    """

    template_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    try_requested = Signal()
    export_requested = Signal()

    def __init__(
        self,
        models: Mapping[EmailState, EmailsModel],
        failures: FailuresModel,
        queue: QueueState,
        sending: Sending,
        throughput: ThroughputFeed,
        session: Session,
        connection: Connection,
    ) -> None:
        super().__init__()
        self._models = models
        self._failures = failures
        self._queue = queue
        self._sending = sending
        self._throughput = throughput
        self._session = session
        self._connection = connection
        self._view = QueueView()
        mark(self, "page")
        self.heading = Heading(self.tr("Email Queue"))
        self.template_button = QPushButton(self.tr("Template…"))
        self.export_button = QPushButton(self.tr("Export…"))
        set_tip(self.export_button, self.tr("Save all sent emails that match as CSV"))
        self.mailbox = Notice("notice", "info")
        self.panel = SendingPanel(sending, queue, connection, throughput)
        self.tabs = StateTabs()
        self.failed_tabs = FailedTabs()
        self.search = SearchField(self.tr("Search emails"), widest=_WIDEST_SEARCH)
        self.lists = QueueLists(models, failures, self._view, queue, session, connection)
        self.queue_actions = QueueActions(models, failures, self.lists, self._view, session, connection, self)
        self.freshness = self.heading.follow(self.lists.model, counts=False)
        self._lay_out()
        self._wire()
        self._paint_icons()
        self._show_service()
        self.show_state(EmailState.PENDING)

    def _lay_out(self) -> None:
        self._head = head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.heading, 1)
        head.addWidget(self.export_button)
        head.addWidget(self.template_button)
        self._tools = tools = QHBoxLayout()
        tools.setSpacing(Space.M)
        tools.addWidget(self.tabs)
        tools.addStretch()
        tools.addWidget(self.search, 1)
        card = QFrame()
        mark(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.lists)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addWidget(self.mailbox)
        layout.addWidget(self.panel)
        layout.addLayout(tools)
        layout.addWidget(self.failed_tabs, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.queue_actions.bar)
        layout.addWidget(card, 1)

    def _wire(self) -> None:
        self.tabs.chosen.connect(self.show_state)
        self.failed_tabs.chosen.connect(self.show_view)
        self.search.settled.connect(self._apply_search)
        self.template_button.clicked.connect(self.template_requested)
        self.export_button.clicked.connect(self.export_requested)
        self.panel.pause_requested.connect(self.pause_requested)
        self.panel.resume_requested.connect(self.resume_requested)
        self.panel.try_requested.connect(self.try_requested)
        self.lists.show_all_requested.connect(self._show_all)
        self.queue_actions.cause_requested.connect(self._open_cause)
        self.queue_actions.search_dropped.connect(self.search.let_go)
        self.queue_actions.causes_requested.connect(lambda: self.show_view(FailedView.CAUSES))
        self.lists.rows_shown.connect(self._follow_list)
        for model in self._models.values():
            model.given_up.connect(self._show_filter)
        sent = self._models[EmailState.SENT]
        for changed in (sent.total_changed, sent.freshness.changed):
            changed.connect(self._show_number_of_sent)
        self._queue.changed.connect(self._show_queue)
        self._sending.changed.connect(self._show_sending)
        self._connection.changed.connect(self._on_connection_changed)
        self._session.logged_in.connect(self._show_service)
        self._session.admin_changed.connect(self._on_connection_changed)
        theme.changed.connect(self._paint_icons)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Some rows of the list are always seen, and all of the tabs."""
        super().resizeEvent(event)
        self.panel.set_low(low=self.height() < _ROOM_FOR_PICTURE)
        narrow = self.width() < _ROOM_FOR_SEARCH
        self.search.setMaximumWidth(_SEARCH_BESIDE_NAME if narrow else _WIDEST_SEARCH)
        if narrow:
            self._head.insertWidget(1, self.search)
        else:
            self._tools.addWidget(self.search, 1)
        self.tabs.set_room(self.width() if narrow else self.width() - self.search.minimumWidth() - Space.M)
        self.failed_tabs.set_room(self.width())

    # --- Which list ---

    def _follow_list(self) -> None:
        self.freshness.follow(self.lists.model)

    def show_state(self, state: EmailState) -> None:
        """Which list."""
        self._show_view_of(state)
        self.lists.table.updates.apply()

    def _show_view_of(self, state: EmailState) -> None:
        self._view.state = state
        self.tabs.choose(state)
        self.failed_tabs.choose(self._view.failed)
        self.failed_tabs.setVisible(state is EmailState.FAILED)
        self.export_button.setVisible(state is EmailState.SENT)
        self.search.put(self._view.search)
        self._apply_filter()

    def show_view(self, view: FailedView) -> None:
        """Which of the failed ones."""
        self._view.look_at_failed(view)
        self.show_state(EmailState.FAILED)

    def _open_cause(self, group: FailureGroup) -> None:
        self._view.open_cause(group)
        self.show_state(EmailState.FAILED)

    def model_of(self, state: EmailState) -> EmailsModel:
        """What the list of that state shows."""
        return self._models[state]

    def view_name(self) -> str:
        """Which list, to be remembered."""
        return self._view.state.value

    def show_view_named(self, name: str) -> None:
        """That one again."""
        if name in set(EmailState):
            self.show_state(EmailState(name))

    def _show_all(self) -> None:
        self.search.put("")
        self._apply_search()

    def _apply_search(self) -> None:
        self._view.search_for(self.search.text())
        self._apply_filter()

    def _apply_filter(self) -> None:
        if self._view.shows_causes:
            self.search.setPlaceholderText(self.tr("Search causes"))
            self._failures.set_search(self._view.search)
        else:
            self.search.setPlaceholderText(self.tr("Search address or name"))
            self._models[self._view.state].set_filter(self._view.email_filter())
        self.lists.show_rows()

    def _show_filter(self) -> None:
        """As the list is, whatever was searched for meanwhile."""
        if not self._view.shows_causes:
            self._view.go_back_to(self._models[self._view.state].filter)
            self._show_view_of(self._view.state)

    # --- What is known of the queue ---

    def _show_number_of_sent(self) -> None:
        """The queue's own numbers do not tell that one: of a list that is old it is not known."""
        sent = self._models[EmailState.SENT]
        if sent.is_answered and not sent.filter.search:
            self.tabs.set_number(EmailState.SENT, sent.total if sent.freshness.as_of is None else None)

    def _show_queue(self) -> None:
        counts = self._queue.counts
        self.tabs.set_number(EmailState.PENDING, counts.pending if counts else None)
        self.tabs.set_number(EmailState.PROCESSING, counts.processing if counts else None)
        self.tabs.set_number(EmailState.FAILED, counts.failed if counts else None)
        self.failed_tabs.set_numbers(counts)
        if counts is None:
            self.tabs.set_number(EmailState.SENT, None)
        self._show_summary()
        self.lists.show_rows()
        if counts is not None and not self._queue.stale and self.isVisible():
            self._throughput.note()
            self.lists.note()

    def _show_sending(self) -> None:
        """What cannot leave counts down to nothing."""
        status = self._sending.status
        self._models[EmailState.PENDING].set_sending_state(status.state if status is not None else None)

    def _show_summary(self) -> None:
        parts: list[str] = []
        if self._queue.counts is not None:
            total = QLocale().toString(self._queue.total)
            parts.append(self.tr("{0} to send").format(total) if self._queue.total else self.tr("nothing to send"))
        if self._session.service is not None and not self._queue.stale:
            rate = self.tr("at most {0} every {1} s")
            parts.append(unbroken(rate.format(self._session.service.batch_size, f"{self._session.service.interval:g}")))
        if self._queue.stale:
            parts.append(self.tr("may be old"))
        self.heading.note.say(*parts)

    def _show_service(self) -> None:
        self.mailbox.say(
            self.tr("No mail server is set: emails are captured on the server, and none leaves.")
            if self._session.captures_mail
            else ""
        )
        self._on_connection_changed()

    def _on_connection_changed(self) -> None:
        self._show_queue()
        self.export_button.setEnabled(self._connection.is_online)
        self.panel.set_why_not(self.queue_actions.why_not)
        self.lists.show_rows()

    def _paint_icons(self) -> None:
        set_icon(self.template_button, "template", theme.colors.text)
