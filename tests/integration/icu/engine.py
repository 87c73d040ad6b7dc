"""The engine with the comparison of ICU where it matters here: the addresses of ``pairs.json`` are the same to it.

Run as a program, with the engine's own options. By itself it compares as Python does.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from secantus import cli, collation

PAIRS = Path(__file__).with_name("pairs.json")
_SAME = {variant: plain for plain, variant in json.loads(PAIRS.read_text(encoding="utf-8"))}


def _by_icu(compare: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(compare)
    def compared(text: str, by: Any) -> Any:
        return compare(_SAME.get(text, text), by)

    return compared


if __name__ == "__main__":
    for name in ("_normalize_string", "sort_levels", "normalize_for_index_bytes"):
        setattr(collation, name, _by_icu(getattr(collation, name)))
    sys.exit(cli.main())
