"""The Email Queue page: what waits, what is being sent, what failed, and what was sent. Live."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import QLocale, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.models.emails import EmailFilter, EmailsModel
from desktop.models.failures import FailuresModel
from desktop.pages.action_bar import ActionBar, action_text, emails_text
from desktop.pages.email_list import EmailList
from desktop.pages.failure_list import FailureList
from desktop.pages.heading import Heading
from desktop.pages.live_table import LiveTable
from desktop.pages.not_here import say_why_not_here
from desktop.pages.nothing_there import nothing_there
from desktop.pages.notice import Notice
from desktop.pages.sending_panel import SendingPanel
from desktop.pages.table import EmptyState
from desktop.state.connection import Connection
from desktop.state.email_actions import Chosen, EmailAction, for_many, of_cause, one, part_of, possible
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.state.session import Session
from desktop.state.throughput import ThroughputFeed
from desktop.theme.icons import icon, set_icon
from desktop.theme.one_of import OneOf
from desktop.theme.style import mark, say_on_tab, theme
from desktop.theme.tokens import Space
from server.contract import EmailState, FailureGroup, MailMode, QueuePart, Role

_TYPING_PAUSE_MS = 250
_CLOCK_MS = 1000


class FailedView(Enum):
    """What of the failed ones is shown."""

    CAUSES = 0
    FAILED = 1
    HELD = 2
    #: The emails of one cause.
    CAUSE = 3


class EmailQueuePage(QWidget):
    """Shows one list at a time and asks for what is to be done; whoever listens does it.

    Signals:
        action_requested: an action, and the :class:`Chosen` emails it is for.
        open_requested: an email whose history is wanted.
        captured_requested: an email that is wanted as the local mailbox keeps it.
        select_all_requested: the state whose list, all of it, is to be picked.
        template_requested, pause_requested, resume_requested: the buttons.
    """

    action_requested = Signal(EmailAction, object)
    open_requested = Signal(object)
    captured_requested = Signal(object)
    select_all_requested = Signal(EmailState)
    template_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()

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
        self._throughput = throughput
        self._session = session
        self._connection = connection
        self._state = EmailState.PENDING
        self._view = FailedView.CAUSES
        self._group: FailureGroup | None = None
        self._searches: dict[EmailState, str] = {}
        #: What is shown instead of rows is about the server, not about the list.
        self._is_not_here = False
        self._names = {
            EmailState.PENDING: self.tr("Waiting"),
            EmailState.PROCESSING: self.tr("Sending"),
            EmailState.FAILED: self.tr("Failed"),
            EmailState.SENT: self.tr("Sent"),
        }
        mark(self, "page")
        self._build(sending)
        self._wire()
        self._paint_icons()
        self._show_service()
        self._show_queue()
        self.show_state(EmailState.PENDING)

    # --- Parts ---

    def _build(self, sending: Sending) -> None:
        self.heading = Heading(self.tr("Email Queue"))
        self.template_button = QPushButton(self.tr("Template…"))
        self.mailbox = Notice("notice", "info")
        self.panel = SendingPanel(sending, self._throughput)
        self.bar = ActionBar()
        self.lists = {state: EmailList(model) for state, model in self._models.items()}
        self.causes = FailureList(self._failures)
        self.causes.setAccessibleName(self.tr("Failures by cause"))
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        for widget in (*self.lists.values(), self.causes, self.empty):
            self._stack.addWidget(widget)
        for state, table in self.lists.items():
            table.setAccessibleName(self._names[state])

        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.heading, 1)
        head.addWidget(self.template_button)
        tools = QHBoxLayout()
        tools.setSpacing(Space.M)
        tools.addWidget(self._build_tabs())
        tools.addStretch()
        tools.addWidget(self._build_search(), 1)
        card = QFrame()
        mark(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self._stack)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addWidget(self.mailbox)
        layout.addWidget(self.panel)
        layout.addLayout(tools)
        layout.addWidget(self._build_views(), alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.bar)
        layout.addWidget(card, 1)

    def _build_tabs(self) -> QFrame:
        frame, layout = _tabs()
        self._tabs = OneOf(self)
        self.tabs: dict[EmailState, QPushButton] = {}
        for number, state in enumerate(self._names):
            button = self.tabs[state] = _tab()
            self._tabs.addButton(button, number)
            layout.addWidget(button)
            self.set_number(state, None)
        return frame

    def _build_views(self) -> QFrame:
        """Within the failed ones."""
        self._views_frame, layout = _tabs()
        self._views = OneOf(self)
        names = {
            FailedView.CAUSES: self.tr("By cause"),
            FailedView.FAILED: self.tr("All failed"),
            FailedView.HELD: self.tr("Held"),
        }
        self.views: dict[FailedView, QPushButton] = {}
        for view, name in names.items():
            button = self.views[view] = _tab()
            say_on_tab(button, name)
            self._views.addButton(button, view.value)
            layout.addWidget(button)
        self.views[FailedView.CAUSES].setChecked(True)
        return self._views_frame

    def _build_search(self) -> QLineEdit:
        self.search = QLineEdit()
        self.search.setAccessibleName(self.tr("Search emails"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(300)
        self._search_icon = self.search.addAction(
            icon("search", theme.colors.muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_PAUSE_MS)
        return self.search

    def _wire(self) -> None:
        self._tabs.idClicked.connect(lambda number: self.show_state(list(self._names)[number]))
        self._views.idClicked.connect(lambda number: self.show_view(FailedView(number)))
        self._typing.timeout.connect(self._apply_search)
        self.search.textEdited.connect(lambda _: self._typing.start())
        self.search.returnPressed.connect(self._apply_search)
        self.template_button.clicked.connect(self.template_requested)
        self.panel.pause_requested.connect(self.pause_requested)
        self.panel.resume_requested.connect(self.resume_requested)
        self.empty.action_requested.connect(self._on_empty_action)
        self.bar.requested.connect(lambda action: self._request(action, self._meant_by_bar()))
        self.bar.widen_requested.connect(self._on_widen)
        self.bar.clear_requested.connect(self._on_clear)
        for state, table in self.lists.items():
            self._wire_list(state, table)
        self.causes.open_requested.connect(lambda row: self._open_group(self._failures.group_at(row)))
        self.causes.delete_requested.connect(lambda: self._request(EmailAction.DISCARD, self._meant_by_row()))
        self.causes.menu_requested.connect(lambda _row, where: self._show_menu(where))
        self.causes.selectionModel().currentChanged.connect(lambda *_: self._show_bar())
        self._failures.loaded.connect(self._show_list)
        self._failures.modelReset.connect(self._show_list)
        self._failures.dataChanged.connect(lambda *_: self._show_bar())
        self._failures.load_failed.connect(self._show_list)
        # Times tick by themselves; nothing is fetched for it.
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._queue.changed.connect(self._show_queue)
        self._connection.changed.connect(self._on_connection_changed)
        self._session.logged_in.connect(self._show_service)
        theme.changed.connect(self._paint_icons)

    def _wire_list(self, state: EmailState, table: EmailList) -> None:
        model = self._models[state]
        model.total_changed.connect(lambda _total: self._on_total_changed(state))
        model.loaded.connect(self._show_list)
        model.load_failed.connect(self._show_list)
        model.picks.changed.connect(self._show_bar)
        table.open_requested.connect(lambda row: self._open_email(state, row))
        table.delete_requested.connect(lambda: self._request(EmailAction.DISCARD, self._meant_by_row()))
        table.menu_requested.connect(lambda _row, where: self._show_menu(where))
        table.updates.changed.connect(lambda: None if table.updates.waiting else table.say_pill(""))

    # --- What the user does ---

    def show_state(self, state: EmailState) -> None:
        """Which list."""
        self._typing.stop()
        self._state = state
        self.tabs[state].setChecked(True)
        self._views_frame.setVisible(state is EmailState.FAILED)
        self.search.setText(self._searches.get(state, ""))
        self._apply_filter()
        self.table.updates.apply()

    def filter_text(self) -> str:
        """Which list, and what is searched in it, to be remembered."""
        return f"{self._state.value} {self.search.text()}"

    def set_filter_text(self, text: str) -> None:
        """Show that again."""
        name, _, search = text.partition(" ")
        if name in set(EmailState):
            self._searches[EmailState(name)] = search[:200]
            self.show_state(EmailState(name))

    def show_view(self, view: FailedView) -> None:
        """Which of the failed ones."""
        self._view = view
        if view is not FailedView.CAUSE:
            self._group = None
            self.views[view].setChecked(True)
        else:
            self.views[FailedView.CAUSES].setChecked(True)  # which leads back
        self.show_state(EmailState.FAILED)

    def model_of(self, state: EmailState) -> EmailsModel:
        """What the list of that state shows."""
        return self._models[state]

    @property
    def table(self) -> LiveTable:
        """The one that is chosen, also while it is empty."""
        return self.causes if self._shows_causes else self.lists[self._state]

    @property
    def _shows_causes(self) -> bool:
        return self._state is EmailState.FAILED and self._view is FailedView.CAUSES

    def _apply_search(self) -> None:
        self._typing.stop()
        self._searches[self._state] = self.search.text().strip()[:200]
        self._apply_filter()

    def _apply_filter(self) -> None:
        text = self._searches.get(self._state, "")
        self.search.setPlaceholderText(
            self.tr("Search causes") if self._shows_causes else self.tr("Search address or name")
        )
        if self._shows_causes:
            self._failures.set_search(text)
        elif self._state is EmailState.FAILED:
            cause = self._group.cause if self._group is not None else None
            held = None if self._group is not None else self._view is FailedView.HELD
            self._models[self._state].set_filter(EmailFilter(text, cause, held))
        else:
            self._models[self._state].set_filter(EmailFilter(text))
        self._show_list()

    def _open_group(self, group: FailureGroup | None) -> None:
        if group is not None:
            self._group = group
            self._searches.pop(EmailState.FAILED, None)
            self.show_view(FailedView.CAUSE)

    def _open_email(self, state: EmailState, row: int) -> None:
        email = self._models[state].row_at(row)
        if email is not None:
            self.open_requested.emit(email)

    def _request(self, action: EmailAction, meant: tuple[Chosen, tuple[EmailAction, ...]] | None) -> None:
        if meant is not None and action in meant[1] and not self.why_not:
            self.action_requested.emit(action, meant[0])

    def _on_widen(self) -> None:
        if self._shows_causes:
            self._open_group(self.causes.current_group)
        elif self._models[self._state].picks.count:
            self.select_all_requested.emit(self._state)
        else:
            self.show_view(FailedView.CAUSES)

    def _on_clear(self) -> None:
        self._models[self._state].picks.clear()

    def _on_empty_action(self) -> None:
        if self._is_not_here or not self._searches.get(self._state):
            self.table.updates.apply()
        else:
            self.search.clear()
            self._apply_search()

    def _show_menu(self, where: QPoint) -> None:
        meant = self._meant_by_row()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        if self._shows_causes:
            group = self.causes.current_group
            menu.addAction(self.tr("Show emails"), lambda: self._open_group(group))
        else:
            row = self.table.currentIndex().row()
            email = self._models[self._state].row_at(row)
            menu.addAction(self.tr("History"), lambda: self._open_email(self._state, row))
            if email is not None and self._state is EmailState.SENT and self.captures:
                menu.addAction(self.tr("Open captured email"), lambda: self.captured_requested.emit(email))
        if meant is not None:
            menu.addSeparator()
            for action in meant[1]:
                entry = menu.addAction(action_text(action))
                entry.setEnabled(not self.why_not)
                entry.setToolTip(self.why_not)
                entry.triggered.connect(lambda _checked=False, action=action: self._request(action, meant))
        menu.popup(where)

    # --- What is meant ---

    @property
    def why_not(self) -> str:
        """Why nothing can be changed at the moment; empty: it can."""
        if not self._connection.is_online:
            return self.tr("The server cannot be reached.")
        admin = self._session.admin
        if admin is not None and admin.role is Role.VIEWER:
            return self.tr("Viewers may look on but change nothing. Ask an operator or an owner.")
        return ""

    @property
    def captures(self) -> bool:
        """Whether the server keeps emails instead of sending them."""
        service = self._session.service
        return service is not None and service.mail_mode is MailMode.MAILBOX

    def whole_list(self, state: EmailState, count: int) -> tuple[Chosen, QueuePart] | None:
        """Everything that is listed, counted as so many; None: the server takes no such choice."""
        return self._models[state].whole(count, cause_is_held=self._group is not None and self._group.held)

    def _meant_by_bar(self) -> tuple[Chosen, tuple[EmailAction, ...]] | None:
        """The cause that is current or open, or what is picked, and what can be done with it."""
        if self._shows_causes:
            group = self.causes.current_group
            return of_cause(group) if group is not None else None
        model = self._models[self._state]
        picked = model.picks.chosen()
        if picked is not None:
            return picked, model.picks.actions()
        if self._group is None or self._state is not EmailState.FAILED or not model.total:
            return None
        whole = self.whole_list(self._state, model.total)
        return (whole[0], for_many(whole[1])) if whole is not None else None

    def _meant_by_row(self) -> tuple[Chosen, tuple[EmailAction, ...]] | None:
        """The row that is current, with all that are picked if it is one of them."""
        if self._shows_causes:
            return self._meant_by_bar()
        model = self._models[self._state]
        row = self.table.currentIndex().row()
        email = model.row_at(row) if row >= 0 else None
        if email is None or model.picks.is_picked(email):
            return self._meant_by_bar() if model.picks.count else None
        return (one(email), actions) if (actions := possible(part_of(email))) else None

    # --- What is shown ---

    def set_number(self, state: EmailState, number: int | None) -> None:
        """On a tab; None: not known."""
        text = "–" if number is None else QLocale().toString(number)
        say_on_tab(self.tabs[state], f"{self._names[state]}  {text}")
        self.tabs[state].setAccessibleName(f"{self._names[state]}: {text}")

    def _on_total_changed(self, state: EmailState) -> None:
        model = self._models[state]
        if state is EmailState.SENT and not model.filter.search:
            self.set_number(state, model.total)
        if state is self._state:
            self._show_list()

    @property
    def _model(self) -> EmailsModel | FailuresModel:
        return self._failures if self._shows_causes else self._models[self._state]

    def _show_list(self) -> None:
        if self._model.total > 0:
            self._stack.setCurrentWidget(self.table)
        else:
            self._say_why_empty()
            self._stack.setCurrentWidget(self.empty)
        self._show_bar()

    def _say_why_empty(self) -> None:
        model = self._model
        self._is_not_here = say_why_not_here(
            self.empty, error=model.error, known=model.is_known, online=self._connection.is_online
        )
        if self._is_not_here:
            return
        if self._searches.get(self._state):
            self.empty.say(
                "search", self.tr("Nothing matches"), self.tr("Nothing here contains it."), self.tr("Show all")
            )
        else:
            held = self._view is FailedView.HELD
            self.empty.say(*nothing_there(self._state, held=held))

    def _show_bar(self) -> None:
        why_not = self.why_not
        meant = self._meant_by_bar()
        actions = meant[1] if meant is not None else ()
        if self._shows_causes:
            group = self.causes.current_group
            if group is None:
                self.bar.hide()
                return
            text = f"{emails_text(group.count)}: {group.cause}"
            self.bar.show_choice(text, actions, why_not=why_not, widen=self.tr("Show emails"))
            return
        model = self._models[self._state]
        picks = model.picks
        if picks.count:
            can_widen = not picks.covers_all and picks.count < model.total
            self.bar.show_choice(
                self.tr("{0} selected").format(QLocale().toString(picks.count)),
                actions,
                why_not=why_not,
                widen=self._select_all_text() if can_widen and self.whole_list(self._state, 0) is not None else "",
                clear=self.tr("Clear"),
            )
        elif self._group is not None and self._state is EmailState.FAILED:
            text = f"{emails_text(model.total)}: {self._group.cause}"
            self.bar.show_choice(text, actions, why_not=why_not, widen=self.tr("All causes"))
        else:
            self.bar.hide()

    def _select_all_text(self) -> str:
        if self._searches.get(self._state):
            return self.tr("Select all that match")
        return self.tr("Select all {0}").format(QLocale().toString(self._models[self._state].total))

    def say_new(self, table: LiveTable, news: int | None) -> None:
        """What is kept back from that list: so many more than shown, fewer, or (None) not counted."""
        if not table.updates.waiting:
            return
        number = QLocale().toString(abs(news or 0))
        if news:
            table.say_pill(self.tr("{0} new").format(number) if news > 0 else self.tr("{0} gone").format(number))
        else:
            table.say_pill(self.tr("Show changes"))

    def _show_queue(self) -> None:
        status = self._queue.status
        self.set_number(EmailState.PENDING, status.pending if status else None)
        self.set_number(EmailState.PROCESSING, status.processing if status else None)
        self.set_number(EmailState.FAILED, status.failed if status else None)
        if status is None:
            self.set_number(EmailState.SENT, None)
        self._show_summary()
        if status is not None and not self._queue.stale and self.isVisible():
            self._throughput.note()
            self.table.updates.note()
            if self._state is not EmailState.SENT:
                self.lists[EmailState.SENT].updates.note()  # for its number

    def _show_summary(self) -> None:
        parts: list[str] = []
        if self._queue.status is not None:
            total = QLocale().toString(self._queue.total)
            parts.append(self.tr("{0} waiting").format(total) if self._queue.total else self.tr("nothing waits"))
        if self._session.service is not None:
            rate = self.tr("at most {0} every {1} s")
            parts.append(rate.format(self._session.service.batch_size, f"{self._session.service.interval:g}"))
        if self._queue.stale:
            parts.append(self.tr("not connected, may be old"))
        self.heading.note.setText("  ·  ".join(parts))

    def _show_service(self) -> None:
        self.mailbox.say(
            self.tr("No mail server is set: emails are captured on the server, and none leaves.")
            if self.captures
            else ""
        )
        self._show_summary()
        self._on_connection_changed()

    def _on_connection_changed(self) -> None:
        self._show_queue()
        self.panel.set_why_not(self.why_not)
        self._show_list()

    def _tick(self) -> None:
        if self.isVisible():
            self.table.viewport().update()

    def _paint_icons(self) -> None:
        self._search_icon.setIcon(icon("search", theme.colors.muted))
        set_icon(self.template_button, "template", theme.colors.text)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What happened meanwhile was not followed."""
        super().showEvent(event)
        if self._session.admin is not None:
            self.table.updates.apply()
            if self._state is not EmailState.SENT:
                self.lists[EmailState.SENT].updates.apply()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is followed that nobody sees."""
        super().hideEvent(event)
        for table in (*self.lists.values(), self.causes):
            table.updates.rest()


def _tabs() -> tuple[QFrame, QHBoxLayout]:
    frame = QFrame()
    mark(frame, "tabs")
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(3, 3, 3, 3)
    layout.setSpacing(2)
    return frame, layout


def _tab() -> QPushButton:
    button = QPushButton()
    button.setCheckable(True)
    mark(button, "tab")
    return button
