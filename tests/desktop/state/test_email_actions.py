"""Which emails are picked, and what can be done about them."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop.state.email_actions import Chosen, EmailAction, EmailPicks, possible
from server.contract import EmailSelection, EmailState, QueuedEmail, QueuePart

A = EmailAction


def email(
    number: int, state: EmailState = EmailState.FAILED, *, held: bool = False, bounced: bool = False
) -> QueuedEmail:
    return QueuedEmail(
        id=f"{number:024x}",
        state=state,
        email="a@b.example",
        attempts=1,
        created_at=datetime.now(UTC),
        held=held,
        bounced=bounced,
    )


def test_one_is_corrected_and_many_are_not() -> None:
    picks = EmailPicks()
    first, second = email(1), email(2)
    picks.set_picked((first,), picked=True)
    assert picks.actions() == (A.RETRY, A.CORRECT, A.DISCARD)
    chosen = picks.chosen()
    assert chosen is not None
    assert chosen.email == first
    picks.set_picked((second,), picked=True)
    assert picks.actions() == (A.RETRY, A.DISCARD)
    assert picks.chosen() == Chosen(EmailSelection(ids=(first.id, second.id)), 2)


def test_failed_and_held_ones_have_in_common_what_the_server_does_for_both() -> None:
    picks = EmailPicks()
    picks.set_picked((email(1, held=True),), picked=True)
    assert picks.actions() == (A.CORRECT, A.RELEASE, A.DISCARD)
    picks.set_picked((email(2),), picked=True)
    assert picks.actions() == (A.RETRY, A.DISCARD)


def test_of_what_came_back_it_is_said() -> None:
    picks = EmailPicks()
    picks.set_picked((email(1, bounced=True),), picked=True)
    assert (set(picks.actions()), possible(QueuePart.BOUNCED)[0]) == ({A.CORRECT, A.RETRY, A.DISCARD}, A.CORRECT)
    picks.set_picked((email(2),), picked=True)
    chosen = picks.chosen()
    assert chosen is not None
    assert (chosen.count, chosen.came_back, picks.actions()) == (2, True, (A.RETRY, A.DISCARD))


def test_what_is_done_with_is_not_picked() -> None:
    picks = EmailPicks()
    picks.set_picked((email(1, EmailState.SENT), email(2, EmailState.PROCESSING)), picked=True)
    assert (picks.count, picks.chosen(), picks.actions()) == (0, None, ())
    assert possible(None) == ()


def test_to_take_one_from_everything_leaves_nothing_picked() -> None:
    picks, changes = EmailPicks(), []
    picks.changed.connect(lambda: changes.append(picks.count))
    everything = Chosen(EmailSelection(part=QueuePart.PENDING, everything=True), 1203)
    picks.pick_all(everything, QueuePart.PENDING)
    assert (picks.count, picks.covers_all, picks.chosen()) == (1203, True, everything)
    assert picks.actions() == (A.RETRY, A.HOLD, A.DISCARD)
    assert picks.is_picked(email(7, EmailState.PENDING))
    picks.set_picked((email(7, EmailState.PENDING),), picked=False)
    assert (picks.count, picks.covers_all) == (0, False)
    assert changes == [1203, 0]
