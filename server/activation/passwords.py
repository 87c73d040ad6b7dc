"""Passwords for new users: random, easy to type, hashed on all cores ahead of need."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import structlog

from server.accounts.hashing import hash_random_password
from server.operations import precedence
from server.operations.supervision import keep_running
from server.operations.tasks import run_together
from server.settings import PasswordHash
from server.store.vault import Credential, Locked, Vault

log = structlog.get_logger(__name__)

#: Letters and digits that are not taken for one another (no 0 O o, 1 I l i, and so on).
ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ2346789"
_GROUPS, _GROUP_LENGTH = 3, 5  # 15 characters of 52: 85 bits

_STOCK_PER_THREAD = 32  # what is hashed while the database marks the leads, and writes what was taken before
_HURRY = 200  # passwords of one activation
_LOCKED_WAIT = 10.0  # seconds; only an admin can help


def new_password() -> str:
    """A random password of at least 80 bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def _give_way(threads: Iterator[int]) -> None:
    """Let the first thread work as everything else does, and the others only where a processor would be idle."""
    if next(threads):
        precedence.thread_stands_aside()


class CredentialSupply:
    """Makes credentials and keeps a reserve of them, so that an activation seldom waits for hashing.

    A password belongs to nobody until it is taken, so it can be made before it is known for whom. While nobody needs
    any, one core fills the reserve; while somebody does, all of them work. Who activates hundreds waits for it, so that
    is done with all there is. Thousands take their time, and let a desktop on the same machine go first; from then on
    the whole service does, until somebody waits again.
    """

    def __init__(self, vault: Vault, scheme: PasswordHash, *, reserve: int, threads: int | None = None) -> None:
        """``reserve``: how many are kept ready."""
        self._vault = vault
        self._scheme = scheme
        self._reserve = reserve
        self._threads = threads or os.cpu_count() or 1
        self._stock = max(reserve, self._threads * _STOCK_PER_THREAD)
        # The hash functions release the GIL: threads are enough.
        self._hurried = ThreadPoolExecutor(self._threads, thread_name_prefix="hashing")
        self._patient = ThreadPoolExecutor(
            self._threads, thread_name_prefix="hashing aside", initializer=_give_way, initargs=(itertools.count(),)
        )
        self._ready: deque[Credential] = deque()
        self._changed = asyncio.Event()
        self._needed_by = 0
        self._stands_aside = False
        #: So many more are somebody's who waits.
        self._hurry = 0

    @property
    def ready(self) -> int:
        """How many can be had at once."""
        return len(self._ready)

    async def run(self) -> None:
        """Keep the reserve full until cancelled."""
        try:
            # One more than threads, so that none of these waits for the event loop.
            makers = [partial(self._keep_making, is_first=number == 0) for number in range(self._threads + 1)]
            await run_together(*(keep_running("credentials", maker) for maker in makers))
        finally:
            for executor in (self._hurried, self._patient):
                executor.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def needed(self) -> Iterator[None]:
        """Within, more will be taken than there may be: all cores make them ahead."""
        if not self._needed_by:
            self._hurry = _HURRY
        self._needed_by += 1
        self._changed.set()
        try:
            yield
        finally:
            self._needed_by -= 1

    async def take(self, limit: int, *, within: float) -> list[Credential]:
        """What can be had within so many seconds, at most ``limit``."""
        taken: list[Credential] = []
        with self.needed(), suppress(TimeoutError):
            async with asyncio.timeout(within):
                while len(taken) < limit:
                    await self._until(lambda: bool(self._ready))
                    taken.append(self._ready.popleft())
                    self._hurry -= 1
                    self._changed.set()
        return taken

    async def issue(self, count: int) -> list[Credential]:
        """That many, made now: for what cannot wait for the reserve, or has none because nothing keeps it full."""
        return list(await asyncio.gather(*(self._make(self._hurried) for _ in range(count))))

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def _lacks(self, *, is_first: bool) -> bool:
        """Whether one more is to be made, by the maker that fills the reserve or by one that helps it."""
        if self._needed_by:
            return len(self._ready) < self._stock
        return is_first and len(self._ready) < self._reserve

    async def _keep_making(self, *, is_first: bool) -> None:
        while True:
            await self._until(lambda: self._lacks(is_first=is_first))
            try:
                hurried = self._needed_by > 0 and self._hurry > 0
                self._stand(aside=not hurried)
                credential = await self._make(self._hurried if hurried else self._patient)
            except Locked as error:
                log.error("no passwords can be encrypted", reason=str(error))  # noqa: TRY400 - says it all
                await asyncio.sleep(_LOCKED_WAIT)
                continue
            self._ready.append(credential)
            self._changed.set()

    def _stand(self, *, aside: bool) -> None:
        if aside != self._stands_aside and precedence.service_stands_aside(aside=aside):
            self._stands_aside = aside

    async def _make(self, executor: Executor) -> Credential:
        """The plain password does not leave this method."""
        password = new_password()
        loop = asyncio.get_running_loop()
        hashing = loop.run_in_executor(executor, hash_random_password, password, self._scheme)
        sealed = await self._vault.encrypt(password)
        return Credential(await hashing, sealed)
