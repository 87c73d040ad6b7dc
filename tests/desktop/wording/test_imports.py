"""What is said of a file of leads is said in the language of the program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop.platform.language import speak
from desktop.wording.encodings import encoding_names
from desktop.wording.imports import note_worded, problem_worded
from server.contract import ImportNote, ImportProblem
from server.contract.import_codes import Encoding, ImportNoteCode, ImportProblemCode

#: As many as any sentence names.
_PARAMS: dict[str, str | int] = {
    **dict.fromkeys(("count", "line", "cells", "columns", "limit", "column"), 1234),
    "domain": "firm",
    "value": "#REF!",
    "encoding": "cp1252",
    "delimiter": ";",
    "field": "firstName",
    "sheet": "Leads",
    "index": "phone_1",
}
_SAID_BY_THE_SERVER = "In the server's words."


@pytest.fixture(autouse=True)
def speaks_german(qapp: QApplication) -> Iterator[None]:
    locale = QLocale()
    speak(qapp, "de")
    yield
    speak(qapp, "en")
    QLocale.setDefault(locale)


def _problem(code: str, **params: str | int) -> ImportProblem:
    found = {"line": 2, "value": "x", "code": code, "params": params, "reason": _SAID_BY_THE_SERVER}
    return ImportProblem.model_validate(found)


def _note(code: str, **params: str | int) -> ImportNote:
    return ImportNote.model_validate({"code": code, "params": params, "text": _SAID_BY_THE_SERVER})


def _in_english(qapp: QApplication, said: object) -> str:
    speak(qapp, "en")
    try:
        return problem_worded(said) if isinstance(said, ImportProblem) else note_worded(said)  # type: ignore[arg-type]
    finally:
        speak(qapp, "de")


@pytest.mark.parametrize("code", [each for each in ImportProblemCode if each is not ImportProblemCode.OTHER])
def test_every_reason_of_a_refused_row_is_told_in_german(code: ImportProblemCode, qapp: QApplication) -> None:
    problem = _problem(code, **_PARAMS)
    assert problem_worded(problem) not in ("", _SAID_BY_THE_SERVER, _in_english(qapp, problem))


@pytest.mark.parametrize("code", [each for each in ImportNoteCode if each is not ImportNoteCode.OTHER])
def test_every_note_on_a_file_is_told_in_german(code: ImportNoteCode, qapp: QApplication) -> None:
    note = _note(code, **_PARAMS)
    assert note_worded(note) not in ("", _SAID_BY_THE_SERVER, _in_english(qapp, note))


def test_every_encoding_has_a_name_of_its_own() -> None:
    names = encoding_names()
    assert names.keys() == {each.value for each in Encoding}
    assert len(set(names.values())) == len(names)


def test_what_a_sentence_names_is_called_as_people_call_it() -> None:
    assert "Westeuropäisch (Windows-1252)" in note_worded(_note("encodingGuessed", encoding="cp1252"))
    assert "Semikolon" in note_worded(_note("delimiterGuessed", delimiter=";"))
    assert "„Vorname“" in note_worded(_note("columnByLook", field="firstName", column=1))
    assert problem_worded(_problem("cellTooLong", limit=32_767)) == "Eine Zelle ist länger als 32.767 Zeichen."


def test_what_only_a_newer_server_knows_is_told_in_its_words() -> None:
    assert problem_worded(_problem("ofANewerServer")) == _SAID_BY_THE_SERVER
    assert problem_worded(_problem("cellTooLong")) == _SAID_BY_THE_SERVER, "and does not say all that we would"
    assert note_worded(_note("ofANewerServer")) == _SAID_BY_THE_SERVER
