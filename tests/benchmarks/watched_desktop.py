"""The desktop's command line, which tells how it stands: ``python -m tests.benchmarks.watched_desktop``.

Prints, as one JSON object a line, the moment at which the Leads page had been painted with rows; then, if
``PLACES_TO_BROWSE`` is set, its memory before and after the list was looked at in so many places. Then it quits.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any

import psutil
from PySide6.QtCore import QEvent, QObject, QTimer

import desktop.start
from desktop.app import Desk
from desktop.tasks import spawn


class WatchedDesk(Desk):
    """As always, and says what is asked for here."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._is_usable = False
        self.leads_page.table.viewport().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The first paint that shows rows; it counts when it is over."""
        if not self._is_usable and event.type() == QEvent.Type.Paint and self.leads_model.known_rows():
            self._is_usable = True
            QTimer.singleShot(0, lambda: spawn(self._tell(), name="tell"))
        return False

    async def _tell(self) -> None:
        _say({"usable": time.time(), "computed": time.process_time()})
        if places := int(os.environ.get("PLACES_TO_BROWSE", "0")):
            _say({"before": _memory()})
            await self._browse(places)
            _say({"after": _memory()})
        self.quit_wanted.set()

    async def _browse(self, places: int) -> None:
        bar, model = self.leads_page.table.verticalScrollBar(), self.leads_model
        for place in range(places + 1):
            bar.setValue(bar.maximum() * place // places)
            while model.row_at(max(0, self.leads_page.table.rowAt(0))) is None:
                await asyncio.sleep(0.01)


def _memory() -> dict[str, float]:
    """In MB."""
    memory = psutil.Process().memory_full_info()
    return {"rss": memory.rss / 1e6, "pss": memory.pss / 1e6}


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    desktop.start.Desk = WatchedDesk  # type: ignore[misc]
    desktop.start.main()
