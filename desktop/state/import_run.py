"""The import this admin makes: from the file to the leads, and perhaps back. It goes on without the desktop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.state.connection import Connection
from desktop.tasks import ask, spawn_lasting
from server.contract import (
    Import,
    ImportCheck,
    ImportPlan,
    ImportPreview,
    ImportProblem,
    ImportReading,
    ImportState,
    LeadField,
)

#: Seconds without news after which the server is asked.
SILENCE = 5.0


class ImportStep(Enum):
    """Where the admin is."""

    FILE = "file"
    MAPPING = "mapping"
    CHECK = "check"
    PROGRESS = "progress"
    RESULT = "result"


class ImportRun(QObject):
    """One at a time; :meth:`reset` begins anew.

    Signals:
        changed: any of what is known.
        finished: leads came in, or went again.
    """

    changed = Signal()
    finished = Signal()

    def __init__(self, api: Api, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._connection = connection
        self._asking: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self.step = ImportStep.FILE
        #: Something is asked of the server.
        self.busy = False
        #: Why the last wish was not fulfilled.
        self.error: DeskError | None = None
        self.preview: ImportPreview | None = None
        self.mapping: dict[LeadField, int] = {}
        self.check: ImportCheck | None = None
        self.progress: Import | None = None
        self.problems: tuple[ImportProblem, ...] = ()
        connection.changed.connect(self.changed)

    @property
    def reconnecting(self) -> bool:
        """Whether the progress shown may be old."""
        return not self._connection.is_online

    def reset(self) -> None:
        """Forget it; what runs on the server goes on."""
        for task in (self._asking, self._watching):
            if task is not None:
                task.cancel()
        self._asking = self._watching = None
        self.step, self.busy, self.error = ImportStep.FILE, False, None
        self.preview, self.mapping, self.check, self.progress, self.problems = None, {}, None, None, ()
        self.changed.emit()

    def attach(self, progress: Import) -> None:
        """Follow one that goes on already, or look at what it has become."""
        self.reset()
        self.on_progress_of_ours(progress)

    def open(self, path: Path) -> None:
        """Send a file, and see what it looks like."""
        self.step = ImportStep.FILE
        self._ask(self._api.upload(path), self._take_preview)

    def read(self, reading: ImportReading) -> None:
        """Look at the file read in another way."""
        if self.preview is not None:
            self._ask(self._api.preview_import(self.preview.id, reading), self._take_preview)

    def set_mapping(self, mapping: Mapping[LeadField, int]) -> None:
        """Which column holds what."""
        self.mapping = dict(mapping)
        self.changed.emit()

    def look(self) -> None:
        """What the import would do."""
        if self.preview is not None and (plan := self._plan()) is not None:
            self._ask(self._api.check_import(self.preview.id, plan), self._take_check)

    def back(self) -> None:
        """One step back, before anything is imported."""
        self._cancel()
        self.error = None
        self.step = ImportStep.MAPPING if self.step is ImportStep.CHECK else ImportStep.FILE
        self.changed.emit()

    def start(self) -> None:
        """Import it."""
        if self.preview is not None and (plan := self._plan()) is not None:
            self._ask(self._api.start_import(self.preview.id, plan), self.on_progress_of_ours)

    def undo(self) -> None:
        """Take the leads away again."""
        if self.progress is not None:
            self._ask(self._api.undo_import(self.progress.id), self.on_progress_of_ours)

    def on_progress(self, progress: Import) -> None:
        """Something was announced; others' imports are not shown."""
        if self.progress is not None and progress.id == self.progress.id:
            self.on_progress_of_ours(progress)

    def on_progress_of_ours(self, progress: Import) -> None:
        """How far it is now. What is older than what is known changes nothing."""
        if self.progress is not None and is_older(progress, self.progress):
            return
        over_before = self.progress is not None and self.progress.state is progress.state
        self.progress = progress
        self._news.set()
        if progress.state.is_over:
            self.step = ImportStep.RESULT
            self._unwatch()
            if not over_before:
                if progress.refused:
                    self._ask(self._api.import_problems(progress.id), self._take_problems)
                self.finished.emit()
        else:
            self.step = ImportStep.PROGRESS
            if self._watching is None:
                self._watching = spawn_lasting(
                    self, partial(self._look_after_silence, progress.id), name="watch the import"
                )
        self.changed.emit()

    def _plan(self) -> ImportPlan | None:
        seen = self.preview
        if seen is None or LeadField.EMAIL not in self.mapping:
            return None
        return ImportPlan(
            encoding=seen.encoding,
            delimiter=seen.delimiter,
            sheet=seen.sheet,
            header_row=seen.header_row,
            hidden_rows=seen.chosen.hidden_rows,
            mapping=self.mapping,
        )

    def _take_preview(self, preview: ImportPreview) -> None:
        self.preview, self.mapping, self.check = preview, dict(preview.mapping), None
        self.step = ImportStep.MAPPING

    def _take_check(self, check: ImportCheck) -> None:
        self.check = check
        self.step = ImportStep.CHECK

    def _take_problems(self, problems: tuple[ImportProblem, ...]) -> None:
        self.problems = problems

    def _ask(self, work: Coroutine[Any, Any, Any], take: Any) -> None:
        self._cancel()
        self.busy, self.error = True, None

        def done(result: Any) -> None:
            self._asking, self.busy = None, False
            take(result)
            self.changed.emit()

        def failed(error: DeskError) -> None:
            self._asking, self.busy, self.error = None, False, error
            self.changed.emit()

        self._asking = ask(self, work, done=done, failed=failed, name="import")
        self.changed.emit()

    def _cancel(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self._asking, self.busy = None, False

    def _unwatch(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _look_after_silence(self, import_id: str) -> None:
        """Ask when nothing was heard for a while: one lost message must not hold a progress bar for ever."""
        self._news.clear()
        try:
            async with asyncio.timeout(SILENCE):
                await self._news.wait()
        except TimeoutError:
            found = await self._api.get_import(import_id)
            asyncio.get_running_loop().call_soon(self.on_progress_of_ours, found)  # which may end this watch


def is_older(news: Import, known: Import) -> bool:
    """Whether it tells of an earlier moment than what is known."""
    # To undo can fail as well: then what stands before it in the order comes after it.
    return news.state is not ImportState.FAILED and _age(news) < _age(known)


def _age(progress: Import) -> tuple[int, int]:
    order = list(ImportState)
    return order.index(progress.state), progress.done
