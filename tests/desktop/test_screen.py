"""The tray icon on a real screen, in a real tray."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LIMIT

ROOT = Path(__file__).parents[2]
PROGRAM = '''
import sys
from datetime import UTC, datetime

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop.shell.tray import Tray
from desktop.start import make_application
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from server.contract.snapshot import QueueCounts

RED = QColor("#d92d3a").rgb()
application: QApplication = make_application()
queue = QueueState()
tray = Tray(queue, Sending(), Connection())
waited = QElapsedTimer()
waited.start()


def show(total: int) -> None:
    queue.set_counts(QueueCounts(pending=total, processing=0, failed=0, held=0))


def red_pixels() -> int:
    image = application.primaryScreen().grabWindow(0).toImage()
    rows = range(image.height() - 100, image.height())  # the tray is at the lower edge
    return sum(image.pixel(x, y) == RED for x in range(image.width()) for y in rows)


def look() -> None:
    """A tray takes its time; what is looked for is the end of each step."""
    red = red_pixels() if tray.available and tray.icon.geometry().isValid() else 0
    if steps[0](red):
        steps.pop(0)
    if not steps or waited.hasExpired(40_000):
        print("left to see:", len(steps), flush=True)
        application.quit()


def is_without_badge(red: int) -> bool:
    if not (tray.available and tray.icon.isVisible() and tray.icon.geometry().isValid()) or red:
        return False
    print("available:", QSystemTrayIcon.isSystemTrayAvailable(), tray.available, flush=True)
    show(42)
    return True


def has_badge(red: int) -> bool:
    if red < 10:
        return False
    print("badge painted", flush=True)
    show(0)
    return True


def has_none_again(red: int) -> bool:
    if red:
        return False
    print("badge gone", flush=True)
    return True


steps = [is_without_badge, has_badge, has_none_again]
show(0)
tray.start()
timer = QTimer(interval=200)
timer.timeout.connect(look)
timer.start()
application.exec()
tray.stop()
'''


@pytest.mark.screen
def test_the_number_of_waiting_emails_is_painted_in_the_tray(screen: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    result = subprocess.run(
        [sys.executable, str(program)],
        env={**screen, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )

    assert result.stdout.splitlines() == ["available: True True", "badge painted", "badge gone", "left to see: 0"], (
        result.stderr
    )
    assert result.returncode == 0, result.stderr
