"""Which language the program speaks: its own translations, and Qt's for Qt's own dialogs."""

from __future__ import annotations

import logging
from importlib.resources import as_file, files

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

log = logging.getLogger(__name__)

#: What there is a translation for. Of English only the plural forms: the rest stands in the source.
LANGUAGES = ("en", "de")

_installed: list[QTranslator] = []


def speak(application: QApplication, language: str) -> None:
    """Speak one of :data:`LANGUAGES`, or, where it is none of them, the system's own as far as there is a translation.

    Numbers and dates follow. What is on screen already is not translated again.
    """
    system = QLocale.system()
    if language in LANGUAGES:
        spoken, locale = language, QLocale(language)
        if system.language() == locale.language():
            locale = system  # with the territory's own formats
    else:
        spoken = _preferred(system)
        locale = system if system.language() != QLocale.Language.C else QLocale(QLocale.Language.English)
    QLocale.setDefault(locale)
    for translator in _installed:
        application.removeTranslator(translator)
        translator.deleteLater()
    _installed.clear()
    own = QTranslator(application)
    with as_file(files("resources").joinpath("translations").joinpath(f"activation_desk_{spoken}.qm")) as file:
        found = own.load(str(file))
    if found:
        _install(application, own)
    else:
        log.error("the translation for %s is missing", spoken)
    qt = QTranslator(application)
    if spoken != "en" and qt.load(f"qtbase_{spoken}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        _install(application, qt)


def _preferred(system: QLocale) -> str:
    for wanted in system.uiLanguages():
        language = wanted.partition("-")[0]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _install(application: QApplication, translator: QTranslator) -> None:
    application.installTranslator(translator)
    _installed.append(translator)
