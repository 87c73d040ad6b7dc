"""The master key, which encrypts the data key in the database and never goes there itself.

It is given by the settings, or lies in the data directory. While it is replaced there are two, and either opens the
database: the upcoming one is on disk before anything is encrypted by it, and the one before it stays until nothing is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from pathlib import Path

from server.errors import NotNow, WrongSetup

#: Bytes of a local master key, fixed by MongoDB's specification of client-side encryption.
MASTER_KEY_BYTES = 96


class MasterKeys:
    """Where the master keys of this server come from."""

    def __init__(self, data_dir: Path, *, given: str | None = None, previous: str | None = None) -> None:
        """``given``, and during a rotation ``previous``: base64, from the settings. Without: files in ``data_dir``."""
        self._given = given
        self._previous = previous
        self._current = data_dir / "master.key"
        self._upcoming = data_dir / "master.key.next"

    @property
    def are_files(self) -> bool:
        """Whether they lie in the data directory, so that they can be replaced from here."""
        return self._given is None

    def load(self) -> tuple[bytes, ...]:
        """All that may open the database, the newest first.

        Raises :class:`NotNow` when one cannot be read, :class:`WrongSetup` when one is no key, or there is none.
        """
        if self._given is not None:
            given = [(self._given, "ACTIVATION_MASTER_KEY=(hidden)")]
            if self._previous is not None:
                given.append((self._previous, "ACTIVATION_MASTER_KEY_PREVIOUS=(hidden)"))
            return tuple(_decode(text, where) for text, where in given)
        # In this order: what is not upcoming any more by now is the current one already.
        keys = [_read(self._upcoming)] if self._upcoming.exists() else []
        keys.append(_read(self._current))
        known = tuple(key for key in keys if key is not None)
        if not known:
            raise WrongSetup(
                f"The master key {self._current} is not there, and queued passwords cannot be read without it. "
                "Fix: restore it from your copy, or copy it from another server of this database. "
                "If it is lost for good: activation-server key forget"
            )
        return known

    def make(self) -> tuple[bytes, ...]:
        """Make one at first use, where none is given and no file is there; answers all, as :meth:`load` does."""
        if self.are_files and not self._current.exists() and not self._upcoming.exists():
            _write_private(self._current, new_master_key())
        return self.load()

    def prepare(self) -> bytes:
        """The key that is to come, on disk; one that an earlier rotation has left is taken up again."""
        if not self._upcoming.exists():
            _write_private(self._upcoming, new_master_key())
        return self.load()[0]

    def adopt(self) -> None:
        """The upcoming key becomes the current one, which is forgotten."""
        self._upcoming.replace(self._current)


def new_master_key() -> str:
    """A random one, as it is written down: base64."""
    return base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode("ascii")


def fingerprint(master_key: bytes) -> str:
    """By which a master key is named where it may be seen by others."""
    return hashlib.sha256(master_key).hexdigest()[:16]


def _read(path: Path) -> bytes | None:
    """None when it has just become the current one."""
    try:
        return _decode(path.read_text(encoding="ascii"), str(path))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise _wrong(str(path)) from error
    except OSError as error:
        raise NotNow(
            f"{path}: cannot be read ({error.strerror}). Fix: let the user who runs this program read it."
        ) from error


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (ValueError, binascii.Error) as error:
        raise _wrong(where) from error
    if len(key) != MASTER_KEY_BYTES:
        raise WrongSetup(
            f"{where}: The master key has {len(key)} bytes instead of {MASTER_KEY_BYTES}. "
            "Fix: give the key this database was set up with (or make one: head -c 96 /dev/urandom | base64 -w0)."
        )
    return key


def _wrong(where: str) -> WrongSetup:
    return WrongSetup(f"{where}: is not a base64 master key. Fix: give the key this database was set up with.")


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all: a kill half way leaves no half key behind."""
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    """A new name is as durable as what it names. Windows cannot do this and does not need it."""
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
