"""Secrets in the operating system's keyring, so that they survive the program and never lie in a file: the login's
token, and what the server knows this device by."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Protocol, TypeVar

import keyring
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError
from PySide6.QtCore import QCoreApplication

if sys.platform == "linux":
    from desktop.platform.secret_service import SecretService

log = logging.getLogger(__name__)

Result = TypeVar("Result")

SERVICE = "activation-desk"

# Back ends that ask their user nothing when something is read, or that keep nothing.
_SILENT = ("keyring.backends.macOS", "keyring.backends.Windows", "keyring.backends.fail", "keyring.backends.null")


class TokenStore(Protocol):
    """Keeps secrets by name; a token's name is the address of its server.

    Without ``may_ask`` nobody is asked anything, such as the keyring's password; what would need that is not done.
    """

    @property
    def note(self) -> str:
        """A sentence to show once when tokens cannot be kept beyond this run, else empty."""

    async def load(self, name: str, *, may_ask: bool) -> str | None:
        """The secret, or None."""

    async def save(self, name: str, secret: str, *, may_ask: bool) -> None:
        """Keep it."""

    async def forget(self, name: str) -> None:
        """Keep it no longer."""


class _Want(Enum):
    """Why the system's keyring is not used."""

    MISSING = "missing"
    #: Its user does not want to unlock it, or to have one. That is asked once in a run.
    REFUSED = "refused"


class Keyring:
    """The system's keyring; without one, this program's memory."""

    def __init__(self) -> None:
        self._memory: dict[str, str] = {}
        self._want: _Want | None = None
        #: Held while its user may be asked: one question after the other, and none after a no.
        self._asking = asyncio.Lock()

    @property
    def note(self) -> str:
        """A sentence to show once when tokens cannot be kept beyond this run, else empty."""
        translate = QCoreApplication.translate
        match self._want:
            case _Want.MISSING:
                return translate(
                    "Keyring", "This system has no keyring that can be used, so you stay logged in only until you quit."
                )
            case _Want.REFUSED:
                return translate("Keyring", "The keyring was not unlocked, so you stay logged in only until you quit.")
            case None:
                return ""

    async def load(self, name: str, *, may_ask: bool) -> str | None:
        """The secret, or None. May take as long as the system asks its user to unlock the keyring."""
        if name in self._memory:
            return self._memory[name]
        try:
            return await self._ask(lambda: _system().load(name, may_ask=may_ask), may_ask=may_ask)
        except KeyringError as error:
            log.info("keyring not available: %s", error)
            return None

    async def save(self, name: str, secret: str, *, may_ask: bool) -> None:
        """Keep it; in memory, with a note, when there is no keyring."""
        self._memory[name] = secret
        try:
            await self._ask(lambda: _system().save(name, secret, may_ask=may_ask), may_ask=may_ask)
        except KeyringError as error:
            log.info("keyring not available: %s", error)
            if may_ask and self._want is None:
                self._want = _Want.MISSING
        else:
            self._memory.pop(name, None)

    async def forget(self, name: str) -> None:
        """Keep it no longer."""
        self._memory.pop(name, None)
        try:
            await _aside(lambda: _system().forget(name))
        except KeyringError as error:
            log.warning("keyring not available: %s", error)

    async def _ask(self, work: Callable[[], Result], *, may_ask: bool) -> Result:
        """Raises ``KeyringError``."""
        if not may_ask:
            return await _aside(work)
        async with self._asking:
            if self._want is _Want.REFUSED:
                raise KeyringLocked("its user has said no")
            try:
                return await _aside(work)
            except KeyringLocked:
                self._want = _Want.REFUSED
                raise


class _Back(Protocol):
    """Where the system keeps secrets. Each method raises ``KeyringError``."""

    def load(self, name: str, *, may_ask: bool) -> str | None: ...

    def save(self, name: str, secret: str, *, may_ask: bool) -> None: ...

    def forget(self, name: str) -> None: ...


@cache
def _system() -> _Back:
    """What the keyring library has found, which takes some calls to other programs."""
    chosen = keyring.get_keyring()
    first = next(iter(chosen.backends), chosen) if isinstance(chosen, ChainerBackend) else chosen
    if sys.platform == "linux" and type(first).__module__ == "keyring.backends.SecretService":
        return SecretService(SERVICE)
    return _Library(is_silent=type(first).__module__ in _SILENT)


class _Library:
    """By the keyring library."""

    def __init__(self, *, is_silent: bool) -> None:
        self._is_silent = is_silent

    def load(self, name: str, *, may_ask: bool) -> str | None:
        self._ask_nobody_unless(may_ask=may_ask)
        return keyring.get_password(SERVICE, name)

    def save(self, name: str, secret: str, *, may_ask: bool) -> None:
        self._ask_nobody_unless(may_ask=may_ask)
        keyring.set_password(SERVICE, name, secret)

    def forget(self, name: str) -> None:
        try:
            keyring.delete_password(SERVICE, name)
        except PasswordDeleteError:
            return  # there was none

    def _ask_nobody_unless(self, *, may_ask: bool) -> None:
        if not may_ask and not self._is_silent:
            raise KeyringLocked("its user would have to be asked")


async def _aside(work: Callable[[], Result]) -> Result:
    """In a thread that nobody waits for at the end of the program: it may be waiting for an answer of its user."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Result] = loop.create_future()

    def tell(result: Result | None, error: BaseException | None) -> None:
        if outcome.done():  # nobody wants to know any more
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(result)  # type: ignore[arg-type]  # None only where that is the result

    def run() -> None:
        result, problem = None, None
        try:
            result = work()
        except KeyringError as error:
            problem = error
        except Exception as error:  # noqa: BLE001 - back ends have errors of their own, and this one is handed on
            problem = KeyringError(f"{type(error).__name__}: {error}")
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, result, problem)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    return await outcome
