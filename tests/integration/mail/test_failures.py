"""Emails that were given up, by what they have in common."""

from __future__ import annotations

from server.contract import EmailSelection, EmailState
from server.store.actions import QueueActions
from server.store.failures import FailureStore
from tests.integration.mail.conftest import Queue, fail
from tests.integration.mail.scripted_smtp import ScriptedSmtp


async def test_failures_are_grouped_by_what_they_have_in_common(queue: Queue, smtp: ScriptedSmtp) -> None:
    await fail(
        queue,
        smtp,
        ann="550 5.1.1 <ann@firm.example>: no such user, id 4F7A21BC9",
        bob="550 5.1.1 <bob@firm.example>: no such user, id 9A0B33CD1",
        cyd="552 5.2.2 mailbox of 2048 MB is full",
        dee="552 5.2.2 mailbox of 512 MB is full",
        eve="550 5.1.1 <eve@firm.example>: no such user, id 77B2F0011",
    )
    groups = await FailureStore(queue.database).groups()

    assert [(group.cause, group.count) for group in groups] == [
        ("550 5.1.1 …@…: no such user, id …", 3),
        ("552 5.2.2 mailbox of # MB is full", 2),
    ]
    assert groups[0].first <= groups[0].last
    assert "no such user, id" in groups[0].example


async def test_the_list_of_failures_is_narrowed_to_one_cause_or_to_what_is_held(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    await fail(queue, smtp, ann="550 no such user", bob="552 full", cyd="550 no such user")
    (kept,) = await queue.add("dee@firm.example")
    await actions.hold(EmailSelection(ids=(str(kept),)), by="eve")

    async def listed(*, cause: str | None = None, held: bool | None = None) -> dict[str, bool]:
        page = await queue.emails.page(
            EmailState.FAILED, search="", after=None, skip=0, limit=9, cause=cause, held=held
        )
        assert page.total == len(page.items)
        return {email.email.partition("@")[0]: email.held for email in page.items}

    assert await listed() == {"ann": False, "bob": False, "cyd": False, "dee": True}
    assert await listed(cause="550 no such user") == {"ann": False, "cyd": False}
    assert await listed(held=True) == {"dee": True}
    assert await listed(held=False) == {"ann": False, "bob": False, "cyd": False}
    assert await listed(cause="552 full", held=True) == {}
    groups = await FailureStore(queue.database).groups()
    assert {group.cause: group.held for group in groups} == {
        "550 no such user": False,
        "552 full": False,
        "Held by eve": True,
    }
