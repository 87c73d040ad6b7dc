"""What replies and kept sentences mean."""

from __future__ import annotations

import pytest

from server.contract import Phrase, Sentence
from server.explaining import explained
from server.mail import outcome
from server.mail.fault import Stage


@pytest.mark.parametrize(
    ("reply", "phrase"),
    [
        ("250 2.0.0 Ok: queued as 4XyZ9k2Pq7z", Phrase.ACCEPTED),
        ("550 5.1.1 <x@firm.example>: Recipient address rejected", Phrase.ADDRESS_UNKNOWN),
        ("550-5.1.1 The email account does not exist", Phrase.ADDRESS_UNKNOWN),
        ("550 5.1.10 Recipient has a null MX", Phrase.DOMAIN_WITHOUT_MAIL),
        ("552 5.2.2 Mailbox full", Phrase.MAILBOX_FULL),
        ("452 4.2.2 Mailbox full", Phrase.MAILBOX_FULL),
        ("554 5.7.1 Rejected as spam", Phrase.REJECTED_BY_POLICY),
        ("451 4.7.1 Greylisted", Phrase.ASKED_TO_WAIT),
        ("421 Too busy", Phrase.PUT_OFF),
        ("550 no", Phrase.REFUSED),
        # Its own code says for good, the enhanced one not: what it will be tomorrow is not known.
        ("550 4.2.2 Mailbox full", Phrase.REFUSED),
    ],
)
def test_a_reply_means_what_its_codes_say(reply: str, phrase: Phrase) -> None:
    assert explained(reply) == phrase.says()


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ("Held by ann.", Phrase.HELD_BY.says(name="ann")),
        ("Held by ann", Phrase.HELD_BY.says(name="ann")),
        (
            "From a@firm.example to b@firm.example, by ann.",
            Phrase.CORRECTED_BY.says(before="a@firm.example", after="b@firm.example", name="ann"),
        ),
        (
            "Given up after 5 days. The last attempt: 451 4.7.1 Greylisted",
            Phrase.GIVEN_UP_AFTER.says(age=5 * 86400, answer="451 4.7.1 Greylisted"),
        ),
        (
            "Given up after 10 attempts. The last one: The connection broke off: timed out",
            Phrase.GIVEN_UP_AFTER_ATTEMPTS.says(attempts="10", answer=Phrase.BROKE_OFF.says(answer="timed out")),
        ),
        (
            outcome.broken_off(Stage.FINAL_DOT, "reset").text,
            Phrase.HANDED_OVER.says(why=Phrase.BROKE_OFF.says(answer="reset")),
        ),
        (outcome.answered(Stage.LOGIN, 535, "no").text, Phrase.MAIL_LOGIN_REFUSED.says(answer="535 no")),
    ],
)
def test_a_kept_sentence_is_found_again(kept: str, sentence: Sentence) -> None:
    assert explained(kept) == sentence
    assert sentence.english.removesuffix(".") == kept.removesuffix(".")


@pytest.mark.parametrize("text", ["", "Something else.", "mx.firm.example is tired"])
def test_what_nobody_here_has_said_is_left_as_it_is(text: str) -> None:
    assert explained(text) is None
