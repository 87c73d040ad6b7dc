"""Threads for what takes a processor for a while: a pool for each kind, so that no kind has to wait for another.

The event loop's own pool is for what only waits: files, processes, the keyring.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Pool:
    """Some threads; they begin when they are needed."""

    def __init__(self, name: str, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        #: How many wait for a result.
        self.in_hand = 0

    async def run(
        self, work: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """What it answers or raises, in the caller's context."""
        call = partial(contextvars.copy_context().run, work, *args, **kwargs)
        self.in_hand += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, call)
        finally:
            self.in_hand -= 1


_CORES = os.cpu_count() or 1

#: Passwords of admins: of those who are known, or have shown already who they are …
PASSWORDS = Pool("passwords", min(4, _CORES))
#: … and of everybody else, who may be many and wrong.
STRANGERS = Pool("strangers", max(1, _CORES // 2))
#: Templates, which are compiled under Python's lock: more of them at once would not be done sooner.
TEMPLATES = Pool("templates", 1)
#: Seals of the audit log, which are looked at one after the other.
SEALS = Pool("seals", 1)
#: Files of leads that somebody looks at …
FILES = Pool("files", 2)
#: … and those that are imported while nobody waits.
IMPORTS = Pool("imports", 2)
