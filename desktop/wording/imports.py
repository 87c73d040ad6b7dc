"""What is said of a file of leads: how it was read, why a row is refused, in the program's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.wording.encodings import delimiter_names, encoding_names
from server.contract import ImportNote, ImportProblem, LeadField
from server.contract.import_codes import (
    ADDRESS_PHRASES,
    NOTE_SENTENCES,
    PROBLEM_SENTENCES,
    ImportNoteCode,
    ImportProblemCode,
)
from server.contract.sentences import names_in

#: Notes of what may be wrong; the others only say what was done.
WARNINGS = frozenset(
    {
        ImportNoteCode.ENCODING_GUESSED,
        ImportNoteCode.DOUBTFUL_LETTERS,
        ImportNoteCode.DELIMITER_GUESSED,
        ImportNoteCode.NO_ADDRESSES,
        ImportNoteCode.HIDDEN_ROWS,
    }
)


def field_names() -> dict[LeadField, str]:
    """What a column can hold."""
    translate = QCoreApplication.translate
    return {
        LeadField.EMAIL: translate("LeadField", "Email"),
        LeadField.NAME: translate("LeadField", "Name"),
        LeadField.FIRST_NAME: translate("LeadField", "First name"),
        LeadField.LAST_NAME: translate("LeadField", "Last name"),
        LeadField.COMPANY: translate("LeadField", "Company"),
        LeadField.PHONE: translate("LeadField", "Phone"),
    }


def problem_worded(problem: ImportProblem) -> str:
    """Why the row is refused; in the server's words where this program knows none."""
    if problem.code is ImportProblemCode.OTHER:
        return problem.reason
    context = "Phrase" if problem.code in ADDRESS_PHRASES else "ImportProblem"
    return _worded(context, PROBLEM_SENTENCES[problem.code], problem.params) or problem.reason


def note_worded(note: ImportNote) -> str:
    """What should be known of how the file is read; in the server's words where this program knows none."""
    return _worded("ImportNote", NOTE_SENTENCES.get(note.code), note.params) or note.text


def _worded(context: str, text: str | None, params: Mapping[str, str | int]) -> str:
    if text is None or not names_in(text) <= params.keys():
        return ""
    shown = {name: _shown(name, value) for name, value in params.items()}
    return QCoreApplication.translate(context, text).format_map(shown)


def _shown(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return QLocale().toString(value)
    names: Mapping[str, Mapping[Any, str]] = {
        "encoding": encoding_names(),
        "delimiter": delimiter_names(),
        "field": field_names(),
    }
    return names.get(name, {}).get(value, value)
