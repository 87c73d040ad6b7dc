"""Lists as CSV, streamed row by row: memory does not grow with the list."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse

from server.contract import PAGE_LIMIT, Page, csv_cell

#: For ``responses`` of a route.
DESCRIBED: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}

Item = TypeVar("Item")

_AT_ONCE = 64 * 1024  # characters


def csv_answer(file_name: str, columns: Sequence[str], rows: AsyncIterator[Sequence[str]]) -> StreamingResponse:
    """RFC 4180 in UTF-8, of which a byte order mark tells spreadsheets; no formulas."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)


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


async def _lines(columns: Sequence[str], rows: AsyncIterator[Sequence[str]]) -> AsyncIterator[bytes]:
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(columns)
    async for row in rows:
        writer.writerow([csv_cell(value) for value in row])
        if text.tell() >= _AT_ONCE:
            yield text.getvalue().encode("utf-8", "replace")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode("utf-8", "replace")
