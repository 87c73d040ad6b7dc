"""How sending stands, as the desktop keeps it."""

from __future__ import annotations

from desktop.state.sending import Sending
from server.contract import SendingState, SendingStatus


def _status(state: SendingState) -> SendingStatus:
    return SendingStatus(
        state=state, message="", next_at=None, next_count=None, finished_at=None, basis=None, accounts=()
    )


def test_it_changes_with_what_the_server_says_and_with_the_connection() -> None:
    sending, changes = Sending(), []
    sending.changed.connect(lambda: changes.append((sending.status and sending.status.state, sending.stale)))

    sending.set_status(_status(SendingState.SENDING))
    sending.set_status(_status(SendingState.SENDING))
    sending.put(sending.status, stale=True)
    sending.changed.emit()
    sending.set_status(_status(SendingState.SENDING))
    sending.put(None)
    sending.changed.emit()

    assert changes == [
        (SendingState.SENDING, False),
        (SendingState.SENDING, True),
        (SendingState.SENDING, False),
        (None, False),
    ]
