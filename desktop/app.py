"""The desktop: builds its parts, says what follows from what, and ends them in order."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit

from desktop.backend.api import Api
from desktop.backend.errors import DeskError, LoggedOut, Unreachable
from desktop.backend.stream import Phase, Stream
from desktop.dialogs.closing import ClosingDialog
from desktop.dialogs.confirm import ConfirmActivation
from desktop.dialogs.crash import CrashDialog
from desktop.dialogs.error import show_error
from desktop.dialogs.import_wizard import ImportWizard
from desktop.dialogs.login import LoginDialog
from desktop.dialogs.progress import ProgressDialog
from desktop.dialogs.result import skipped_dialog
from desktop.models.activity import ActivityModel
from desktop.models.emails import EmailsModel
from desktop.models.failures import FailuresModel
from desktop.models.leads import LeadsModel
from desktop.models.paged import PagedModel
from desktop.models.users import UsersModel
from desktop.pages.activity import ActivityPage
from desktop.pages.email_queue import EmailQueuePage
from desktop.pages.leads import LeadsPage
from desktop.pages.settings import SettingsPage
from desktop.pages.users import UsersPage
from desktop.platform.autostart import Autostart, system_autostart
from desktop.platform.keyring import Keyring, TokenStore
from desktop.platform.language import speak
from desktop.platform.logs import crash_report, recent
from desktop.platform.notifier import system_notifier
from desktop.platform.paths import log_file
from desktop.shell.commands import Command, add_shortcuts
from desktop.shell.log_window import LogWindow
from desktop.shell.main_window import MainWindow
from desktop.shell.memory import WindowMemory
from desktop.shell.notifications import Notifications, Topic
from desktop.shell.palette import Palette
from desktop.shell.queue_desk import QueueDesk
from desktop.shell.settings_desk import SettingsDesk
from desktop.shell.sidebar import Place, Sidebar
from desktop.shell.toasts import ToastKind
from desktop.shell.tray import Tray
from desktop.state.activation_run import ActivationRun
from desktop.state.connection import Connection
from desktop.state.import_run import ImportRun
from desktop.state.lead_details import LeadDetailsState
from desktop.state.leads import LeadsFeed
from desktop.state.pausing import Pausing
from desktop.state.preferences import OnClose, Preferences
from desktop.state.presence import PresenceState
from desktop.state.queue_status import QueueState
from desktop.state.selection import LeadSelection
from desktop.state.sending import Sending
from desktop.state.session import Session
from desktop.state.throughput import ThroughputFeed
from desktop.tasks import ask, finish_all, set_error_reporter, spawn
from desktop.theme.style import theme
from desktop.theme.tokens import Scheme
from server.contract import (
    Activation,
    ActivationPreview,
    ActivationState,
    EmailState,
    Event,
    Import,
    Lead,
    LeadFilter,
    LeadsChanged,
    LeadSort,
    Page,
    Presence,
    QueueAlert,
    QueueStatus,
    Role,
    Selection,
    SendingStatus,
    SkippedLead,
)

log = logging.getLogger(__name__)


class Desk(QObject):
    """The whole desktop, in a running event loop of qasync. :meth:`start` shows it, :meth:`stop` ends it.

    Signals:
        confirm_opened: the dialog that asks for confirmation is on screen.
    """

    confirm_opened = Signal()

    def __init__(
        self,
        server_url: str,
        *,
        keyring: TokenStore | None = None,
        preferences: Preferences | None = None,
        scheme: Scheme | None = None,
        autostart: Autostart | None = None,
        quit_wanted: asyncio.Event | None = None,
    ) -> None:
        """Without ``preferences`` nothing is remembered; ``scheme`` comes before what they say."""
        super().__init__()
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            raise TypeError("The desktop needs a QApplication.")
        self.preferences = preferences or Preferences()
        speak(application, self.preferences.language.value)
        self.autostart = autostart or system_autostart()
        theme.apply(application, scheme or self.preferences.scheme)
        #: Set when the user wants to quit; whoever started the desktop then stops it.
        self.quit_wanted = quit_wanted or asyncio.Event()
        #: The address of the server whose desktop is to follow this one; None: none is.
        self.successor: str | None = None
        self._last_admin = ""
        self._note_shown = False
        self._has_been_open = False
        self._asking_preview: asyncio.Task[None] | None = None

        self.api = Api(server_url)
        self.session = Session(self.api, keyring or Keyring(), self)
        self.connection = Connection(self)
        self.queue = QueueState(self)
        self.sending = Sending(self)
        self.pausing = Pausing(self.api, self.session, self.sending, self.connection, self)
        self.throughput = ThroughputFeed(self.api, self)
        self.presence = PresenceState(self)
        self.leads_feed = LeadsFeed(self)
        self.selection = LeadSelection(self)
        self.run = ActivationRun(self.api, self.session, self.connection, self)
        self.lead_details = LeadDetailsState(self.api, self)
        self.import_run = ImportRun(self.api, self.connection, self)
        self.stream = Stream(
            self.api.server_url,
            is_ready=self.api.is_ready,
            phase_changed=self._on_phase,
            logged_out=self._end_session,
        )

        self.leads_model = LeadsModel(self.api, self.selection)
        self.email_models = {state: EmailsModel(self.api, state) for state in EmailState}
        self.failures_model = FailuresModel(self.api)

        self.users_model = UsersModel(self.api)
        self.activity_model = ActivityModel(self.api)

        self.leads_page = LeadsPage(self.leads_model, self.selection, self.connection, self.lead_details)
        self.queue_page = EmailQueuePage(
            self.email_models,
            self.failures_model,
            self.queue,
            self.sending,
            self.throughput,
            self.session,
            self.connection,
        )
        self.users_page = UsersPage(self.users_model, self.presence, self.connection)
        self.activity_page = ActivityPage(self.activity_model, self.connection)
        self.settings_page = SettingsPage(self.preferences, self.api.server_url)
        self.sidebar = Sidebar(self.queue, self.sending, self.presence, self.connection)
        self.window = MainWindow(
            sidebar=self.sidebar,
            pages={
                Place.LEADS: self.leads_page,
                Place.EMAIL_QUEUE: self.queue_page,
                Place.USERS: self.users_page,
                Place.ACTIVITY: self.activity_page,
                Place.SETTINGS: self.settings_page,
            },
            connection=self.connection,
            queue=self.queue,
        )
        self.queue_desk = QueueDesk(
            self.queue_page, self.api, self.session, self.queue, self.window, self.window.toasts, fail=self._fail
        )
        self.login = LoginDialog(self.session)
        self.log_window = LogWindow(recent, log_file())
        self.memory = WindowMemory(self.window, self.preferences)
        self.tray = Tray(self.queue, self.sending)
        self.notifications = Notifications(
            self.queue,
            self.sending,
            self.run,
            self.preferences,
            is_watched=lambda: self.window.isVisible() and self.window.isActiveWindow(),
            parent=self,
        )
        self.settings_desk = SettingsDesk(
            self.settings_page,
            self.preferences,
            self.autostart,
            self.notifications,
            self.tray,
            server_url=self.api.server_url,
            move_to=self._move_to,
            parent=self,
        )
        self.notifier = system_notifier(self.tray.icon, activated=self._on_notice_clicked)
        #: The dialog that asks for confirmation, and the one that blocks while users are created.
        self.crash: CrashDialog | None = None
        self.closing: ClosingDialog | None = None
        self.confirm: ConfirmActivation | None = None
        self.progress: ProgressDialog | None = None
        self.wizard: ImportWizard | None = None
        self._wire_events()
        self._wire_user()
        self._wire_tray()
        self._wire_notifications()
        self.commands = self._make_commands()
        add_shortcuts(self.window, self.commands)

    async def start(self, token: str | None = None) -> None:
        """Show the main window if ``token`` or else a kept login is still good, else the login window."""
        set_error_reporter(self.report)
        self.tray.set_logged_in(False)
        self.tray.start()
        self.settings_desk.start()
        if not await self.session.resume(token):
            self.login.show_again(self.session.reason)

    async def stop(self) -> None:
        """Hang up and take everything off the screen. What runs on the server goes on."""
        self.settings_desk.stop()
        if self._has_been_open:
            self.memory.save()
        self.run.forget()
        self._close_dialogs()
        for part in (self.window, self.login, self.log_window):
            part.hide()
        self.tray.stop()
        await self.stream.stop()
        await self.notifier.close()
        await finish_all()
        await self.api.close()
        # Only now: what was still under way may have told them something.
        for part in (self.window, self.login, self.log_window):
            part.deleteLater()

    def report(self, error: BaseException) -> None:
        """Say that something happened that nobody expected, and go on."""
        parent = self.window if self.window.isVisible() else None
        if isinstance(error, DeskError):
            show_error(parent, error)
        elif self.crash is not None:
            self.crash.add(crash_report(error))
        else:
            self.crash = CrashDialog(parent, crash_report(error))
            self.crash.finished.connect(self._forget_crash)
            self.crash.open()

    def _forget_crash(self) -> None:
        self.crash = None

    # --- What follows from what the server says ---

    def _wire_events(self) -> None:
        self.stream.on(Event.EMAIL_QUEUE_UPDATE, QueueStatus, self.queue.set_status)
        self.stream.on(Event.ACTIVATION_PROGRESS, Activation, self.run.on_progress)
        self.stream.on(Event.IMPORT_PROGRESS, Import, self.import_run.on_progress)
        self.stream.on(Event.LEADS_CHANGED, LeadsChanged, lambda _: self.leads_feed.changed.emit())
        self.stream.on(Event.QUEUE_ALERT, QueueAlert, self.queue.set_alert)
        self.stream.on(Event.SENDING_STATUS, SendingStatus, self.sending.set_status)
        self.stream.on(Event.PRESENCE_UPDATE, Presence, self.presence.set_presence)
        self.api.token_refused = self._end_session
        self.connection.retry_requested.connect(self.stream.retry_now)
        self.leads_feed.changed.connect(self.leads_model.refresh)
        self.session.logged_in.connect(self._on_logged_in)
        self.session.logged_out.connect(self._on_logged_out)
        self.run.started.connect(self._on_run_started)
        self.run.finished.connect(self._on_run_finished)
        self.run.failed.connect(self._fail)
        self.leads_feed.changed.connect(self.lead_details.refresh)
        self.queue.changed.connect(self.lead_details.refresh_email)
        self.import_run.finished.connect(self.leads_feed.changed)
        for model in self._models():
            model.load_failed.connect(lambda error, model=model: self._on_load_failed(model, error))

    def _on_phase(self, phase: Phase, problem: str, retry_in: float | None) -> None:
        self.connection.set_phase(phase, problem, retry_in)
        if phase is not Phase.ONLINE:
            self.queue.set_stale()
            self.sending.set_stale()
            return
        # What was missed is not known: everything on screen is asked for again. The queue's numbers come unasked.
        self.leads_feed.changed.emit()
        spawn(self.run.reattach(), name="reattach")

    def _end_session(self, reason: str) -> None:
        spawn(self.session.end(reason), name="end the session")

    def _on_logged_in(self) -> None:
        if self.session.admin is None or self.api.token is None:
            return
        name = self.session.admin.username
        if name != self._last_admin:
            self.selection.clear()
        self._last_admin = name
        self.sidebar.set_admin(self.session.admin)
        self.leads_page.set_may_change(self.session.admin.role is not Role.VIEWER)
        self.tray.set_logged_in(True)
        self.login.hide()
        if not self._has_been_open:
            self._has_been_open = True
            self.memory.restore()
        self.window.go_to(self.memory.place)
        self.window.come_to_front()
        self.leads_model.refresh()
        self.stream.start(self.api.token)
        if self.session.keyring_note and not self._note_shown:
            self._note_shown = True
            self.window.toasts.show(self.session.keyring_note)

    def _on_logged_out(self, reason: str) -> None:
        spawn(self.stream.stop(), name="hang up")
        self.run.forget()
        self._close_dialogs()
        self.window.hide()
        for toast in tuple(self.window.toasts.shown):
            toast.dismiss()
        self.tray.set_logged_in(False)
        self.connection.set_phase(Phase.OFFLINE)
        self.queue.clear()
        self.sending.clear()
        self.presence.set_presence(None)
        if not reason:  # wanted; otherwise the same admin finds everything as it was
            self.selection.clear()
            for model in self._models():
                model.clear()
            self.failures_model.clear()
            self.throughput.clear()
        self.login.show_again(reason)

    def _on_load_failed(self, model: PagedModel[Any], error: DeskError) -> None:
        if isinstance(error, LoggedOut) or (isinstance(error, Unreachable) and not self.connection.is_online):
            return  # the login window or the banner says it already
        if model.total == 0:
            return  # the page says it where its rows would be
        self.window.toasts.show(
            f"{error.title} {error.message}",
            ToastKind.WARNING,
            action_text=self.tr("Try again"),
            action=model.refresh,
        )

    # --- An activation, from the question to the toasts ---

    def _ask_to_confirm(self) -> None:
        if self.selection.count == 0 or self.run.busy or self.confirm is not None:
            return
        if self._asking_preview is not None and not self._asking_preview.done():
            return
        selection = self.selection.as_request()

        def confirm(preview: ActivationPreview) -> None:
            self.confirm = ConfirmActivation(preview, self.window)
            self.confirm.accepted.connect(lambda: self._activate(selection))
            self.confirm.finished.connect(self._forget_confirm)
            self.confirm.open()
            self.confirm_opened.emit()

        self._asking_preview = ask(
            self.window, self.api.preview_activation(selection), done=confirm, failed=self._fail, name="preview"
        )

    def _forget_confirm(self) -> None:
        self.confirm = None

    def _activate(self, selection: Selection) -> None:
        spawn(self.run.start(selection), name="activate")

    def _on_run_started(self) -> None:
        self.progress = ProgressDialog(self.run, self.window)
        self.progress.stop_requested.connect(self._stop_run)
        self.progress.finished.connect(self._forget_progress)
        self.progress.open()

    def _forget_progress(self) -> None:
        self.progress = None

    def _stop_run(self) -> None:
        ask(self.window, self.run.stop(), done=lambda _: None, failed=self._fail, name="stop the activation")

    def _on_run_finished(self, activation: Activation) -> None:
        self.selection.clear()
        toasts = self.window.toasts
        if activation.state is ActivationState.STOPPED:
            toasts.show(self.tr("Stopped. The other leads are as they were."), ToastKind.WARNING)
        if activation.created:
            toasts.show(self._created_text(activation.created), ToastKind.SUCCESS)
            toasts.show(
                self.tr("Open Email Queue to follow them."),
                ToastKind.INFO,
                action_text=self.tr("Open"),
                action=self._open_queue,
            )
        elif activation.state is ActivationState.FINISHED:
            toasts.show(self.tr("No users were created."), ToastKind.WARNING)
        if activation.skipped:
            ask(
                self.window,
                self.api.skipped(activation.id),
                done=self._show_skipped,
                failed=self._fail,
                name="skipped leads",
            )

    def _created_text(self, users: int) -> str:
        if users == 1:
            return self.tr("1 user created. 1 email is being sent in the background.")
        text = self.tr("{0} users created. {0} emails are being sent in the background.")
        return text.format(QLocale().toString(users))

    def _show_skipped(self, leads: tuple[SkippedLead, ...]) -> None:
        if leads:
            skipped_dialog(self.window, leads).open()

    # --- What the user does ---

    def _wire_user(self) -> None:
        self.leads_page.activate_requested.connect(self._ask_to_confirm)
        self.leads_page.select_all_requested.connect(self._select_all)
        self.leads_page.import_requested.connect(self.open_import)
        self.settings_page.log_requested.connect(self.log_window.open)
        self.leads_page.file_dropped.connect(self.open_import)
        self.leads_page.export_requested.connect(self._ask_where_to_export)
        self.leads_page.details_requested.connect(self.lead_details.show)
        self.sidebar.logout_requested.connect(self._log_out)
        self.window.close_requested.connect(self._on_window_closed)
        self.login.close_requested.connect(self.quit_wanted.set)

    def _wire_tray(self) -> None:
        self.tray.open_requested.connect(self.open)
        self.tray.queue_requested.connect(self._open_queue)
        self.tray.pause_requested.connect(self.pausing.toggle)
        self.tray.logout_requested.connect(self._log_out)
        self.tray.quit_requested.connect(self.quit_wanted.set)
        self.tray.available_changed.connect(self._on_tray_changed)
        self.pausing.failed.connect(self._fail)
        for may_have_changed in (self.sending.changed, self.connection.changed, self.session.logged_in):
            may_have_changed.connect(lambda: self.tray.set_may_pause(may=self.pausing.is_possible))

    def _wire_notifications(self) -> None:
        self.notifications.noticed.connect(lambda notice: spawn(self.notifier.show(notice), name="show a notification"))

    def _on_notice_clicked(self, key: str) -> None:
        if self.session.admin is not None:
            self.window.go_to(Place.LEADS if key == Topic.ACTIVATED.value else Place.EMAIL_QUEUE)
            if key == Topic.FAILED.value:
                self.queue_page.show_state(EmailState.FAILED)
        self.open()

    def _make_commands(self) -> tuple[Command, ...]:
        buttons = self.sidebar.buttons
        places = [
            Command(
                self.tr("Go to {0}").format(button.text()),
                partial(self.window.go_to, place),
                f"Ctrl+{place + 1}",
                button.isEnabled,
            )
            for place, button in buttons.items()
        ]
        return (
            *places,
            Command(self.tr("Commands"), self.open_palette, "Ctrl+K"),
            Command(self.tr("Search on this page"), self._search, "Ctrl+F", lambda: self._search_field() is not None),
            Command(self.tr("Refresh"), self._refresh, "F5", lambda: self.connection.is_online),
            Command(
                self.tr("Activate the picked leads"),
                self._ask_to_confirm,
                "Ctrl+Return",
                self.leads_page.activate_button.isEnabled,
            ),
            Command(self.tr("Import leads"), self.open_import, "Ctrl+I", self.leads_page.import_button.isEnabled),
            Command(
                self.tr("Export leads"), self._ask_where_to_export, "Ctrl+E", self.leads_page.export_button.isEnabled
            ),
            Command(
                self.tr("Pause sending"),
                self.pausing.toggle,
                possible=lambda: self.pausing.is_possible and not self.pausing.is_paused,
            ),
            Command(
                self.tr("Resume sending"),
                self.pausing.toggle,
                possible=lambda: self.pausing.is_possible and self.pausing.is_paused,
            ),
            Command(
                self.tr("Connect now"),
                self.connection.retry_now,
                "Ctrl+R",
                lambda: self.connection.phase is Phase.OFFLINE,
            ),
            Command(self.tr("Use the light theme"), lambda: setattr(self.preferences, "scheme", Scheme.LIGHT)),
            Command(self.tr("Use the dark theme"), lambda: setattr(self.preferences, "scheme", Scheme.DARK)),
            Command(self.tr("Show the log"), self.log_window.open, "Ctrl+L"),
            Command(self.tr("Close the window"), self.window.close, "Ctrl+W"),
            Command(self.tr("Log out"), self._log_out),
            Command(self.tr("Quit"), self.quit_wanted.set, "Ctrl+Q"),
        )

    def open_palette(self) -> Palette:
        """Let one type what is to be done."""
        palette = Palette(self.window, [each for each in self.commands if each.run != self.open_palette])
        palette.open()
        return palette

    def _search_field(self) -> QLineEdit | None:
        field = getattr(self.window.pages.currentWidget(), "search", None)
        return field if isinstance(field, QLineEdit) else None

    def _search(self) -> None:
        if (field := self._search_field()) is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def _refresh(self) -> None:
        """Ask again for what is on screen; the rest is asked for when it is looked at."""
        shown: dict[Place, tuple[PagedModel[Any], ...]] = {
            Place.LEADS: (self.leads_model,),
            Place.EMAIL_QUEUE: tuple(self.email_models.values()),
            Place.USERS: (self.users_model,),
            Place.ACTIVITY: (self.activity_model,),
        }
        for model in shown.get(self.window.place, ()):
            model.refresh()
        if self.window.place is Place.EMAIL_QUEUE:
            self.failures_model.refresh()
            self.throughput.note()

    def _select_all(self, leads: LeadFilter) -> None:
        def select(page: Page[Lead]) -> None:
            self.selection.select_all_matching(leads, page.total)

        count = self.api.leads(leads, sort=LeadSort.CREATED_AT, descending=False, after=None, skip=0, limit=1)
        ask(self.window, count, done=select, failed=self._fail, name="count leads")

    def open_import(self, path: Path | None = None) -> None:
        """The way from a file to leads, beginning with the file if there is one already."""
        if self.wizard is None:
            self.import_run.reset()
            self.wizard = ImportWizard(self.import_run, self.window)
            self.wizard.finished.connect(self._forget_wizard)
            self.wizard.open()
        if path is not None:
            self.import_run.open(path)

    def _ask_where_to_export(self) -> None:
        dialog = QFileDialog(self.window, self.tr("Export leads"), str(Path.home() / "leads.csv"), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export_leads(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_leads(self, path: Path) -> None:
        """Save the leads that match, in the order of the list."""

        def saved(_: None) -> None:
            self.window.toasts.show(self.tr("Saved as {0}.").format(path.name), ToastKind.SUCCESS)

        ask(self.window, self.leads_model.export(path), done=saved, failed=self._fail, name="export leads")

    def _forget_wizard(self) -> None:
        self.wizard = None

    def _move_to(self, server_url: str) -> None:
        """Begin anew with that server; what runs on the present one goes on."""
        self.successor = server_url
        self.quit_wanted.set()

    def _log_out(self) -> None:
        spawn(self.session.logout(), name="log out")

    def _on_window_closed(self) -> None:
        if not self.tray.available:  # it could not be found again
            self.quit_wanted.set()
            return
        match self.preferences.on_close:
            case OnClose.TO_TRAY:
                self._hide_in_tray()
            case OnClose.QUIT:
                self.quit_wanted.set()
            case OnClose.ASK:
                self.closing = ClosingDialog(self.window)
                self.closing.chosen.connect(self._on_closing_chosen)
                self.closing.open()

    def _on_closing_chosen(self, stay: bool, remember: bool) -> None:
        if remember:
            self.preferences.on_close = OnClose.TO_TRAY if stay else OnClose.QUIT
        if stay:
            self._hide_in_tray()
        else:
            self.quit_wanted.set()

    def _hide_in_tray(self) -> None:
        self.memory.save()
        self.window.hide()

    def _on_tray_changed(self, available: bool) -> None:
        if not available and self.session.admin is not None and self.window.isHidden():
            self.window.come_to_front()  # else nobody would find it again

    def open(self) -> None:
        """Bring to the front what there is: the main window, or the login."""
        if self.session.admin is not None:
            self.window.come_to_front()
        else:
            self.login.show_again(self.session.reason)

    def _open_queue(self) -> None:
        if self.session.admin is not None:
            self.window.go_to(Place.EMAIL_QUEUE)
        self.open()

    # --- Both ---

    def _fail(self, error: DeskError) -> None:
        if not isinstance(error, LoggedOut):  # of that, the login window tells
            show_error(self.window, error)

    def _close_dialogs(self) -> None:
        """Also the blocking one, which does not let itself be closed."""
        self.confirm = self.progress = self.wizard = self.crash = None
        self.import_run.reset()
        for dialog in self.window.findChildren(QDialog):
            dialog.hide()
            dialog.deleteLater()

    def _models(self) -> tuple[PagedModel[Any], ...]:
        return (self.leads_model, self.users_model, self.activity_model, *self.email_models.values())
