"""What becomes of an email for each answer at each stage of the SMTP conversation, over real sockets."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from server.store.limits import LimitStore
from tests.integration.mail.conftest import SOON, Queue, running, soon, until_blocked
from tests.integration.mail.scripted_smtp import DROP, DROP_BEFORE_THE_DOT, HANG, ScriptedSmtp

# --- Answers that concern one recipient ---


@dataclass(frozen=True)
class Case:
    """One answer to one recipient, once; then the server accepts."""

    stage: str
    answer: str
    outcome: str
    #: Attempts charged when all is over.
    attempts: int
    #: Part of what is kept of the answer.
    text: str = ""
    uncertain: int = 0

    def __str__(self) -> str:
        return f"{self.stage}: {self.answer!r}"


ONE_RECIPIENT = [
    Case("recipient", "450 4.2.1 busy", "retry", 2, "450 4.2.1 busy"),
    Case("recipient", "451 4.7.1 greylisted", "retry", 2, "greylisted"),
    Case("recipient", "550 5.1.1 no such user", "refused", 1, "550 5.1.1 no such user"),
    Case("recipient", "550-5.1.1 no such\r\n550 5.1.1 user", "refused", 1, "550 5.1.1 no such 5.1.1 user"),
    Case("recipient", "550 5.1.1 unbekannte Empf\xe4ngerin", "refused", 1, "550 5.1.1 unbekannte Empf\ufffdngerin"),
    Case("recipient", "553 5.1.3 \x1b[31mred\x07 ", "refused", 1, "553 5.1.3  [31mred"),
    Case("recipient", "421 4.7.0 enough of you", "retry", 1, "enough of you"),
    Case("recipient", DROP, "retry", 2, "broke off"),
    Case("recipient", HANG, "retry", 2, "broke off"),
    Case("data", "451 4.2.0 mailbox is locked", "retry", 2, "locked"),
    Case("data", "554 5.7.1 not from you", "refused", 1, "554 5.7.1 not from you"),
    Case("data", "421 4.7.0 enough of you", "retry", 1, "enough of you"),
    Case("data", DROP, "retry", 2, "broke off"),
    Case("data", DROP_BEFORE_THE_DOT, "retry", 2, "broke off"),
    Case("data", HANG, "retry", 2, "broke off"),
    Case("message", "250 2.0.0 queued as 4F7", "accepted", 1, "2.0.0 queued as 4F7"),
    Case("message", "250-2.0.0 queued\r\n250 as h\xe9", "accepted", 1, "2.0.0 queued as h\ufffd"),
    Case("message", "452 4.2.2 mailbox full", "retry", 2, "mailbox full"),
    Case("message", "454 4.7.0 slower please", "retry", 1, "slower please"),
    Case("message", "421 4.7.0 enough of you", "retry", 1, "enough of you"),
    Case("message", "552 5.3.4 too large", "refused", 1, "552 5.3.4 too large"),
    Case("message", "251 2.1.5 taken as well", "accepted", 1, "2.1.5 taken as well"),
    Case("message", "354 go on", "uncertain", 2, "not known", uncertain=1),
    Case("message", "bye", "uncertain", 2, "not known", uncertain=1),
    Case("message", "999 what", "uncertain", 2, "not known", uncertain=1),
    Case("data", "250 OK", "retry", 2, "250 OK"),
    Case("message", DROP, "uncertain", 2, "not known", uncertain=1),
    Case("message", HANG, "uncertain", 2, "not known", uncertain=1),
]


@pytest.mark.parametrize("case", ONE_RECIPIENT, ids=str)
async def test_an_answer_to_one_recipient_decides_about_that_email_alone(
    queue: Queue, smtp: ScriptedSmtp, case: Case
) -> None:
    getattr(smtp, case.stage)["bad@firm.example"] = [case.answer, "354 go on" if case.stage == "data" else "250 OK"]
    ann, bad, bob = await queue.add("ann@firm.example", "bad@firm.example", "bob@firm.example")
    worker = queue.worker(smtp.address, **soon(case.answer))
    async with running(worker):
        await queue.until_empty()

    sent = {row["_id"]: row async for row in queue.database.deliveries.find({})}
    assert [len(smtp.accepted[f"{name}@firm.example"]) for name in ("ann", "bob")] == [1, 1]
    assert [sent[id_]["attempts"] for id_ in (ann, bob)] == [1, 1]
    assert worker.counters == {"accepted": 3 - (case.outcome == "refused")} | (
        {} if case.outcome == "accepted" else {case.outcome: 1}
    )
    row = await queue.database.failed.find_one({"_id": bad}) if case.outcome == "refused" else sent[bad]
    assert row is not None
    assert (row["attempts"], row["uncertain"]) == (case.attempts, case.uncertain)
    assert len(smtp.accepted.get("bad@firm.example", ())) == (case.outcome != "refused")
    said = row["error"] if case.outcome == "refused" else row["reply"] if case.outcome == "accepted" else None
    if said is not None:
        assert said == case.text
    elif case.attempts > 1:  # what is not charged says nothing of the email
        assert case.text in row["history"][0]["detail"]


async def test_many_bad_recipients_at_once_disturb_nobody(queue: Queue, smtp: ScriptedSmtp) -> None:
    # Without those by which the server wants fewer and slower emails from us.
    bad = [case for case in ONE_RECIPIENT if not case.answer.startswith(("421", "454"))]
    cases = {f"bad{number}@firm.example": case for number, case in enumerate(bad)}
    for address, case in cases.items():
        getattr(smtp, case.stage)[address] = [case.answer, "354 go on" if case.stage == "data" else "250 OK"]
    good = [f"good{number}@firm.example" for number in range(40)]
    await queue.add(*good[:20], *cases, *good[20:])
    worker = queue.worker(smtp.address, **soon(HANG))
    async with running(worker):
        await queue.until_empty()

    assert [len(smtp.accepted[address]) for address in good] == [1] * 40
    rows = await queue.database.deliveries.find({}).to_list() + await queue.database.failed.find({}).to_list()
    attempts = {row["email"]: row["attempts"] for row in rows}
    assert {attempts[address] for address in good} == {1}
    assert {address: attempts[address] for address in cases} == {
        address: case.attempts for address, case in cases.items()
    }
    assert await queue.database.failed.count_documents({}) == sum(case.outcome == "refused" for case in cases.values())
    assert worker.counters["uncertain"] == sum(case.uncertain for case in cases.values())
    assert worker.counters["blocked"] == 0


# --- Answers that concern the account ---


@dataclass(frozen=True)
class Account:
    """An answer to whoever connects; until the script changes."""

    stage: str
    answer: str
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.stage}: {self.answer!r}"


ACCOUNT = [
    Account("greeting", "421 4.3.2 maintenance", "busy", "asks to come back later: 421 4.3.2 maintenance"),
    Account("greeting", "554 5.7.1 go away", "unreachable", "554 5.7.1 go away"),
    Account("greeting", "554-5.7.1 dein Rechner\r\n554 geh\xf6rt nicht dazu", "unreachable", "geh\ufffdrt nicht dazu"),
    Account("greeting", DROP, "unreachable", "cannot be reached"),
    Account("greeting", HANG, "unreachable", "cannot be reached"),
    Account("hello", "421 4.3.2 no", "busy", "421 4.3.2 no"),
    Account("hello", "550 5.7.1 no", "unreachable", "550 5.7.1 no"),
    Account("hello", DROP, "unreachable", "cannot be reached"),
    Account("sender", "550 5.7.1 not allowed", "senderRefused", "refuses the sender's address: 550 5.7.1 not allowed"),
    Account("sender", "530 5.7.0 log in first", "loginRefused", "refuses the login: 530 5.7.0 log in first"),
    Account("sender", "452 4.3.1 Insufficient system storage", "serverTrouble", "trouble of its own: 452 4.3.1"),
    Account("sender", "450 4.1.8 <a@s.example>: Sender address rejected: Domain not found", "senderRefused", "4.1.8"),
]


@pytest.mark.parametrize("case", ACCOUNT, ids=str)
async def test_what_is_wrong_with_the_account_blocks_it_charges_nothing_and_ends_by_itself(
    queue: Queue, smtp: ScriptedSmtp, case: Account
) -> None:
    script: list[str] = getattr(smtp, case.stage)
    usual = script[0]
    script[:] = [case.answer]
    await queue.add_many(3)
    async with running(queue.worker(smtp.address, QUEUE_CONNECTIONS="1", **soon(case.answer))):
        code, message = await until_blocked(queue, smtp.address.name)
        assert (code, case.text in message) == (case.code, True), message
        assert "\n" not in message
        assert await queue.database.deliveries.count_documents({}) == 0
        script[:] = [usual]
        await queue.until_empty()
    assert await LimitStore(queue.database).blocked(smtp.address.name) is None
    assert [row["attempts"] async for row in queue.database.deliveries.find({})] == [1, 1, 1]
    assert await queue.database.failed.count_documents({}) == 0


@pytest.mark.parametrize(
    ("answer", "attempts"), [("450 4.7.1 Error: too much mail", 1), ("421 4.7.0 enough", 1), (DROP, 2)]
)
async def test_a_passing_trouble_with_the_sender_is_tried_again(
    queue: Queue, smtp: ScriptedSmtp, answer: str, attempts: int
) -> None:
    smtp.sender = [answer, "250 OK"]
    await queue.add("ann@firm.example")
    worker = queue.worker(smtp.address, **SOON)
    async with running(worker):
        await queue.until_empty()
    assert worker.counters == {"retry": 1, "accepted": 1}
    assert [row["attempts"] async for row in queue.database.deliveries.find({})] == [attempts]
