"""What the server announces as one is known as one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.backend.api import Api
from desktop.state.activation_run import ActivationRun
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.state.session import Session
from desktop.state.snapshots import Snapshots
from server.contract import Activation, ActivationState, SendingState, SendingStatus
from server.contract.snapshot import QueueCounts, Snapshot
from tests.desktop.conftest import MemoryTokens, until


class Room:
    """The states that a snapshot is of, and what was known whenever one of them was told to have changed."""

    def __init__(self) -> None:
        api = Api("http://localhost:1")
        self.queue, self.sending = QueueState(), Sending()
        self.run = ActivationRun(api, Session(api, MemoryTokens()), Connection())
        self.snapshots = Snapshots(self.queue, self.sending, self.run)
        self.seen: list[tuple[int, SendingState | None]] = []
        for changed in (self.queue.changed, self.sending.changed):
            changed.connect(self._look)

    def _look(self) -> None:
        status = self.sending.status
        self.seen.append((self.queue.total, status.state if status is not None else None))


@pytest.fixture
def room(qapp: QApplication) -> Room:
    return Room()


def snapshot(revision: int, pending: int, *activations: Activation) -> Snapshot:
    """Consistent in itself."""
    now = datetime.now(UTC)
    sending = SendingStatus(
        state=SendingState.SENDING if pending else SendingState.IDLE,
        message="",
        next_at=None,
        next_count=None,
        finished_at=None,
        basis=None,
        accounts=(),
    )
    counts = QueueCounts(pending=pending, processing=0, failed=0, held=0)
    return Snapshot(revision=revision, at=now, counts=counts, sending=sending, alert=None, activations=activations)


def activation(state: ActivationState) -> Activation:
    """Of somebody."""
    return Activation(
        id="a" * 24,
        request_id="b" * 12,
        admin="ann",
        state=state,
        total=1,
        claimed=1,
        created=1,
        skipped=0,
        created_at=datetime.now(UTC),
    )


def test_nobody_is_told_of_half_a_snapshot(room: Room, qtbot: QtBot) -> None:
    room.snapshots.take(snapshot(1, 0))
    with qtbot.waitSignal(room.snapshots.shown):
        room.snapshots.take(snapshot(2, 100))
    with qtbot.waitSignal(room.snapshots.shown):
        room.snapshots.take(snapshot(3, 0))
    assert set(room.seen) == {(0, SendingState.IDLE), (100, SendingState.SENDING)}


def test_snapshots_that_come_faster_than_a_screen_shows_them_are_shown_once(room: Room, qtbot: QtBot) -> None:
    shown: list[int] = []
    room.snapshots.shown.connect(lambda snapshot: shown.append(snapshot.counts.total))
    for revision in range(1, 11):
        room.snapshots.take(snapshot(revision, 11 - revision))
    qtbot.waitUntil(lambda: shown[-1] == 1)
    assert shown == [10, 1]


async def test_an_end_is_not_lost_with_a_snapshot_that_is_overtaken(room: Room) -> None:
    ended = activation(ActivationState.FINISHED)
    room.run._begin(activation(ActivationState.RUNNING), ended.request_id)
    room.snapshots.take(snapshot(1, 1))
    room.snapshots.take(snapshot(2, 1, ended))
    room.snapshots.take(snapshot(3, 0))
    assert room.run.busy
    await until(lambda: not room.run.busy, room.run.finished)
    assert room.queue.total == 0


def test_a_late_snapshot_does_not_turn_the_numbers_back_but_another_service_counts_anew(room: Room) -> None:
    room.snapshots.take(snapshot(8, 8))
    room.snapshots.take(snapshot(7, 9))
    assert room.queue.total == 8
    room.snapshots.lose()
    assert (room.queue.total, room.queue.stale, room.sending.stale) == (8, True, True)
    room.snapshots._frame.stop()
    room.snapshots.take(snapshot(1, 9))
    assert (room.queue.total, room.queue.stale, room.sending.stale) == (9, False, False)
    room.snapshots.forget()
    assert (room.queue.counts, room.sending.status) == (None, None)


def test_users_that_are_being_created_are_known_whoever_wants_them(room: Room) -> None:
    room.snapshots.take(snapshot(1, 0, activation(ActivationState.RUNNING)))
    assert room.queue.creating
    room.snapshots._frame.stop()
    room.snapshots.take(snapshot(2, 0, activation(ActivationState.FINISHED)))
    assert not room.queue.creating
