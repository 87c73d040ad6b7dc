"""Who goes first where the processor is wanted by several."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

_NICE = 10


def give_way() -> None:
    """Let this thread compute only what others, of this machine's programs too, leave it.

    Only Linux knows the priority of a single thread. Where it cannot be lowered, the thread is one among others.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)
