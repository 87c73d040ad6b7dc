"""What the service says is said in the language of the program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from desktop.backend.errors import Refused
from desktop.models.activity import searched
from desktop.platform.language import speak
from desktop.wording.actors import actor_text
from desktop.wording.sentences import phrases_with, worded, worded_or_neutral
from desktop.wording.troubles import Trouble
from server.contract import COMMAND_LINE, FIRST_OWNER, UNKNOWN_NAME, ErrorCode, Phrase, Problem, Sentence
from server.contract.sentences import MOMENTS

_NEWER = Sentence(code="ofANewerServer", params={"name": "ann"})


@pytest.fixture(autouse=True)
def speaks_german(qapp: QApplication) -> Iterator[None]:
    locale = QLocale()
    speak(qapp, "de")
    yield
    speak(qapp, "en")
    QLocale.setDefault(locale)


@pytest.mark.parametrize("phrase", list(Phrase), ids=lambda phrase: phrase.code)
def test_every_phrase_is_said_in_german(phrase: Phrase) -> None:
    said = phrase.says(**{name: datetime.now(UTC) if name in MOMENTS else "x" for name in phrase.names})
    assert worded(said)
    # But for a frame, which is the same in both.
    assert worded(said) != said.english or phrase is Phrase.TEMPLATE_PROBLEM


@pytest.mark.parametrize("phrase", list(Phrase), ids=lambda phrase: phrase.code)
def test_every_phrase_is_found_by_its_german_words(phrase: Phrase, qapp: QApplication) -> None:
    german = QCoreApplication.translate("Phrase", phrase.english)
    assert (phrase.code in phrases_with(german.upper())) == (german != phrase.english)
    speak(qapp, "en")
    assert phrases_with(german) == (), "the server finds English words itself"


def test_a_search_of_the_activity_knows_what_is_shown() -> None:
    wanted = searched("PASSWORT falsch")
    assert Phrase.WRONG_LOGIN.code in wanted.phrases
    assert wanted.search == "PASSWORT falsch"
    assert searched("test-e-mail gesendet").actions == ("template.test",)
    for nothing in ("", " ", "zzz"):
        assert (searched(nothing).phrases, searched(nothing).actions) == ((), ())


@pytest.mark.parametrize("trouble", list(Trouble), ids=lambda trouble: trouble.code)
def test_every_trouble_is_told_in_german(trouble: Trouble) -> None:
    title, advice = trouble.value
    assert trouble.title != title
    assert trouble.advice(server="x", file="x", reason="x", host="x", variable="x") != advice


@pytest.mark.parametrize(
    ("sentence", "german"),
    [
        (
            Phrase.TOO_MANY_ATTEMPTS.says(wait=120),
            "Zu viele Versuche. Versuchen Sie es in 2\N{NO-BREAK SPACE}min noch einmal.",
        ),
        (
            Phrase.OTHERS_GO_ON.says(problem=Phrase.MAIL_LOGIN_REFUSED.says(answer="535 No")),
            "Der Mailserver lehnt die Anmeldung ab: „535 No“. Die anderen Konten senden weiter.",
        ),
        (Phrase.TEMPLATE_TOO_LONG.says(most=150_000), "ist länger als 150.000 Zeichen."),
        (
            Phrase.TRIED_WITH.says(problem=Phrase.TEMPLATE_EMPTY.says(), whom=Phrase.A_VERY_LONG_NAME.says()),
            "ist leer. (Ausprobiert mit: ein sehr langer Name.)",
        ),
    ],
)
def test_what_a_sentence_names_is_written_as_the_language_does(sentence: Sentence, german: str) -> None:
    assert worded(sentence) == german


def test_a_moment_is_that_of_the_place_and_says_its_day_unless_it_is_today() -> None:
    now = datetime.now(UTC)
    today = worded(Phrase.LIMIT_USED_UP.says(account="a", at=now))
    assert today.endswith(f"möglich: {now.astimezone():%H:%M}.")
    other = worded(Phrase.LIMIT_USED_UP.says(account="a", at=datetime(2020, 5, 17, 12, tzinfo=UTC)))
    assert "möglich: 17. Mai 2020, " in other


def test_of_a_sentence_that_is_not_known_nothing_english_is_shown() -> None:
    english = "Something that only a newer server can say."
    assert worded(_NEWER) == worded(None) == ""
    assert worded_or_neutral(_NEWER).startswith("Der Server nennt einen Grund")
    error = Refused(Trouble.REFUSED, problem=Problem(code=ErrorCode.CONFLICT, message=english, sentence=_NEWER))
    assert error.message.startswith("Der Server nennt einen Grund")
    assert english in error.details, "to be copied"


def test_a_sentence_that_names_less_than_is_known_here_is_not_half_said() -> None:
    assert worded(Sentence(code=Phrase.NAME_TAKEN.code)) == ""


@pytest.mark.parametrize("by", [COMMAND_LINE, FIRST_OWNER, UNKNOWN_NAME])
def test_who_is_no_admin_is_named_in_german(by: str) -> None:
    assert actor_text(by) != by
    assert actor_text("ann") == "ann"
