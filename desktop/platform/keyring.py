"""The login token in the operating system's keyring, so that it survives the program and never lies in a file."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

import keyring
from keyring.errors import KeyringError, PasswordDeleteError

log = logging.getLogger(__name__)

SERVICE = "activation-desk"

NOT_AVAILABLE = "This system has no keyring that can be used, so you stay logged in only until you quit."


class TokenStore(Protocol):
    """Keeps one token per server."""

    #: A sentence to show once when tokens cannot be kept beyond this run, else empty.
    note: str

    async def load(self, server_url: str) -> str | None:
        """The token, or None."""

    async def save(self, server_url: str, token: str) -> None:
        """Keep the token."""

    async def forget(self, server_url: str) -> None:
        """Keep it no longer."""


class Keyring:
    """The system's keyring; without one, this program's memory."""

    def __init__(self) -> None:
        self.note = ""
        self._memory: dict[str, str] = {}

    async def load(self, server_url: str) -> str | None:
        """The token, or None. May take as long as the system asks its user to unlock the keyring."""
        if server_url in self._memory:
            return self._memory[server_url]
        try:
            return await asyncio.to_thread(keyring.get_password, SERVICE, server_url)
        except (KeyringError, OSError) as error:
            log.warning("keyring not available: %s", error)
            return None

    async def save(self, server_url: str, token: str) -> None:
        """Keep the token; in memory, with a note, when there is no keyring."""
        try:
            await asyncio.to_thread(keyring.set_password, SERVICE, server_url, token)
        except (KeyringError, OSError) as error:
            log.warning("keyring not available: %s", error)
            self._memory[server_url] = token
            self.note = NOT_AVAILABLE
        else:
            self._memory.pop(server_url, None)

    async def forget(self, server_url: str) -> None:
        """Keep it no longer."""
        self._memory.pop(server_url, None)
        try:
            await asyncio.to_thread(keyring.delete_password, SERVICE, server_url)
        except PasswordDeleteError:
            return  # there was none
        except (KeyringError, OSError) as error:
            log.warning("keyring not available: %s", error)
