"""Every page and every dialog of the desktop, and how each comes on screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog, QWidget

from desktop.app import Desk
from desktop.backend.errors import Unreachable
from desktop.backend.lookout import Found, Who
from desktop.dialogs.admins import AddAdmin, ChangeRole, ConfirmAdmin, ShowPassword
from desktop.dialogs.captured_email import CapturedEmailDialog
from desktop.dialogs.closing import ClosingDialog
from desktop.dialogs.confirm import ConfirmActivation
from desktop.dialogs.email_actions import ConfirmEmails, CorrectAddress, PauseSending
from desktop.dialogs.email_history import EmailHistoryDialog
from desktop.dialogs.import_ending import StopImport, UndoImport
from desktop.dialogs.import_wizard import ImportWizard
from desktop.dialogs.logins import LoginsDialog
from desktop.dialogs.new_password import NewPasswordDialog
from desktop.dialogs.result import skipped_dialog
from desktop.dialogs.template import TemplateConflict, TemplateDialog
from desktop.models.chosen import ChosenModel
from desktop.models.failures import FailuresModel
from desktop.models.paged import PagedModel
from desktop.pages.chosen_list import ChosenList
from desktop.pages.queue_view import FailedView
from desktop.shell.sidebar import Place
from desktop.shell.toasts import ToastKind
from desktop.state.admin_actions import AdminAction
from desktop.state.connection import Phase
from desktop.state.email_actions import Chosen, EmailAction, one
from desktop.state.import_run import ImportStep
from desktop.wording.sentences import worded
from desktop.wording.troubles import Trouble
from server.contract import (
    Activation,
    ActivationPreview,
    ActivationState,
    Admin,
    AdminAccount,
    BounceReading,
    CapturedEmail,
    EmailSelection,
    EmailState,
    ErrorCode,
    EstimateBasis,
    FileFormat,
    Import,
    ImportCheck,
    ImportLines,
    ImportNote,
    ImportPreview,
    ImportProblem,
    ImportState,
    Lead,
    LeadField,
    LeadFilter,
    LeadStatus,
    LoginSession,
    OneTimePassword,
    Phrase,
    Problem,
    QueuedEmail,
    Role,
    Selection,
    SendingState,
    SendingStatus,
    Sentence,
    SkippedLead,
    SkipReason,
    TemplatePart,
    TemplateProblem,
    TrialResult,
)
from server.contract.import_codes import Encoding, ImportNoteCode, ImportProblemCode
from tests.desktop.conftest import until

_ID = "5f43a1c2d4e5f60718293a4b"
_DATABASE_AWAY = Problem.of(ErrorCode.UNAVAILABLE, Phrase.DATABASE_AWAY.says())
_WHY = "The mail server moves to its new home"
_IN_ENGLISH = "The server has something to say."  # to programs
_PATIENCE = 120.0  # seconds: of 100,000 leads the embedded database reads every one for each answer


@dataclass(frozen=True)
class Scene:
    """Something to be looked at. ``show`` puts it on a clean screen and answers the widget to look at."""

    name: str
    show: Callable[[Desk], Awaitable[QWidget]]


def clear_away(desk: Desk) -> None:
    """A clean screen: the main window as it is after the login."""
    desk.run.forget()
    desk.imports.forget()
    desk.close_dialogs()
    desk.log_window.hide()
    desk.login.hide()
    desk.login.server_choice.hide()
    desk.login.server_button.show()
    desk.window.banner.offer_login(offered=False)
    for toast in tuple(desk.window.toasts.shown):
        toast.dismiss()
    if not desk.connection.is_online:
        desk.connection.set_phase(Phase.ONLINE)
        desk.queue.stale = desk.sending.stale = False
        desk.sending.changed.emit()
        desk.queue.changed.emit()
    if (said := _said_of_sending.pop(desk, None)) is not None:
        desk.sending.set_status(said)
    desk.selection.clear()
    desk.leads_page.details_button.setChecked(False)
    desk.leads_page._list_all()
    for model in desk.email_models.values():
        model.picks.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


# --- Pages ---


async def _loaded(model: PagedModel[Any] | FailuresModel) -> None:
    """Its first rows are here."""
    if not model._loading and (model.error is not None or not model.is_known):
        model.refresh()
    await until(
        lambda: model.is_known and not model._loading, model.loaded, seconds=_PATIENCE, what=type(model).__name__
    )


async def _leads(desk: Desk) -> QWidget:
    desk.window.go_to(Place.LEADS)
    await _loaded(desk.leads_model)
    return desk.window


async def _leads_picked(desk: Desk) -> QWidget:
    """Three picked, one of them looked at."""
    await _leads(desk)
    table = desk.leads_page.table
    desk.leads_model.set_rows_selected(range(3), selected=True)
    table.setCurrentIndex(table.model().index(0, 1))
    desk.leads_page.details_button.setChecked(True)
    if desk.lead_details.lead is not None:
        await until(lambda: desk.lead_details.details, desk.lead_details.changed, seconds=_PATIENCE, what="details")
    return desk.window


async def _leads_only_picked(desk: Desk) -> QWidget:
    """Two of them, and nobody else in the list."""
    await _leads(desk)
    desk.leads_model.set_rows_selected(range(2), selected=True)
    desk.leads_page.selection_bar.only_button.click()
    await _loaded(desk.leads_model)
    return desk.window


async def _leads_users(desk: Desk) -> QWidget:
    """Those who are users: nobody here can be picked, somebody else is."""
    await _leads(desk)
    desk.leads_model.set_rows_selected(range(2), selected=True)
    desk.leads_page.tabs.group.button(3).click()
    await _loaded(desk.leads_model)
    await until(lambda: desk.hidden_picks.number is not None, desk.hidden_picks.changed, what="how many are hidden")
    return desk.window


def _queue(state: EmailState, view: FailedView = FailedView.CAUSES) -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        page = desk.queue_page
        desk.window.go_to(Place.EMAIL_QUEUE)
        page.show_view(view) if state is EmailState.FAILED else page.show_state(state)
        await _loaded(page.lists.model)
        await until(
            lambda: desk.throughput.throughput and desk.queue.counts and desk.sending.status,
            desk.throughput.changed,
            desk.queue.changed,
            desk.sending.changed,
            seconds=_PATIENCE,
            what="the numbers of the queue",
        )
        return desk.window

    return show


async def _queue_picked(desk: Desk) -> QWidget:
    """The first ones of those that failed."""
    await _queue(EmailState.FAILED, FailedView.FAILED)(desk)
    model = desk.email_models[EmailState.FAILED]
    model.picks.set_picked(model.known_rows()[:3], picked=True)
    return desk.window


async def _queue_cause(desk: Desk) -> QWidget:
    """The most frequent cause is the current row."""
    await _queue(EmailState.FAILED)(desk)
    desk.queue_page.lists.causes.setCurrentIndex(desk.failures_model.index(0, 1))
    return desk.window


async def _users(desk: Desk) -> QWidget:
    desk.window.go_to(Place.USERS)
    await _loaded(desk.users_model)
    return desk.window


async def _activity(desk: Desk) -> QWidget:
    desk.window.go_to(Place.ACTIVITY)
    await _loaded(desk.activity_model)
    return desk.window


async def _admins(desk: Desk) -> QWidget:
    """The first but oneself is chosen, if there is one."""
    desk.window.go_to(Place.ADMINS)
    await _loaded(desk.admins_model)
    desk.admins_page.choose(desk.admins_model.admins[:2][-1].id)
    return desk.window


async def _settings(desk: Desk) -> QWidget:
    desk.window.go_to(Place.SETTINGS)
    return desk.window


PAGES = (
    Scene("leads", _leads),
    Scene("leads-picked", _leads_picked),
    Scene("leads-only-picked", _leads_only_picked),
    Scene("leads-users", _leads_users),
    Scene("queue-waiting", _queue(EmailState.PENDING)),
    Scene("queue-sending", _queue(EmailState.PROCESSING)),
    Scene("queue-failed-by-cause", _queue_cause),
    Scene("queue-failed", _queue(EmailState.FAILED, FailedView.FAILED)),
    Scene("queue-failed-picked", _queue_picked),
    Scene("queue-bounced", _queue(EmailState.FAILED, FailedView.BOUNCED)),
    Scene("queue-held", _queue(EmailState.FAILED, FailedView.HELD)),
    Scene("queue-sent", _queue(EmailState.SENT)),
    Scene("users", _users),
    Scene("activity", _activity),
    Scene("settings", _settings),
    Scene("admins", _admins),
)


# --- What pages look like when their rows are not here ---

_SHOWN: Mapping[str, Callable[[Desk], Awaitable[QWidget]]] = {
    "leads": _leads,
    "queue": _queue(EmailState.PENDING),
    "users": _users,
    "activity": _activity,
    "admins": _admins,
}


def _model_of(desk: Desk, page: str) -> PagedModel[Any]:
    return {
        "leads": desk.leads_model,
        "queue": desk.email_models[EmailState.PENDING],
        "users": desk.users_model,
        "activity": desk.activity_model,
        "admins": desk.admins_model,
    }[page]


def _go_offline(desk: Desk) -> None:
    desk._on_phase(Phase.OFFLINE, Trouble.UNREACHABLE.title, 12.0)


def _loading(page: str) -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        await _SHOWN[page](desk)
        model = _model_of(desk, page)
        model.clear()
        model.refresh()  # the answer comes with the event loop, later
        return desk.window

    return show


def _offline(page: str, *, known: bool) -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        await _SHOWN[page](desk)
        _go_offline(desk)
        desk.window.banner._appear()  # at once: nobody is spared a line that may be gone soon
        if not known:
            _model_of(desk, page).clear()
        return desk.window

    return show


async def _waiting(desk: Desk) -> QWidget:
    """A kept login waits for its server."""
    await _offline("leads", known=False)(desk)
    desk.window.banner.offer_login(offered=True)
    return desk.window


def _refused(page: str) -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        await _SHOWN[page](desk)
        model = _model_of(desk, page)
        model.clear()
        model._fail(0, Unreachable(Trouble.UNAVAILABLE, problem=_DATABASE_AWAY))
        return desk.window

    return show


def _old(page: str) -> Callable[[Desk], Awaitable[QWidget]]:
    """The last refresh has failed."""

    async def show(desk: Desk) -> QWidget:
        await _SHOWN[page](desk)
        _model_of(desk, page)._fail(0, Unreachable(Trouble.UNAVAILABLE, problem=_DATABASE_AWAY))
        return desk.window

    return show


async def _searching(desk: Desk) -> QWidget:
    """For longer than goes unnoticed."""
    await _leads(desk)
    desk.leads_page.search.setText("mu")
    desk.leads_page._apply_filter()
    desk.leads_model.freshness._on_slow()  # the answer comes with the event loop, later
    return desk.window


async def _nothing_matches(desk: Desk) -> QWidget:
    await _leads(desk)
    desk.leads_page.search.setText("nobody is called like this")
    desk.leads_page._apply_filter()
    await until(lambda: desk.leads_model.total == 0, desk.leads_model.loaded, seconds=_PATIENCE, what="no leads")
    return desk.window


async def _importing(desk: Desk) -> QWidget:
    await _leads(desk)
    desk.leads_page.import_strip.show_imports(_IMPORTS[:1], may_stop=True)
    return desk.window


STATES = (
    *(Scene(f"{page}-loading", _loading(page)) for page in _SHOWN),
    *(Scene(f"{page}-offline", _offline(page, known=True)) for page in _SHOWN),
    Scene("leads-waiting", _waiting),
    *(Scene(f"{page}-offline-unknown", _offline(page, known=False)) for page in _SHOWN),
    *(Scene(f"{page}-refused", _refused(page)) for page in _SHOWN),
    *(Scene(f"{page}-old", _old(page)) for page in _SHOWN),
    Scene("leads-searching", _searching),
    Scene("leads-nothing-matches", _nothing_matches),
    Scene("leads-importing", _importing),
)


# --- How sending can stand ---

#: What the server had said of sending before a scene said otherwise.
_said_of_sending: dict[Desk, SendingStatus] = {}


def _stands(
    state: SendingState, said: Sentence | None = None, **numbers: Any
) -> tuple[str, Callable[[Desk], Awaitable[QWidget]]]:
    """``said``: why; ``numbers``: those of a status that are not empty, its moments as a length of time from now."""

    async def show(desk: Desk) -> QWidget:
        await _queue(EmailState.PENDING)(desk)
        now = datetime.now(UTC)
        known = {name: now + each if isinstance(each, timedelta) else each for name, each in numbers.items()}
        assert desk.sending.status is not None
        _said_of_sending.setdefault(desk, desk.sending.status)
        desk.sending.set_status(
            desk.sending.status.model_copy(
                update={
                    "state": state,
                    "message": "" if said is None else _IN_ENGLISH,
                    "sentence": said,
                    **dict.fromkeys(("next_at", "next_count", "finished_at", "basis", "per_minute")),
                    "warnings": (),
                    "bounces": None,
                    **known,
                }
            )
        )
        return desk.window

    return state.value, show


_SOON, _LATER = timedelta(seconds=48), timedelta(minutes=34)
_HOURS = "Mon-Fri 08:00-18:00 Europe/Berlin"
_BY_LIMITS = {"finished_at": _LATER, "basis": EstimateBasis.LIMITS}
_LOGIN_REFUSED = Phrase.MAIL_LOGIN_REFUSED.says(answer="535 5.7.8 Authentication credentials invalid")
_LOGIN_ENDS = Phrase.SECRET_ENDS.says(
    account="welcome@northern-lights-shipping.example", wait=12 * 86400, setting="SMTP_OAUTH_CLIENT_SECRET"
)
_BOUNCES_UNREAD = BounceReading(
    name="bounces@imap.northern-lights-shipping.example",
    message=_IN_ENGLISH,
    sentence=Phrase.BOUNCES_LOGIN_REFUSED.says(answer="[AUTHENTICATIONFAILED] Authentication failed."),
)
_NO_ANSWER = Phrase.NO_ANSWER.says(server="smtp.northern-lights-shipping.example:587")

SENDING = tuple(
    Scene(f"sending-{name}{kind}", show)
    for kind, (name, show) in (
        ("", _stands(SendingState.IDLE)),
        ("", _stands(SendingState.SENDING, finished_at=_LATER, basis=EstimateBasis.MEASURED)),
        ("-last-due", _stands(SendingState.SENDING, finished_at=_LATER, basis=EstimateBasis.DUE)),
        ("-no-end", _stands(SendingState.SENDING)),
        ("", _stands(SendingState.SLOWED, per_minute=5.0, **_BY_LIMITS)),
        ("-somehow", _stands(SendingState.SLOWED)),
        ("", _stands(SendingState.LIMITED, next_at=_SOON, next_count=50, **_BY_LIMITS)),
        ("-no-room", _stands(SendingState.LIMITED)),
        ("", _stands(SendingState.WAITING, next_at=_SOON, finished_at=_LATER, basis=EstimateBasis.DUE)),
        ("-no-end", _stands(SendingState.WAITING)),
        ("", _stands(SendingState.BLOCKED, _LOGIN_REFUSED, next_at=_SOON)),
        ("-no-answer", _stands(SendingState.BLOCKED, _NO_ANSWER, next_at=-_SOON)),
        ("-others-go-on", _stands(SendingState.BLOCKED, Phrase.OTHERS_GO_ON.says(problem=_NO_ANSWER))),
        ("-newer-server", _stands(SendingState.BLOCKED, Sentence(code="ofANewerServer"), next_at=_SOON)),
        ("-login-ends", _stands(SendingState.SENDING, warnings=(_LOGIN_ENDS,), **_BY_LIMITS)),
        ("-bounces-unread", _stands(SendingState.SENDING, bounces=_BOUNCES_UNREAD, **_BY_LIMITS)),
        ("", _stands(SendingState.PAUSED, Phrase.PAUSED_BY.says(name="ben"))),
        ("", _stands(SendingState.CLOSED, Phrase.OUTSIDE_OF_HOURS.says(hours=_HOURS), next_at=_SOON, **_BY_LIMITS)),
        ("-because", _stands(SendingState.PAUSED, Phrase.PAUSED_BECAUSE.says(name="ben", why=_WHY))),
    )
)


# --- Dialogs, and other windows ---


def _opened(dialog: QDialog) -> QDialog:
    dialog.open()
    return dialog


def _last_dialog(desk: Desk) -> QDialog:
    return [dialog for dialog in desk.window.findChildren(QDialog) if dialog.isVisible()][-1]


async def _login(desk: Desk) -> QWidget:
    desk.login.name.setText("ann")
    desk.login.show_again("")
    return desk.login


async def _login_refused(desk: Desk) -> QWidget:
    desk.login.show_again(worded(Phrase.PASSWORD_RESET.says()))
    return desk.login


def _login_elsewhere(who: Who) -> Callable[[Desk], Awaitable[QWidget]]:
    """What is said of an address."""

    async def show(desk: Desk) -> QWidget:
        desk.login.show_again("")
        desk.login.choose_server()
        choice = desk.login.server_choice
        choice.field.setText("desk.firm.example/desk")
        choice._pause.stop()
        choice._take(Found("https://desk.firm.example/desk", who, "0.1.0"))
        return desk.login

    return show


async def _new_password(desk: Desk) -> QWidget:
    dialog = NewPasswordDialog(desk.window)
    dialog.open()
    dialog.refuse(worded(Phrase.PASSWORD_COMMON.says()))
    return dialog


async def _change_password(desk: Desk) -> QWidget:
    dialog = NewPasswordDialog(desk.window, asks_for_present=True)
    dialog.open()
    dialog.refuse(worded(Phrase.PRESENT_PASSWORD_WRONG.says()))
    return dialog


def _account(role: Role = Role.OPERATOR) -> AdminAccount:
    return AdminAccount(id=_ID, username="ben", role=role, disabled=False, is_online=True, created_at=datetime.now(UTC))


async def _add_admin(desk: Desk) -> QWidget:
    dialog = AddAdmin(desk.window)
    dialog.name.setText("ben")
    dialog.open()
    dialog.refuse(worded(Phrase.NAME_TAKEN.says(name="ben")))
    return dialog


async def _change_role(desk: Desk) -> QWidget:
    return _opened(ChangeRole(_account(), is_me=False, parent=desk.window))


async def _change_own_role(desk: Desk) -> QWidget:
    dialog = ChangeRole(_account(Role.OWNER), is_me=True, parent=desk.window)
    dialog.roles.buttons[Role.VIEWER].click()
    dialog.open()
    dialog.refuse(worded(Phrase.LAST_OWNER.says(name="ben")))
    return dialog


def _confirm_admin(action: AdminAction) -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        return _opened(ConfirmAdmin(action, _account(), desk.window))

    return show


async def _one_time_password(desk: Desk) -> QWidget:
    admin = Admin(id=_ID, username="ben", role=Role.OPERATOR, must_change_password=True)
    return _opened(ShowPassword(OneTimePassword(admin=admin, password="abcde-fghjk-mnpqr-stuvw"), desk.window))


_DEVICES = ("Activation Desk (anns-laptop, Linux)", "Activation Desk (WS-0417, Windows)", "curl/8.5.0", "")
_LONG_DEVICE = "Activation Desk (build-agent-with-a-long-name-17.berlin.firm.example, Windows Server 2025)"


def _logins(*devices: str, is_me: bool, network: str = "192.0.2.") -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        now = datetime.now(UTC)
        logins = [
            LoginSession(
                id=f"{number}",
                device=device,
                address=f"{network}{number + 7}",
                created_at=now - timedelta(days=number * 9),
                last_used_at=now - timedelta(hours=number * 31),
                expires_at=now + timedelta(days=3),
                current=is_me and number == 0,
            )
            for number, device in enumerate(devices)
        ]
        dialog = LoginsDialog("ben", is_me=is_me, parent=desk.window)
        dialog.show_logins(logins)
        dialog.table.selectRow(1)
        return _opened(dialog)

    return show


def _lead(name: str) -> Lead:
    now = datetime.now(UTC)
    return Lead(id=_ID, email="nobody@firm.example", name=name, status=LeadStatus.NEW, created_at=now)


async def _confirm_some(desk: Desk, *, unfolded: bool) -> QWidget:
    preview = ActivationPreview(
        selected=1_250,
        activatable=1_200,
        already_users=31,
        unusable=17,
        in_another_activation=2,
        last_email_at=datetime.now(UTC) + timedelta(minutes=12),
        some=tuple(_lead(name) for name in ("Ada Lovelace", "Jürgen Groß", "")),
        beyond=2,
        some_beyond=(_lead("Zoë Quinn"), _lead("")),
    )

    people = ChosenList(ChosenModel(desk.api, Selection(matching=LeadFilter()), LeadFilter()), preview.beyond)
    dialog = ConfirmActivation(preview, desk.window, people=people)
    _opened(dialog)
    if unfolded:
        await until(lambda: dialog.windowHandle().isExposed(), what="the dialog, where it is put")
        dialog.unfold_button.click()
        await until(lambda: people._model.is_known, people._model.loaded, what="the people")
    return dialog


async def _confirm(desk: Desk) -> QWidget:
    return await _confirm_some(desk, unfolded=False)


async def _confirm_unfolded(desk: Desk) -> QWidget:
    return await _confirm_some(desk, unfolded=True)


async def _confirm_none(desk: Desk) -> QWidget:
    preview = ActivationPreview(
        selected=3, activatable=0, already_users=3, unusable=0, in_another_activation=0, last_email_at=None
    )
    return _opened(ConfirmActivation(preview, desk.window))


def _running(desk: Desk, state: ActivationState, **numbers: int) -> QWidget:
    activation = Activation(
        id=_ID, request_id="gallery-1", admin="ann", state=state, created_at=datetime.now(UTC), **numbers
    )
    desk.run._begin(activation, activation.request_id)
    assert desk.activation_desk.progress is not None
    return desk.activation_desk.progress


async def _progress(desk: Desk) -> QWidget:
    return _running(desk, ActivationState.RUNNING, total=100, claimed=100, created=48, skipped=2)


async def _progress_reserving(desk: Desk) -> QWidget:
    return _running(desk, ActivationState.CLAIMING, total=10_000, claimed=3_400, created=0, skipped=0)


async def _progress_offline(desk: Desk) -> QWidget:
    dialog = await _progress(desk)
    _go_offline(desk)
    return dialog


async def _result(desk: Desk) -> QWidget:
    reasons = (
        (SkipReason.ALREADY_USER, Phrase.ALREADY_USER.says()),
        (SkipReason.ADDRESS_REFUSED, Phrase.ADDRESS_REFUSED.says()),
    )
    leads = [
        SkippedLead(
            lead_id=_ID, email=f"lead{n}@firm.example", name=f"Lead {n}", reason=reason, message="", sentence=said
        )
        for n in range(12)
        for reason, said in (reasons[n % 2],)
    ]
    return _opened(skipped_dialog(desk.window, leads))


_LEADS_FILE = ImportPreview(
    id=_ID,
    file_name="fair-leads-november.csv",
    format=FileFormat.CSV,
    encoding=Encoding.WESTERN,
    delimiter=";",
    sheet=None,
    sheets=(),
    header_row=3,
    columns=("E-Mail", "Vorname", "Nachname", "Firma", "Telefon", "Notiz"),
    rows=(
        *(
            (f"lead{n}@firm.example", "Jürgen", "Groß", "Firm GmbH & Co. KG", "+49 30 901820", "met at the fair")
            for n in range(5)
        ),
        ("lead1012@@firm", "Zoë", "Ærø", "", "", ""),
    ),
    row_lines=(4, 5, 6, 7, 8, 1012),
    problems=(ImportProblem(line=1012, value="lead1012@@firm", code=ImportProblemCode.BAD_DOMAIN, reason=""),),
    mapping={
        LeadField.EMAIL: 0,
        LeadField.FIRST_NAME: 1,
        LeadField.LAST_NAME: 2,
        LeadField.COMPANY: 3,
        LeadField.PHONE: 4,
    },
    notes=(
        ImportNote(code=ImportNoteCode.ENCODING_GUESSED, params={"encoding": "cp1252"}, text=""),
        ImportNote(code=ImportNoteCode.ABOVE_HEADER, params={"count": 2, "line": 3}, text=""),
    ),
)
_LEADS_WORKBOOK = _LEADS_FILE.model_copy(
    update={
        "file_name": "fair-leads-november.xlsx",
        "format": FileFormat.XLSX,
        "encoding": None,
        "delimiter": None,
        "sheet": "Messe",
        "sheets": ("Messe", "Liste"),
        "hidden_sheets": ("Liste",),
        "notes": (
            ImportNote(code=ImportNoteCode.HIDDEN_ROWS, params={"count": 118}, text=""),
            ImportNote(code=ImportNoteCode.HIDDEN_SHEETS, params={"count": 1}, text=""),
        ),
    }
)
_REFUSED = tuple(
    ImportProblem(line=17 * n + 2, value=f"lead{n}@@firm", code=code, params=params, reason="")
    for n in range(8)
    for code, params in (
        (
            (ImportProblemCode.BAD_DOMAIN, {}),
            (ImportProblemCode.FEWER_CELLS, {"cells": 2, "columns": 6}),
        )[n % 3 == 0],
    )
)
_LINES = ImportLines(total=12_374, above=2, header=1, empty=26, continued=0, hidden=0, rows=12_345)


def _an_import(state: ImportState, *, done: int = 12_345, **what: object) -> Import:
    found = Import(
        id=_ID,
        file_name=_LEADS_FILE.file_name,
        by="ann",
        state=state,
        total=12_345,
        done=done,
        imported=12_008,
        duplicates=329,
        duplicates_in_file=211,
        already_there=118,
        refused=len(_REFUSED),
        lines=_LINES,
        created_at=datetime.now(UTC) - timedelta(minutes=5),
    )
    return found.model_copy(update=what)


def _import(
    step: ImportStep,
    preview: ImportPreview = _LEADS_FILE,
    state: ImportState = ImportState.FINISHED,
    done: int = 12_345,
    **what: int,
) -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        desk.leads_desk.open_import()
        run = desk.import_run
        run.preview, run.mapping = preview, dict(preview.mapping)
        run.check = ImportCheck(
            rows=12_345,
            importable=12_008,
            duplicates_in_file=211,
            already_there=118,
            refused=len(_REFUSED),
            problems=_REFUSED,
            lines=_LINES,
        )
        run.progress = _an_import(state, done=done, **what)
        run.problems = _REFUSED
        run.step = step
        run.changed.emit()
        assert isinstance(desk.leads_desk.wizard, ImportWizard)
        return desk.leads_desk.wizard

    return show


_IMPORTS = (
    _an_import(ImportState.RUNNING, done=7_300, imported=7_290),
    _an_import(ImportState.FINISHED, id="b" * 24, file_name="newsletter.xlsx", by="bob"),
    _an_import(ImportState.UNDONE, id="c" * 24, file_name="wrong-list.csv"),
)


def _imports(*imports: Import) -> Callable[[Desk], Awaitable[QWidget]]:
    async def show(desk: Desk) -> QWidget:
        desk.imports.latest, desk.imports.is_known = imports, True
        desk.leads_desk.show_imports()
        return _last_dialog(desk)

    return show


async def _stop_import(desk: Desk) -> QWidget:
    return _opened(StopImport(_IMPORTS[0], desk.window))


async def _undo_import(desk: Desk) -> QWidget:
    return _opened(UndoImport(_IMPORTS[1], desk.window))


async def _email(desk: Desk, view: FailedView = FailedView.FAILED) -> QueuedEmail:
    await _queue(EmailState.FAILED, view)(desk)
    return desk.email_models[EmailState.FAILED].known_rows()[0]


async def _history_of(desk: Desk, email: QueuedEmail) -> QWidget:
    desk.queue_desk.show_history(email)
    dialog = _last_dialog(desk)
    assert isinstance(dialog, EmailHistoryDialog)
    dialog.show_events(await desk.api.email_history(email.id))
    return dialog


async def _history(desk: Desk) -> QWidget:
    return await _history_of(desk, await _email(desk))


async def _confirm_retry(desk: Desk) -> QWidget:
    chosen = Chosen(EmailSelection(cause="550 5.1.1 No such user"), 1_234, cause=worded(Phrase.ADDRESS_UNKNOWN.says()))
    return _opened(ConfirmEmails(EmailAction.RETRY, chosen, desk.window))


async def _bounced_email(desk: Desk) -> QueuedEmail:
    return await _email(desk, FailedView.BOUNCED)


async def _history_of_bounced(desk: Desk) -> QWidget:
    return await _history_of(desk, await _bounced_email(desk))


async def _confirm_retry_of_bounced(desk: Desk) -> QWidget:
    return _opened(ConfirmEmails(EmailAction.RETRY, one(await _bounced_email(desk)), desk.window))


async def _correct_bounced(desk: Desk) -> QWidget:
    return _opened(CorrectAddress(await _bounced_email(desk), desk.window))


async def _confirm_discard(desk: Desk) -> QWidget:
    return _opened(ConfirmEmails(EmailAction.DISCARD, one(await _email(desk)), desk.window))


async def _correct(desk: Desk) -> QWidget:
    dialog = CorrectAddress(await _email(desk), desk.window)
    dialog.open()
    dialog.refuse(worded(Phrase.ADDRESS_TAKEN.says(address="ada@firm.example")))
    return dialog


async def _pause(desk: Desk) -> QWidget:
    return _opened(PauseSending(desk.window))


async def _template(desk: Desk) -> TemplateDialog:
    dialog = desk.queue_desk.templates.open()
    await until(lambda: dialog.letter.subject.text(), dialog.letter.html.textChanged, what="the template")
    return dialog


async def _template_wrong(desk: Desk) -> QWidget:
    dialog = await _template(desk)
    dialog.address.setText("ann@firm.example")
    dialog.show_problems(
        (
            TemplateProblem.of(
                TemplatePart.TEXT, Phrase.TEMPLATE_UNKNOWN_NAME.says(name="nmae", names="name, email"), line=4
            ),
            TemplateProblem.of(TemplatePart.HTML, Phrase.TEMPLATE_WITHOUT_PASSWORD.says(written="{{ password }}")),
        )
    )
    dialog.show_answer(TrialResult(accepted=False, account="default", reply="550 5.1.1 User unknown"))
    return dialog


async def _template_conflict(desk: Desk) -> QWidget:
    dialog = await _template(desk)
    state = dialog._state
    assert state is not None
    theirs = state.model_copy(update={"version": 7, "by": "ben"})
    return _opened(TemplateConflict(theirs, dialog))


async def _captured(desk: Desk) -> QWidget:
    email = CapturedEmail(
        sender="Activation Desk <desk@localhost>",
        recipient="Ada Lovelace <ada@firm.example>",
        at=datetime.now(UTC),
        message_id="<1@localhost>",
        subject="Your account is ready",
        text="Hello Ada,\n\nyour account is ready.\n\nYour password: •••••-•••••-•••••\n",
        html="<h2>Hello Ada,</h2><p>your account is ready.</p><p>Your password: <b>•••••-•••••-•••••</b></p>",
    )
    return _opened(CapturedEmailDialog(email, desk.window))


async def _error(desk: Desk) -> QWidget:
    desk.error_desk.report(Unreachable(Trouble.UNANSWERED, details="POST /api/activations"))
    return _last_dialog(desk)


async def _crash(desk: Desk) -> QWidget:
    try:
        {}["what nobody thought of"]
    except KeyError as error:
        desk.error_desk.report(error)
    assert desk.error_desk.crash is not None
    return desk.error_desk.crash


async def _closing(desk: Desk) -> QWidget:
    return _opened(ClosingDialog(desk.window))


async def _palette(desk: Desk) -> QWidget:
    return desk.command_desk.open_palette()


async def _palette_nothing(desk: Desk) -> QWidget:
    palette = desk.command_desk.open_palette()
    palette.search.setText("xyz")
    return palette


async def _log(desk: Desk) -> QWidget:
    desk.log_window.open()
    return desk.log_window


async def _toasts(desk: Desk) -> QWidget:
    await _leads(desk)
    toasts = desk.window.toasts
    error = Unreachable(Trouble.UNAVAILABLE, problem=_DATABASE_AWAY)
    try_again = QCoreApplication.translate("ErrorDesk", "Try again")
    toasts.show(
        desk.account_desk.tr("Your password is changed. You are logged out everywhere else."), ToastKind.SUCCESS
    )
    toasts.show(error.title, action_text=try_again, action=lambda: None)
    toasts.show(f"{error.title} {error.message}", ToastKind.WARNING, action_text=try_again, action=lambda: None)
    return desk.window


DIALOGS = (
    Scene("dialog-login", _login),
    Scene("dialog-login-refused", _login_refused),
    *(Scene(f"dialog-login-server-{who.value}", _login_elsewhere(who)) for who in Who),
    Scene("dialog-new-password", _new_password),
    Scene("dialog-change-password", _change_password),
    Scene("dialog-admin-add", _add_admin),
    Scene("dialog-admin-role", _change_role),
    Scene("dialog-admin-role-own", _change_own_role),
    Scene("dialog-admin-disable", _confirm_admin(AdminAction.DISABLE)),
    Scene("dialog-admin-reset", _confirm_admin(AdminAction.RESET)),
    Scene("dialog-admin-enable", _confirm_admin(AdminAction.ENABLE)),
    Scene("dialog-admin-password", _one_time_password),
    Scene("dialog-logins", _logins(*_DEVICES, is_me=True)),
    Scene("dialog-logins-of-admin", _logins(*_DEVICES, is_me=False)),
    Scene("dialog-logins-none", _logins(is_me=False)),
    Scene("dialog-logins-many", _logins(*(_LONG_DEVICE, *_DEVICES) * 60, is_me=False, network="2001:db8:85a3::8a2e:")),
    Scene("dialog-confirm", _confirm),
    Scene("dialog-confirm-unfolded", _confirm_unfolded),
    Scene("dialog-confirm-none", _confirm_none),
    Scene("dialog-progress", _progress),
    Scene("dialog-progress-reserving", _progress_reserving),
    Scene("dialog-progress-offline", _progress_offline),
    Scene("dialog-result", _result),
    *(Scene(f"dialog-import-{step.value}", _import(step)) for step in (ImportStep.FILE, ImportStep.MAPPING)),
    Scene("dialog-import-workbook", _import(ImportStep.MAPPING, _LEADS_WORKBOOK)),
    Scene("dialog-import-check", _import(ImportStep.CHECK)),
    Scene("dialog-import-progress", _import(ImportStep.PROGRESS, state=ImportState.RUNNING, done=7_300)),
    Scene("dialog-import-result", _import(ImportStep.RESULT)),
    Scene("dialog-import-undone", _import(ImportStep.RESULT, state=ImportState.UNDONE, removed=12_007, kept=1)),
    Scene("dialog-import-stop", _stop_import),
    Scene("dialog-import-undo", _undo_import),
    Scene("dialog-imports", _imports(*_IMPORTS)),
    Scene("dialog-imports-none", _imports()),
    Scene("dialog-history", _history),
    Scene("dialog-confirm-retry", _confirm_retry),
    Scene("dialog-history-bounced", _history_of_bounced),
    Scene("dialog-confirm-retry-bounced", _confirm_retry_of_bounced),
    Scene("dialog-correct-bounced", _correct_bounced),
    Scene("dialog-confirm-discard", _confirm_discard),
    Scene("dialog-correct-address", _correct),
    Scene("dialog-pause", _pause),
    Scene("dialog-template", _template),
    Scene("dialog-template-wrong", _template_wrong),
    Scene("dialog-template-conflict", _template_conflict),
    Scene("dialog-captured-email", _captured),
    Scene("dialog-error", _error),
    Scene("dialog-crash", _crash),
    Scene("dialog-closing", _closing),
    Scene("dialog-palette", _palette),
    Scene("dialog-palette-nothing", _palette_nothing),
    Scene("dialog-log", _log),
    Scene("dialog-toasts", _toasts),
)
