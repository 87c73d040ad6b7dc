"""Passwords for new users: random, easy to type, hashed on all cores ahead of need."""

from __future__ import annotations

import asyncio
import os
import secrets
from concurrent.futures import ThreadPoolExecutor

import structlog

from server.accounts.hashing import hash_random_password
from server.operations.tasks import run_together
from server.settings import PasswordHash
from server.store.client import AWAY
from server.store.vault import Credential, Locked, Vault

log = structlog.get_logger(__name__)

#: Letters and digits that are not taken for one another (no 0 O o, 1 I l i, and so on).
ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ2346789"
_GROUPS, _GROUP_LENGTH = 3, 5  # 15 characters of 52: 85 bits

_RESERVE_PER_THREAD = 32  # what is hashed while the database marks the leads, and writes what was taken before
_DATABASE_AWAY_WAIT = 1.0  # seconds
_LOCKED_WAIT = 10.0  # seconds; only an admin can help


def new_password() -> str:
    """A random password of at least 80 bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


class CredentialSupply:
    """Makes credentials on all cores and keeps a small reserve, so that neither hashing nor database waits.

    A password belongs to nobody until it is taken, so it can be made before it is known for whom.
    """

    def __init__(self, vault: Vault, scheme: PasswordHash, *, threads: int | None = None) -> None:
        self._vault = vault
        self._scheme = scheme
        self._threads = threads or os.cpu_count() or 1
        # The hash functions release the GIL: threads are enough.
        self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="hashing")
        self._ready: asyncio.Queue[Credential] = asyncio.Queue(self._threads * _RESERVE_PER_THREAD)

    async def run(self) -> None:
        """Keep the reserve full until cancelled."""
        try:
            # One more than threads, so that none of these waits for the event loop.
            await run_together(*(self._keep_making() for _ in range(self._threads + 1)))
        finally:
            self._executor.shutdown(wait=False, cancel_futures=True)

    async def take(self, limit: int, *, within: float) -> list[Credential]:
        """What can be had within so many seconds, at most ``limit``."""
        taken: list[Credential] = []
        try:
            async with asyncio.timeout(within):
                while len(taken) < limit:
                    taken.append(await self._ready.get())
        except TimeoutError:
            return taken
        return taken

    async def issue(self, count: int) -> list[Credential]:
        """That many, made now: for what cannot wait for the reserve, or has none because nothing keeps it full."""
        return list(await asyncio.gather(*(self._make() for _ in range(count))))

    async def _keep_making(self) -> None:
        while True:
            try:
                credential = await self._make()
            except AWAY as error:
                log.warning("database away, no passwords can be encrypted", reason=str(error))
                await asyncio.sleep(_DATABASE_AWAY_WAIT)
                continue
            except Locked as error:
                log.error("no passwords can be encrypted", reason=str(error))  # noqa: TRY400 - says it all
                await asyncio.sleep(_LOCKED_WAIT)
                continue
            await self._ready.put(credential)

    async def _make(self) -> Credential:
        """The plain password does not leave this method."""
        password = new_password()
        loop = asyncio.get_running_loop()
        hashing = loop.run_in_executor(self._executor, hash_random_password, password, self._scheme)
        sealed = await self._vault.encrypt(password)
        return Credential(await hashing, sealed)
