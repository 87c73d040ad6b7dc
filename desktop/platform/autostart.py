"""Starting at login, as each platform has it."""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

_NAME = "activation-desk"
_LABEL = "com.activationdesk.desktop"


class Autostart(Protocol):
    """Whether the desktop starts when its user logs in to the computer. Reads and writes files: not for the GUI thread.

    All raise ``OSError`` when the system does not let them.
    """

    def is_enabled(self) -> bool:
        """Whether it starts."""

    def enable(self) -> None:
        """Let it start from now on."""

    def disable(self) -> None:
        """Let it start no longer."""


class XdgAutostart:
    """Linux and other free desktops (Desktop Application Autostart Specification 0.5)."""

    def __init__(self, command: Sequence[str], directory: Path | None = None) -> None:
        config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        self._file = (directory or config / "autostart") / f"{_NAME}.desktop"
        self._command = command

    def is_enabled(self) -> bool:
        """Whether there is an entry that nobody has switched off."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return "Hidden=true" not in lines and "X-GNOME-Autostart-enabled=false" not in lines

    def enable(self) -> None:
        """Write the entry."""
        entry = (
            "[Desktop Entry]\n"
            "Type=Application\n"
            "Name=Activation Desk\n"
            f"Exec={' '.join(_quoted(argument) for argument in self._command)}\n"
            "Terminal=false\n"
        )
        _write(self._file, entry.encode())

    def disable(self) -> None:
        """Remove the entry."""
        self._file.unlink(missing_ok=True)


class LaunchAgent:
    """macOS (launchd.plist(5))."""

    def __init__(self, command: Sequence[str], directory: Path | None = None) -> None:
        self._file = (directory or Path.home() / "Library" / "LaunchAgents") / f"{_LABEL}.plist"
        self._command = command

    def is_enabled(self) -> bool:
        """Whether there is an agent."""
        return self._file.exists()

    def enable(self) -> None:
        """Write the agent."""
        agent = {
            "Label": _LABEL,
            "ProgramArguments": list(self._command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        _write(self._file, plistlib.dumps(agent))

    def disable(self) -> None:
        """Remove the agent."""
        self._file.unlink(missing_ok=True)


if sys.platform == "win32":
    import subprocess
    import winreg

    _RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"

    class RunKey:
        """Windows (Run and RunOnce registry keys)."""

        def __init__(self, command: Sequence[str]) -> None:
            self._command = subprocess.list2cmdline(command)

        def is_enabled(self) -> bool:
            """Whether there is a value of ours."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
                    winreg.QueryValueEx(key, _NAME)
            except FileNotFoundError:
                return False
            return True

        def enable(self) -> None:
            """Set the value."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
                winreg.SetValueEx(key, _NAME, 0, winreg.REG_SZ, self._command)

        def disable(self) -> None:
            """Delete the value."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN, 0, winreg.KEY_SET_VALUE) as key:
                    winreg.DeleteValue(key, _NAME)
            except FileNotFoundError:
                return


def system_autostart() -> Autostart:
    """The one for this platform."""
    command = own_command()
    if sys.platform == "win32":
        return RunKey(command)
    if sys.platform == "darwin":
        return LaunchAgent(command)
    return XdgAutostart(command)


def own_command() -> list[str]:
    """What starts this program: its installed command, or else this Python."""
    installed = Path(sys.executable).with_name("activation-desk" + (".exe" if sys.platform == "win32" else ""))
    return [str(installed)] if installed.exists() else [sys.executable, "-P", "-m", "desktop"]


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(content)
    beside.replace(file)


def _quoted(argument: str) -> str:
    """As Exec wants it (Desktop Entry Specification 1.5, "The Exec key"); the file's own escapes come on top."""
    for character in ("\\", '"', "`", "$"):
        argument = argument.replace(character, f"\\{character}")
    return '"' + argument.replace("\\", "\\\\").replace("%", "%%") + '"'
