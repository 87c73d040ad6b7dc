"""What an account's answers show about the account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bson import ObjectId
from bson.binary import Binary

from server.mail import outcome
from server.mail.evidence import LOST_IN_A_ROW, REFUSED_IN_A_ROW, Evidence
from server.mail.fault import Stage
from server.mail.outcome import Verdict
from server.store.emails import ClaimedEmail

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
LOST = outcome.broken_off(Stage.FINAL_DOT, "reset")
ACCEPTED = outcome.accepted("2.0.0 queued")


def to(address: str) -> ClaimedEmail:
    return ClaimedEmail(
        id=ObjectId(), token="", user_id=ObjectId(), email=address, name="", password=Binary(b""), message_id="",
        attempts=1, created_at=_NOW, queued_at=_NOW,
    )  # fmt: skip


def refused(address: str, reply: str = "5.7.1 no", code: int = 554) -> Verdict:
    return outcome.answered(Stage.RECIPIENT, code, f"{reply} <{address}>")


def noted(evidence: Evidence, *tries: tuple[str, Verdict]) -> list[bool]:
    return [evidence.note(to(address), verdict) for address, verdict in tries]


@pytest.mark.parametrize("code", [554, 451])
def test_different_recipients_in_a_row_show_that_it_is_the_account(code: int) -> None:
    tries = [(f"p{number}@b.example", refused(f"p{number}@b.example", code=code)) for number in range(5)]
    assert noted(Evidence(), *tries) == [False] * (REFUSED_IN_A_ROW - 1) + [True]


def test_the_same_recipient_again_shows_nothing() -> None:
    assert not any(noted(Evidence(), *[("ann@b.example", refused("ann@b.example"))] * 9))


def test_an_acceptance_or_another_cause_begins_anew() -> None:
    evidence = Evidence()
    four = [(f"p{number}@b.example", refused(f"p{number}@b.example")) for number in range(4)]
    assert not any(noted(evidence, *four, ("x@b.example", ACCEPTED), *four))
    assert evidence.has_accepted
    assert not any(noted(evidence, ("y@b.example", refused("y@b.example", "5.7.1 something else")), *four))


def test_what_is_certainly_the_recipients_says_nothing() -> None:
    unknown = [(f"p{number}@b.example", refused(f"p{number}@b.example", "5.1.1 unknown", 550)) for number in range(9)]
    assert not any(noted(Evidence(), *unknown))


def test_answers_that_stay_out_show_it_sooner() -> None:
    assert noted(Evidence(), *[(f"p{number}@b.example", LOST) for number in range(3)])[-1] is (LOST_IN_A_ROW == 3)
