"""What the desktop remembers between runs: what its user prefers, and how the window was left. Never a secret."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from desktop.theme.tokens import Scheme


class Language(Enum):
    """Which language; SYSTEM follows the operating system, as far as there is a translation."""

    SYSTEM = "system"
    ENGLISH = "en"
    GERMAN = "de"


class Notify(Enum):
    """How much the desktop tells while one looks elsewhere."""

    ALL = "all"
    #: Only what somebody has to look after.
    IMPORTANT = "important"
    NONE = "none"


class OnClose(Enum):
    """What closing the window does where there is a tray."""

    ASK = "ask"
    TO_TRAY = "tray"
    QUIT = "quit"


Choice = TypeVar("Choice", bound=Enum)


class Preferences(QObject):
    """In a file of their own, or without one in memory.

    Signals:
        changed: one of the preferences is another; what is remembered of windows does not count.
    """

    changed = Signal()

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = QSettings(str(file), QSettings.Format.IniFormat) if file is not None else None
        self._memory: dict[str, Any] = {}

    @property
    def server_url(self) -> str:
        """The server's address; empty: never chosen."""
        return str(self._read("server") or "")

    @server_url.setter
    def server_url(self, url: str) -> None:
        self._prefer("server", url)

    @property
    def scheme(self) -> Scheme:
        """Which colours."""
        return self._choice("theme", Scheme.SYSTEM)

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._prefer("theme", scheme.value)

    @property
    def language(self) -> Language:
        """Which language."""
        return self._choice("language", Language.SYSTEM)

    @language.setter
    def language(self, language: Language) -> None:
        self._prefer("language", language.value)

    @property
    def notify(self) -> Notify:
        """How much is told."""
        return self._choice("notifications", Notify.ALL)

    @notify.setter
    def notify(self, level: Notify) -> None:
        self._prefer("notifications", level.value)

    @property
    def on_close(self) -> OnClose:
        """What closing the window does."""
        return self._choice("onClose", OnClose.ASK)

    @on_close.setter
    def on_close(self, choice: OnClose) -> None:
        self._prefer("onClose", choice.value)

    @property
    def unseen_import(self) -> str:
        """The import of leads whose end was not shown yet; empty: none. In the file at once: who knows what comes."""
        return str(self._read("unseenImport") or "")

    @unseen_import.setter
    def unseen_import(self, import_id: str) -> None:
        if import_id != self.unseen_import:
            self._write("unseenImport", import_id)
            self.save()

    def recall(self, name: str) -> QByteArray | None:
        """How something on screen was left, as its own bytes."""
        value = self._read(f"screen/{name}")
        return value if isinstance(value, QByteArray) else None

    def remember(self, name: str, state: QByteArray) -> None:
        """How something on screen is left."""
        self._write(f"screen/{name}", state)

    def save(self) -> None:
        """Write down now what is not in the file yet."""
        if self._file is not None:
            self._file.sync()

    def _choice(self, name: str, default: Choice) -> Choice:
        try:
            return type(default)(self._read(name))
        except ValueError:  # never chosen, or by a version that knew others
            return default

    def _prefer(self, name: str, value: str) -> None:
        if self._read(name) != value:
            self._write(name, value)
            self.changed.emit()

    def _read(self, name: str) -> Any:
        return self._memory.get(name) if self._file is None else self._file.value(name)

    def _write(self, name: str, value: Any) -> None:
        if self._file is None:
            self._memory[name] = value
        else:
            self._file.setValue(name, value)
