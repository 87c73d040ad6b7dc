"""Secrets in the session's secret service (freedesktop.org Secret Service API 0.2), which GNOME, KDE and others have.

Beside the keyring library, because that creates a keyring in order to read from it, and so asks for the password of a
new one before anything was to be kept. Items are the same as the library's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import secretstorage
from jeepney import DBusErrorResponse
from jeepney.io.blocking import DBusConnection
from keyring.errors import KeyringError, KeyringLocked
from secretstorage.exceptions import ItemNotFoundException, PromptDismissedException, SecretStorageException

_PROMPT_SECONDS = 300.0


class SecretService:
    """Every method raises ``KeyringError``: ``KeyringLocked`` where its user would have to be asked, or says no."""

    def __init__(self, service: str) -> None:
        """``service``: whose secrets these are."""
        self._service = service

    def load(self, name: str, *, may_ask: bool) -> str | None:
        """The secret of that name, in whichever keyring it is."""
        with _bus() as bus:
            items = sorted(secretstorage.search_items(bus, self._attributes(name)), key=lambda item: item.is_locked())
            for item in items:
                self._unlock(item, may_ask=may_ask)
                return item.get_secret().decode()
        return None

    def save(self, name: str, secret: str, *, may_ask: bool) -> None:
        """Keep it in the default keyring, which is made when its user agrees."""
        with _bus() as bus:
            try:
                collection = secretstorage.Collection(bus)
            except ItemNotFoundException as error:
                if not may_ask:
                    raise KeyringLocked("there is no keyring yet") from error
                collection = secretstorage.get_default_collection(bus)
            self._unlock(collection, may_ask=may_ask)
            attributes = {**self._attributes(name), "application": "Python keyring library"}
            label = f"Password for '{name}' on '{self._service}'"
            collection.create_item(label, attributes, secret.encode(), replace=True)

    def forget(self, name: str) -> None:
        """Delete it wherever it is."""
        with _bus() as bus:
            for item in secretstorage.search_items(bus, self._attributes(name)):
                self._unlock(item, may_ask=True)
                item.delete()

    def _unlock(self, keyring_or_item: secretstorage.Collection | secretstorage.Item, *, may_ask: bool) -> None:
        if not keyring_or_item.is_locked():
            return
        if not may_ask or keyring_or_item.unlock(timeout=_PROMPT_SECONDS):
            raise KeyringLocked("the keyring is locked")

    def _attributes(self, name: str) -> dict[str, str]:
        return {"service": self._service, "username": name}


@contextmanager
def _bus() -> Iterator[DBusConnection]:
    """A connection to the session bus, whose errors are the keyring's."""
    try:
        with closing(secretstorage.dbus_init()) as bus:
            yield bus
    except PromptDismissedException as error:
        raise KeyringLocked(str(error)) from error
    except (SecretStorageException, DBusErrorResponse, OSError, EOFError) as error:  # a prompt's time-out is an OSError
        raise KeyringError(f"{type(error).__name__}: {error}") from error
