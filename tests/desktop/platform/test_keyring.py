"""The login token in a real keyring, and where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require
from tests.waiting import LIMIT

TOKEN = "tok-5f0c9d-kept-out-of-files"
SERVER = "http://desk.example:4000"

#: Runs in a program of its own, because a keyring is chosen once per program.
PROGRAM = """
import asyncio
import sys

from desktop.platform.keyring import Keyring


async def main(server: str, steps: list[str]) -> None:
    keyring = Keyring()
    for step in steps:
        name, _, value = step.partition("=")
        if name == "save":
            await keyring.save(server, value, may_ask=True)
        elif name == "save-unasked":
            await keyring.save(server, value, may_ask=False)
        elif name == "forget":
            await keyring.forget(server)
        elif name == "restart":
            keyring = Keyring()
        else:
            wanted = "http://other.example" if name == "other" else server
            print(await keyring.load(wanted, may_ask=name == "load"))
    print(f"note={keyring.note}")


asyncio.run(main(sys.argv[1], sys.argv[2:]))
"""
UNLOCKED = 'printf %s "a login password" | gnome-keyring-daemon --unlock --components=secrets >&2 && exec "$@"'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An account of its own, with nothing in it."""
    home = tmp_path / "home"
    (home / "run").mkdir(parents=True)
    (home / "run").chmod(0o700)
    return home


def run(home: Path, *steps: str, before: tuple[str, ...] = (), **settings: str) -> list[str]:
    """What a program of that account prints that does these steps with its keyring."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "DBUS_", "GNOME_KEYRING_", "PYTHON_KEYRING_"))
    }
    environment |= {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        **settings,
    }
    result = subprocess.run(
        [*before, sys.executable, "-c", PROGRAM, SERVER, *steps],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert TOKEN not in result.stderr
    return result.stdout.splitlines()


def clear_text(home: Path) -> list[Path]:
    """The files with the token in clear."""
    files = (path for path in home.rglob("*") if path.is_file())
    return [
        path for path in files if TOKEN.encode() in path.read_bytes() or TOKEN.encode("utf-16-le") in path.read_bytes()
    ]


def test_a_real_keyring_keeps_the_token_until_it_is_forgotten_and_no_file_shows_it(home: Path) -> None:
    bus, _ = require("dbus-run-session"), require("gnome-keyring-daemon")
    unlocked = (bus, "--", "sh", "-c", UNLOCKED, "sh")

    first = run(home, "load", f"save={TOKEN}", "load", "other", before=unlocked)
    assert first == ["None", TOKEN, "None", "note="]
    assert list(home.rglob("*.keyring")), "the keyring has written nothing"
    assert clear_text(home) == []

    again = run(home, "load", "forget", "restart", "load", "forget", before=unlocked)
    assert again == [TOKEN, "None", "note="]
    assert run(home, "load", before=unlocked) == ["None", "note="]


def test_without_a_keyring_the_token_lasts_for_this_run_only_and_that_is_said(home: Path) -> None:
    steps = ("load", f"save={TOKEN}", "load", "other", "forget", "load", f"save={TOKEN}")
    printed = run(home, *steps, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")

    assert printed[:-1] == ["None", TOKEN, "None", "None"]
    assert printed[-1].startswith("note=This system has no keyring")
    assert clear_text(home) == []
    assert run(home, "load", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring") == ["None", "note="]


#: A secret service (freedesktop.org Secret Service API 0.2) with a keyring or without, which notes each prompt that it
#: shows and has its user dismiss it. gnome-keyring shows its own only where there is a screen.
ASKED = """
import os, subprocess, sys, threading
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

prompts, keyring, *command = sys.argv[1:]
bus = open_dbus_connection()
bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
threading.Thread(target=lambda: os._exit(subprocess.run(command).returncode)).start()
ALIAS, ITEM, PROMPT = "/org/freedesktop/secrets/aliases/default", "/org/freedesktop/secrets/collection/a/1", "/p"
while True:
    message = bus.receive()
    if message.header.message_type is not MessageType.method_call:
        continue
    path, member = message.header.fields[HeaderFields.path], message.header.fields[HeaderFields.member]
    if member == "SearchItems":
        bus.send(new_method_return(message, "aoao", ([ITEM] if keyring == "locked" else [], [])))
    elif member == "Get" and path == ALIAS and keyring == "none":
        bus.send(new_error(message, "org.freedesktop.DBus.Error.UnknownObject"))
    elif member == "Get":
        value = ("s", "a label") if message.body[1] == "Label" else ("b", True)
        bus.send(new_method_return(message, "v", (value,)))
    elif member == "OpenSession":
        bus.send(new_error(message, "org.freedesktop.DBus.Error.NotSupported") if message.body[0] != "plain"
                 else new_method_return(message, "vo", (("s", ""), "/s")))
    elif member == "Unlock":
        bus.send(new_method_return(message, "aoo", ([], PROMPT)))
    elif member == "CreateCollection":
        bus.send(new_method_return(message, "oo", ("/", PROMPT)))
    elif member == "Prompt":
        with open(prompts, "a") as file:
            file.write("asked\\n")
        bus.send(new_method_return(message))
        emitter = DBusAddress(path, interface="org.freedesktop.Secret.Prompt")
        answer = ("ao", []) if keyring == "locked" else ("o", "/")
        bus.send(new_signal(emitter, "Completed", "bv", (True, answer)))
    else:
        bus.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
"""


def with_prompts(home: Path, keyring: str) -> tuple[tuple[str, ...], Path]:
    """What to run before the program, and the file in which each prompt is noted."""
    bus = require("dbus-run-session")
    prompts, service = home / "prompts", home / "service.py"
    service.write_text(ASKED)
    return (bus, "--", sys.executable, str(service), str(prompts), keyring), prompts


@pytest.mark.parametrize("keyring", ["none", "locked"])
def test_nobody_is_asked_anything_where_nothing_was_to_be_kept(home: Path, keyring: str) -> None:
    before, prompts = with_prompts(home, keyring)
    printed = run(home, "load-unasked", f"save-unasked={TOKEN}", "load-unasked", before=before)

    assert printed == ["None", TOKEN, "note="]
    assert not prompts.exists()
    assert clear_text(home) == []


def test_reading_makes_no_keyring(home: Path) -> None:
    before, prompts = with_prompts(home, "none")
    assert run(home, "load", "forget", before=before) == ["None", "note="]
    assert not prompts.exists()


@pytest.mark.parametrize("keyring", ["none", "locked"])
def test_a_prompt_that_is_dismissed_is_not_shown_again(home: Path, keyring: str) -> None:
    before, prompts = with_prompts(home, keyring)
    printed = run(home, f"save={TOKEN}", "load", f"save={TOKEN}", "load", "other", before=before)

    assert printed[:3] == [TOKEN, TOKEN, "None"]
    assert printed[3].startswith("note=The keyring was not unlocked")
    assert prompts.read_text() == "asked\n"
    assert clear_text(home) == []
