"""Garbage collection where Qt allows it.

Python's collector runs in whichever thread happens to allocate, and would destroy Qt's objects there; Qt wants that to
happen in the thread they live in (https://doc.qt.io/qt-6/threads-qobject.html). Files and keyring work in threads, so
the automatic collector is switched off and a timer of the GUI thread asks for it instead.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 200  # so that little has come together each time
_PUT_OFF = 6  # times longer than Python itself, if there is no quiet moment


def collect_in_gui_thread(owner: QObject) -> None:
    """From now on, for as long as the owner lives. To be called in the GUI thread."""
    gc.collect()
    gc.freeze()  # modules and the like stay for ever: each later collection is spared to look at them
    gc.disable()
    timer = QTimer(owner)
    timer.timeout.connect(_collect)
    timer.start(_INTERVAL_MS)


def _collect() -> None:
    """The oldest generation that is due, by Python's own thresholds; all of them only while little goes on.

    That takes as long as there are rows in memory, and would be felt by whoever scrolls through these.
    """
    youngest, young, old = (
        count / threshold for count, threshold in zip(gc.get_count(), gc.get_threshold(), strict=True)
    )
    if old > _PUT_OFF:
        gc.collect()
    elif young > 1:
        gc.collect(1)
    elif youngest > 1:
        gc.collect(0)
    elif old > 1:
        gc.collect()
