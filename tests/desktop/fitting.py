"""``python -m tests.desktop.fitting URL LANGUAGE [SCENE…]``: what of the desktop is not on the screen it runs on.

Without names, of all scenes. Prints one JSON object: what is wrong, by scene. An admin's token is in ``FITTING_TOKEN``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from desktop.app import Desk
from desktop.platform.event_loop import run
from desktop.start import make_application
from desktop.state.preferences import Language, Preferences
from desktop.theme.tokens import Scheme
from tests.desktop.conftest import MemoryTokens, until
from tests.desktop.gallery.fit import cut_texts
from tests.desktop.gallery.scenes import DIALOGS, PAGES, SENDING, STATES, Scene, clear_away

_USED = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit)
_SHARE = 0.8  # of the screen, at the first start
_SECONDS = 5.0  # until a window manager has put a window where it is to be, and it is laid out


def main() -> None:
    """Entry point."""
    url, language, *names = sys.argv[1:]
    application = make_application()
    problems: dict[str, list[str]] = {}
    run(_walk(url, Language(language), _scenes(names), problems))
    sys.stdout.write(json.dumps(problems))
    del application  # held until here: Qt goes before the interpreter does


def _scenes(names: Sequence[str]) -> list[Scene]:
    return [scene for scene in (*PAGES, *STATES, *SENDING, *DIALOGS) if not names or scene.name in names]


async def _walk(url: str, language: Language, scenes: Sequence[Scene], problems: dict[str, list[str]]) -> None:
    preferences = Preferences()
    preferences.language = language
    desk = Desk(url, keyring=MemoryTokens(), preferences=preferences, scheme=Scheme.LIGHT)
    await desk.start(os.environ["FITTING_TOKEN"])
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online")
    problems["first window"] = [*await _wrong_with(desk.window), *_too_large(desk.window)]
    desk.window.resize(desk.window.minimumSize())
    await until(lambda: desk.window.size() == desk.window.minimumSize(), what="the smallest window")
    for scene in scenes:
        clear_away(desk)
        problems[scene.name] = await _wrong_with((await scene.show(desk)).window())
    await desk.stop()


def _too_large(window: QWidget) -> Iterator[str]:
    most = (window.screen().availableGeometry().size() * _SHARE).expandedTo(window.minimumSize())
    if window.size() != window.size().boundedTo(most):
        yield f"{_said(window.size())} is more than {_said(most)}"


async def _wrong_with(window: QWidget) -> list[str]:
    """What stays wrong with a window: its window manager moves it, and what is on it is laid out after that."""
    wrong: list[str] = []

    def is_right() -> bool:
        wrong[:] = [*_off_the_screen(window), *_hidden_in(window), *cut_texts(window)]
        return not wrong

    with suppress(pytest.fail.Exception):
        await until(is_right, seconds=_SECONDS)
    return wrong


def _off_the_screen(window: QWidget) -> Iterator[str]:
    """Whether all of it is there, with its frame."""
    handle, room = window.windowHandle(), window.screen().availableGeometry()
    if handle.frameMargins().isNull() and not window.windowFlags() & Qt.WindowType.FramelessWindowHint:
        yield "no window manager has put it anywhere"
    if not room.contains(frame := handle.frameGeometry()):
        yield f"{_placed(frame)} is not within {_placed(room)}"


def _hidden_in(window: QWidget) -> Iterator[str]:
    """What one uses and cannot see whole, not even by scrolling."""
    for part in window.findChildren(QWidget):
        if isinstance(part, _USED) and part.isVisible():
            _scroll_to(part)
            seen = part.visibleRegion().boundingRect().size()
            if seen != part.size():
                yield f"{type(part).__name__} {getattr(part, 'text', str)()!r}: {_said(seen)} of {_said(part.size())}"


def _scroll_to(part: QWidget) -> None:
    """As a person would, in everything that scrolls around it."""
    around = part.parentWidget()
    while around is not None:
        match around:
            case QScrollArea():
                around.ensureWidgetVisible(part, 0, 0)
                if around.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
                    around.horizontalScrollBar().setValue(0)  # nobody could have moved it
            case QAbstractItemView():
                if around.viewport().isAncestorOf(part):
                    around.scrollTo(around.indexAt(part.mapTo(around.viewport(), part.rect().center())))
        around = around.parentWidget()


def _said(size: QSize) -> str:
    return f"{size.width()}×{size.height()}"


def _placed(place: QRect) -> str:
    return f"{_said(place.size())} at {place.x()},{place.y()}"


if __name__ == "__main__":
    main()
