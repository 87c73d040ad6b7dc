"""How many inputs: a thousand or so each in the suite, as many as wanted with ``HYPOTHESIS_PROFILE=long``.

``FUZZ_INPUTS`` says how many these are, a hundred thousand unless given. ``make fuzz`` runs it so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
_WANTED = int(os.environ.get("FUZZ_INPUTS", "100000")) if LONG else None

# Of the long run nothing is shrunk for hours: the input is printed as it is.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate) + (() if LONG else (Phase.shrink,))


def inputs(count: int, *, in_each: int = 1) -> Callable[[Any], Any]:
    """That many, ``in_each`` example."""
    return settings(
        max_examples=(_WANTED or count) // in_each,
        deadline=None,
        phases=_PHASES,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
