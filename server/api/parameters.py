"""Query parameters that several routes share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, UploadFile

from server.contract import PAGE_LIMIT, ROW_ID_PATTERN
from server.text import one_line

After = Annotated[str | None, Query(max_length=4096, description="Cursor: rows after this one.")]
Skip = Annotated[int, Query(ge=0, le=10_000_000, description="Rows to leave out after the cursor, for jumps.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT)]
Search = Annotated[
    str, Query(max_length=200, description="Words that the row contains, whatever their order, case and accents.")
]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]
RowId = Annotated[str, Path(pattern=ROW_ID_PATTERN, description="As the lists have it.")]

_MAX_NAME = 200


def name_of(file: UploadFile) -> str:
    """What an uploaded file is called, fit to be shown."""
    return one_line(file.filename or "")[-_MAX_NAME:] or "leads"
