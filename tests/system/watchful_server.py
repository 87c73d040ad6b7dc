"""The service's command line with an engine watch that is quick to lose its patience.

``python -m tests.system.watchful_server``.
"""

from __future__ import annotations

from datetime import timedelta

from server.cli import main
from server.store import engine_watch

#: Between two beats, and in which one has to come back.
BEAT = timedelta(seconds=2)

if __name__ == "__main__":
    engine_watch.EVERY = engine_watch.LIMIT = BEAT
    main()
