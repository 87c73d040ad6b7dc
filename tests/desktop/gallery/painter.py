"""Takes the pictures of some scenes at one scaling: Qt is told of it before it starts, hence a program of its own.

What is wrong with the words on them is written to standard output, a line each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.app import Desk
from desktop.platform.event_loop import run
from desktop.start import make_application
from desktop.state.preferences import Language, Preferences
from desktop.theme.style import theme
from desktop.theme.tokens import Scheme
from tests.desktop.conftest import MemoryTokens, until
from tests.desktop.gallery.faults import faults_of
from tests.desktop.gallery.scenes import DIALOGS, PAGES, SENDING, STATES, Scene, clear_away

SIZES = ((960, 600), (1280, 800), (1920, 1080))
LEVELS = 8  # of layouts in each other: each asks for the next one's turn
ONE_SIZE = ((1280, 800),)

#: By what is to be painted: the scenes, and the sizes of the main window.
SETS = {
    "pages": (PAGES, SIZES),
    "states": (STATES, ONE_SIZE),
    "sending": (SENDING, ONE_SIZE),
    "dialogs": (DIALOGS, ONE_SIZE),
}


@dataclass(frozen=True)
class Order:
    """What is wanted: of which set, of the scenes whose name contains a word, and the beginning and end of names."""

    url: str
    token: str
    of: str
    only: str
    out: Path
    rows: str
    scaling: int
    language: Language

    def scenes(self) -> Sequence[Scene]:
        """Those that are meant."""
        return [scene for scene in SETS[self.of][0] if self.only in scene.name]


def main() -> None:
    """Paint what the arguments order; the token comes in the environment."""
    url, of, only, out, rows, scaling, language = sys.argv[1:]
    order = Order(url, os.environ["GALLERY_TOKEN"], of, only, Path(out), rows, int(scaling), Language(language))
    application = make_application()
    run(_paint(order))
    del application  # held until here: Qt goes before the interpreter does


async def _paint(order: Order) -> None:
    preferences = Preferences()
    preferences.language = order.language
    desk = Desk(order.url, keyring=MemoryTokens(), preferences=preferences, scheme=Scheme.LIGHT)
    await desk.start(order.token)
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online")
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme.choose(scheme)
        for scene in order.scenes():
            clear_away(desk)
            widget = await scene.show(desk)
            for width, height in SETS[order.of][1]:
                desk.window.resize(width, height)
                # Nothing waits from here on: what is on its way stays there.
                name = f"{scene.name}_{order.rows}_{width}x{height}_{scheme.value}_{order.scaling}.png"
                _take(widget, order.out / name)
                for fault in faults_of(widget, order.language):
                    sys.stdout.write(f"{name}: {fault}\n")
    await desk.stop()


def _take(widget: QWidget, path: Path) -> None:
    for _ in range(LEVELS):
        QCoreApplication.sendPostedEvents()  # what was just changed is laid out first
    if not widget.grab().save(str(path)):
        raise OSError(f"{path} could not be written")


if __name__ == "__main__":
    main()
