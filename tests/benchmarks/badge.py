"""From the server's announcement of a number to the number on the screen."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QLabel

from desktop.app import Desk
from server.contract.snapshot import Snapshot
from tests.benchmarks.desktops import (
    PlentifulServer,
    directory_of_its_own,
    in_a_desktop,
    load_note,
    logged_in,
    running,
    until,
)
from tests.benchmarks.report import AtMost, Figure, Measured, Options

_UPDATES = 50  # a second


async def measure(options: Options) -> Measured:
    """Milliseconds, for the badge in the sidebar and for the icon in the tray."""
    return await in_a_desktop(latency, options)


async def latency(options: Options) -> Measured:
    """As :func:`measure`, in the process that it is called in."""
    async with directory_of_its_own() as directory:
        server = PlentifulServer(directory / "data", leads=0, announcements=_UPDATES)
        async with running(server), logged_in(server) as desk:
            watched = _Badge(desk)
            server.announce()
            await until(lambda: len(watched.painted) >= options.updates, "all numbers are painted", seconds=300)
            server.be_quiet()
            watched.stop()
    figures = []
    for name, seen in (("repainted badge", watched.painted), ("tray icon set", watched.in_tray)):
        waits = sorted(seen[: options.updates])
        figures += [
            Figure(f"announced to {name}: median", statistics.median(waits) * 1e3, "ms"),
            Figure(f"announced to {name}: p99", _p99(waits) * 1e3, "ms", AtMost(100)),
        ]
    note = f"over {options.updates} numbers, {_UPDATES} a second, from the service's own Socket.IO server"
    return Measured("from the server to the badge", figures, [note, load_note()])


def _p99(waits: Sequence[float]) -> float:
    return waits[min(len(waits) - 1, len(waits) * 99 // 100)]


class _Badge(QObject):
    """Watches what becomes of each number that is shown. One that is overtaken before it is painted is painted with the
    next one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._badge: QLabel = desk.sidebar.badge
        self._unpainted: list[datetime] = []
        self._being_painted: list[datetime] = []
        #: Seconds that it took for each.
        self.painted: list[float] = []
        self.in_tray: list[float] = []
        self._badge.installEventFilter(self)
        self._snapshots = desk.snapshots
        self._snapshots.shown.connect(self._on_shown)  # badge and tray have heard of it already

    def stop(self) -> None:
        """Look no more."""
        self._badge.removeEventFilter(self)
        self._snapshots.shown.disconnect(self._on_shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The badge is about to be painted; it counts when that is over and on the screen."""
        if watched is self._badge and event.type() == QEvent.Type.Paint:
            self._being_painted += self._unpainted
            self._unpainted.clear()
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_shown(self, snapshot: Snapshot) -> None:
        self.in_tray.append(_seconds_since(snapshot.at))
        self._unpainted.append(snapshot.at)

    def _on_painted(self) -> None:
        self.painted += [_seconds_since(announced) for announced in self._being_painted]
        self._being_painted.clear()


def _seconds_since(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()
