"""What the sidebar and the panel say of sending, which is the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from desktop.backend.api import Api
from desktop.models.emails import EmailColumn, EmailsModel
from desktop.pages.sending_panel import SendingPanel
from desktop.shell.sending_line import SendingLine
from desktop.state.clock import screen_clock
from desktop.state.connection import Connection, Phase
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.state.throughput import ThroughputFeed
from server.contract import BounceReading, EmailState, Phrase, QueuedEmail, SendingState, SendingStatus, Sentence
from server.contract.snapshot import QueueCounts


@pytest.fixture(autouse=True)
def running_clock() -> Iterator[None]:
    screen_clock.start()
    yield
    screen_clock.stop()


class Room:
    """Everything that shows how sending stands, side by side."""

    def __init__(self, qtbot: QtBot) -> None:
        self.sending, self.queue, self.connection = Sending(), QueueState(), Connection()
        self.line = SendingLine(self.sending, self.queue, self.connection)
        self.panel = SendingPanel(self.sending, self.queue, self.connection, ThroughputFeed(Api("http://localhost:1")))
        for widget in (self.line, self.panel):
            qtbot.addWidget(widget)
        self.connection.set_phase(Phase.ONLINE)

    def say(self, state: SendingState, *, seconds: float | None = None, said: Sentence | None = None) -> None:
        """The server says so."""
        self.queue.set_counts(QueueCounts(pending=50, processing=0, failed=0, held=0))
        self.sending.set_status(
            SendingStatus(
                state=state,
                message="" if said is None else "In English.",
                sentence=said,
                next_at=None if seconds is None else screen_clock.now + timedelta(seconds=seconds),
                next_count=50,
                finished_at=None,
                basis=None,
                accounts=(),
            )
        )

    def shown(self) -> set[tuple[str, str]]:
        """State and explanation, wherever they are shown."""
        panel = " ".join(filter(None, (self.panel.reason.text(), self.panel.left.text())))
        return {(self.line.headline.text(), self.line.caption.text()), (self.panel.state.text(), panel)}


@pytest.mark.parametrize("state", SendingState)
def test_sidebar_and_panel_say_the_same(qtbot: QtBot, state: SendingState) -> None:
    room = Room(qtbot)
    room.say(state, seconds=100, said=Phrase.PAUSED_BY.says(name="bob"))
    assert len(room.shown()) == 1


def test_all_countdowns_show_the_same_second(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.say(SendingState.LIMITED, seconds=3)
    (email,) = [
        QueuedEmail(
            id="a" * 24,
            state=EmailState.PENDING,
            email="ann@firm.example",
            attempts=1,
            created_at=screen_clock.now,
            next_attempt_at=room.sending.status.next_at if room.sending.status else None,
        )
    ]
    model = EmailsModel(Api("http://localhost:1"), EmailState.PENDING)
    seen: list[str] = []

    def look() -> None:
        (said,) = room.shown()
        row = model.text(email, EmailColumn.TIME)
        assert row is not None
        if row != "next batch":
            assert f" {row}." in said[1], "another second in the list"
        seen.append(said[1])

    look()
    screen_clock.ticked.connect(look)
    qtbot.waitUntil(lambda: len(set(seen)) == 4, timeout=10_000)
    screen_clock.ticked.disconnect(look)


def test_what_cannot_leave_counts_down_to_nothing(qtbot: QtBot) -> None:
    model = EmailsModel(Api("http://localhost:1"), EmailState.PENDING)
    email = QueuedEmail(
        id="a" * 24,
        state=EmailState.PENDING,
        email="ann@firm.example",
        attempts=1,
        created_at=screen_clock.now,
        next_attempt_at=screen_clock.now + timedelta(seconds=7.5),
    )
    assert model.text(email, EmailColumn.TIME) == "in 8\N{NO-BREAK SPACE}s"
    for state, name in ((SendingState.PAUSED, "Paused"), (SendingState.BLOCKED, "Blocked")):
        model.set_sending_state(state)
        assert model.text(email, EmailColumn.TIME) == name


def test_a_login_that_will_end_stands_on_the_panel_while_it_is_so(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.say(SendingState.SENDING)
    assert room.panel.warning.isHidden()
    said = Phrase.CERTIFICATE_HAS_ENDED.says(account="desk", setting="SMTP_OAUTH_CERTIFICATE")
    assert room.sending.status is not None
    room.sending.set_status(room.sending.status.model_copy(update={"warnings": (said,)}))
    assert not room.panel.warning.isHidden()
    assert room.panel.warning.text() == said.english
    room.say(SendingState.SENDING)
    assert room.panel.warning.isHidden()


def test_why_bounces_cannot_be_read_stands_on_the_panel_while_it_is_so(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.say(SendingState.SENDING)
    said = Phrase.BOUNCES_LOGIN_REFUSED.says(answer="NO")
    assert room.sending.status is not None
    unread = BounceReading(name="bounces@imap.example", message=said.english, sentence=said)
    room.sending.set_status(room.sending.status.model_copy(update={"bounces": unread}))
    assert room.panel.warning.text() == "The mailbox for bounces refuses the login: NO"
    room.sending.set_status(room.sending.status.model_copy(update={"bounces": BounceReading(name=unread.name)}))
    assert room.panel.warning.isHidden()


def test_to_try_now_is_offered_while_sending_is_blocked(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.say(SendingState.SENDING)
    assert room.panel.try_button.isHidden()
    room.say(SendingState.BLOCKED, said=Phrase.MAIL_LOGIN_REFUSED.says(answer="No."))
    assert not room.panel.try_button.isHidden()
    with qtbot.waitSignal(room.panel.try_requested):
        room.panel.try_button.click()


def test_it_says_when_the_connection_is_gone(qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.say(SendingState.LIMITED, seconds=20)
    room.connection.set_phase(Phase.OFFLINE, "gone", 1.0)
    assert room.shown() == {("Not connected", "Sending goes on without this window.")}
