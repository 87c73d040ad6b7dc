"""Starting at login: what is written for each platform."""

from __future__ import annotations

import plistlib
import subprocess
from pathlib import Path

import pytest

from desktop.platform.autostart import Autostart, LaunchAgent, XdgAutostart

COMMAND = ["/opt/my desk/activation-desk", '--odd="$x%`\\']


@pytest.mark.parametrize("kind", [XdgAutostart, LaunchAgent])
def test_it_is_switched_on_and_off_again(kind: type[XdgAutostart | LaunchAgent], tmp_path: Path) -> None:
    autostart: Autostart = kind(COMMAND, tmp_path / "not there yet")
    assert not autostart.is_enabled()
    for _ in range(2):
        autostart.enable()
        assert autostart.is_enabled()
    for _ in range(2):
        autostart.disable()
        assert not autostart.is_enabled()
    assert list((tmp_path / "not there yet").iterdir()) == []


def test_the_entry_starts_the_very_command(tmp_path: Path) -> None:
    XdgAutostart(COMMAND, tmp_path).enable()
    lines = (tmp_path / "activation-desk.desktop").read_text().splitlines()
    assert lines[0] == "[Desktop Entry]"
    (line,) = (line.removeprefix("Exec=") for line in lines if line.startswith("Exec="))
    # First the file's own escapes, then field codes, then the quotes, as the specification has it.
    command = line.replace("\\\\", "\\").replace("%%", "%")
    started = subprocess.run(["sh", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, check=True)
    assert started.stdout.splitlines() == COMMAND


def test_an_entry_that_was_switched_off_elsewhere_is_off(tmp_path: Path) -> None:
    autostart = XdgAutostart(COMMAND, tmp_path)
    autostart.enable()
    file = tmp_path / "activation-desk.desktop"
    file.write_text(file.read_text() + "X-GNOME-Autostart-enabled=false\n")
    assert not autostart.is_enabled()
    autostart.enable()
    assert autostart.is_enabled()


def test_the_agent_runs_at_login(tmp_path: Path) -> None:
    LaunchAgent(COMMAND, tmp_path).enable()
    agent = plistlib.loads((tmp_path / "com.activationdesk.desktop.plist").read_bytes())
    assert agent["ProgramArguments"] == COMMAND
    assert agent["RunAtLoad"] is True


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        XdgAutostart(COMMAND, tmp_path / "file").enable()
