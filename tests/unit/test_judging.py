"""What becomes of an email after a try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from bson.binary import Binary

from server.mail import outcome
from server.mail.fault import Stage
from server.mail.judging import Fate, Judge, Tried
from server.mail.outcome import BlockCode, RetryWaits, Verdict
from server.store.emails import ClaimedEmail

NOW = datetime(2026, 1, 1, tzinfo=UTC)
JUDGE = Judge(waits=RetryWaits(), max_attempts=3, max_age=timedelta(days=3), hold_uncertain=False)


def tried(
    *, attempts: int = 1, uncertain: int = 0, doubted_by: tuple[str, ...] = (), others: tuple[str, ...] = (),
    is_probe: bool = False, age: timedelta = timedelta(),
) -> Tried:  # fmt: skip
    email = ClaimedEmail(
        id=ObjectId(), token="", user_id=ObjectId(), email="a@b.example", name="", password=Binary(b""),
        message_id="", attempts=attempts, created_at=NOW, queued_at=NOW, uncertain=uncertain, doubted_by=doubted_by,
    )  # fmt: skip
    return Tried(email, "this", is_probe, others, age)


def answered(reply: str, stage: Stage = Stage.RECIPIENT) -> Verdict:
    return outcome.answered(stage, int(reply[:3]), reply[4:])


NO_RELAY = answered("554 5.7.1 <a@b.example>: Relay access denied")
POLICY = answered("554 5.7.1 no")
UNKNOWN = answered("550 5.1.1 no such user")
FULL = answered("452 4.2.2 mailbox full")
BROKE_OFF = outcome.broken_off(Stage.RECIPIENT, "reset")
LOST = outcome.broken_off(Stage.FINAL_DOT, "reset")


@pytest.mark.parametrize(
    ("verdict", "case", "fate", "charged", "block"),
    [
        (UNKNOWN, tried(others=("that",)), Fate.GIVEN_UP, True, None),
        (POLICY, tried(), Fate.GIVEN_UP, True, None),
        (POLICY, tried(others=("that",)), Fate.PUT_OFF, False, None),
        (POLICY, tried(others=("that",), age=timedelta(days=3)), Fate.GIVEN_UP, True, None),
        (NO_RELAY, tried(age=timedelta(days=9)), Fate.PUT_OFF, False, BlockCode.SENDING_REFUSED),
        (NO_RELAY, tried(), Fate.PUT_OFF, False, BlockCode.SENDING_REFUSED),
        (NO_RELAY, tried(doubted_by=("this",), is_probe=True), Fate.PUT_OFF, False, BlockCode.SENDING_REFUSED),
        (NO_RELAY, tried(doubted_by=("this",)), Fate.GIVEN_UP, True, None),
        (NO_RELAY, tried(doubted_by=("this",), others=("that",)), Fate.PUT_OFF, False, None),
        (FULL, tried(attempts=2), Fate.PUT_OFF, True, None),
        (FULL, tried(attempts=3), Fate.GIVEN_UP, True, None),
        (FULL, tried(age=timedelta(days=3)), Fate.GIVEN_UP, True, None),
        (BROKE_OFF, tried(attempts=30), Fate.PUT_OFF, True, None),
        (BROKE_OFF, tried(age=timedelta(days=3)), Fate.GIVEN_UP, True, None),
        (LOST, tried(attempts=9, uncertain=1), Fate.PUT_OFF, True, None),
        (LOST, tried(uncertain=2), Fate.GIVEN_UP, True, None),
    ],
)  # fmt: skip
def test_a_verdict_is_put_down_to_whom_it_belongs(
    verdict: Verdict, case: Tried, fate: Fate, charged: bool, block: BlockCode | None
) -> None:
    decision = JUDGE.decide(case, verdict)
    assert (decision.fate, decision.charged, decision.block) == (fate, charged, block)
