"""Which events are told, how they are joined, and when nothing is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.backend.api import Api
from desktop.platform.notifier import Notice
from desktop.shell import notifications as module
from desktop.shell.notifications import Notifications, Topic
from desktop.shell.sidebar import Place
from desktop.state.activation_run import ActivationRun
from desktop.state.connection import Connection
from desktop.state.preferences import Notify, Preferences
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.state.session import Session
from server.contract import Activation, ActivationState, BounceReading, Phrase, SendingState, Sentence
from server.contract.snapshot import QueueCounts
from tests.desktop.conftest import MemoryTokens, log_in, stands, until
from tests.system.processes import ServerProcess


class Room:
    """Everything that notifications watch, and what they said."""

    def __init__(self) -> None:
        api = Api("http://localhost:1")
        self.queue, self.sending, self.preferences = QueueState(), Sending(), Preferences()
        self.run = ActivationRun(api, Session(api, MemoryTokens()), Connection())
        self.watched = False
        self.notifications = Notifications(
            self.queue, self.sending, self.run, self.preferences, is_watched=lambda: self.watched
        )
        self.told: list[Notice] = []
        self.notifications.noticed.connect(self.told.append)

    def status(
        self, *, total: int = 0, failed: int = 0, bounced: int = 0, held: int = 0, creating: bool = False
    ) -> None:
        """The server says so."""
        counts = QueueCounts(pending=total, processing=0, failed=failed, held=held, bounced=bounced)
        self.queue.set_counts(counts, creating=creating)

    def say(self, state: SendingState, said: Sentence | None = None) -> None:
        """The server says so."""
        self.sending.set_status(stands(state, said))

    def finish(self, created: int) -> None:
        """An activation is done."""
        self.run.finished.emit(activation(created))


def activation(created: int) -> Activation:
    """One that is done."""
    now = datetime.now(UTC)
    return Activation(
        id="a" * 24,
        request_id="b" * 12,
        admin="ann",
        state=ActivationState.FINISHED,
        total=created,
        claimed=created,
        created=created,
        skipped=0,
        created_at=now,
        finished_at=now,
    )


@pytest.fixture
def room(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(module, "PAUSE", 0.6)
    monkeypatch.setattr(module, "SETTLED", 0.2)
    return Room()


def texts(room: Room) -> list[str]:
    """What was told, one notification each."""
    return [notice.text for notice in room.told]


def test_failures_are_told_by_their_number_and_never_one_by_one(room: Room, qtbot: QtBot) -> None:
    room.status(total=9, failed=2)  # found so: no news
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=8, failed=3)
    for failed in range(4, 10):
        room.status(total=8, failed=failed)
    with qtbot.waitSignal(room.notifications.noticed):
        assert len(room.told) == 1
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=800):
        pass

    assert len(room.told) == 2
    assert texts(room)[0].startswith("1 email")
    assert texts(room)[1].startswith("7 email"), "the sum of what nobody has looked at"
    assert room.told[1].key == room.told[0].key == Topic.FAILED.value
    room.notifications.seen()
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=8, failed=11)
    assert texts(room)[2].startswith("2 email")


def test_what_came_back_is_told_apart_from_what_could_not_be_sent(room: Room, qtbot: QtBot) -> None:
    room.status(total=9, failed=2, bounced=1)
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=8, failed=5, bounced=3)
    (told,) = texts(room)
    assert re.fullmatch(r"1 email\S* could not be sent\. 2 email\S* came back\.", told)


def test_what_an_admin_holds_has_not_failed(room: Room, qtbot: QtBot) -> None:
    room.status(total=9)
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=100):
        room.status(total=8, held=1)


def test_what_still_waits_when_the_desktop_ends_is_not_told(room: Room, qtbot: QtBot) -> None:
    room.status(total=9, failed=2)
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=8, failed=3)
    room.status(total=8, failed=4)
    room.notifications.stop()
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=800):
        pass


def test_several_events_at_once_are_one_notification_and_the_gravest_leads(room: Room, qtbot: QtBot) -> None:
    room.status(total=3)
    with qtbot.waitSignal(room.notifications.noticed):
        room.finish(3)
        room.say(SendingState.BLOCKED, Phrase.MAIL_LOGIN_REFUSED.says(answer="No."))
        room.status(total=3, failed=1)

    (notice,) = room.told
    assert (notice.key, notice.urgent) == (Topic.BLOCKED.value, True)
    assert len(notice.text.splitlines()) == 3
    assert "The mail server refuses the login: No." in notice.text.splitlines()[0]


def test_a_login_that_will_end_is_told_once_and_again_when_it_has(room: Room, qtbot: QtBot) -> None:
    def will_end(*warnings: Sentence) -> None:
        room.sending.set_status(stands(SendingState.IDLE).model_copy(update={"warnings": warnings}))

    room.watched = True
    of_desk = {"account": "desk", "setting": "SMTP_OAUTH_CLIENT_SECRET"}
    with qtbot.waitSignal(room.notifications.noticed):
        will_end(Phrase.SECRET_ENDS.says(wait=30 * 86400, **of_desk))
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=700):
        will_end(Phrase.SECRET_ENDS.says(wait=29 * 86400, **of_desk))
    with qtbot.waitSignal(room.notifications.noticed):
        will_end(Phrase.SECRET_HAS_ENDED.says(**of_desk))
    assert [notice.key for notice in room.told] == [Topic.ENDING.value] * 2
    assert texts(room)[0].startswith("The client secret of desk ends in 30")
    assert texts(room)[1].startswith("The client secret of desk has ended.")


def test_that_bounces_cannot_be_read_is_told_once_and_taken_back(room: Room, qtbot: QtBot) -> None:
    def reading(said: Sentence | None) -> None:
        message = "" if said is None else said.english
        bounces = BounceReading(name="bounces@imap.example", message=message, sentence=said)
        room.sending.set_status(stands(SendingState.IDLE).model_copy(update={"bounces": bounces}))

    room.watched = True
    with qtbot.waitSignal(room.notifications.noticed):
        reading(Phrase.BOUNCES_UNREACHABLE.says(answer="timed out"))
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=700):
        reading(Phrase.BOUNCES_UNREACHABLE.says(answer="no route to host"))
    assert texts(room) == ["The mailbox for bounces cannot be reached: timed out."]
    with qtbot.waitSignal(room.notifications.withdrawn) as taken_back:
        reading(None)
    assert taken_back.args == [Topic.BOUNCES.value]


def test_an_empty_queue_is_told_once(room: Room, qtbot: QtBot) -> None:
    room.status(total=0)
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=100):
        room.status(total=2)
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=0)
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=700):
        room.status(total=0)
    assert texts(room) == ["The email queue is empty. Everything has left."]


def test_an_empty_queue_does_not_pass_over_what_failed(room: Room, qtbot: QtBot) -> None:
    room.status(total=2, failed=3)
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=0, failed=3)
    assert texts(room) == ["The email queue is empty. All left but 3 that failed."]


def test_a_queue_that_is_empty_for_a_moment_is_no_news(room: Room, qtbot: QtBot) -> None:
    room.status(total=2)
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=700):
        room.status(total=0, creating=True)
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=100):
        room.status(total=0)
        room.status(total=1)
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=0)
    assert texts(room) == ["The email queue is empty. Everything has left."]


def test_an_activation_that_has_done_nothing_is_no_news(room: Room, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=100):
        room.finish(0)


@pytest.mark.parametrize("state", [SendingState.PAUSED, SendingState.BLOCKED])
def test_what_is_not_so_any_more_is_taken_off_the_screen(room: Room, qtbot: QtBot, state: SendingState) -> None:
    with qtbot.waitSignal(room.notifications.noticed):
        room.say(state, Phrase.PAUSED_BY.says(name="bob"))
    with qtbot.waitSignal(room.notifications.withdrawn) as withdrawn:
        room.say(SendingState.SENDING)
    assert withdrawn.args == [room.told[0].key]


def test_what_ends_by_itself_before_it_is_told_is_not_told(room: Room, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=700):
        room.say(SendingState.PAUSED, Phrase.PAUSED_BY.says(name="bob"))
        room.say(SendingState.SENDING)


@pytest.mark.parametrize(("level", "told"), [(Notify.ALL, 2), (Notify.IMPORTANT, 1), (Notify.NONE, 0)])
def test_the_level_decides_what_is_told(room: Room, qtbot: QtBot, level: Notify, told: int) -> None:
    room.preferences.notify = level
    room.status(total=1)
    room.status(total=0)
    room.say(SendingState.PAUSED, Phrase.PAUSED_BY.says(name="bob"))
    qtbot.waitUntil(lambda: len(texts(room)) == told, timeout=10_000)
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=800):
        pass


def test_who_looks_at_the_window_is_told_important_things_only(room: Room, qtbot: QtBot) -> None:
    room.watched = True
    room.status(total=1)
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=100):
        room.status(total=0)
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=0, failed=1)


def test_snoozing_keeps_quiet_until_it_ends(room: Room, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SNOOZE", 0.4)
    room.status(total=1)
    room.notifications.snooze(wanted=True)
    assert room.notifications.snoozed_until is not None
    with qtbot.waitSignal(room.notifications.snooze_changed):
        room.status(total=1, failed=5)
    assert room.told == []
    assert room.notifications.snoozed_until is None
    with qtbot.waitSignal(room.notifications.noticed):
        room.status(total=1, failed=6)
    assert texts(room)[0].startswith("1 email")


def test_nothing_is_told_of_what_was_there_at_login(room: Room, qtbot: QtBot) -> None:
    room.status(total=5, failed=5)
    room.queue.put(None)
    room.queue.changed.emit()
    with qtbot.assertNotEmitted(room.notifications.noticed, wait=200):
        room.status(total=0, failed=9)


@pytest.fixture
async def desk(service: ServerProcess) -> AsyncIterator[Desk]:
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    yield desk
    await desk.stop()


async def test_a_click_opens_the_page_it_is_about(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot)
    desk.window.hide()
    desk._on_notice_clicked(Topic.FAILED.value)
    assert desk.window.isVisible()
    assert desk.window.place is Place.EMAIL_QUEUE
    desk._on_notice_clicked(Topic.ACTIVATED.value)
    assert desk.window.place is Place.LEADS


async def test_who_looks_at_a_dialog_looks_at_the_window(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot)
    dialog = QDialog(desk.window)
    dialog.open()
    await until(lambda: QApplication.activeWindow() is dialog, what="the dialog in front")
    assert not desk.window.isActiveWindow()
    now = activation(3)
    with qtbot.assertNotEmitted(desk.notifications.noticed, wait=100):
        desk.notifications._on_run_finished(now)

    dialog.reject()
    desk.window.hide()
    await until(lambda: QApplication.activeWindow() is None, what="nobody looks")
    with qtbot.waitSignal(desk.notifications.noticed):
        desk.notifications._on_run_finished(now)


async def test_snooze_in_tray_and_settings_are_the_same(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot)
    desk.tray.snooze_action.trigger()
    await until(lambda: desk.settings_page.snooze_note.text() != "", desk.notifications.snooze_changed)
    assert desk.tray.snooze_action.isChecked()
    desk.settings_page.snooze_button.click()
    assert not desk.tray.snooze_action.isChecked()
    assert desk.notifications.snoozed_until is None
