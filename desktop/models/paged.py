"""A table over pages fetched from the server as they are painted."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Coroutine, Iterator
from typing import Any

from PySide6.QtCore import QModelIndex, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.models.rows import Index, Row, RowsModel
from desktop.tasks import ask
from server.contract import Page

PAGE = 100
#: The collector of garbage looks at each row again and again: the more are kept, the longer it holds the GUI thread.
_PAGES_KEPT = 12
_LOADING_AT_ONCE = 3
_SHOWN_AT_ONCE = 2  # pages: a view shows the end of one and the beginning of the next


class PagedModel(RowsModel[Row]):
    """Knows how many rows there are and holds those that were looked at lately.

    A row that is not here yet is None and is fetched. A refresh keeps what is on screen until the new rows are here.
    Subclasses say how a page is fetched (:meth:`fetch`) and how a row is shown.
    """

    total_changed = Signal(int)
    load_failed = Signal(DeskError)

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api
        self.total = 0
        #: Whether the server has answered at all since the last :meth:`reset`.
        self.is_known = False
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()
        self._cursors: dict[int, str | None] = {0: None}
        self._stale: set[int] = set()
        self._loading: dict[int, asyncio.Task[None]] = {}
        self._waiting: deque[int] = deque(maxlen=_SHOWN_AT_ONCE)
        self._last_wanted = 0
        self._refresh_again = False
        #: The last answer, if it was an error: painting asks no more until someone wants a refresh.
        self.error: DeskError | None = None

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[Row]]:
        """Ask the server for one page."""
        raise NotImplementedError

    def row_at(self, row: int) -> Row | None:
        """The row, or None while it is on its way."""
        page, position = divmod(row, PAGE)
        if (page in self._stale or page not in self._pages) and self.error is None:
            self._want(page)
        rows = self._pages.get(page)
        return rows[position] if rows is not None and position < len(rows) else None

    def known_rows(self) -> list[Row]:
        """The rows of the page looked at last, without fetching any."""
        return list(self._pages.get(self._last_wanted, ()))

    def rows_kept(self) -> Iterator[Row]:
        """All that are here."""
        return (row for rows in self._pages.values() for row in rows)

    def rows_here(self, rows: range) -> list[Row] | None:
        """These rows as far as there are any, without fetching; None when some of them are not here."""
        wanted = range(rows.start, min(rows.stop, self.total))
        pages = range(wanted.start // PAGE, -(-wanted.stop // PAGE))
        here = [row for page in pages for row in self._pages.get(page, ())]
        start = wanted.start - pages.start * PAGE
        # One that is missing makes it too short.
        found = here[start : start + len(wanted)]
        return found if len(found) == len(wanted) else None

    def position_of(self, key: Any) -> int | None:
        """Where it stands; None: not among those that are here and fresh."""
        for page, rows in self._pages.items():
            for position, row in enumerate(rows):
                if self.key(row) == key and page not in self._stale:
                    return page * PAGE + position
        return None

    def refresh(self) -> None:
        """The rows may have changed: fetch again what is looked at."""
        self.error = None
        if self._loading:
            self._refresh_again = True
            return
        self._stale.update(self._pages)
        self._cursors = {0: None}
        self._want(self._last_wanted)
        if self.total:  # what is on screen is painted again, and so asked for
            self.dataChanged.emit(self.index(0, 0), self.index(self.total - 1, self.columnCount() - 1))

    async def brought_up_to_date(self) -> None:
        """Until what is looked at is as the server has it now, or cannot be had."""
        settled = asyncio.Event()
        for signal in (self.loaded, self.load_failed):
            signal.connect(settled.set)
        try:
            self.refresh()
            while self._loading:
                settled.clear()
                await settled.wait()
                await asyncio.sleep(0)  # what was told may have asked for more
        finally:
            for signal in (self.loaded, self.load_failed):
                signal.disconnect(settled.set)

    def reset(self) -> None:
        """Another list altogether: filter or order have changed."""
        self.error = None
        self._cancel_loading()
        self.beginResetModel()
        self._forget()
        self.endResetModel()
        self.begun.emit()
        self._want(0)

    def clear(self) -> None:
        """Nothing, and nothing is fetched: nobody is logged in."""
        self._cancel_loading()
        self.beginResetModel()
        self._forget()
        self.error = None
        self.total = 0
        self.is_known = False
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """How many rows there are on the server."""
        return 0 if parent.isValid() else self.total

    def _forget(self) -> None:
        self._pages.clear()
        self._stale.clear()
        self._cursors = {0: None}
        self._last_wanted = 0
        self._refresh_again = False

    def _cancel_loading(self) -> None:
        self._waiting.clear()
        for task in self._loading.values():
            task.cancel()
        self._loading.clear()

    def _want(self, page: int) -> None:
        """Fetch it; when enough is on its way, later, and not at all if others are looked at until then.

        What is on its way is not given up: the server would do the work all the same, and what counts would have to
        wait until all that was scrolled past is done.
        """
        self._last_wanted = page
        if self._api.token is None:
            return  # whoever logs in asks anew
        if page in self._loading or page in self._waiting:
            return
        if len(self._loading) < _LOADING_AT_ONCE:
            self._fetch_page(page)
        else:
            self._waiting.append(page)

    def _fetch_page(self, page: int) -> None:
        start = max(known for known in self._cursors if known <= page)
        work = self.fetch(after=self._cursors[start], skip=(page - start) * PAGE, limit=PAGE)
        self._loading[page] = ask(
            self,
            work,
            done=lambda answer: self._take(page, answer),
            failed=lambda error: self._fail(page, error),
            name=f"page {page} of {type(self).__name__}",
        )

    def _take(self, page: int, answer: Page[Row]) -> None:
        self._loading.pop(page, None)
        self.is_known = True
        self._pages[page] = answer.items
        self._pages.move_to_end(page)
        self._stale.discard(page)
        if answer.next is not None:
            self._cursors[page + 1] = answer.next
        while len(self._pages) > _PAGES_KEPT:
            dropped, _ = self._pages.popitem(last=False)
            self._stale.discard(dropped)
        self._resize(answer.total)
        first, last = page * PAGE, min(page * PAGE + len(answer.items), self.total) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))
        self.loaded.emit()
        while self._waiting and len(self._loading) < _LOADING_AT_ONCE:
            self._fetch_page(self._waiting.pop())
        if self._refresh_again and not self._loading:
            self._refresh_again = False
            self.refresh()

    def _fail(self, page: int, error: DeskError) -> None:
        self._loading.pop(page, None)
        self._waiting.clear()
        self._refresh_again = False
        self.error = error
        self.load_failed.emit(error)

    def _resize(self, total: int) -> None:
        before = self.total
        if total > before:
            self.beginInsertRows(QModelIndex(), before, total - 1)
            self.total = total
            self.endInsertRows()
        elif total < before:
            self.beginRemoveRows(QModelIndex(), total, before - 1)
            self.total = total
            self.endRemoveRows()
        self.total_changed.emit(total)
