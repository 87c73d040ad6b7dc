"""What is wrong with the words on a window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from desktop.state.preferences import Language
from tests.desktop.gallery.fit import cut_texts
from tests.desktop.gallery.language import english_in
from tests.desktop.gallery.reading import texts_of


def faults_of(window: QWidget, language: Language) -> Iterator[str]:
    """Texts that have less room than they need, and English ones where German is spoken."""
    yield from cut_texts(window)
    if language is Language.GERMAN:
        for read in english_in(texts_of(window)):
            yield f"{read.where}: {read.text!r} is English"
