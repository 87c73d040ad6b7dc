"""The template in use: saved once for all servers, kept in versions, and never in the way of an email."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from server.contract import EmailTemplate
from server.errors import Conflict, NotFound
from server.mail.active_template import ActiveTemplate
from server.mail.rendering import ActivationEmails
from server.mail.template_actions import TemplateActions
from server.mail.templates import BrokenTemplate, default_source
from server.operations.tasks import end
from server.store.changes import ChangeFeed
from server.store.client import Database
from server.store.leads import LeadStore, NewLead
from server.store.templates import KEPT, TemplateStore
from tests.integration.mail.conftest import MAIL_FROM, Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp
from tests.waiting import LIMIT

LOGIN_URL = "https://app.example.com/login"
SECOND = EmailTemplate(
    subject="Welcome {{ name }}",
    text="Second: {{ password }} {{ login_url }}",
    html="<p>Second: {{ password }} {{ login_url }}</p>",
)


@pytest.fixture
def store(database: Database) -> TemplateStore:
    return TemplateStore(database)


@pytest.fixture
def actions(database: Database, store: TemplateStore) -> TemplateActions:
    return TemplateActions(store, LeadStore(database), ActivationEmails(mail_from=MAIL_FROM, login_url=LOGIN_URL))


async def test_at_first_it_is_the_one_that_comes_with_the_program(actions: TemplateActions) -> None:
    stored = await actions.current()
    assert (stored.version, stored.source) == (0, None)
    letter, problems = await actions.preview(None)
    assert "Ann Example" in letter.text
    assert problems == ()


async def test_what_is_saved_is_in_use_and_the_audit_log_says_by_whom(
    actions: TemplateActions, store: TemplateStore, database: Database
) -> None:
    saved = await actions.save(SECOND, based_on=0, by="ann")
    assert (saved.version, saved.by) == (1, "ann")
    assert (await store.current()).source == SECOND
    await actions.reset(based_on=1, by="bob")
    assert (await store.current()).source is None
    assert [(each.version, each.by, each.source) for each in await store.versions()] == [
        (2, "bob", None),
        (1, "ann", SECOND),
    ]
    entries = await database.audit.find({}, sort=[("at", 1)]).to_list()
    assert [(entry["action"], entry["by"], entry["details"]) for entry in entries] == [
        ("template.save", "ann", {"version": "1"}),
        ("template.reset", "bob", {"version": "2"}),
    ]


async def test_a_broken_template_is_refused_and_changes_nothing(
    actions: TemplateActions, store: TemplateStore, database: Database
) -> None:
    with pytest.raises(BrokenTemplate, match="text, line 1: 'nmae' is not known here"):
        await actions.save(SECOND.model_copy(update={"text": "{{ nmae }}"}), based_on=0, by="ann")
    with pytest.raises(BrokenTemplate, match="does not show the password"):
        await actions.save(SECOND.model_copy(update={"text": "{{ login_url }}"}), based_on=0, by="ann")
    assert (await store.current()).version == 0
    assert await database.audit.count_documents({}) == 0


async def test_who_has_not_seen_the_latest_version_is_told_so(store: TemplateStore) -> None:
    await store.save(SECOND, based_on=0, by="ann")
    for based_on in (0, 2):
        with pytest.raises(Conflict, match="ann has saved version 1 meanwhile"):
            await store.save(default_source(), based_on=based_on, by="bob")
    assert (await store.current()).source == SECOND


async def test_of_many_who_save_at_once_one_wins(store: TemplateStore, database: Database) -> None:
    results = await asyncio.gather(
        *(store.save(SECOND, based_on=0, by=f"admin {number}") for number in range(8)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 7 + ["StoredTemplate"]
    assert [each.version for each in await store.versions()] == [1]
    assert await database.audit.count_documents({}) == 1


async def test_old_versions_go(store: TemplateStore) -> None:
    for number in range(KEPT + 3):
        await store.save(SECOND, based_on=number, by="ann")
    assert [each.version for each in await store.versions()] == list(range(KEPT + 3, 3, -1))


async def test_a_preview_shows_a_lead_and_a_made_up_password(actions: TemplateActions, database: Database) -> None:
    leads = LeadStore(database)
    await leads.add([NewLead("zoe@firm.example", "Zoë <b>")], by="ann", now=await database.now())
    row = await database.leads.find_one({})
    assert row is not None
    letter, problems = await actions.preview_for_lead(SECOND, str(row["_id"]))
    assert letter.subject == "Welcome Zoë <b>"
    assert letter.text == f"Second: Sampl-Passw-ord42 {LOGIN_URL}"
    assert problems == ()
    with pytest.raises(NotFound):
        await actions.preview_for_lead(SECOND, "0" * 24)


async def test_a_preview_shows_what_could_not_be_saved_and_says_why(actions: TemplateActions) -> None:
    letter, problems = await actions.preview(SECOND.model_copy(update={"text": "Hi {{ name }}"}), name="Zoë")
    assert letter.text == "Hi Zoë"
    assert [problem.part for problem in problems] == ["text", "text"]


# --- While emails leave ---


class Followed(ActiveTemplate):
    """Says when it has looked."""

    def __init__(self, store: TemplateStore) -> None:
        super().__init__(store)
        self.looked = asyncio.Event()

    async def load(self) -> None:
        await super().load()
        self.looked.set()


@asynccontextmanager
async def following(database: Database, *templates: Followed) -> AsyncIterator[None]:
    """The templates follow the changes, each as a server of its own does."""
    tasks = []
    for template in templates:
        feed = ChangeFeed(database)
        feed.on(database.templates, lambda _, template=template: template.change())  # type: ignore[misc]
        tasks += [asyncio.create_task(feed.run()), asyncio.create_task(template.run())]
    try:
        yield
    finally:
        await end(tasks)


def writer(template: ActiveTemplate) -> ActivationEmails:
    return ActivationEmails(mail_from=MAIL_FROM, login_url=LOGIN_URL, fill=template.fill)


async def test_every_server_writes_by_a_new_version_without_being_started_again(
    queue: Queue, smtp: ScriptedSmtp, store: TemplateStore
) -> None:
    templates = [Followed(store), Followed(TemplateStore(queue.database))]
    workers = [queue.worker(smtp.address, writer=writer(template)) for template in templates]
    async with running(*workers), following(queue.database, *templates):
        await queue.add("early@firm.example")
        workers[0].wake()
        await queue.until_empty()
        await store.save(SECOND, based_on=0, by="ann")
        for template in templates:
            async with asyncio.timeout(LIMIT):
                while template.version != 1:
                    template.looked.clear()
                    await template.looked.wait()
        await queue.add_many(6)
        for worker in workers:
            worker.wake()
        await queue.until_empty()
    subjects = {recipient: str(messages[0]["Subject"]) for recipient, messages in smtp.accepted.items()}
    assert subjects.pop("early@firm.example") == "Your account is ready"
    assert set(subjects.values()) == {"Welcome Ann"}


@pytest.mark.parametrize(
    "parts",
    [
        {"subject": "Hi", "text": "{% for x in y %}", "html": "{{ broken"},
        {"subject": "Hi"},
        {"subject": "Hi", "text": "{{ name|truncate(1) }}", "html": "x"},
    ],
)
async def test_what_is_stored_and_cannot_be_used_stops_no_email(
    queue: Queue, smtp: ScriptedSmtp, store: TemplateStore, parts: dict[str, str]
) -> None:
    await queue.database.templates.insert_one({"_id": 1, "by": "a newer program", "at": None, "parts": parts})
    template = ActiveTemplate(store)
    with capture_logs() as logs:
        await template.load()
        await queue.add("ann@firm.example")
        async with running(queue.worker(smtp.address, writer=writer(template))):
            await queue.until_empty()
    (message,) = smtp.accepted["ann@firm.example"]
    assert message["Subject"] == "Your account is ready"
    assert await queue.emails.counts() == (0, 0, 0)
    assert any("default" in entry["event"] and entry["version"] == 1 for entry in logs)
