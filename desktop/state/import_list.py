"""All imports, the latest first, as they go on; what can be done to one that was begun."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.state.freshness import Freshness
from desktop.state.import_run import is_older
from desktop.tasks import ask
from server.contract import Import, ImportState


class ImportList(QObject):
    """Begins empty; :meth:`refresh` asks for what the server knows, and what it announces keeps that up to date.

    Signals:
        changed: any of it.
        failed: a wish was refused, with the :class:`DeskError`.
    """

    changed = Signal()
    failed = Signal(DeskError)

    def __init__(self, api: Api, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._take_back: set[str] = set()
        self.latest: tuple[Import, ...] = ()
        #: Whether the server has answered at all.
        self.is_known = False
        self.freshness = Freshness(self)
        self._asking: asyncio.Task[None] | None = None

    @property
    def under_way(self) -> tuple[Import, ...]:
        """Those that go on."""
        return tuple(each for each in self.latest if not each.state.is_over)

    @property
    def can_give_up(self) -> bool:
        """There is no other list to go back to."""
        return False

    def give_up(self) -> None:
        """Nothing is searched for here."""

    def refresh(self) -> None:
        """Ask for all. Without an answer, the next connection asks again: the former question may never have one."""
        self._cancel()
        self.freshness.ask()
        self._asking = ask(self, self._api.imports(), done=self._take, failed=self._miss, name="look for imports")

    def forget(self) -> None:
        """Somebody else looks at it from now on."""
        self._cancel()
        self._take_back.clear()
        self.latest, self.is_known = (), False
        self.freshness.show_from(None)
        self.changed.emit()

    def on_progress(self, progress: Import) -> None:
        """Something was announced, or answered."""
        known = next((each for each in self.latest if each.id == progress.id), None)
        if known is None:
            self.latest = (progress, *self.latest)
        else:
            newer = _newer(progress, known)
            self.latest = tuple(newer if each is known else each for each in self.latest)
        if progress.id in self._take_back and progress.state.can_be_undone:
            self._take_back.discard(progress.id)
            self.undo(progress.id)
        self.changed.emit()

    def stop(self, import_id: str, *, take_back: bool) -> None:
        """Let it end after the rows in hand; ``take_back``: and then take away what came in."""
        if take_back:
            self._take_back.add(import_id)
        self._ask(self._api.stop_import(import_id))

    def undo(self, import_id: str) -> None:
        """Take away what came in."""
        self._ask(self._api.undo_import(import_id))

    def _take(self, found: Sequence[Import]) -> None:
        self._asking = None
        known = {each.id: each for each in self.latest}
        self.latest = tuple(_newer(each, known.get(each.id)) for each in found)
        self.is_known = True
        self.freshness.answer()
        self.changed.emit()

    def _miss(self, error: DeskError) -> None:
        self._asking = None
        self.freshness.fail(error)
        self.changed.emit()

    def _cancel(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _ask(self, work: Coroutine[Any, Any, Import]) -> None:
        ask(self, work, done=self.on_progress, failed=self.failed.emit, name="import")


def _newer(news: Import, known: Import | None) -> Import:
    return known if known is not None and is_older(news, known) else news


def may_stop(progress: Import) -> bool:
    """Whether it would end sooner than it does by itself."""
    return progress.state is ImportState.RUNNING


def may_undo(progress: Import) -> bool:
    """Whether there is something to be taken away."""
    return progress.state.can_be_undone and progress.imported > 0
