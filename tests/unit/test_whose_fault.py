"""Whose fault real mail servers' answers are."""

from __future__ import annotations

from collections import Counter

import pytest

from server.mail.fault import Fault, Stage, Whose, judge
from tests.unit.real_replies import REAL_REPLIES, Reply


@pytest.mark.parametrize("reply", REAL_REPLIES, ids=str)
def test_a_real_answer_is_put_down_to_whom_it_is_about(reply: Reply) -> None:
    found = judge(reply.stage, reply.code, reply.text)
    assert (found.fault, found.certain) == (reply.fault, reply.certain)


def test_the_answers_are_many_and_of_every_kind() -> None:
    assert len({(reply.stage, reply.code, reply.text) for reply in REAL_REPLIES}) == len(REAL_REPLIES) >= 80
    assert set(Fault) == {reply.fault for reply in REAL_REPLIES}
    by_stage = Counter(reply.stage for reply in REAL_REPLIES)
    assert set(by_stage) == set(Stage)


@pytest.mark.parametrize("fault", Fault)
def test_only_the_recipients_and_the_messages_fault_is_the_emails(fault: Fault) -> None:
    assert fault.is_the_emails == (fault.whose in (Whose.RECIPIENT, Whose.MESSAGE))
    assert fault.is_the_emails == (fault in (Fault.RECIPIENT, Fault.MESSAGE))


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.TLS, Stage.LOGIN, Stage.SENDER])
@pytest.mark.parametrize("code", range(400, 600, 7))
def test_before_a_recipient_is_named_nothing_is_the_recipients_fault(stage: Stage, code: int) -> None:
    assert judge(stage, code, "no").fault is not Fault.RECIPIENT


@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.MESSAGE, Stage.FINAL_DOT])
@pytest.mark.parametrize("code", [450, 550, 554, 599])
def test_words_that_say_nothing_leave_the_decision_to_evidence(stage: Stage, code: int) -> None:
    found = judge(stage, code, "no")
    assert found.fault.is_the_emails
    assert not found.certain


def test_a_login_that_is_refused_for_good_is_probed_slowly_whatever_else_it_says() -> None:
    assert judge(Stage.LOGIN, 550, "5.7.0 too many login attempts").fault is Fault.LOGIN


def test_the_recipients_site_may_say_what_would_else_be_said_of_us() -> None:
    """5.1.8 with words that name no sender may be a remote site's, handed through by the relay."""
    assert not judge(Stage.RECIPIENT, 550, "5.1.8 no MX where it comes from").certain
    assert judge(Stage.SENDER, 550, "5.1.8 no MX where it comes from").fault is Fault.SENDER
