"""Lists as CSV, streamed row by row: memory does not grow with the list.

A long one takes minutes, in which much can happen: it goes on only while who asked may still have it, and what breaks
off is seen to be no whole list.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

import structlog
from fastapi.responses import StreamingResponse

from server.contract import PAGE_LIMIT, Page, csv_cell
from server.errors import DatabaseAway, ServiceError
from server.operations.http_server import BrokenOff

log = structlog.get_logger(__name__)

#: For ``responses`` of a route.
DESCRIBED: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}

Item = TypeVar("Item")

_AT_ONCE = 64 * 1024  # characters


#: Raises :class:`ServiceError` where who has asked may not have it any more.
StillAllowed = Callable[[], Awaitable[None]]


def csv_answer(
    file_name: str, columns: Sequence[str], rows: AsyncIterator[Sequence[str]], still_allowed: StillAllowed
) -> StreamingResponse:
    """RFC 4180 in UTF-8, of which a byte order mark tells spreadsheets; no formulas.

    ``still_allowed``: asked before each piece that is sent.
    """
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
    pieces = _unless_broken_off(file_name, _lines(columns, rows, still_allowed))
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


async def every(page: Callable[[str | None, int], Awaitable[Page[Item]]]) -> AsyncIterator[Item]:
    """All rows of a list, read page by page; ``page`` takes a cursor and how many."""
    after: str | None = None
    while True:
        answer = await page(after, PAGE_LIMIT)
        for item in answer.items:
            yield item
        after = answer.next
        if after is None:
            return


async def _unless_broken_off(file_name: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Raises :class:`BrokenOff`: with the first piece the answer has begun, and can be refused no more."""
    try:
        async for piece in pieces:
            yield piece
    except (ServiceError, DatabaseAway) as error:
        log.warning("a list was broken off", file=file_name, reason=str(error))
        raise BrokenOff from error


async def _lines(
    columns: Sequence[str], rows: AsyncIterator[Sequence[str]], still_allowed: StillAllowed
) -> AsyncIterator[bytes]:
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(columns)
    async for row in rows:
        writer.writerow([csv_cell(value) for value in row])
        if text.tell() >= _AT_ONCE:
            await still_allowed()
            yield text.getvalue().encode("utf-8", "replace")
            text.seek(0)
            text.truncate()
    await still_allowed()
    yield text.getvalue().encode("utf-8", "replace")
