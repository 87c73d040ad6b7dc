"""Everything one can do from anywhere in the window, by a shortcut or by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """``shortcut`` in Qt's portable form; empty: reachable by name only. ``possible``: whether it can be done now."""

    name: str
    run: Callable[[], object]
    shortcut: str = ""
    possible: Callable[[], bool] = lambda: True


def add_shortcuts(window: QWidget, commands: Sequence[Command]) -> None:
    """Let the window's keyboard reach them."""
    for command in commands:
        if command.shortcut:
            action = QAction(command.name, window)
            action.setShortcut(QKeySequence(command.shortcut))
            action.triggered.connect(lambda _=False, command=command: _run(command))
            window.addAction(action)


def _run(command: Command) -> None:
    if command.possible():
        command.run()


def fit(name: str, typed: str) -> int | None:
    """How well what is typed fits a name (less is better), or None when its letters are not there in this order.

    Letters that stand together, at the beginning or at the beginning of a word count for more.
    """
    cost, position = 0, -1
    lower = name.casefold()
    for letter in typed.casefold():
        if letter.isspace():
            continue
        found = lower.find(letter, position + 1)
        begins_word = next(
            (at for at in range(position + 1, len(lower)) if lower[at] == letter and _begins_word(lower, at)), None
        )
        if found < 0:
            return None
        if found != position + 1 and begins_word is not None:
            found = begins_word
        if found != position + 1:
            cost += 2 if _begins_word(lower, found) else 10 + found - position
        position = found
    return cost


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
