"""Who goes first where programs share processors; on Linux alone, elsewhere nothing happens."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

#: Linux shares processors among sessions first, whatever the priorities of threads inside (sched(7), "autogroup").
AUTOGROUP = "/proc/{}/autogroup"
_ASIDE, _EVEN = 5, 0  # nice values: aside, a session gets a third of what another one does


def thread_stands_aside() -> None:
    """Let the calling thread work only where a processor would be idle (SCHED_IDLE), unless that is forbidden."""
    if sys.platform == "linux":  # elsewhere it would be the whole process
        with suppress(PermissionError):  # where the service is confined
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def service_stands_aside(*, aside: bool) -> bool:
    """Let other sessions go first, a desktop's above all, or no longer; answers whether that is settled.

    Only in a session of its own, as a service is: it is not for us to set other programs aside. What else the session
    consists of, the embedded database, goes along.
    """
    if sys.platform != "linux" or os.getsid(0) != os.getpid():
        return True
    try:
        Path(AUTOGROUP.format(os.getpid())).write_text(str(_ASIDE if aside else _EVEN), encoding="ascii")
    except BlockingIOError:  # asked for too often just now
        return False
    except OSError:  # not known here, or not allowed
        return True
    return True
