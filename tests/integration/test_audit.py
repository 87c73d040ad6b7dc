"""What is found in the audit log."""

from __future__ import annotations

import pytest
from bson import ObjectId

from server.contract import AuditFilter, AuditResult, Phrase, Sentence
from server.store.audit import AuditLog
from server.store.client import Database

REFUSED, DONE = AuditResult.REFUSED, AuditResult.DONE


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
        # In the words of another language, which the client knows.
        (AuditFilter(search="falsch", phrases=(Phrase.WRONG_LOGIN.code, "ofANewerServer")), {"wrong"}),
        (AuditFilter(search="falsch", phrases=(Phrase.WRONG_LOGIN.code,), by="ann"), set()),
        (AuditFilter(search="angehalten", actions=("queue.pause",)), {"pause"}),
        (AuditFilter(search="angehalten", actions=("queue.pause",), action="session."), set()),
        (AuditFilter(phrases=(Phrase.WRONG_LOGIN.code,)), {"login", "wrong", "pause", "hold"}),
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


async def test_a_sentence_is_found_by_its_code_whatever_it_names(database: Database) -> None:
    log = AuditLog(database)
    refused = {"reason": Phrase.NAME_TAKEN.says(name="bob (2)").english}
    await log.note_alone("admin.add", by="ann", count=1, details=refused, result=REFUSED)
    await log.note_alone("queue.release", by="ann", count=1, details={"cause": Phrase.HELD_BY.says(name="x").english})
    for phrase, action in ((Phrase.NAME_TAKEN, "admin.add"), (Phrase.HELD_BY, "queue.release")):
        entries = AuditFilter(search="vergeben", phrases=(phrase.code,))
        assert [entry.action for entry in (await log.page(entries, after=None, skip=0, limit=10)).items] == [action]
    other = AuditFilter(search="vergeben", phrases=(Phrase.LAST_OWNER.code,))
    assert (await log.page(other, after=None, skip=0, limit=10)).total == 0


@pytest.mark.parametrize(
    ("details", "result", "sentences"),
    [
        ({"reason": Phrase.WRONG_LOGIN.english}, REFUSED, {"reason": Phrase.WRONG_LOGIN.says()}),
        (
            {"reason": Phrase.LAST_OWNER.says(name="ann").english},
            REFUSED,
            {"reason": Phrase.LAST_OWNER.says(name="ann")},
        ),
        (
            {"reason": Phrase.NAME_TAKEN.says(name="bob").english},
            REFUSED,
            {"reason": Phrase.NAME_TAKEN.says(name="bob")},
        ),
        ({"reason": "of a newer server"}, REFUSED, {}),
        ({"reason": "The account is disabled."}, DONE, {}),  # an admin has written it
        ({"cause": "550 5.1.1 No such user"}, DONE, {"cause": Phrase.ADDRESS_UNKNOWN.says()}),
        ({"cause": "Held by ann"}, DONE, {"cause": Phrase.HELD_BY.says(name="ann")}),
        ({"matching": "550 5.1.1", "file": "disabled"}, DONE, {}),
    ],
    ids=str,
)
async def test_what_the_service_says_is_a_sentence_and_what_people_wrote_is_not(
    database: Database, details: dict[str, str], result: AuditResult, sentences: dict[str, Sentence]
) -> None:
    log = AuditLog(database)
    await log.note_alone("an.action", by="ann", count=1, details=details, result=result)
    (entry,) = (await log.page(AuditFilter(), after=None, skip=0, limit=10)).items
    assert entry.details == details
    assert entry.sentences == sentences


@pytest.mark.parametrize(
    ("former", "told"),
    [
        ("wrong name or password", Phrase.WRONG_LOGIN.says()),
        ("disabled", Phrase.ACCOUNT_IS_DISABLED.says()),
        ("wrong password", Phrase.PRESENT_PASSWORD_WRONG.says()),
        (
            "ann is the last owner who can log in. Make somebody else an owner first.",
            Phrase.LAST_OWNER.says(name="ann"),
        ),
    ],
)
async def test_a_reason_in_former_words_is_told_like_those_of_today(
    database: Database, former: str, told: Sentence
) -> None:
    log = AuditLog(database)
    for result in (REFUSED, DONE):
        await log.note_alone("an.action", by="ann", count=1, details={"reason": former, "file": "a"}, result=result)
    done, refused = (await log.page(AuditFilter(), after=None, skip=0, limit=10)).items
    assert (refused.details, refused.sentences) == ({"reason": told.english, "file": "a"}, {"reason": told})
    assert (done.details, done.sentences) == ({"reason": former, "file": "a"}, {})  # an admin has written it
