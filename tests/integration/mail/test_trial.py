"""Tests of the template on a real mail server."""

from __future__ import annotations

import pytest

from server.contract import EmailTemplate
from server.errors import Conflict, Invalid
from server.mail.account import SendingAccount
from server.mail.rendering import ActivationEmails
from server.mail.template_actions import TemplateActions
from server.mail.templates import BrokenTemplate
from server.mail.time_limits import TimeLimits
from server.mail.trial import TrialSender
from server.settings import load_settings
from server.store.connections import ConnectionStore
from server.store.leads import LeadStore
from server.store.limits import LimitStore
from server.store.templates import TemplateStore
from tests.integration.mail.conftest import MAIL_FROM, Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp
from tests.messages import text_of

SECOND = EmailTemplate(subject="Welcome", text="{{ password }} {{ login_url }}", html="{{ password }} {{ email }}")


def sender(queue: Queue, smtp: ScriptedSmtp, **settings: str) -> TrialSender:
    """By that mail server."""
    writer = ActivationEmails(mail_from=MAIL_FROM, login_url="https://app.example.com/login")
    database = queue.database
    account = load_settings(settings).account_at(smtp.address)
    return TrialSender(
        database,
        TemplateActions(TemplateStore(database), LeadStore(database), writer),
        writer,
        lambda: SendingAccount(
            account, LimitStore(database), ConnectionStore(database), time_limits=TimeLimits.each(5)
        ),
    )


async def test_a_test_says_that_it_is_one_and_shows_a_made_up_password(queue: Queue, smtp: ScriptedSmtp) -> None:
    trials = sender(queue, smtp)
    sent = await trials.send("ann@firm.example", None, by="bob")
    assert (sent.accepted, sent.account, sent.reply) == (True, smtp.address.name, "2.0.0 taken")
    await trials.send("ann@firm.example", SECOND, by="bob")
    first, second = smtp.accepted["ann@firm.example"]
    assert first["Subject"] == "[Test] Your account is ready"
    assert "Sampl-Passw-ord42" in text_of(first)
    assert second["Subject"] == "[Test] Welcome"
    assert first["Message-ID"] != second["Message-ID"]
    assert str(first["Message-ID"]).endswith("@sender.example>")
    entries = await queue.database.audit.find({}).to_list()
    assert [(each["action"], each["by"], each["emails"]) for each in entries] == [
        ("template.test", "bob", ["ann@firm.example"])
    ] * 2


async def test_what_the_mail_server_objects_comes_back(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["nobody@firm.example"] = ["550 5.1.1 no such user"]
    sent = await sender(queue, smtp).send("nobody@firm.example", None, by="bob")
    assert (sent.accepted, sent.reply) == (False, "550 5.1.1 no such user")
    await smtp.stop()
    sent = await sender(queue, smtp).send("ann@firm.example", None, by="bob")
    await smtp.start()
    assert not sent.accepted
    assert sent.reply.startswith("The mail server cannot be reached")
    assert await LimitStore(queue.database).blocked(smtp.address.name) is None


async def test_a_test_uses_up_room_and_without_room_none_is_sent(queue: Queue, smtp: ScriptedSmtp) -> None:
    limit = {"QUEUE_BATCH_SIZE": "2", "QUEUE_INTERVAL": "3600"}
    trials = sender(queue, smtp, **limit)
    await trials.send("ann@firm.example", None, by="bob")
    await queue.add_many(3)
    async with running(queue.worker(smtp.address, **limit)):
        await smtp.wait_for(2)
        with pytest.raises(Conflict, match=r"is used up\. Try again at \d\d:\d\d:\d\d UTC"):
            await trials.send("ann@firm.example", None, by="bob")
    assert len(smtp.received) == 2
    assert await queue.database.audit.count_documents({}) == 1


async def test_a_test_takes_no_connection_from_workers(queue: Queue, smtp: ScriptedSmtp) -> None:
    one = {"QUEUE_CONNECTIONS": "1", "QUEUE_BATCH_SIZE": "100"}
    smtp.go.clear()
    await queue.add("slow@firm.example")
    async with running(queue.worker(smtp.address, **one)):

        async def has_left() -> bool:
            return await queue.database.pending.count_documents({"stage": "handedOver"}) == 1

        await queue.until(has_left)
        with pytest.raises(Conflict, match="are in use"):
            await sender(queue, smtp, **one).send("ann@firm.example", None, by="bob")
        smtp.go.set()
        await queue.until_empty()
    assert list(smtp.accepted) == ["slow@firm.example"]


async def test_connections_are_left_to_workers_afterwards(queue: Queue, smtp: ScriptedSmtp) -> None:
    one = {"QUEUE_CONNECTIONS": "1", "QUEUE_BATCH_SIZE": "100"}
    for _ in range(3):
        assert (await sender(queue, smtp, **one).send("ann@firm.example", None, by="bob")).accepted


async def test_while_sending_is_paused_tests_leave_all_the_same(queue: Queue, smtp: ScriptedSmtp) -> None:
    await LimitStore(queue.database).pause("ann", "the text is wrong")
    assert (await sender(queue, smtp).send("ann@firm.example", None, by="bob")).accepted


async def test_what_cannot_be_sent_is_refused_before_anything_leaves(queue: Queue, smtp: ScriptedSmtp) -> None:
    trials = sender(queue, smtp)
    for address in ("ann", "ann@firm.example\nbob@firm.example", "ann@firm.example, bob@firm.example"):
        with pytest.raises(Invalid):
            await trials.send(address, None, by="bob")
    with pytest.raises(BrokenTemplate):
        await trials.send("ann@firm.example", SECOND.model_copy(update={"text": "{{ x }}"}), by="bob")
    assert smtp.connections == 0
    assert await queue.database.audit.count_documents({}) == 0
