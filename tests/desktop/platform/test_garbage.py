"""Qt's objects are destroyed in the thread they live in, wherever memory is used."""

from __future__ import annotations

import subprocess
import sys

from tests.waiting import LIMIT

SCRIPT = """
import sys, threading
from PySide6.QtCore import QCoreApplication, QObject
from desktop.platform.garbage import collect_in_gui_thread

application = QCoreApplication([])
collect_in_gui_thread(application)
ended_in = []

class Cycle(QObject):
    def __init__(self):
        super().__init__()
        self.me = self

    def __del__(self):
        ended_in.append(threading.current_thread())
        if len(ended_in) == 1000:
            application.quit()

for _ in range(1000):
    Cycle()
busy = threading.Thread(target=lambda: [[[]] for _ in range(100_000)])  # far more than makes the collector run
busy.start()
busy.join()
print(len(ended_in))
application.exec()
print(len(ended_in), {thread is threading.main_thread() for thread in ended_in})
"""


def test_garbage_is_collected_in_the_gui_thread_alone() -> None:
    result = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["0", "1000 {True}"]
