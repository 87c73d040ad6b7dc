"""What the service tells people, in the language of the program."""

from __future__ import annotations

import re
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.wording.numbers import unbroken
from desktop.wording.times import about_when, length
from server.contract import Param, Phrase, Sentence
from server.contract.sentences import LENGTHS, MOMENTS, ended, phrase_of

#: In a sentence: another one, and after it a further one.
_FOLLOWED = re.compile(r"\{(\w+)\}(?= [A-Z({])")


def worded(sentence: Sentence | None) -> str:
    """The sentence; empty where this program does not know it, as it may be with a newer server."""
    phrase = None if sentence is None else phrase_of(sentence.code)
    if sentence is None or phrase is None or not phrase.names <= sentence.params.keys():
        return ""
    text = QCoreApplication.translate("Phrase", phrase.english)
    shown = {name: _shown(name, value) for name, value in sentence.params.items()}
    for name in _FOLLOWED.findall(text):
        if isinstance(sentence.params[name], Sentence):
            shown[name] = ended(shown[name])
    return unbroken(text.format_map(shown))


def worded_or_neutral(sentence: Sentence | None) -> str:
    """As :func:`worded`, with a sentence of our own instead of nothing."""
    return worded(sentence) or QCoreApplication.translate(
        "Wording", "The server gives a reason that this desktop does not know. Update the desktop to read it."
    )


def told(sentence: Sentence | None, message: str) -> str:
    """What the server tells by a sentence and, for programs, by its English; empty where that is empty, too.

    Nobody is shown the English: it would stand in the middle of another language.
    """
    return worded_or_neutral(sentence) if sentence is not None or message else ""


def phrases_with(text: str) -> tuple[str, ...]:
    """Codes of the sentences in which all words of a search stand, in the language of the program where it is not
    English. Of what they name nothing is known here.
    """
    translated = {phrase.code: QCoreApplication.translate("Phrase", phrase.english) for phrase in Phrase}
    english = {phrase.code: phrase.english for phrase in Phrase}
    return tuple(code for code, said in translated.items() if said != english[code] and holds_words(said, text))


def holds_words(said: str, text: str) -> bool:
    """Whether all words of a search stand there, and there are some; case does not count."""
    words = text.casefold().split()
    return bool(words) and all(word in said.casefold() for word in words)


def _shown(name: str, value: Param) -> str:
    if isinstance(value, Sentence):
        return worded_or_neutral(value)
    if name in LENGTHS and not isinstance(value, str):
        return length(value)
    if name in MOMENTS and isinstance(value, str):
        return about_when(datetime.fromisoformat(value))
    return value if isinstance(value, str) else QLocale().toString(value)
