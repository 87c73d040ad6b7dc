"""A German desktop is German throughout, and what is written on it has the room it needs, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import Desk
from desktop.platform.language import speak
from desktop.state.preferences import Language, Preferences
from tests.desktop.conftest import MemoryTokens, until
from tests.desktop.gallery.fit import cut_texts
from tests.desktop.gallery.language import english_in
from tests.desktop.gallery.reading import Read, texts_of, texts_of_menu
from tests.desktop.gallery.rows import Rows, fill
from tests.desktop.gallery.scenes import DIALOGS, PAGES, STATES, Scene, clear_away
from tests.system.processes import ServerProcess

_SIZES = ((960, 600), (1280, 800))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A service with one of everything."""
    server = ServerProcess(tmp_path_factory.mktemp("words") / "data")
    server.start()
    server.add_admin()
    fill(server, Rows.ONE)
    yield server
    server.end()


@pytest.fixture
async def desk(request: pytest.FixtureRequest, filled: ServerProcess, tmp_path: Path) -> AsyncIterator[Desk]:
    locale = QLocale()
    preferences = Preferences(tmp_path / "desktop.ini")
    preferences.language = request.param
    desk = Desk(filled.url, keyring=MemoryTokens(), preferences=preferences)
    await desk.start(filled.login())
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online")
    yield desk
    await desk.stop()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    speak(application, "en")
    QLocale.setDefault(locale)


@dataclass
class _Faults:
    """What was found, by scene; what stands on every page is said once."""

    of: dict[str, str] = field(default_factory=dict)

    def add(self, scene: str, what: str) -> None:
        self.of.setdefault(what, scene)

    def __str__(self) -> str:
        return "\n".join(f"{scene}: {what}" for what, scene in self.of.items())


async def _walk(
    desk: Desk, scenes: tuple[Scene, ...], sizes: tuple[tuple[int, int], ...]
) -> AsyncIterator[tuple[str, QWidget]]:
    """Puts each scene on the screen at each size; answers what it is called, and the widget."""
    for scene in scenes:
        clear_away(desk)
        widget = await scene.show(desk)
        for width, height in sizes:
            desk.window.resize(width, height)
            QCoreApplication.sendPostedEvents()
            yield f"{scene.name} {width}×{height}", widget


@pytest.mark.timeout(600)
@pytest.mark.parametrize("desk", [Language.GERMAN], indirect=True)
async def test_nothing_english_is_on_a_german_desktop(desk: Desk) -> None:
    faults = _Faults()
    async for name, widget in _walk(desk, (*PAGES, *STATES, *DIALOGS), ((1280, 800),)):
        for read in english_in(texts_of(widget)):
            faults.add(name, f"{read.where}: {read.text!r}")
    for read in english_in([*texts_of_menu(desk.tray.menu), Read("tray", desk.tray.icon.toolTip())]):
        faults.add("tray", f"{read.where}: {read.text!r}")
    assert not faults.of, str(faults)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("desk", [Language.GERMAN, Language.ENGLISH], indirect=True)
async def test_every_text_has_the_room_it_needs(desk: Desk) -> None:
    faults = _Faults()
    async for name, widget in _walk(desk, PAGES, _SIZES):
        for what in cut_texts(widget):
            faults.add(name, what)
    async for name, widget in _walk(desk, (*STATES, *DIALOGS), _SIZES[:1]):
        for what in cut_texts(widget):
            faults.add(name, what)
    assert not faults.of, str(faults)
