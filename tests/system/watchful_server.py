"""The service's command line, quick to lose its patience with a database that does nothing.

``python -m tests.system.watchful_server``.
"""

from __future__ import annotations

from datetime import timedelta

from server.cli import main
from server.store import engine_watch, pulse

#: Between two beats, and in which one has to come back.
BEAT = timedelta(seconds=2)

if __name__ == "__main__":
    engine_watch.EVERY = engine_watch.LIMIT = pulse.EVERY = BEAT
    pulse._BEAT_SECONDS = BEAT.total_seconds()
    pulse.PATIENCE = 2 * BEAT
    main()
