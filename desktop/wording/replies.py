"""What is said of an email: a plain sentence, and what a mail server or a network has said in words of its own."""

from __future__ import annotations

from desktop.wording.sentences import worded
from server.contract import Sentence


def meaning(sentence: Sentence | None, text: str) -> str:
    """On one line: the plain sentence, or the text itself where nothing is known of it."""
    return worded(sentence) or " ".join(text.split())


def own_words(sentence: Sentence | None, text: str) -> str:
    """What there is to read besides :func:`meaning`; empty where that says it all."""
    says_it_all = sentence is None or not worded(sentence) or sentence.english.rstrip(".") == text.rstrip(".")
    return "" if says_it_all else text


def in_full(sentence: Sentence | None, text: str) -> str:
    """Both, below each other."""
    return "\n".join(filter(None, (worded(sentence) or text, own_words(sentence, text))))
