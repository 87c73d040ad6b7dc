"""What is found in the audit log."""

from __future__ import annotations

import pytest
from bson import ObjectId

from server.contract import AuditFilter, AuditResult
from server.store.audit import AuditLog
from server.store.client import Database

REFUSED = AuditResult.REFUSED


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        (AuditFilter(), {"login", "wrong", "pause", "hold"}),
        (AuditFilter(result=REFUSED), {"wrong"}),
        (AuditFilter(result=AuditResult.DONE, action="session."), {"login"}),
        (AuditFilter(by="ben"), {"wrong", "hold"}),
        (AuditFilter(search="MOVING server"), {"pause"}),
        (AuditFilter(search="lee@firm"), {"hold"}),
        (AuditFilter(search="ben password"), {"wrong"}),
        (AuditFilter(search="(home"), {"pause"}),
        (AuditFilter(search="be.n"), set()),
        (AuditFilter(search="\0"), {"login", "wrong", "pause", "hold"}),
        (AuditFilter(search="server", by="ben"), set()),
    ],
)
async def test_entries_are_found_by_who_what_result_and_words(
    database: Database, entries: AuditFilter, found: set[str]
) -> None:
    log = AuditLog(database)
    names: dict[str, str] = {}

    async def note(name: str, action: str, by: str, **more: object) -> None:
        entry = ObjectId()
        names[str(entry)] = name
        await log.note(entry, action, by=by, count=1, session=None, **more)  # type: ignore[arg-type]

    await note("login", "session.login", "ann", details={"device": "Linux"})
    await note("wrong", "session.login", "ben", details={"reason": "wrong name or password"}, result=REFUSED)
    await note("pause", "queue.pause", "ann", details={"reason": "The server is moving (home)"})
    await note("hold", "queue.hold", "ben", emails=["ann.lee@firm.example"])
    page = await log.page(entries, after=None, skip=0, limit=10)
    assert {names[entry.id] for entry in page.items} == found
    assert page.total == len(found)
