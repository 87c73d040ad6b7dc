"""The demo shows what it promises, also without a display."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.mail_server import read_email
from tests.system.processes import ServerProcess
from tests.system.reconciliation import check_books, read_books

#: What the demo says, line by line.
_OURS = re.compile(
    r"Starting a service of its own, with its data in \S+\."
    r"|Logged in; [\d,]+ leads are listed\."
    r"| *\d+\.\d\d s  (toast: .+|badge: \d+|\d+ / 100 users created)"
    r"|100 users created, 100 emails delivered, the admin was blocked for \d+\.\d s\."
    r"|Timeline and screenshots are in \S+\."
)


@pytest.mark.timeout(900)  # it takes a minute, more on a busy machine
def test_without_a_display_it_goes_through_the_whole_example(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    result = subprocess.run(
        [sys.executable, "-m", "desktop.demo"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    assert [line for line in result.stdout.splitlines() if not _OURS.fullmatch(line)] == []

    directory = tmp_path / "build" / "demo"
    timeline = json.loads((directory / "timeline.json").read_text())
    assert set(timeline) == {"users_created", "emails_delivered", "blocked_seconds", "badge"}
    assert timeline["users_created"] == timeline["emails_delivered"] == 100
    assert timeline["blocked_seconds"] > 0
    totals = [total for _, total in timeline["badge"]]
    assert max(totals) <= 100
    # On a busy machine the first emails leave before the last users are there. Half are left when a batch has left.
    half = len(totals) - 1 - totals[::-1].index(50)
    assert totals[half:] == sorted(totals[half:], reverse=True)
    assert totals[-1] == 0
    assert {path.name for path in directory.glob("[0-9]-*.png")} == {
        f"{number}-{name}.png"
        for number, name in enumerate(
            ("login", "leads", "selection", "confirm", "progress", "toasts", "queue", "sent"), start=1
        )
    }

    emails = [read_email(path.read_bytes()) for path in (directory / "data" / "mailbox").glob("*.eml")]
    service = ServerProcess(directory / "data")
    service.start()
    try:
        assert not check_books(asyncio.run(read_books(service)), emails), "an email was sent twice"
    finally:
        service.end()
    assert len({email.password for email in emails}) == len(emails) == 100
