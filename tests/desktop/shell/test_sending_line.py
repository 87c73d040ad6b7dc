"""What the sidebar says of sending."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.shell.sending_line import SendingLine, sending_text, span
from desktop.state.connection import Connection, Phase
from desktop.state.sending import Sending
from server.contract import SendingState, SendingStatus

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def status(
    state: SendingState, *, message: str = "", wait: float | None = None, count: int | None = None
) -> SendingStatus:
    """What the server says, the next emails leaving ``wait`` seconds after NOW."""
    next_at = None if wait is None else NOW + timedelta(seconds=wait)
    return SendingStatus(
        state=state, message=message, next_at=next_at, next_count=count, finished_at=None, basis=None, accounts=()
    )


@pytest.mark.parametrize(
    ("said", "headline", "caption"),
    [
        (status(SendingState.IDLE), "Nothing to send", ""),
        (status(SendingState.SENDING), "Sending", ""),
        (status(SendingState.LIMITED, wait=12, count=50), "Limited: next 50 in 12 s", ""),
        (status(SendingState.WAITING, wait=125), "Next try in 2 min 5 s", ""),
        (status(SendingState.PAUSED, message="bob has paused sending."), "Paused", "bob has paused sending."),
        (
            status(SendingState.BLOCKED, message="The login was refused.", wait=30),
            "Blocked",
            "The login was refused. Next try in 30 s",
        ),
    ],
)
def test_each_state_is_said_in_a_few_words(
    qapp: QApplication, said: SendingStatus, headline: str, caption: str
) -> None:
    assert sending_text(said, NOW) == (headline, caption)


def test_the_end_of_the_queue_is_a_time_of_day(qapp: QApplication) -> None:
    end = (datetime.now(UTC) + timedelta(seconds=1)).astimezone()
    _, caption = sending_text(status(SendingState.SENDING).model_copy(update={"finished_at": end}), NOW)
    assert caption.startswith("Queue empty at about ")
    assert any(character.isdigit() for character in caption), QLocale().name()


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0 s"), (0.2, "1 s"), (59, "59 s"), (61, "1 min 1 s"), (7300, "2 h 1 min")]
)
def test_a_countdown_has_one_unit_or_two(qapp: QApplication, seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_it_counts_down_by_itself_and_says_when_the_connection_is_gone(qtbot: QtBot) -> None:
    sending, connection = Sending(), Connection()
    line = SendingLine(sending, connection)
    qtbot.addWidget(line)
    assert line.headline.text() == "Not connected"

    connection.set_phase(Phase.ONLINE)
    next_at = datetime.now(UTC) + timedelta(minutes=10)
    sending.set_status(status(SendingState.LIMITED, count=50).model_copy(update={"next_at": next_at}))
    at_first = line.headline.text()
    qtbot.waitUntil(lambda: line.headline.text() != at_first)
    for text in (at_first, line.headline.text()):
        assert text.startswith("Limited: next 50 in ")

    connection.set_phase(Phase.OFFLINE, "gone", 1.0)
    sending.set_stale()
    assert line.headline.text() == "Not connected"
    assert line.caption.isHidden()
