"""What this process and all it starts leave on disk is for this user alone."""

from __future__ import annotations

import os
import sys


def keep_private() -> None:
    """Files are made for this user alone, and a crash leaves no image of the memory, where secrets are in the clear.

    On Windows the rights of the data directory are its parent's, and no such image is made unless one is asked for.
    """
    os.umask(0o077)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
