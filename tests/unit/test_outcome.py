"""What a mail server's answer means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.mail import outcome
from server.mail.fault import Stage
from server.mail.outcome import BlockCode, Outcome, RetryWaits, asked_wait, probe_wait, readable


@pytest.mark.parametrize(
    ("stage", "code", "expected", "block"),
    [
        (Stage.RECIPIENT, 550, Outcome.REFUSED, None),
        (Stage.RECIPIENT, 450, Outcome.RETRY, None),
        (Stage.RECIPIENT, 421, Outcome.RETRY, None),
        (Stage.RECIPIENT, 530, Outcome.BLOCKED, BlockCode.LOGIN_REFUSED),
        (Stage.MESSAGE, 554, Outcome.REFUSED, None),
        (Stage.MESSAGE, 452, Outcome.RETRY, None),
        (Stage.SENDER, 550, Outcome.BLOCKED, BlockCode.SENDER_REFUSED),
        (Stage.SENDER, 451, Outcome.BLOCKED, BlockCode.SERVER_TROUBLE),
        (Stage.LOGIN, 535, Outcome.BLOCKED, BlockCode.LOGIN_REFUSED),
        (Stage.LOGIN, 504, Outcome.BLOCKED, BlockCode.LOGIN_REFUSED),
        (Stage.LOGIN, 454, Outcome.BLOCKED, BlockCode.BUSY),
        (Stage.TLS, 454, Outcome.BLOCKED, BlockCode.TLS_FAILED),
        (Stage.CONNECT, 421, Outcome.BLOCKED, BlockCode.BUSY),
        (Stage.CONNECT, 554, Outcome.BLOCKED, BlockCode.UNREACHABLE),
    ],
)
def test_an_answer_is_judged_by_its_stage(stage: Stage, code: int, expected: Outcome, block: BlockCode | None) -> None:
    verdict = outcome.answered(stage, code, "the reason")
    assert (verdict.outcome, verdict.block) == (expected, block)
    assert f"{code} the reason" in verdict.text


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.CONNECT, Outcome.BLOCKED),
        (Stage.TLS, Outcome.BLOCKED),
        (Stage.LOGIN, Outcome.BLOCKED),
        (Stage.SENDER, Outcome.RETRY),
        (Stage.RECIPIENT, Outcome.RETRY),
        (Stage.MESSAGE, Outcome.RETRY),
        (Stage.FINAL_DOT, Outcome.UNCERTAIN),
    ],
)
def test_a_broken_connection_is_uncertain_only_when_the_message_may_have_arrived(
    stage: Stage, expected: Outcome
) -> None:
    assert outcome.broken_off(stage, "reset by peer").outcome is expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("4.7.1 greylisted, try again in 5 minutes", timedelta(minutes=5)),
        ("please retry after 300 seconds", timedelta(seconds=300)),
        ("wait 2h", timedelta(hours=2)),
        ("Try again in 90s.", timedelta(seconds=90)),
        ("come back in 900000 hours", timedelta(hours=24)),
        ("try again later", None),
        ("mailbox in use by 3 sessions", None),
    ],
)
def test_the_wait_a_server_asks_for_is_understood(reply: str, expected: timedelta | None) -> None:
    assert asked_wait(reply) == expected


def test_waits_grow_are_jittered_and_never_shorter_than_asked() -> None:
    waits = RetryWaits(first=timedelta(seconds=10), longest=timedelta(seconds=100))
    for attempts, middle in ((1, 10), (2, 20), (3, 40), (9, 100), (1000, 100)):
        found = {waits.after(attempts, None) for _ in range(20)}
        assert all(timedelta(seconds=middle * 0.8) <= wait <= timedelta(seconds=middle * 1.2) for wait in found)
        assert len(found) > 1
    assert waits.after(1, timedelta(hours=1)) == timedelta(hours=1)


def test_probes_become_rarer_up_to_a_limit() -> None:
    interval = timedelta(seconds=30)
    assert [probe_wait(n, interval).total_seconds() for n in range(5)] == [5, 10, 20, 30, 30]
    assert probe_wait(50, timedelta(hours=1)) == timedelta(minutes=5)


def test_replies_become_one_safe_line() -> None:
    undecodable = b"caf\xe9\r\nsecond\x1b[31m line\x00".decode("utf-8", "surrogateescape")
    assert readable(undecodable) == "caf� second [31m line"
    assert len(readable("x" * 10_000)) == outcome.REPLY_LIMIT
