"""Each state of sending has one name, and says how fast, how long, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication

from desktop.models.standing import left_over, of_status, standing, state_name
from desktop.models.times import span
from desktop.state.clock import screen_clock
from desktop.state.connection import Connection, Phase
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from server.cli import sending_words
from server.contract import EstimateBasis, Phrase, SendingState, SendingStatus, Sentence
from server.contract.sentences import phrase_of
from server.contract.snapshot import QueueCounts

_REFUSED = Phrase.MAIL_LOGIN_REFUSED.says(answer="535 No.")
BEGIN = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def status(
    state: SendingState,
    *,
    said: Sentence | None = None,
    wait: float | None = None,
    count: int | None = None,
    per_minute: float | None = None,
) -> SendingStatus:
    """What the server says, the next emails leaving ``wait`` seconds after :data:`BEGIN`."""
    return SendingStatus(
        state=state,
        message="" if said is None else "In English, for programs.",
        sentence=said,
        next_at=None if wait is None else BEGIN + timedelta(seconds=wait),
        next_count=count,
        finished_at=None,
        basis=None,
        per_minute=per_minute,
        accounts=(),
    )


def counts(total: int = 0, *, failed: int = 0, held: int = 0, bounced: int = 0) -> QueueCounts:
    return QueueCounts(pending=total, processing=0, failed=failed, held=held, bounced=bounced)


@pytest.mark.parametrize(
    ("said", "headline", "why"),
    [
        (status(SendingState.IDLE), "Nothing to send", ""),
        (status(SendingState.SENDING), "Sending", ""),
        (
            status(SendingState.SLOWED, per_minute=5.0),
            "Slowed",
            "The mail server asked for it: about 5 a minute.",
        ),
        (status(SendingState.SLOWED, per_minute=0.5), "Slowed", "The mail server asked for it: about 0.5 a minute."),
        (
            status(SendingState.LIMITED, wait=11.9, count=50),
            "Limited",
            "The sending limit leaves room for the next 50 in 12\N{NO-BREAK SPACE}s.",
        ),
        (status(SendingState.LIMITED), "Limited", "The sending limit leaves no room at the moment."),
        (
            status(SendingState.WAITING, wait=124.9),
            "Waiting",
            "All that is left was put off. Next try in 2\N{NO-BREAK SPACE}min 5\N{NO-BREAK SPACE}s.",
        ),
        (
            status(SendingState.WAITING, wait=4.9, said=Phrase.MOSTLY_PUT_OFF.says(answer="452 4.3.1 No room")),
            "Waiting",
            "All that is left was put off. Next try in 5\N{NO-BREAK SPACE}s. The commonest reason: 452 4.3.1 No room.",
        ),
        (status(SendingState.PAUSED, said=Phrase.PAUSED_BY.says(name="bob")), "Paused", "bob has paused sending."),
        (
            status(SendingState.CLOSED, said=Phrase.OUTSIDE_OF_HOURS.says(hours="Mon-Fri 08:00-18:00 Europe/Berlin")),
            "Outside of the sending hours",
            "Emails leave at these hours: Mon-Fri 08:00-18:00 Europe/Berlin.",
        ),
        (
            status(SendingState.BLOCKED, said=_REFUSED, wait=29.9),
            "Blocked",
            "The mail server refuses the login: 535 No. Next try in 30\N{NO-BREAK SPACE}s.",
        ),
        (
            status(SendingState.BLOCKED, said=Sentence(code="ofANewerServer")),
            "Blocked",
            "The server gives a reason that this desktop does not know. Update the desktop to read it. "
            "It is tried now.",
        ),
        (
            status(SendingState.BLOCKED, said=_REFUSED, wait=-1),
            "Blocked",
            "The mail server refuses the login: 535 No. It is tried now.",
        ),
    ],
)
def test_each_state_has_its_name_and_its_reason(
    qapp: QApplication, said: SendingStatus, headline: str, why: str
) -> None:
    later = datetime.now(UTC) - BEGIN
    if said.next_at is not None:
        said = said.model_copy(update={"next_at": said.next_at + later})
    now = of_status(said, counts(), creating=False)
    assert (now.headline, now.why) == (headline, why)
    if said.sentence is None or phrase_of(said.sentence.code) is not None:
        on_a_terminal = next(sending_words.standing(said, screen_clock.now))
        assert on_a_terminal.removesuffix(".") == f"{headline}: {_plain(now.caption)}".removesuffix(": ").removesuffix(
            "."
        )


def test_what_others_have_written_ends_before_the_next_sentence_begins(qapp: QApplication) -> None:
    why = of_status(
        status(SendingState.PAUSED, said=Phrase.PAUSED_BECAUSE.says(name="bob", why="We move")),
        counts(),
        creating=False,
    )
    assert why.caption == "bob has paused sending. We move. Nothing leaves until somebody resumes."
    asked = of_status(
        status(SendingState.PAUSED, said=Phrase.PAUSED_BECAUSE.says(name="bob", why="Why not?")),
        counts(),
        creating=False,
    )
    assert asked.why == "bob has paused sending. Why not?"
    put_off = of_status(
        status(SendingState.WAITING, wait=4.9, said=Phrase.MOSTLY_PUT_OFF.says(answer="421 slower please")),
        counts(),
        creating=False,
    )
    assert put_off.why.endswith("421 slower please."), "when the queue will be empty is told in a line below"


def _plain(text: str) -> str:
    """Without what keeps a number and its unit on one line of a window."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_every_state_has_a_name_of_its_own_and_the_same_on_a_terminal(qapp: QApplication) -> None:
    names = [state_name(state) for state in SendingState]
    assert len(set(names)) == len(names)
    assert [sending_words.NAMES[state] for state in SendingState] == names


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (counts(), ""),
        (counts(failed=4), "All left but 4 that failed."),
        (counts(held=2), "All left but 2 held."),
        (counts(failed=4, held=2), "All left but 4 that failed and 2 held."),
        (counts(failed=3, bounced=3), "All left. 3 came back."),
        (counts(failed=4, bounced=3, held=2), "All left but 1 that failed and 2 held. 3 came back."),
    ],
)
def test_an_empty_queue_tells_of_what_has_not_left(qapp: QApplication, left: QueueCounts, sentence: str) -> None:
    assert left_over(left) == sentence
    idle = of_status(status(SendingState.IDLE), left, creating=False)
    assert (idle.why, idle.icon == "check-circle") == (sentence, not left.failed)


def test_while_users_are_being_created_more_is_to_come(qapp: QApplication) -> None:
    idle = of_status(status(SendingState.IDLE), counts(), creating=True)
    assert idle.why == "The first emails come as users are created."


@pytest.mark.parametrize(
    ("basis", "how"),
    [
        (EstimateBasis.LIMITS, "by the limits."),
        (EstimateBasis.MEASURED, "at the measured speed."),
        (EstimateBasis.DUE, "when the last email is due."),
    ],
)
def test_the_end_in_sight_says_what_it_rests_on(qapp: QApplication, basis: EstimateBasis, how: str) -> None:
    end = (datetime.now(UTC) + timedelta(seconds=1)).astimezone()
    said = status(SendingState.SENDING).model_copy(update={"finished_at": end, "basis": basis})
    now = of_status(said, counts(1), creating=False)
    assert now.end.startswith("Empty at about ")
    assert now.end.endswith(how)
    assert sending_words.end(said).endswith(how)
    assert of_status(status(SendingState.PAUSED), counts(1), creating=False).end == (
        "Nothing leaves until somebody resumes."
    )


def test_nobody_is_alarmed_before_the_first_connection(qapp: QApplication) -> None:
    sending, queue, connection = Sending(), QueueState(), Connection()
    assert standing(sending, queue, connection).headline == "Connecting…"
    connection.set_phase(Phase.CONNECTING)
    assert standing(sending, queue, connection).headline == "Connecting…"
    connection.set_phase(Phase.ONLINE)
    assert standing(sending, queue, connection).headline == "Connecting…", "nothing is known yet"
    sending.set_status(status(SendingState.SENDING))
    assert standing(sending, queue, connection).headline == "Sending"
    connection.set_phase(Phase.OFFLINE, "The server cannot be reached.", 1.0)
    connection.set_phase(Phase.CONNECTING)
    assert standing(sending, queue, connection).headline == "Not connected"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0\N{NO-BREAK SPACE}s"),
        (0.2, "1\N{NO-BREAK SPACE}s"),
        (59, "59\N{NO-BREAK SPACE}s"),
        (61, "1\N{NO-BREAK SPACE}min 1\N{NO-BREAK SPACE}s"),
        (7300, "2\N{NO-BREAK SPACE}h 1\N{NO-BREAK SPACE}min"),
    ],
)
def test_a_countdown_has_one_unit_or_two(qapp: QApplication, seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_what_was_activated_for_later_is_not_called_put_off() -> None:
    stands = of_status(
        status(SendingState.WAITING, wait=9, said=Phrase.LEAVE_FROM.says(until=BEGIN)), counts(1), creating=False
    )
    assert stands.why.startswith("The next emails were activated for later: they leave from 4")
    assert "put off" not in stands.why
