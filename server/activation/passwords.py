"""Passwords for new users: random, easy to type, hashed on all cores."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from server.accounts.hashing import hash_random_password
from server.settings import PasswordHash

#: Letters and digits that are not taken for one another (no 0 O o, 1 I l i, and so on).
ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ2346789"
_GROUPS, _GROUP_LENGTH = 3, 5  # 15 characters of 52: 85 bits


def new_password() -> str:
    """A random password of at least 80 bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


class HashingPool:
    """Hashes on all cores: the hash function releases the GIL, so threads are enough."""

    def __init__(self, scheme: PasswordHash, threads: int | None = None) -> None:
        self.threads = threads or os.cpu_count() or 1
        self._scheme = scheme
        self._executor = ThreadPoolExecutor(self.threads, thread_name_prefix="hashing")

    async def hash(self, passwords: Sequence[str]) -> list[str]:
        """The hashes, in the order of the passwords."""
        loop = asyncio.get_running_loop()
        return await asyncio.gather(
            *(
                loop.run_in_executor(self._executor, hash_random_password, password, self._scheme)
                for password in passwords
            )
        )

    def close(self) -> None:
        """Drop what was not begun."""
        self._executor.shutdown(wait=True, cancel_futures=True)
