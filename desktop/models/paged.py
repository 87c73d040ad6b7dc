"""A table over pages fetched from the server as they are painted."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic

from PySide6.QtCore import QModelIndex, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.models.rows import Index, Row, RowsModel
from desktop.state.freshness import Freshness
from desktop.tasks import ask
from server.contract import Page

PAGE = 100
#: The collector of garbage looks at each row again and again: the more are kept, the longer it holds the GUI thread.
_PAGES_KEPT = 12
_LOADING_AT_ONCE = 3
_SHOWN_AT_ONCE = 2  # pages: a view shows the end of one and the beginning of the next


@dataclass
class _Pages(Generic[Row]):
    """Those of one list that are here."""

    rows: OrderedDict[int, tuple[Row, ...]] = field(default_factory=OrderedDict)
    taken_at: dict[int, datetime] = field(default_factory=dict)
    cursors: dict[int, str | None] = field(default_factory=lambda: {0: None})
    stale: set[int] = field(default_factory=set)
    last_wanted: int = 0

    def take(self, page: int, rows: tuple[Row, ...]) -> None:
        """It has come; those that were not looked at for the longest time go."""
        self.rows[page] = rows
        self.rows.move_to_end(page)
        self.taken_at[page] = datetime.now(UTC)
        self.stale.discard(page)
        while len(self.rows) > _PAGES_KEPT:
            dropped, _ = self.rows.popitem(last=False)
            self.taken_at.pop(dropped)
            self.stale.discard(dropped)


@dataclass(frozen=True)
class _Answered(Generic[Row]):
    """A list as it was before another one was asked for."""

    question: dict[str, Any]
    pages: _Pages[Row]
    answered_at: datetime | None
    as_of: datetime | None


class PagedModel(RowsModel[Row]):
    """Knows how many rows there are and holds those that were looked at lately.

    A row that is not here yet is None and is fetched. A refresh keeps what is on screen until the new rows are here;
    another list that takes too long can be given up for the one before.
    Subclasses say how a page is fetched (:meth:`fetch`), by what (:attr:`asked_by`), and how a row is shown.
    """

    #: The attributes that make the question: filter and order.
    asked_by: ClassVar[tuple[str, ...]] = ()

    total_changed = Signal(int)
    load_failed = Signal(DeskError)

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api
        self.total = 0
        #: Whether the server has answered at all since the last :meth:`clear`.
        self.is_known = False
        #: How what is listed stands to what the server has. After an error painting asks no more until someone wants
        #: a refresh.
        self.freshness = Freshness(self)
        self._here: _Pages[Row] = _Pages()
        #: What was asked for to get what is here; None: that is still to be answered.
        self._question: dict[str, Any] | None = None
        #: What was listed before, while that is so.
        self._before: _Answered[Row] | None = None
        self._loading: dict[int, asyncio.Task[None]] = {}
        self._waiting: deque[int] = deque(maxlen=_SHOWN_AT_ONCE)
        self._refresh_again = False
        self._held = False

    @property
    def error(self) -> DeskError | None:
        """The last answer, if it was one."""
        return self.freshness.error

    @property
    def is_answered(self) -> bool:
        """Whether the server has answered what was asked for last."""
        return self._question is not None

    @property
    def can_give_up(self) -> bool:
        """Whether there was a list before."""
        return self._before is not None

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[Row]]:
        """Ask the server for one page."""
        raise NotImplementedError

    def row_at(self, row: int) -> Row | None:
        """The row, or None while it is on its way."""
        page, position = divmod(row, PAGE)
        if (page in self._here.stale or page not in self._here.rows) and self.error is None:
            self._want(page)
        rows = self._here.rows.get(page)
        return rows[position] if rows is not None and position < len(rows) else None

    def known_rows(self) -> list[Row]:
        """The rows of the page looked at last, without fetching any."""
        return list(self._here.rows.get(self._here.last_wanted, ()))

    def rows_kept(self) -> Iterator[Row]:
        """All that are here."""
        return (row for rows in self._here.rows.values() for row in rows)

    def rows_here(self, rows: range) -> list[Row] | None:
        """These rows as far as there are any, without fetching; None when some of them are not here."""
        wanted = range(rows.start, min(rows.stop, self.total))
        pages = range(wanted.start // PAGE, -(-wanted.stop // PAGE))
        here = [row for page in pages for row in self._here.rows.get(page, ())]
        start = wanted.start - pages.start * PAGE
        # One that is missing makes it too short.
        found = here[start : start + len(wanted)]
        return found if len(found) == len(wanted) else None

    def position_of(self, key: Any) -> int | None:
        """Where it stands; None: not among those that are here and fresh."""
        for page, rows in self._here.rows.items():
            for position, row in enumerate(rows):
                if self.key(row) == key and page not in self._here.stale:
                    return page * PAGE + position
        return None

    def refresh(self) -> None:
        """The rows may have changed: fetch again what is looked at."""
        if self._loading or self._held:
            self._refresh_again = True
            return
        self._here.stale.update(self._here.rows)
        self._here.cursors = {0: None}
        self._want(self._here.last_wanted)
        if self.total:  # what is on screen is painted again, and so asked for
            self.dataChanged.emit(self.index(0, 0), self.index(self.total - 1, self.columnCount() - 1))

    def hold(self, *, on: bool) -> None:
        """Stay as it is, and say so, until let go: somebody else tells what goes on meanwhile."""
        if on == self._held:
            return
        self._held = on
        if on:
            self.freshness.hold()
        elif not self._loading:
            self._refresh_again = False
            self.refresh()

    async def brought_up_to_date(self) -> None:
        """Until what is looked at is as the server has it now, or cannot be had."""
        settled = asyncio.Event()
        for signal in (self.loaded, self.load_failed):
            signal.connect(settled.set)
        try:
            if self._held:
                self.hold(on=False)
            else:
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
        if self._question is not None:
            fresh = self.freshness
            self._before = _Answered(self._question, self._here, fresh.answered_at, fresh.as_of)
        self._question = None
        self._cancel_loading()
        self._list(_Pages())
        self.freshness.show_from(None)
        self.begun.emit()
        self._want(0)

    def give_up(self) -> None:
        """Put the list before back."""
        before = self._before
        if before is None:
            return
        missed = self._refresh_again
        self._cancel_loading()
        for name, value in before.question.items():
            setattr(self, name, value)
        self._question, self._before = before.question, None
        self._list(before.pages)
        self.freshness.show_from(before.answered_at, before.as_of)
        self.total_changed.emit(self.total)
        self.given_up.emit()
        if missed:
            self.refresh()

    def clear(self) -> None:
        """Nothing, and nothing is fetched: nobody is logged in."""
        self._cancel_loading()
        self._question = self._before = None
        self._held = False
        self._list(_Pages(), total=0)
        self.is_known = False
        self.freshness.show_from(None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """How many rows there are on the server."""
        return 0 if parent.isValid() else self.total

    def _list(self, pages: _Pages[Row], *, total: int | None = None) -> None:
        """Those from now on; how many there are stays until it is known to be another number."""
        self.beginResetModel()
        self._here = pages
        self.total = self.total if total is None else total
        self.endResetModel()

    def _cancel_loading(self) -> None:
        self._waiting.clear()
        for task in self._loading.values():
            task.cancel()
        self._loading.clear()
        self._refresh_again = False

    def _want(self, page: int) -> None:
        """Fetch it; when enough is on its way, later, and not at all if others are looked at until then.

        What is on its way is not given up: the server would do the work all the same, and what counts would have to
        wait until all that was scrolled past is done.
        """
        self._here.last_wanted = page
        if self._api.token is None:
            return  # whoever logs in asks anew
        if page in self._loading or page in self._waiting:
            return
        if len(self._loading) < _LOADING_AT_ONCE:
            self._fetch_page(page)
        else:
            self._waiting.append(page)

    def _fetch_page(self, page: int) -> None:
        cursors = self._here.cursors
        start = max(known for known in cursors if known <= page)
        work = self.fetch(after=cursors[start], skip=(page - start) * PAGE, limit=PAGE)
        self._loading[page] = ask(
            self,
            work,
            done=lambda answer: self._take(page, answer),
            failed=lambda error: self._fail(page, error),
            name=f"page {page} of {type(self).__name__}",
        )
        self.freshness.ask()

    def _take(self, page: int, answer: Page[Row]) -> None:
        self._loading.pop(page, None)
        self.is_known = True
        self._question = {name: getattr(self, name) for name in self.asked_by}
        self._before = None
        self._here.take(page, answer.items)
        if answer.next is not None:
            self._here.cursors[page + 1] = answer.next
        if not self._loading and self.error is None:
            self.freshness.answer()
        if self._held:
            self.freshness.hold()
        self._resize(answer.total)
        first, last = page * PAGE, min(page * PAGE + len(answer.items), self.total) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))
        self.loaded.emit()
        while self._waiting and len(self._loading) < _LOADING_AT_ONCE:
            self._fetch_page(self._waiting.pop())
        if self._refresh_again and not self._loading and not self._held:
            self._refresh_again = False
            self.refresh()

    def _fail(self, page: int, error: DeskError) -> None:
        self._loading.pop(page, None)
        self._waiting.clear()
        self._refresh_again = False
        self.freshness.fail(error, since=self._here.taken_at.get(page))
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
