"""A German desktop is German throughout, and what is written on it has the room it needs, in both languages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.models.rows import RowsModel
from desktop.pages.table import Table
from desktop.platform.language import speak
from desktop.shell.sidebar import NavButton, Place, Sidebar
from desktop.state.preferences import Language, Preferences
from desktop.theme.tokens import Space
from server.contract import EmailState
from server.contract.snapshot import QueueCounts
from tests.desktop.conftest import MemoryTokens, until
from tests.desktop.gallery.faults import faults_of
from tests.desktop.gallery.fit import cut_texts
from tests.desktop.gallery.language import english_in, strings
from tests.desktop.gallery.reading import Read, texts_of_menu
from tests.desktop.gallery.rows import Rows, fill
from tests.desktop.gallery.scenes import DIALOGS, PAGES, SENDING, STATES, Scene, clear_away
from tests.system.processes import ServerProcess

_SIZES = ((960, 600), (1280, 800))
_LEVELS = 8  # of layouts in each other: each asks for the next one's turn


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


async def _laid_out() -> None:
    """By Qt's own loop: what it does when it is called once more in the middle of a step, a user never sees."""
    for _ in range(_LEVELS):
        await asyncio.sleep(0)


async def _walk(
    desk: Desk, scenes: tuple[Scene, ...], sizes: tuple[tuple[int, int], ...]
) -> AsyncIterator[tuple[str, QWidget]]:
    """Puts each scene on the screen at each size; answers what it is called, and the widget."""
    for scene in scenes:
        clear_away(desk)
        widget = await scene.show(desk)
        for width, height in sizes:
            desk.window.resize(width, height)
            await _laid_out()
            yield f"{scene.name} {width}×{height}", widget


#: What is walked at once, and the sizes of the main window.
_PARTS = {
    "pages": (PAGES, _SIZES),
    "states": (STATES, _SIZES),
    "sending": (SENDING, _SIZES),
    "dialogs": (DIALOGS, _SIZES[1:]),
}


@pytest.mark.timeout(280)  # the scenes of a part on a busy machine
@pytest.mark.parametrize("part", _PARTS)
@pytest.mark.parametrize("desk", [Language.GERMAN, Language.ENGLISH], indirect=True)
async def test_every_text_is_in_the_language_and_has_the_room_it_needs(desk: Desk, part: str) -> None:
    """The long form, with more rows and at more sizes, is ``python -m tests.desktop.gallery --language de``."""
    language, faults = desk.preferences.language, _Faults()
    scenes, sizes = _PARTS[part]
    async for name, widget in _walk(desk, scenes, sizes):
        for what in faults_of(widget, language):
            faults.add(name, what)
        if language is Language.GERMAN:
            for read in english_in([*texts_of_menu(desk.tray.menu), Read("tray", desk.tray.icon.toolTip())]):
                faults.add(name, f"{read.where}: {read.text!r} is English")
    assert not faults.of, str(faults)


@pytest.mark.parametrize("desk", [Language.GERMAN, Language.ENGLISH], indirect=True)
async def test_large_numbers_leave_room_for_the_names_beside_them(desk: Desk) -> None:
    faults, smallest = _Faults(), desk.window.minimumSize()
    scenes = tuple(scene for scene in PAGES if scene.name in ("queue-waiting", "queue-failed-picked", "queue-sent"))
    async for name, widget in _walk(desk, scenes, (smallest.toTuple(), _SIZES[1])):
        desk.queue.set_counts(QueueCounts(pending=1_234_567, processing=1_234, failed=123_456, held=12_345))
        desk.queue_page.tabs.set_number(EmailState.SENT, 1_234_567)
        await _laid_out()
        for what in (*cut_texts(widget), *_covered(desk.window.sidebar)):
            faults.add(name, what)
    assert not faults.of, str(faults)


@pytest.mark.parametrize("desk", [Language.GERMAN, Language.ENGLISH], indirect=True)
async def test_what_is_known_to_come_in_a_column_has_the_room_for_it(desk: Desk) -> None:
    """However narrow it was when the window was left, perhaps in another language."""
    desk.window.resize(1920, 1080)
    known = 0
    for table in desk.window.findChildren(Table):
        model = table.model()
        assert isinstance(model, RowsModel)
        table.set_width_of(dict.fromkeys(table.widths(), 20))
        for column in model.columns:
            for text in model.forms(column):
                needs = table.fontMetrics().horizontalAdvance(text)
                room = table.columnWidth(column)
                assert table.isColumnHidden(column) or needs < room, f"{table.objectName()}, {column.name}: {text}"
                known += 1
    assert known > 100


def test_a_name_that_has_no_room_itself_leaves_none_to_numbers(qtbot: QtBot) -> None:
    button, first, second = NavButton("A page with a long name", "Ctrl+1"), QLabel(), QLabel()
    qtbot.addWidget(button)
    button.put_beside(first, second)
    button.setAccessibleName("A page with a long name (56), 1,234 failed")
    button.show()
    for width, room in ((60, False), (600, True), (60, False)):
        button.resize(width, 40)
        button.tell(1_234, 56)
        assert first.isVisible() == second.isVisible() == room
        assert button.toolTip() == ("Ctrl+1" if room else f"{button.accessibleName()}\nCtrl+1")


def _covered(sidebar: Sidebar) -> Iterator[str]:
    """A page's name that is not whole, or reaches below its badges."""
    button = sidebar.buttons[Place.EMAIL_QUEUE]
    if not button.accessibleName().startswith(button.text()):
        yield f"{button.text()!r} is cut"
    ends = button.iconSize().width() + 2 * Space.M + button.fontMetrics().horizontalAdvance(button.text())
    for badge in (sidebar.failed_badge, sidebar.badge):
        if not badge.isHidden() and ends > badge.x():
            yield f"{button.text()!r} ends at {ends}, the badge begins at {badge.x()}"
    if sidebar.badge.isHidden() and button.accessibleName() not in button.toolTip():
        yield f"{button.accessibleName()!r} is not to be read anywhere"


def test_the_dots_of_what_follows_stand_apart_in_german() -> None:
    forms = [form for _, german in strings() for form in german]
    assert len(forms) > 500
    assert [form for form in forms if re.search(r"\w…", form)] == []


#: By the English: what has several German words because it means several things.
_SEVERAL_WORDS = {
    "Waiting": {"Wartend", "Wartet"},  # an email, and sending
    "Sending": {"Im Versand", "Versand läuft"},
    "Stay in the tray": {"Im Infobereich bleiben", "Im Infobereich"},  # a button, and below "When the window is closed"
    "Retry now": {"Erneut senden", "Jetzt versuchen"},  # an email, and to connect
}
#: A German word that another one, which is used throughout, stands for.
_OTHER_WORDS = {
    r"\bLeads?\b": "Kontakt",
    r"\bAdmins?\b": "Administrator",
    r"Einzelheiten": "Details",
    r"E-Mail-Warteschlange": "E-Mails (the page), Warteschlange",
    r"\b[Ss]topp|\bgestoppt": "anhalten",
    r"zurück(zu|ge)nehmen|zurückgenommen": "rückgängig machen",
    r"Limits?\b|limits?\b(?!\})": "Grenze, Versandgrenze",
    r"\bhinaus": "senden",
    r"\babgewiesen|weist .* ab\b": "ablehnen",
    r"\bvorgemerkt": "reservieren",
    r"\bdieser Rechner|dieses Rechners": "Computer",
    r"Alle zeigen": "anzeigen",
}


def test_one_thing_has_one_german_word() -> None:
    words: dict[str, set[str]] = {}
    for source, german in strings():
        words.setdefault(source, set()).add(" / ".join(german))
    several = {source: german for source, german in words.items() if len(german) > 1}
    assert several == _SEVERAL_WORDS
    said = {
        (form, word)
        for _, german in strings()
        for form in german
        for other, word in _OTHER_WORDS.items()
        if re.search(other, form)
    }
    assert not said


def test_english_is_found_on_a_german_window(qapp: QApplication) -> None:
    texts = {
        "The server cannot be reached.": True,
        "Der Server ist nicht erreichbar.": False,
        "Try again": True,
        "Grund: The address does not exist.": True,
        "Something that nobody has translated, and is not in any list": True,
        "550 5.1.1 The address is not known": False,  # a mail server's words
        "Was steht in welcher Spalte?": False,
        "Online": False,
    }
    found = {read.text for read in english_in(Read("label", text) for text in texts)}
    assert found == {text for text, is_english in texts.items() if is_english}


def test_what_is_cut_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    label, button = QLabel("Längst nicht alles davon ist zu lesen", window), QPushButton("Übersprungen", window)
    label.setGeometry(0, 0, 60, 20)
    button.setGeometry(350, 100, 140, 30)
    whole = QLabel("Alles", window)
    whole.setGeometry(0, 200, 100, 30)
    window.show()
    found = list(cut_texts(window))
    assert len(found) == 2
    assert "needs" in found[0]
    assert "'Übersprungen' goes over the edge" in found[1]
