"""The desktop: builds its parts, says what follows from what, and ends them in order."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog

from desktop.backend.api import Api
from desktop.backend.stream import Phase, Stream
from desktop.dialogs.dialog import when_nothing_is_unsaved
from desktop.dialogs.login import LoginDialog
from desktop.models.activity import ActivityModel
from desktop.models.admins import AdminsModel
from desktop.models.emails import EmailsModel
from desktop.models.failures import FailuresModel
from desktop.models.leads import LeadsModel
from desktop.models.paged import PagedModel
from desktop.models.users import UsersModel
from desktop.pages.activity import ActivityPage
from desktop.pages.admins import AdminsPage
from desktop.pages.email_queue import EmailQueuePage
from desktop.pages.leads import LeadsPage
from desktop.pages.settings import SettingsPage
from desktop.pages.users import UsersPage
from desktop.platform.autostart import Autostart, system_autostart
from desktop.platform.keyring import Keyring, TokenStore
from desktop.platform.language import speak
from desktop.platform.logs import recent
from desktop.platform.notifier import system_notifier
from desktop.platform.paths import log_file
from desktop.shell.account_desk import AccountDesk
from desktop.shell.activation_desk import ActivationDesk
from desktop.shell.admins_desk import AdminsDesk
from desktop.shell.announcer import Announcer
from desktop.shell.command_desk import CommandDesk
from desktop.shell.error_desk import ErrorDesk
from desktop.shell.export_desk import ExportDesk
from desktop.shell.leads_desk import LeadsDesk
from desktop.shell.log_window import LogWindow
from desktop.shell.main_window import MainWindow
from desktop.shell.memory import WindowMemory
from desktop.shell.notifications import Notifications, Topic
from desktop.shell.queue_desk import QueueDesk
from desktop.shell.settings_desk import SettingsDesk
from desktop.shell.sidebar import Place, Sidebar
from desktop.shell.tray import Tray
from desktop.shell.window_desk import WindowDesk
from desktop.state.activation_run import ActivationRun
from desktop.state.audit_check import AuditCheckState
from desktop.state.clock import screen_clock
from desktop.state.connection import Connection
from desktop.state.hidden_picks import HiddenPicks
from desktop.state.import_list import ImportList
from desktop.state.import_run import ImportRun
from desktop.state.lead_details import LeadDetailsState
from desktop.state.leads import LeadsFeed
from desktop.state.pausing import Pausing
from desktop.state.preferences import Preferences
from desktop.state.presence import PresenceState
from desktop.state.queue_status import QueueState
from desktop.state.returning import Returning
from desktop.state.selection import LeadSelection
from desktop.state.sending import Sending
from desktop.state.session import Session
from desktop.state.snapshots import Snapshots
from desktop.state.throughput import ThroughputFeed
from desktop.state.unseen_import import UnseenImport
from desktop.tasks import finish_all, set_error_reporter, spawn
from desktop.theme.style import theme
from desktop.theme.tokens import Scheme
from server.contract import (
    Admin,
    AdminsChanged,
    EmailState,
    Event,
    Import,
    LeadsChanged,
    Presence,
)
from server.contract.snapshot import Snapshot

_REASON_SECONDS = 1.0  # in which the stream says why a login has ended


class Desk(QObject):
    """The whole desktop, in a running event loop of qasync. :meth:`start` shows it, :meth:`stop` ends it."""

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
        self.autostart = autostart or system_autostart()
        speak(application, self.preferences.language.value)
        theme.apply(application, scheme or self.preferences.scheme)
        #: Set when the user wants to quit; whoever started the desktop then stops it.
        self.quit_wanted = quit_wanted or asyncio.Event()
        #: The address of the server whose desktop is to follow this one; None: none is.
        self.successor: str | None = None
        self._last_admin = ""
        self._note_shown = False
        self._has_been_open = False
        self._build_state(Api(server_url), keyring or Keyring())
        self._build_pages()
        self._build_shell()
        self._build_desks()
        self._wire_events()
        self._wire_session()
        self._wire_tray()

    # --- Parts ---

    def _build_state(self, api: Api, keyring: TokenStore) -> None:
        self.api = api
        self.session = Session(api, keyring, self)
        self.connection = Connection(self)
        self.returning = Returning(api, self.session, self.connection, self)
        self.queue = QueueState(self)
        self.sending = Sending(self)
        self.pausing = Pausing(api, self.session, self.sending, self.connection, self)
        self.throughput = ThroughputFeed(api, self)
        self.presence = PresenceState(self)
        self.audit_check = AuditCheckState(api, self.session, self.connection, self)
        self.leads_feed = LeadsFeed(self)
        self.selection = LeadSelection(self)
        self.hidden_picks = HiddenPicks(api, self.selection, self)
        self.run = ActivationRun(api, self.session, self.connection, self)
        self.snapshots = Snapshots(self.queue, self.sending, self.run, self)
        self.lead_details = LeadDetailsState(api, self)
        self.import_run = ImportRun(api, self.connection, self)
        self.imports = ImportList(api, self)
        self.unseen_import = UnseenImport(self.imports, self.session, self.import_run, self.preferences, self)
        self.stream = Stream(
            api.server_url,
            is_ready=api.is_ready,
            phase_changed=self._on_phase,
            logged_out=self._end_session,
        )

    def _build_pages(self) -> None:
        self.leads_model = LeadsModel(self.api, self.selection)
        self.email_models = {state: EmailsModel(self.api, state) for state in EmailState}
        self.failures_model = FailuresModel(self.api)
        self.users_model = UsersModel(self.api)
        self.activity_model = ActivityModel(self.api)
        self.admins_model = AdminsModel(self.api)
        self.leads_page = LeadsPage(
            self.leads_model, self.selection, self.hidden_picks, self.connection, self.lead_details
        )
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
        self.activity_page = ActivityPage(self.activity_model, self.audit_check, self.connection)
        self.admins_page = AdminsPage(self.admins_model, self.session, self.connection)
        self.settings_page = SettingsPage(self.preferences, self.api.server_url)

    def _build_shell(self) -> None:
        self.sidebar = Sidebar(self.queue, self.sending, self.presence, self.connection)
        self.window = MainWindow(
            sidebar=self.sidebar,
            pages={
                Place.LEADS: self.leads_page,
                Place.EMAIL_QUEUE: self.queue_page,
                Place.USERS: self.users_page,
                Place.ACTIVITY: self.activity_page,
                Place.SETTINGS: self.settings_page,
                Place.ADMINS: self.admins_page,
            },
            connection=self.connection,
            queue=self.queue,
        )
        self.login = LoginDialog(self.session, self.preferences)
        self.log_window = LogWindow(recent, log_file())
        self.announcer = Announcer(
            self.window, self.window.toasts, self.sidebar.sending_line, self.sending, self.connection
        )
        self.memory = WindowMemory(self.window, self.preferences)
        self.tray = Tray(self.queue, self.sending, self.connection)
        self.notifications = Notifications(
            self.queue,
            self.sending,
            self.run,
            self.preferences,
            is_watched=lambda: QApplication.activeWindow() is not None,
            parent=self,
        )
        self.notifier = system_notifier(self.tray.icon, activated=self._on_notice_clicked)

    def _build_desks(self) -> None:
        """What the user does in the window, each kind of it in a home of its own."""
        window, api = self.window, self.api
        self.error_desk = ErrorDesk(window)
        fail, quit_desktop = self.error_desk.fail, self._quit
        self.window_desk = WindowDesk(
            window, self.login, self.tray, self.memory, self.session, self.preferences, quit_desktop=quit_desktop
        )
        self.activation_desk = ActivationDesk(
            self.leads_page, self.leads_model, self.run, self.selection, api, window, fail=fail
        )
        exports = ExportDesk(window, fail=fail)
        exports.offer(self.users_page.export_requested, self.tr("Export users"), "users.csv", self.users_model.export)
        exports.offer(
            self.queue_page.export_requested,
            self.tr("Export emails"),
            "emails.csv",
            self.email_models[EmailState.SENT].export,
        )
        exports.offer(
            self.activity_page.export_requested,
            self.tr("Export the activity"),
            "activity.csv",
            self.activity_model.export,
        )
        self.leads_desk = LeadsDesk(
            self.leads_page,
            self.leads_model,
            self.selection,
            self.lead_details,
            self.import_run,
            self.imports,
            self.unseen_import,
            api,
            window,
            exports,
            fail=fail,
        )
        self.queue_desk = QueueDesk(self.queue_page, api, self.session, self.queue, window, window.toasts, fail=fail)
        self.admins_desk = AdminsDesk(self.admins_page, api, self.session, window)
        self.account_desk = AccountDesk(self.settings_page, self.leads_page, api, self.session, self.connection, window)
        self.settings_desk = SettingsDesk(
            self.settings_page,
            self.preferences,
            self.autostart,
            self.notifications,
            self.tray,
            server_url=api.server_url,
            move_to=self._move_to,
            parent=self,
        )
        self.command_desk = CommandDesk(
            window,
            self.connection,
            self.pausing,
            self.preferences,
            self.leads_page,
            self.activation_desk,
            self.leads_desk,
            self.admins_desk,
            self.account_desk,
            refreshers={
                Place.LEADS: [self.leads_model.refresh],
                Place.EMAIL_QUEUE: [
                    *(model.refresh for model in self.email_models.values()),
                    self.failures_model.refresh,
                    self.throughput.note,
                ],
                Place.USERS: [self.users_model.refresh],
                Place.ACTIVITY: [self.activity_model.refresh, self.audit_check.look],
                Place.ADMINS: [self.admins_model.refresh],
            },
            show_log=self.log_window.open,
            log_out=self._log_out,
            quit_desktop=quit_desktop,
        )

    # --- From the beginning to the end ---

    async def start(self, token: str | None = None) -> None:
        """Show the main window if ``token`` or else a kept login is still good, else the login window.

        Where the server cannot be reached, the main window waits for it.
        """
        set_error_reporter(self.error_desk.report)
        screen_clock.start()
        self.tray.set_logged_in(False)
        self.tray.start()
        self.settings_desk.start()
        await self.session.resume(token)
        if self.session.is_expected:
            self._wait_for_server()
        elif self.session.admin is None:
            self.login.show_again(self.session.reason)
            # Only now that there is a window that it belongs to: the keyring's password may be asked for.
            spawn(self._resume_from_locked_keyring(), name="look into the keyring")

    async def _resume_from_locked_keyring(self) -> None:
        await self.session.resume(may_ask=True)
        if self.session.is_expected:
            self.login.hide()
            self._wait_for_server()
        elif self.session.admin is None and self.session.reason:
            self.login.show_again(self.session.reason)

    def _wait_for_server(self) -> None:
        self.returning.start()
        self._open_window()

    async def stop(self) -> None:
        """Hang up and take everything off the screen. What runs on the server goes on."""
        self.settings_desk.stop()
        screen_clock.stop()
        if self._has_been_open:
            self.memory.save()
        self.run.forget()
        self.imports.forget()
        self.close_dialogs()
        for part in (self.window, self.login, self.log_window):
            part.hide()
        self.tray.stop()
        self.returning.stop()
        await self.stream.stop()
        self.notifications.stop()
        await self.notifier.close()
        self.api.token = None  # nothing more is asked
        await finish_all()
        await self.api.close()
        # Only now: what was still under way may have told them something.
        for part in (self.window, self.login, self.log_window):
            part.deleteLater()

    def close_dialogs(self) -> None:
        """Also the blocking one, which does not let itself be closed."""
        for desk in (self.activation_desk, self.leads_desk, self.error_desk):
            desk.forget_dialogs()
        for dialog in self.window.findChildren(QDialog):
            dialog.hide()
            dialog.deleteLater()

    def _quit(self) -> None:
        when_nothing_is_unsaved(self.quit_wanted.set)

    def _move_to(self, server_url: str) -> None:
        """Begin anew with that server; what runs on the present one goes on."""
        self.successor = server_url
        self.quit_wanted.set()

    # --- What follows from what the server says ---

    def _wire_events(self) -> None:
        self.stream.on(Event.DESK_SNAPSHOT, Snapshot, self.snapshots.take)
        self.stream.on(Event.IMPORT_PROGRESS, Import, self._on_import_progress)
        self.stream.on(Event.LEADS_CHANGED, LeadsChanged, lambda _: self.leads_feed.changed.emit())
        self.stream.on(Event.PRESENCE_UPDATE, Presence, self.presence.set_presence)
        self.stream.on(Event.ADMINS_CHANGED, AdminsChanged, lambda _: self.admins_page.refresh())
        self.stream.on(Event.ACCOUNT_CHANGED, Admin, self.session.set_admin)
        self.connection.retry_requested.connect(self.stream.retry_now)
        self.login.server_chosen.connect(self.settings_desk.choose_server)
        self.returning.changed.connect(self._on_waiting_changed)
        self.window.banner.login_requested.connect(lambda: self.login.show_again(""))
        self.leads_feed.changed.connect(self.leads_model.refresh)
        self.leads_feed.changed.connect(self.lead_details.refresh)
        self.queue.changed.connect(self.lead_details.refresh_email)
        self.import_run.finished.connect(self.leads_feed.changed)
        self.unseen_import.ended.connect(lambda _: self.leads_feed.changed.emit())
        self.activation_desk.queue_wanted.connect(self.window_desk.open_queue)
        self.settings_page.log_requested.connect(self.log_window.open)
        for model in self._models():
            self.error_desk.watch(model)

    def _on_phase(self, phase: Phase, problem: str, retry_in: float | None) -> None:
        self.connection.set_phase(phase, problem, retry_in)
        if phase is not Phase.ONLINE:
            self.snapshots.lose()
            return
        # What was missed is not known: everything on screen is asked for again. The queue's numbers come unasked.
        self.leads_feed.changed.emit()
        spawn(self.run.reattach(), name="reattach")
        self.imports.refresh()

    def _on_import_progress(self, progress: Import) -> None:
        self.import_run.on_progress(progress)
        self.imports.on_progress(progress)

    # --- Login and logout ---

    def _wire_session(self) -> None:
        self.api.token_refused = self._on_token_refused
        self.session.logged_in.connect(self._on_logged_in)
        self.session.logged_out.connect(self._on_logged_out)
        self.sidebar.logout_requested.connect(self._log_out)
        self.tray.logout_requested.connect(self._log_out)

    def _log_out(self) -> None:
        def log_out() -> None:
            self.returning.stop()
            spawn(self.session.logout(), name="log out")

        when_nothing_is_unsaved(log_out)

    def _end_session(self, reason: str) -> None:
        spawn(self.session.end(reason), name="end the session")

    def _on_token_refused(self, reason: str) -> None:
        spawn(self._end_in_a_moment(reason), name="end the refused session")

    async def _end_in_a_moment(self, reason: str) -> None:
        """The stream may be about to say why: disabled, reset, ended elsewhere."""
        token = self.api.token
        if self.connection.is_online:
            await asyncio.sleep(_REASON_SECONDS)
        if self.api.token == token:
            await self.session.end(reason)

    def _on_logged_in(self) -> None:
        if self.session.admin is None or self.api.token is None:
            return
        name = self.session.admin.username
        if name != self._last_admin:
            self.selection.clear()
        self._last_admin = name
        self.account_desk.show_rights()
        self.tray.set_logged_in(True)
        self.login.hide()
        if self.returning.is_waiting:  # its window is there, wherever its user has put it
            self.returning.stop()
        else:
            self._open_window()
        self.leads_model.refresh()
        self.stream.start(self.api.token)
        if self.session.keyring_note and not self._note_shown:
            self._note_shown = True
            self.window.toasts.show(self.session.keyring_note)

    def _open_window(self) -> None:
        if not self._has_been_open:
            self._has_been_open = True
            self.memory.restore()
        self.window.go_to(self.memory.place)
        self.window.come_to_front()
        self.window.focus_page()

    def _on_waiting_changed(self) -> None:
        self.window.banner.offer_login(offered=self.returning.is_waiting)
        self.tray.set_waiting(waiting=self.returning.is_waiting)

    def _on_logged_out(self, reason: str) -> None:
        self.returning.stop()
        spawn(self.stream.stop(), name="hang up")
        self.run.forget()
        self.imports.forget()
        self.close_dialogs()
        self.window.hide()
        for toast in tuple(self.window.toasts.shown):
            toast.dismiss()
        self.tray.set_logged_in(False)
        self.connection.set_phase(Phase.OFFLINE)
        self.snapshots.forget()
        self.presence.set_presence(None)
        if not reason:  # wanted; otherwise the same admin finds everything as it was
            self.selection.clear()
            for model in self._models():
                model.clear()
            self.failures_model.clear()
            self.throughput.clear()
            self.audit_check.clear()
        self.login.show_again(reason)

    def _models(self) -> tuple[PagedModel[Any], ...]:
        return (
            self.leads_model,
            self.users_model,
            self.activity_model,
            self.admins_model,
            *self.email_models.values(),
        )

    # --- Outside of the window ---

    def _wire_tray(self) -> None:
        self.tray.pause_requested.connect(self.pausing.toggle)
        self.tray.quit_requested.connect(self._quit)
        self.pausing.failed.connect(self.error_desk.fail)
        session = self.session
        for may_have_changed in (
            self.sending.changed,
            self.connection.changed,
            session.logged_in,
            session.admin_changed,
        ):
            may_have_changed.connect(lambda: self.tray.set_may_pause(may=self.pausing.is_possible))
        self.notifications.noticed.connect(lambda notice: spawn(self.notifier.show(notice), name="show a notification"))
        self.notifications.withdrawn.connect(
            lambda key: spawn(self.notifier.withdraw(key), name="take back a notification")
        )

    def _on_notice_clicked(self, key: str) -> None:
        self.notifications.seen()
        self.window_desk.open_at(Place.LEADS if key == Topic.ACTIVATED.value else Place.EMAIL_QUEUE)
        if key == Topic.FAILED.value and self.session.admin is not None:
            self.queue_page.show_state(EmailState.FAILED)
