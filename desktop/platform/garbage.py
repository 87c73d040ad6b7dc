"""Garbage collection where Qt allows it.

Python's collector runs in whichever thread happens to allocate, and would destroy Qt's objects there; Qt wants that to
happen in the thread they live in (https://doc.qt.io/qt-6/threads-qobject.html). Files and keyring work in threads, so
the automatic collector is switched off and a timer of the GUI thread asks for it instead.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 1000


def collect_in_gui_thread(owner: QObject) -> None:
    """From now on, for as long as the owner lives. To be called in the GUI thread."""
    gc.collect()
    gc.freeze()  # modules and the like stay for ever: each later collection is spared to look at them
    gc.disable()
    timer = QTimer(owner)
    timer.timeout.connect(_collect)
    timer.start(_INTERVAL_MS)


def _collect() -> None:
    """The oldest generation that is due, by Python's own thresholds."""
    for generation, (count, threshold) in reversed(
        list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
    ):
        if count > threshold:
            gc.collect(generation)
            return
