"""Secrets in the operating system's keyring, so that they survive the program and never lie in a file: the login's
token, and what the server knows this device by."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

import keyring
from keyring.errors import KeyringError, PasswordDeleteError
from PySide6.QtCore import QCoreApplication

log = logging.getLogger(__name__)

SERVICE = "activation-desk"


class TokenStore(Protocol):
    """Keeps secrets by name; a token's name is the address of its server."""

    #: A sentence to show once when tokens cannot be kept beyond this run, else empty.
    note: str

    async def load(self, name: str) -> str | None:
        """The secret, or None."""

    async def save(self, name: str, secret: str) -> None:
        """Keep it."""

    async def forget(self, name: str) -> None:
        """Keep it no longer."""


class Keyring:
    """The system's keyring; without one, this program's memory."""

    def __init__(self) -> None:
        self.note = ""
        self._memory: dict[str, str] = {}

    async def load(self, name: str) -> str | None:
        """The secret, or None. May take as long as the system asks its user to unlock the keyring."""
        if name in self._memory:
            return self._memory[name]
        try:
            return await asyncio.to_thread(keyring.get_password, SERVICE, name)
        except (KeyringError, OSError) as error:
            log.warning("keyring not available: %s", error)
            return None

    async def save(self, name: str, secret: str) -> None:
        """Keep it; in memory, with a note, when there is no keyring."""
        try:
            await asyncio.to_thread(keyring.set_password, SERVICE, name, secret)
        except (KeyringError, OSError) as error:
            log.warning("keyring not available: %s", error)
            self._memory[name] = secret
            self.note = QCoreApplication.translate(
                "Keyring", "This system has no keyring that can be used, so you stay logged in only until you quit."
            )
        else:
            self._memory.pop(name, None)

    async def forget(self, name: str) -> None:
        """Keep it no longer."""
        self._memory.pop(name, None)
        try:
            await asyncio.to_thread(keyring.delete_password, SERVICE, name)
        except PasswordDeleteError:
            return  # there was none
        except (KeyringError, OSError) as error:
            log.warning("keyring not available: %s", error)
