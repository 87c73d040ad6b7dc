"""The Email Queue page against a real service and a mail server that refuses what it is told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QLabel, QMenu, QTableView
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.email_actions import ConfirmEmails, CorrectAddress, PauseSending
from desktop.dialogs.email_history import EmailHistoryDialog
from desktop.models.emails import EmailColumn
from desktop.models.failures import FailureColumn
from desktop.pages.email_queue import EmailQueuePage
from desktop.pages.queue_view import FailedView
from desktop.shell.sidebar import Place
from desktop.state.email_actions import EmailAction
from desktop.wording.replies import meaning
from desktop.wording.times import about_when
from server.contract import EmailSelection, EmailState, LeadFilter, LeadStatus, Role, Selection, SendingState
from tests.desktop.conftest import MemoryTokens, eventually, log_in, until
from tests.integration.mail.scripted_smtp import ScriptedSmtp, scripted_smtp
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_numbers = count()
A, S = EmailAction, EmailState


@pytest.fixture(scope="module")
def mail() -> Iterator[ScriptedSmtp]:
    """The mail server, in a loop of its own: it answers while the tests' loop waits."""
    ready, end = threading.Event(), asyncio.Event()
    servers: list[tuple[ScriptedSmtp, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        async with scripted_smtp() as server:
            servers.append((server, asyncio.get_running_loop()))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(LIMIT)
    server, loop = servers[0]
    yield server
    loop.call_soon_threadsafe(end.set)
    thread.join(LIMIT)


@pytest.fixture(scope="module")
def service(mail: ScriptedSmtp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One that sends by that mail server, with an admin of each role beside ann."""
    server = ServerProcess(
        tmp_path_factory.mktemp("queue") / "data",
        QUEUE_BATCH_SIZE="500",
        QUEUE_INTERVAL="1",
        SMTP_HOST=mail.address.host,
        SMTP_PORT=str(mail.address.port),
        SMTP_SECURITY="none",
        MAIL_FROM="Desk <desk@firm.example>",
    )
    server.start()
    server.add_admin()
    server.add_admin("vic", role=Role.VIEWER)
    yield server
    server.end()


@pytest.fixture
def prefix() -> str:
    """A word that only this test's leads contain."""
    return f"queue{next(_numbers)}x"


@pytest.fixture
async def desk(service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    """On the Email Queue page; in the end nothing is left in the queue, and nothing is paused."""
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    desk.window.go_to(Place.EMAIL_QUEUE)
    yield desk
    desk.api.token = await asyncio.to_thread(service.login)
    for part in ("pending", "failed", "bounced", "held"):
        await desk.api.act_on_emails("discard", EmailSelection.model_validate({"part": part, "everything": True}))
    await desk.api.resume()
    await desk.stop()


async def activate(desk: Desk, service: ServerProcess, prefix: str, users: int) -> None:
    """That many more users, and so emails."""
    await asyncio.to_thread(service.import_leads, users, prefix=prefix)
    await desk.run.start(Selection(matching=LeadFilter(search=prefix, status=(LeadStatus.NEW,))))
    await until(lambda: not desk.run.busy, desk.run.finished, what=f"{users} users")


async def failed(desk: Desk, service: ServerProcess, mail: ScriptedSmtp, prefix: str, *replies: str) -> None:
    """An email that failed with each of these replies; the mail server takes it the next time."""
    for number, reply in enumerate(replies):
        mail.recipient[f"{prefix}{number}@firm.example"] = [reply, "250 OK"]
    await activate(desk, service, prefix, len(replies))
    await numbers(desk, failed=len(replies), total=0)


async def numbers(desk: Desk, **wanted: int) -> None:
    """Until the queue has them."""

    def there() -> bool:
        counts = desk.queue.counts
        return counts is not None and all(getattr(counts, name) == number for name, number in wanted.items())

    await until(there, desk.queue.changed, what=f"the queue's numbers {wanted}")


async def listed(desk: Desk, state: EmailState, total: int) -> None:
    """Until the list of that state shows so many, all of which are here."""
    model = desk.email_models[state]
    await until(
        lambda: model.total == total and (not total or model.known_rows()),
        model.loaded,
        model.modelReset,
        what=f"{total} {state} emails",
    )


def right_click(area: QAbstractScrollArea, place: QPoint) -> None:
    """As the window system tells it, to what is at that place of what scrolls there."""
    where = area.viewport().mapToGlobal(place)
    QTest.mousePress(area.viewport(), Qt.MouseButton.RightButton, pos=place)
    QApplication.sendEvent(area.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, where))
    QTest.mouseRelease(area.viewport(), Qt.MouseButton.RightButton, pos=place)


def shown_menus(desk: Desk) -> list[QMenu]:
    """Those on screen."""
    return [menu for menu in desk.queue_page.findChildren(QMenu) if menu.isVisible()]


def open_menu(desk: Desk) -> QMenu:
    """The one that is."""
    (menu,) = shown_menus(desk)
    return menu


async def dialog(desk: Desk, kind: type[QDialog]) -> QDialog:
    """The one that is open."""

    def opened() -> list[QDialog]:
        return [each for each in desk.window.findChildren(kind) if each.isVisible()]

    await until(opened, what=kind.__name__)
    return opened()[-1]


async def said(desk: Desk, text: str) -> None:
    """Until a toast says it."""
    await until(lambda: any(text == toast.label.text() for toast in desk.window.toasts.shown), what=text)


def click(widget: object) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def pick(page: EmailQueuePage, state: EmailState, row: int) -> None:
    """Click on its check box."""
    table = page.lists.tables[state]
    cell = table.visualRect(table.model().index(row, EmailColumn.CHECK)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)


async def test_a_cause_shows_its_emails_and_all_of_them_are_tried_again(
    desk: Desk, service: ServerProcess, mail: ScriptedSmtp, prefix: str
) -> None:
    unknown = "550 5.1.1 no such user"
    await failed(desk, service, mail, prefix, unknown, "552 5.2.2 mailbox is full", unknown, unknown)
    page = desk.queue_page
    click(page.tabs.buttons[S.FAILED])
    await until(lambda: desk.failures_model.total == 2, desk.failures_model.loaded, desk.failures_model.modelReset)
    groups = [desk.failures_model.row_at(row) for row in range(2)]
    assert [(group.cause, group.count) for group in groups if group] == [(unknown, 3), ("552 5.2.2 mailbox is full", 1)]

    page.lists.causes.setCurrentIndex(desk.failures_model.index(0, FailureColumn.CAUSE))
    assert page.queue_actions.bar.label.toolTip() == "3 emails: The address does not exist."
    QTest.keyClick(page.lists.causes, Qt.Key.Key_Return)
    await listed(desk, S.FAILED, 3)
    assert {email.detail for email in desk.email_models[S.FAILED].known_rows()} == {unknown}

    click(page.queue_actions.bar.buttons[A.RETRY])
    confirm = await dialog(desk, ConfirmEmails)
    assert isinstance(confirm, ConfirmEmails)
    assert confirm.heading.text() == "Retry 3 emails?"
    assert "The address does not exist." in [label.text() for label in confirm.findChildren(QLabel)]
    assert confirm.consequence.text()
    click(confirm.yes_button)
    await said(desk, "3 queued again.")
    await numbers(desk, failed=1, total=0)
    await listed(desk, S.FAILED, 0)
    assert sum(recipient.startswith(prefix) for recipient in mail.accepted) == 3

    assert page.queue_actions.bar.widen_button.isVisible()
    click(page.queue_actions.bar.widen_button)
    await until(lambda: desk.failures_model.total == 1, desk.failures_model.loaded, desk.failures_model.modelReset)
    assert page.failed_tabs.buttons[FailedView.CAUSES].isChecked()


async def test_the_history_tells_the_servers_reply_and_a_corrected_address_is_tried(
    desk: Desk, service: ServerProcess, mail: ScriptedSmtp, prefix: str
) -> None:
    reply = f"550 5.1.1 <{prefix}0@firm.example>: no such user"
    await failed(desk, service, mail, prefix, reply)
    await asyncio.to_thread(service.import_leads, 2, prefix=prefix)  # somebody has the address …1 already
    page = desk.queue_page
    click(page.tabs.buttons[S.FAILED])
    click(page.failed_tabs.buttons[FailedView.FAILED])
    await listed(desk, S.FAILED, 1)
    table = page.lists.tables[S.FAILED]
    table.setCurrentIndex(table.model().index(0, EmailColumn.EMAIL))
    QTest.keyClick(table, Qt.Key.Key_Return)
    history = await dialog(desk, EmailHistoryDialog)
    assert isinstance(history, EmailHistoryDialog)

    def telling() -> list[QLabel]:
        return [label for label in history.findChildren(QLabel) if reply in label.text()]

    await until(telling, what="the reply")
    (label,) = telling()
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert "Mail account: 127.0.0.1:" in label.text()

    click(history.buttons[A.CORRECT])
    correct = await dialog(desk, CorrectAddress)
    assert isinstance(correct, CorrectAddress)
    assert not correct.yes_button.isEnabled()  # it is the wrong one still
    correct.address.setText(f"{prefix}1@firm.example")
    click(correct.yes_button)
    await until(correct.problem.isVisible, what="a refusal")
    assert "already" in correct.problem.text()
    correct.address.setText(f"{prefix}right@firm.example")
    click(correct.yes_button)
    await said(desk, "1 corrected.")
    assert desk.window.focusWidget() is page.lists.table
    await numbers(desk, failed=0, total=0)
    assert f"{prefix}right@firm.example" in mail.accepted


_CAME_BACK = """\
From: MAILER-DAEMON@mx.example
Message-ID: <{0}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {1}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{1}>: no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{0}@firm.example>

--b--
"""


async def test_what_came_back_is_told_apart_and_sent_to_the_right_address_with_a_new_password(
    desk: Desk, service: ServerProcess, mail: ScriptedSmtp, prefix: str
) -> None:
    await activate(desk, service, prefix, 2)
    await numbers(desk, total=0)
    page = desk.queue_page
    click(page.tabs.buttons[S.SENT])
    desk.queue_page.search.setText(prefix)
    await listed(desk, S.SENT, 2)
    wrong = desk.email_models[S.SENT].known_rows()[0]
    assert wrong.sentence is not None
    assert wrong.sentence.code == "accepted"
    report = _CAME_BACK.format(wrong.id, wrong.email)
    assert "1 came back." in (await asyncio.to_thread(service.cli, "bounce", input=report)).stdout
    await numbers(desk, failed=1, bounced=1)
    await listed(desk, S.SENT, 1)

    click(page.tabs.buttons[S.FAILED])
    names = {view: button.accessibleName() for view, button in page.failed_tabs.buttons.items()}
    assert (names[FailedView.FAILED], names[FailedView.BOUNCED]) == ("Not sent: 0", "Came back: 1")
    await until(lambda: desk.failures_model.total == 1, desk.failures_model.loaded, desk.failures_model.modelReset)
    click(page.failed_tabs.buttons[FailedView.FAILED])
    title, model = page.lists.empty.title, desk.email_models[S.FAILED]
    await until(lambda: title.text() == "Nothing else failed", model.loaded, what="that nothing else failed")
    click(page.failed_tabs.buttons[FailedView.BOUNCED])
    await listed(desk, S.FAILED, 1)
    table = page.lists.tables[S.FAILED]
    table.setCurrentIndex(table.model().index(0, EmailColumn.EMAIL))
    QTest.keyClick(table, Qt.Key.Key_Return)
    history = await dialog(desk, EmailHistoryDialog)
    assert isinstance(history, EmailHistoryDialog)
    click(history.buttons[A.RETRY])
    confirm = await dialog(desk, ConfirmEmails)
    assert isinstance(confirm, ConfirmEmails)
    assert "comes back again" in confirm.consequence.text()
    confirm.reject()

    QTest.keyClick(table, Qt.Key.Key_Return)
    history = await dialog(desk, EmailHistoryDialog)
    assert isinstance(history, EmailHistoryDialog)
    click(history.buttons[A.CORRECT])
    correct = await dialog(desk, CorrectAddress)
    assert isinstance(correct, CorrectAddress)
    assert "new password" in " ".join(label.text() for label in correct.findChildren(QLabel))
    correct.address.setText(f"{prefix}right@firm.example")
    click(correct.yes_button)
    await said(desk, "1 corrected.")
    await numbers(desk, failed=0, bounced=0, total=0)
    assert f"{prefix}right@firm.example" in mail.accepted
    assert len(mail.accepted[wrong.email]) == 1, "it went once to the wrong address"


async def test_what_is_picked_is_held_released_and_discarded_with_its_number(
    desk: Desk, service: ServerProcess, prefix: str
) -> None:
    await desk.api.pause("")
    await activate(desk, service, prefix, 5)
    page = desk.queue_page
    await numbers(desk, pending=5)
    await listed(desk, S.PENDING, 5)

    for row in (0, 3):
        pick(page, S.PENDING, row)
    assert page.queue_actions.bar.label.toolTip() == "2 selected"
    click(page.queue_actions.bar.buttons[A.HOLD])
    confirm = await dialog(desk, ConfirmEmails)
    assert confirm.windowTitle() == "Hold 2 emails?"
    QTest.keyClick(confirm, Qt.Key.Key_Return)
    await said(desk, "2 held.")
    assert desk.window.focusWidget() is page.lists.table, "the next key would press another button"
    await listed(desk, S.PENDING, 3)
    assert desk.email_models[S.PENDING].picks.count == 0

    click(page.tabs.buttons[S.FAILED])
    click(page.failed_tabs.buttons[FailedView.HELD])
    await listed(desk, S.FAILED, 2)
    pick(page, S.FAILED, 0)
    click(page.queue_actions.bar.widen_button)
    picks = desk.email_models[S.FAILED].picks
    await until(lambda: picks.covers_all, picks.changed)
    click(page.queue_actions.bar.buttons[A.RELEASE])
    click((await dialog(desk, ConfirmEmails)).yes_button)  # type: ignore[attr-defined]
    await said(desk, "2 released.")
    await numbers(desk, pending=5, failed=0)

    click(page.tabs.buttons[S.PENDING])
    await listed(desk, S.PENDING, 5)
    table = page.lists.tables[S.PENDING]
    table.setCurrentIndex(table.model().index(1, EmailColumn.EMAIL))
    QTest.keyClick(table, Qt.Key.Key_Delete)
    confirm = await dialog(desk, ConfirmEmails)
    assert confirm.windowTitle() == "Discard 1 email for good?"
    QTest.keyClick(confirm, Qt.Key.Key_Return)  # is on "Cancel": what cannot be undone needs another key
    assert not confirm.isVisible()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    click((await dialog(desk, ConfirmEmails)).yes_button)  # type: ignore[attr-defined]
    await said(desk, "1 discarded.")
    await numbers(desk, pending=4)


def window_place(desk: Desk, table: QTableView, row: int) -> QPoint:
    """Where the address in that row is, in the window."""
    QApplication.sendPostedEvents()
    return table.viewport().mapTo(desk.window, table.visualRect(table.model().index(row, EmailColumn.EMAIL)).center())


async def test_the_lists_do_not_move_under_the_hand(
    desk: Desk, service: ServerProcess, mail: ScriptedSmtp, prefix: str
) -> None:
    await failed(desk, service, mail, prefix, "550 no such user", "552 full", "554 spam")
    page, causes = desk.queue_page, desk.failures_model
    click(page.tabs.buttons[S.FAILED])
    await until(lambda: causes.total == 3, causes.loaded, causes.modelReset)
    table = page.lists.causes
    place = window_place(desk, table, 1)
    group = causes.row_at(1)
    assert group is not None
    QTest.mouseClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert table.current_group == group
    assert page.queue_actions.bar.label.toolTip().endswith(meaning(group.sentence, group.cause))
    assert window_place(desk, table, 1) == place
    QTest.mouseDClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert page._view.cause == group

    click(page.failed_tabs.buttons[FailedView.FAILED])
    await listed(desk, S.FAILED, 3)
    emails = page.lists.tables[S.FAILED]
    place = window_place(desk, emails, 1)
    QTest.keyClick(emails, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert desk.email_models[S.FAILED].picks.count == 3
    assert window_place(desk, emails, 1) == place
    QTest.keyClick(emails, Qt.Key.Key_Escape)
    assert desk.email_models[S.FAILED].picks.count == 0
    assert window_place(desk, emails, 1) == place


async def test_where_no_email_can_be_changed_none_is_picked(desk: Desk, service: ServerProcess, prefix: str) -> None:
    await activate(desk, service, prefix, 3)
    await numbers(desk, total=0, failed=0)
    page, model = desk.queue_page, desk.email_models[S.SENT]
    click(page.tabs.buttons[S.SENT])
    await until(lambda: model.total >= 3 and model.known_rows(), model.loaded, what="what was sent")
    table = page.lists.tables[S.SENT]
    wanted: list[EmailState] = []
    page.queue_actions.select_all_requested.connect(wanted.append)
    for key, modifiers in (
        (Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier),
    ):
        table.setCurrentIndex(model.index(0, EmailColumn.EMAIL))
        QTest.keyClick(table, key, modifiers)
    assert (wanted, model.picks.count) == ([], 0)
    assert page.queue_actions.whole_list(S.SENT, 3) is None
    assert not page.queue_actions.bar.isVisible()


async def test_the_menu_is_of_the_row_under_the_pointer(desk: Desk, service: ServerProcess, prefix: str) -> None:
    await desk.api.pause("")
    await activate(desk, service, prefix, 5)
    await listed(desk, S.PENDING, 5)
    table, model = desk.queue_page.lists.tables[S.PENDING], desk.email_models[S.PENDING]
    for row in (0, 2, 4):
        right_click(table, table.visualRect(model.index(row, EmailColumn.EMAIL)).center())
        menu = open_menu(desk)
        assert table.currentIndex().row() == row
        entries = {entry.text(): entry for entry in menu.actions()}
        entries["Correct address…"].trigger()
        asked = await dialog(desk, CorrectAddress)
        assert isinstance(asked, CorrectAddress)
        email = model.row_at(row)
        assert email is not None
        assert asked.address.text() == email.email
        asked.reject()
        menu.close()

    last = table.visualRect(model.index(4, EmailColumn.EMAIL))
    right_click(table, last.center() + QPoint(0, last.height()))
    assert not shown_menus(desk), "a menu of no row"
    right_click(table.horizontalHeader(), table.horizontalHeader().rect().center())
    assert not shown_menus(desk), "a menu of the head"


async def test_news_wait_while_somebody_picks_or_points_and_a_pill_shows_them(
    desk: Desk, service: ServerProcess, prefix: str
) -> None:
    await desk.api.pause("")
    await activate(desk, service, prefix, 3)
    page, model = desk.queue_page, desk.email_models[S.PENDING]
    table = page.lists.tables[S.PENDING]
    await listed(desk, S.PENDING, 3)
    pick(page, S.PENDING, 1)
    picked = model.row_at(1)
    assert picked is not None

    await activate(desk, service, f"{prefix}more", 14)
    await numbers(desk, pending=17)
    await until(lambda: table.pill.text() == "14 new")
    assert model.total == 3
    assert table.pill.isVisible()
    click(table.pill)
    await listed(desk, S.PENDING, 17)
    assert not table.pill.isVisible()
    assert model.picks.is_picked(picked)

    click(page.queue_actions.bar.clear_button)
    middle = QPointF(table.rect().center())
    QApplication.sendEvent(table, QEnterEvent(middle, middle, middle))
    await desk.api.act_on_emails("hold", EmailSelection(ids=(picked.id,)))
    await until(lambda: table.updates.waiting, table.updates.changed)
    assert model.total == 17
    await until(lambda: table.pill.text() == "1 gone")
    QApplication.sendEvent(table, QEvent(QEvent.Type.Leave))
    await listed(desk, S.PENDING, 16)


async def test_whoever_has_scrolled_goes_on_reading_where_they_are(
    desk: Desk, service: ServerProcess, prefix: str
) -> None:
    await desk.api.pause("")
    await activate(desk, service, prefix, 40)
    model, table = desk.email_models[S.PENDING], desk.queue_page.lists.tables[S.PENDING]
    await numbers(desk, pending=40)
    await listed(desk, S.PENDING, 40)
    bar, height = table.verticalScrollBar(), table.verticalHeader().defaultSectionSize()
    await until(lambda: bar.maximum() > 11 * height, bar.rangeChanged)
    bar.setValue(10 * height + 7)
    top = model.row_at(10)
    first = model.emails_in(range(3))
    assert top is not None
    await desk.api.act_on_emails("discard", EmailSelection(ids=tuple(email.id for email in first)))
    await until(lambda: table.updates.waiting, table.updates.changed)
    assert model.total == 40
    table.updates.apply()
    await listed(desk, S.PENDING, 37)
    await until(lambda: model.position_of(top.id) == 7, model.loaded)
    assert bar.value() == 7 * height + 7


async def test_each_tab_keeps_its_own_search(desk: Desk, service: ServerProcess, prefix: str) -> None:
    await desk.api.pause("")
    await activate(desk, service, prefix, 3)
    page = desk.queue_page
    await listed(desk, S.PENDING, 3)
    QTest.keyClicks(page.search, f"{prefix}2")
    await listed(desk, S.PENDING, 1)
    click(page.tabs.buttons[S.SENT])
    assert page.search.text() == ""
    click(page.tabs.buttons[S.PENDING])
    assert page.search.text() == f"{prefix}2"
    QTest.keyClicks(page.search, "nobody")
    await listed(desk, S.PENDING, 0)
    assert page.lists.empty.isVisible()
    click(page.lists.empty.action_button)
    await listed(desk, S.PENDING, 3)


async def test_sending_is_paused_with_a_reason_and_goes_on(desk: Desk, service: ServerProcess, prefix: str) -> None:
    page, sending = desk.queue_page, desk.sending
    await until(  # a test before this one has paused and resumed, which is told a moment later
        lambda: sending.status is not None and sending.status.state is not SendingState.PAUSED, sending.changed
    )
    click(page.panel.button)
    pause = await dialog(desk, PauseSending)
    assert isinstance(pause, PauseSending)
    pause.reason.setText("Maintenance of the mail server.")
    click(pause.yes_button)

    def paused() -> None:
        assert page.panel.state.text() == "Paused"
        assert "Maintenance of the mail server." in page.panel.reason.text()
        assert page.panel.button.text() == "Resume sending"

    await eventually(paused)
    await activate(desk, service, prefix, 4)
    await numbers(desk, pending=4)
    click(page.panel.button)
    await numbers(desk, total=0)
    feed = desk.throughput
    await until(
        lambda: feed.throughput is not None and sum(each.accepted for each in feed.throughput.periods) >= 4,
        feed.changed,
    )
    assert page.panel.chart.accessibleDescription().startswith("Sent: ")


async def test_sending_is_paused_until_a_moment(desk: Desk) -> None:
    page, sending = desk.queue_page, desk.sending
    await until(lambda: sending.status is not None and sending.status.state is not SendingState.PAUSED, sending.changed)
    click(page.panel.button)
    pause = await dialog(desk, PauseSending)
    assert isinstance(pause, PauseSending)
    pause.until.choice.setCurrentIndex(pause.until.choice.count() - 1)
    pause.until.field.setDateTime(pause.until.field.minimumDateTime())
    assert not pause.yes_button.isEnabled(), "that is over"
    pause.until.choice.setCurrentIndex(1)
    ends_at = pause.until.moment
    assert ends_at is not None
    click(pause.yes_button)
    await until(lambda: sending.status is not None and sending.status.next_at == ends_at, sending.changed)
    assert about_when(ends_at) in page.panel.reason.text()
    await desk.api.resume()
    await until(lambda: sending.status is not None and sending.status.next_at is None, sending.changed)


async def test_a_viewer_sees_everything_and_changes_nothing(
    service: ServerProcess, mail: ScriptedSmtp, prefix: str, desk: Desk, qtbot: QtBot
) -> None:
    await failed(desk, service, mail, prefix, "550 no such user")
    other = Desk(service.url, keyring=MemoryTokens())
    await other.start()
    await log_in(other, qtbot, name="vic")
    other.window.go_to(Place.EMAIL_QUEUE)
    page = other.queue_page
    click(page.tabs.buttons[S.FAILED])
    await until(lambda: other.failures_model.total == 1, other.failures_model.loaded, other.failures_model.modelReset)
    page.lists.causes.setCurrentIndex(other.failures_model.index(0, FailureColumn.CAUSE))
    for button in (
        page.queue_actions.bar.buttons[A.RETRY],
        page.queue_actions.bar.buttons[A.DISCARD],
        page.panel.button,
    ):
        assert not button.isEnabled()
        assert "Viewers may look on" in button.toolTip()
    QTest.keyClick(page.lists.causes, Qt.Key.Key_Delete)
    assert not [each for each in other.window.findChildren(ConfirmEmails) if each.isVisible()]
    await other.stop()


async def test_the_models_keep_their_word(
    desk: Desk, service: ServerProcess, mail: ScriptedSmtp, prefix: str, qtmodeltester: ModelTester
) -> None:
    model, emails = desk.failures_model, desk.email_models[S.FAILED]
    for each in (model, emails):
        assert each.data(QModelIndex()) is None
    qtmodeltester.check(model)
    await failed(desk, service, mail, prefix, "550 no such user", "552 full", "550 no such user")
    model.refresh()
    await until(lambda: model.total == 2, model.loaded, model.modelReset)
    qtmodeltester.check(model)
    model.set_search("FULL")
    assert model.total == 1
    qtmodeltester.check(model)
    emails.refresh()
    await listed(desk, S.FAILED, 3)
    emails.picks.set_picked(emails.emails_in(range(2)), picked=True)
    qtmodeltester.check(emails)
    for each in (model, emails):
        each.clear()
        qtmodeltester.check(each)


async def test_without_its_server_the_page_keeps_what_it_knows_and_comes_back(tmp_path: Path, qtbot: QtBot) -> None:
    server = ServerProcess(tmp_path / "data", QUEUE_BATCH_SIZE="1", QUEUE_INTERVAL="3600")
    desk = Desk(server.url, keyring=MemoryTokens())
    try:
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.add_admin)
        await desk.start()
        await log_in(desk, qtbot)
        page, model = desk.queue_page, desk.email_models[S.PENDING]
        await desk.api.pause()
        await activate(desk, server, "away", 4)
        desk.window.go_to(Place.EMAIL_QUEUE)
        await listed(desk, S.PENDING, 4)
        pick(page, S.PENDING, 0)

        await asyncio.to_thread(server.kill)

        def lost() -> None:
            assert page.panel.state.text() == "Not connected"
            assert "may be old" in page.heading.note.text()
            for button in (page.queue_actions.bar.buttons[A.HOLD], page.panel.button):
                assert not button.isEnabled()
                assert button.toolTip() == "The server cannot be reached."

        await eventually(lost)
        assert model.total == 4
        click(page.tabs.buttons[S.FAILED])
        await until(page.lists.empty.action_button.isVisible, desk.failures_model.load_failed)
        assert page.lists.empty.title.text() == "The server cannot be reached."

        await asyncio.to_thread(server.start)
        desk.connection.retry_now()
        await until(lambda: page.lists.empty.title.text() == "Nothing failed")
        click(page.tabs.buttons[S.PENDING])

        def as_before() -> None:
            assert page.queue_actions.bar.buttons[A.HOLD].isEnabled()
            assert page.queue_actions.bar.label.toolTip() == "1 selected"

        await eventually(as_before)
    finally:
        await desk.stop()
        await asyncio.to_thread(server.end)
