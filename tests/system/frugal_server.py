"""The service's command line, where each admin may ask for little at once and less later: fewer requests than the
slowest machine answers in the same time, so that it is the limit that decides, and not the machine.

``python -m tests.system.frugal_server``.
"""

from __future__ import annotations

from functools import partial

import server.api.application
from server.api.budget import RequestLimit
from server.cli import main

AT_ONCE = 20
PER_SECOND = 0.5

if __name__ == "__main__":
    limit = partial(RequestLimit, at_once=AT_ONCE, per_second=PER_SECOND)
    server.api.application.RequestLimit = limit  # type: ignore[misc, assignment]
    main()
