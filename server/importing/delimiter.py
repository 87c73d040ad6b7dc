"""By what the cells of a text are parted: by what makes its rows agree, not by what its first line holds most of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from server.importing.delimited import Delimited, holds_address

_DELIMITERS = ",;\t|"
_SAMPLE = 200  # rows
#: A spreadsheet's way to say it, in a line above everything else.
_SAID = re.compile(r'\s*"?sep=(.)"?[,;\t|]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


@dataclass(frozen=True)
class FoundDelimiter:
    """What parts the cells, and whether the rows do not agree on it. ``said`` in the first line, which is no row."""

    delimiter: str
    is_guess: bool = False
    said: bool = False


def find_delimiter(text: str) -> FoundDelimiter:
    """Looks at the beginning of the text; a comma where there is but one column."""
    if (said := _SAID.match(text)) is not None and said[1] in _DELIMITERS:
        return FoundDelimiter(said[1], said=True)
    agreements = {each: _agreement(text, each) for each in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda each: agreements[each])
    _, share, width = agreements[best]
    return FoundDelimiter(best, is_guess=width > 1 and share < 0.5)


def _agreement(text: str, delimiter: str) -> tuple[float, float, int]:
    """How many rows have an address for a cell, how many are as wide as most, and how wide that is; 0 for one cell."""
    rows = [row for row in islice(Delimited(text, delimiter).rows(), _SAMPLE) if not row.is_empty]
    whole = [row for row in rows if row.trouble is None]
    if not whole:
        return 0, 0, 0
    width, count = Counter(len(row.cells) for row in whole).most_common(1)[0]
    addresses = sum(holds_address(list(row.cells)) for row in whole)
    return round(addresses / len(rows), 1), count / len(rows) if width > 1 else 0, width if width > 1 else 0
