"""The translations are complete, in step with the sources, and spoken."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from desktop.platform.language import LANGUAGES, speak
from desktop.shell.sidebar import Place, Sidebar
from desktop.state.connection import Connection
from desktop.state.presence import PresenceState
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from tests.waiting import LIMIT

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "resources" / "translations"
TOOLS = Path(sys.executable).parent
PLACEHOLDER = re.compile(r"%Ln|\{\{ \w+ \}\}|\{\w+\}")


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    """What another test speaks is not this one's to say."""
    locale = QLocale()
    yield
    speak(qapp, "en")
    QLocale.setDefault(locale)


def messages(file: Path) -> list[tuple[str, str, list[str]]]:
    """Context, source, and translation (more than one where there are plural forms)."""
    found = []
    for context in ElementTree.parse(file).getroot().findall("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
            unfinished = translation.get("type") == "unfinished"
            found.append((context.findtext("name", ""), message.findtext("source", ""), [] if unfinished else forms))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated_with_all_that_is_filled_in(language: str) -> None:
    for context, source, forms in messages(TRANSLATIONS / f"activation_desk_{language}.ts"):
        assert forms, f"not translated yet: {context}: {source}"
        for form in forms:
            assert form.strip(), f"{context}: {source}"
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(source)), f"{context}: {source}"


def test_the_translations_know_every_string_of_the_sources(tmp_path: Path) -> None:
    """Otherwise: make translations."""
    fresh = tmp_path / "fresh.ts"
    sources = sorted(str(file) for file in (ROOT / "desktop").rglob("*.py"))
    sources.append(str(ROOT / "server" / "contract" / "sentences.py"))
    how = ["-silent", "-tr-function-alias", "QT_TRANSLATE_NOOP+=translatable"]
    subprocess.run([TOOLS / "pyside6-lupdate", *how, *sources, "-ts", fresh], check=True, timeout=LIMIT)
    wanted = {(context, source) for context, source, _ in messages(fresh)}
    known = {(context, source) for context, source, _ in messages(TRANSLATIONS / "activation_desk_de.ts")}
    assert wanted - known == set()


def test_numbers_in_texts_have_their_separators() -> None:
    """%n has none, %Ln those of the language."""
    sources = {source for _, source, _ in messages(TRANSLATIONS / "activation_desk_de.ts")}
    assert len(sources) > 500
    assert {source for source in sources if "%n" in source} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_reads_was_made_from_what_is_written(language: str, tmp_path: Path) -> None:
    """Otherwise: make translations."""
    texts = TRANSLATIONS / f"activation_desk_{language}.ts"
    fresh = tmp_path / "fresh.qm"
    subprocess.run([TOOLS / "pyside6-lrelease", "-silent", texts, "-qm", fresh], check=True, timeout=LIMIT)
    assert texts.with_suffix(".qm").read_bytes() == fresh.read_bytes()


def test_the_program_speaks_german_with_its_plurals_and_numbers(qapp: QApplication) -> None:
    speak(qapp, "de")
    sidebar = Sidebar(QueueState(), Sending(), PresenceState(), Connection())
    assert sidebar.buttons[Place.LEADS].text() == "Kontakte"
    assert sidebar.sending_line.headline.text() == "Verbinden …"
    text = "%Ln email(s) could not be sent."
    one, many = (QCoreApplication.translate("Notifications", text, "", n) for n in (1, 1_234))
    assert (one, many) == ("1 E-Mail konnte nicht gesendet werden.", "1.234 E-Mails konnten nicht gesendet werden.")
    assert QLocale().toString(12_345) == "12.345"


def test_english_has_its_plurals_too(qapp: QApplication) -> None:
    speak(qapp, "de")
    speak(qapp, "en")
    one, many = (QCoreApplication.translate("Notifications", "%Ln email(s) could not be sent.", "", n) for n in (1, 3))
    assert (one, many) == ("1 email could not be sent.", "3 emails could not be sent.")
    assert QCoreApplication.translate("Sidebar", "Leads") == "Leads"


def test_a_language_that_is_not_there_means_the_systems(qapp: QApplication) -> None:
    speak(qapp, "xx")
    assert QCoreApplication.translate("Sidebar", "Leads") in ("Leads", "Kontakte")
